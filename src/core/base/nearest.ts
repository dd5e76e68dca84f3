/**
 * The candidates that `typed` was probably meant to be, best first: those that begin with it, then those few slips away
 * (a letter more, less, other, or two swapped; one slip for up to 4 letters, else two). Case is ignored.
 */
export function nearest(typed: string, candidates: Iterable<string>): string[] {
  const wanted = typed.toLowerCase();
  const slipsMax = wanted.length <= 4 ? 1 : 2;
  const near: { readonly name: string; readonly slips: number }[] = [];
  for (const name of candidates) {
    const slips = name.toLowerCase().startsWith(wanted) ? 0 : slipsBetween(wanted, name.toLowerCase());
    if (slips <= slipsMax) near.push({ name, slips });
  }
  return near.sort((a, b) => a.slips - b.slips || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

/** The optimal string alignment distance; both are short: names and words of commands. Longer ones count as far apart. */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2 || a.length > 64) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, before[j - 2]! + 1);
      row.push(slips);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
