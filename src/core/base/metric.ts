import { Histogram, type HistogramView } from './histogram.ts';

/** What a figure is about: `reason="full"`. Few values, and none that a stranger makes up. */
export type Labels = Readonly<Record<string, string>>;

/**
 * A figure that a node tells about itself. Names are those of Prometheus: `snake_case` with the unit last, and `_total` for what only
 * grows; without the prefix of the program.
 */
export type Metric = {
  readonly name: string;
  readonly help: string;
  readonly labels?: Labels;
} & (
  | { readonly kind: 'counter' | 'gauge'; readonly value: number }
  | { readonly kind: 'histogram'; readonly histogram: HistogramView }
);

/** Things of one kind that are counted, apart by one label. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #label: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, label: string) {
    this.#name = name;
    this.#help = help;
    this.#label = label;
  }

  add(value: string, count = 1): void {
    this.#values.set(value, (this.#values.get(value) ?? 0) + count);
  }

  get metrics(): Metric[] {
    return counters(this.#name, this.#help, this.#label, this.#values);
  }
}

/** A map of counts as metrics, apart by one label. */
export const counters = (name: string, help: string, label: string, counts: ReadonlyMap<string, number>): Metric[] =>
  [...counts].map(([value, count]) => ({ kind: 'counter', name, help, labels: { [label]: value }, value: count }));

/** How much there is of something now. */
export const gauge = (name: string, help: string, value: number, labels?: Labels): Metric =>
  single('gauge', { name, help, value, labels });

/** How often something has happened. */
export const counter = (name: string, help: string, value: number, labels?: Labels): Metric =>
  single('counter', { name, help, value, labels });

const single = (
  kind: 'counter' | 'gauge',
  { labels, ...rest }: { name: string; help: string; value: number; labels: Labels | undefined },
): Metric => ({ kind, ...rest, ...(labels && { labels }) });

/** How long things took, or how large they were. */
export class Distribution {
  readonly #histogram: Histogram;
  readonly #name: string;
  readonly #help: string;

  constructor(name: string, help: string, bounds?: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#histogram = new Histogram(bounds);
  }

  add(value: number): void {
    this.#histogram.add(value);
  }

  get metric(): Metric {
    return { kind: 'histogram', name: this.#name, help: this.#help, histogram: this.#histogram.view };
  }
}
