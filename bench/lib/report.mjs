/** Prints one figure as a JSON line; numbers keep three digits that mean something. */
export function report(figure, fields) {
  const short = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(4)) : value,
    ]),
  );
  process.stdout.write(`${JSON.stringify({ figure, ...short })}\n`);
}

/** The value below which this share of the samples lies. */
export const quantile = (samples, share) =>
  samples.toSorted((a, b) => a - b)[Math.min(samples.length - 1, Math.floor(samples.length * share))];
