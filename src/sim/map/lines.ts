/**
 * On which line each table and each key of a TOML text stands, by path: `weather`, `weather.loss`, `node[2]`, `node[2].count`.
 * The parser says what is there, but not where.
 */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table = '';
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const array = /^\s*\[\[\s*([\w.-]+)\s*\]\]/.exec(line)?.[1];
    const single = /^\s*\[\s*([\w.-]+)\s*\]/.exec(line)?.[1];
    const key = /^\s*["']?([\w-]+)["']?\s*(?:\.[^=]*)?=/.exec(line)?.[1];
    if (array !== undefined) {
      const index = counts.get(array) ?? 0;
      counts.set(array, index + 1);
      table = `${array}[${index}]`;
      lines.set(table, i + 1);
      if (index === 0) lines.set(array, i + 1);
    } else if (single !== undefined) {
      table = single;
      lines.set(table, i + 1);
    } else if (key !== undefined) {
      const path = table === '' ? key : `${table}.${key}`;
      if (!lines.has(path)) lines.set(path, i + 1);
    }
  }
  return lines;
}
