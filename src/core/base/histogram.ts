/** What a histogram holds at a moment. */
export type HistogramView = {
  /** Upper bounds of the buckets, rising; the last bucket has none. */
  readonly bounds: readonly number[];
  /** How many values are in each bucket: one entry more than `bounds`. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
};

/** Counts values by size, in buckets that are fixed from the start: what it costs does not grow with what it is told. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds - upper bounds of the buckets, rising. */
  constructor(bounds: readonly number[] = MILLISECONDS) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++;
    this.#counts[at]!++;
    this.#sum += value;
    this.#count++;
  }

  get view(): HistogramView {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum, count: this.#count };
  }
}

/** From a disk's write to the hours that mail may wait, in milliseconds. */
export const MILLISECONDS: readonly number[] = [
  0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000,
];

/** The value below which a share of all values lies, to the bucket's upper bound; `undefined` when there are none. */
export function quantile({ bounds, counts, count }: HistogramView, share: number): number | undefined {
  if (count === 0) return undefined;
  let below = 0;
  for (const [at, more] of counts.entries()) {
    below += more;
    if (below >= share * count) return bounds[at] ?? Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}
