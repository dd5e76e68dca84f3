import { assert } from './assert.ts';

/** Numbers from `start` up to but not including `end`. */
export type Range = { readonly start: number; readonly end: number };

/** A set of whole numbers kept as sorted, disjoint, non-adjacent ranges: packet numbers received, stream bytes acknowledged. */
export class RangeSet {
  readonly #ranges: { start: number; end: number }[] = [];

  /** The ranges, lowest first. A view: do not keep it across an `add`. */
  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  get size(): number {
    return this.#ranges.length;
  }

  /** Adds [start, end), joining what it touches. */
  add(start: number, end: number): void {
    assert(start < end, 'a range has at least one number');
    // What comes in order, packets and bytes alike, makes the highest range longer.
    const highest = this.#ranges[this.#ranges.length - 1];
    if (highest?.end === start) {
      highest.end = end;
      return;
    }
    const first = this.#firstEndingAt(start);
    let last = first;
    const joined = { start, end };
    while (last < this.#ranges.length && this.#ranges[last]!.start <= end) {
      joined.start = Math.min(joined.start, this.#ranges[last]!.start);
      joined.end = Math.max(joined.end, this.#ranges[last]!.end);
      last++;
    }
    this.#ranges.splice(first, last - first, joined);
  }

  /** Removes [start, end), splitting what it cuts. */
  remove(start: number, end: number): void {
    if (start >= end) return;
    const first = this.#firstEndingAt(start + 1);
    let last = first;
    while (last < this.#ranges.length && this.#ranges[last]!.start < end) last++;
    if (last === first) return;
    const below = { start: this.#ranges[first]!.start, end: start };
    const above = { start: end, end: this.#ranges[last - 1]!.end };
    this.#ranges.splice(first, last - first, ...[below, above].filter((rest) => rest.start < rest.end));
  }

  has(value: number): boolean {
    const range = this.#ranges[this.#firstEndingAt(value + 1)];
    return range !== undefined && range.start <= value;
  }

  /** What of [start, end) is not in the set, lowest first. */
  missing(start: number, end: number): Range[] {
    const gaps: Range[] = [];
    let at = start;
    for (let i = this.#firstEndingAt(start + 1); at < end; i++) {
      const range = this.#ranges[i];
      const until = Math.min(end, range?.start ?? end);
      if (at < until) gaps.push({ start: at, end: until });
      at = range ? range.end : end;
    }
    return gaps;
  }

  /** Takes the lowest range out, at most `limit` numbers of it. */
  takeFirst(limit: number): Range | undefined {
    const first = this.#ranges[0];
    if (!first || limit < 1) return undefined;
    if (first.end - first.start <= limit) {
      this.#ranges.shift();
      return first;
    }
    const taken = { start: first.start, end: first.start + limit };
    first.start = taken.end;
    return taken;
  }

  /** Forgets the lowest ranges until at most `count` are left. */
  keepHighest(count: number): void {
    if (this.#ranges.length > count) this.#ranges.splice(0, this.#ranges.length - count);
  }

  /** Index of the first range that ends at `value` or behind it, by bisection: a peer can make there be thousands. */
  #firstEndingAt(value: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]!.end >= value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
