import type { Instant } from '../core/base/time.ts';

type Entry = { readonly at: Instant; readonly order: number; readonly run: () => void };

/** Everything that will happen, earliest first; what is due at one moment happens in the order in which it was put. A binary heap. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the next thing happens. */
  get nextAt(): Instant | undefined {
    return this.#heap[0]?.at;
  }

  put(at: Instant, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#order++, run });
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#isEarlier(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Takes the next thing out. */
  take(): (() => void) | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last) return undefined;
    if (heap.length === 0) return first.run;
    heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const least = left + 1 < heap.length && this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (least >= heap.length || !this.#isEarlier(least, parent)) break;
      this.#swap(least, parent);
      parent = least;
    }
    return first.run;
  }

  #isEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a]!, this.#heap[b]!];
    return first.at < second.at || (first.at === second.at && first.order < second.order);
  }

  #swap(a: number, b: number): void {
    const entry = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = entry;
  }
}
