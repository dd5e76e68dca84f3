/** What is measured, and what it may be at most or must be at least. */
export type Figure = {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
};

/** Prints a figure as one JSON line, `{figure, value, unit, bound, ok}`. @returns whether it is within its bound */
export function report({ figure, value, unit, atMost, atLeast }: Figure): boolean {
  const ok = !(value > (atMost ?? Number.POSITIVE_INFINITY)) && !(value < (atLeast ?? Number.NEGATIVE_INFINITY));
  const bound = atMost !== undefined ? `<= ${atMost}` : atLeast !== undefined ? `>= ${atLeast}` : undefined;
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  process.stdout.write(`${JSON.stringify({ figure, value: short, unit, bound, ok: ok && !Number.isNaN(value) })}\n`);
  return ok && !Number.isNaN(value);
}

/** The value below which this share of the samples lies; NaN when there is none. */
export const quantile = (samples: readonly number[], share: number): number =>
  samples.toSorted((a, b) => a - b)[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? Number.NaN;
