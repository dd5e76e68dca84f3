import { fuzzy, fuzzyFind } from '../../core/base/fuzzy.ts';
import { typed } from '../drawing/guard.ts';

/** Looking for a line that was sent before (Ctrl+R). What is being written stays as it is until one is taken. */
export type Search = {
  /** The letters looked for. */
  readonly query: string;
  /** Lines that have them, best first. */
  readonly found: readonly string[];
  /** Index of the one shown. */
  readonly at: number;
};

/** The search for some letters among `lines`, newest last: those that have them in one piece, the newest first, then those that have them apart. */
export function searchFor(lines: readonly string[], query: string): Search {
  const unique = [...new Set(lines.toReversed())];
  const wanted = query.toLowerCase();
  const whole = unique.filter((line) => line.toLowerCase().includes(wanted));
  const apart = query.trim() === '' ? [] : fuzzyFind(query, unique, (line) => line);
  return { query, found: [...new Set([...whole, ...apart])], at: 0 };
}

/** The search with other letters; control characters and lines are none. */
export const withQuery = (lines: readonly string[], query: string): Search =>
  searchFor(lines, typed(query).split('\n', 1)[0] ?? '');

/** The next line found, further from what was looked for, or the one before; it stays at the ends. */
export const stepped = (search: Search, by: 1 | -1): Search => ({
  ...search,
  at: Math.max(0, Math.min(search.found.length - 1, search.at + by)),
});

/** Which units of the line shown the letters are. */
export function foundAt({ query, found, at }: Search): readonly number[] {
  const line = found[at] ?? '';
  const from = line.toLowerCase().indexOf(query.toLowerCase());
  if (from >= 0) return Array.from({ length: query.length }, (_, index) => from + index);
  return fuzzy(query, line)?.at ?? [];
}
