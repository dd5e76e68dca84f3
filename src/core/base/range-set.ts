import { assert } from './assert.ts';

/** Numbers from `start` up to but not including `end`. */
export type Range = { readonly start: number; readonly end: number };

/** A set of whole numbers kept as sorted, disjoint, non-adjacent ranges: packet numbers received, stream bytes acknowledged. */
export class RangeSet {
  #ranges: { start: number; end: number }[] = [];

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
    let first = this.#ranges.length;
    // New numbers are nearly always at the end, so the search runs from there.
    while (first > 0 && this.#ranges[first - 1]!.end >= start) first--;
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
    const kept: { start: number; end: number }[] = [];
    for (const range of this.#ranges) {
      if (range.start < start) kept.push({ start: range.start, end: Math.min(range.end, start) });
      if (range.end > end) kept.push({ start: Math.max(range.start, end), end: range.end });
    }
    this.#ranges = kept;
  }

  has(value: number): boolean {
    for (let i = this.#ranges.length - 1; i >= 0; i--) {
      const range = this.#ranges[i]!;
      if (value >= range.end) return false;
      if (value >= range.start) return true;
    }
    return false;
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
}
