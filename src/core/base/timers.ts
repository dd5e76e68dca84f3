import type { Instant } from './time.ts';

type Entry<Item> = { readonly item: Item; at: Instant; turn: number };

/** Deadlines of many things, soonest first, and of equal ones the one set first: a binary heap in which each item knows its place. */
export class Timers<Item> {
  readonly #heap: Entry<Item>[] = [];
  readonly #places = new Map<Item, number>();
  #turns = 0;

  /** The soonest deadline. */
  get next(): Instant | undefined {
    return this.#heap[0]?.at;
  }

  /** The deadline of an item, if it has one. */
  at(item: Item): Instant | undefined {
    const place = this.#places.get(item);
    return place === undefined ? undefined : this.#heap[place]!.at;
  }

  /** Sets, moves or, with `undefined`, removes the deadline of an item. */
  schedule(item: Item, at: Instant | undefined): void {
    const place = this.#places.get(item);
    if (at === undefined) {
      if (place !== undefined) this.#remove(place);
    } else if (place === undefined) {
      this.#heap.push({ item, at, turn: this.#turns++ });
      this.#places.set(item, this.#heap.length - 1);
      this.#rise(this.#heap.length - 1);
    } else {
      Object.assign(this.#heap[place]!, { at, turn: this.#turns++ });
      this.#sink(this.#rise(place));
    }
  }

  /** Takes out the item that is due first, if one is due at `now`. */
  take(now: Instant): Item | undefined {
    const first = this.#heap[0];
    if (!first || first.at > now) return undefined;
    this.#remove(0);
    return first.item;
  }

  #remove(place: number): void {
    this.#swap(place, this.#heap.length - 1);
    this.#places.delete(this.#heap.pop()!.item);
    if (place < this.#heap.length) this.#sink(this.#rise(place));
  }

  #rise(from: number): number {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
    return place;
  }

  #sink(from: number): void {
    for (let place = from; ; ) {
      let soonest = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, soonest)) soonest = child;
      }
      if (soonest === place) return;
      this.#swap(place, soonest);
      place = soonest;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a]!, this.#heap[b]!];
    return first.at < second.at || (first.at === second.at && first.turn < second.turn);
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a]!, this.#heap[b]!];
    this.#heap[a] = second;
    this.#heap[b] = first;
    this.#places.set(second.item, a);
    this.#places.set(first.item, b);
  }
}
