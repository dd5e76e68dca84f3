import { SEARCH_WORDS_MAX } from '../../core/base/limits.ts';

/** What a person looks for: words, and where. Names and times are as typed; what is absent was not said. */
export type SearchText = {
  readonly words: readonly string[];
  readonly from?: string;
  readonly in?: string;
  readonly before?: string;
  readonly after?: string;
};

/**
 * Reads what was typed into a search: words, `"several as one"`, and `from:`, `in:`, `before:`, `after:` with a value, which may be in
 * quotes too. Of two of a kind the last counts. `undefined` when there are more words than are looked for.
 */
export function readSearch(text: string): SearchText | undefined {
  const words: string[] = [];
  const where: Partial<Record<'from' | 'in' | 'before' | 'after', string>> = {};
  for (const { groups } of text.replaceAll('\0', ' ').matchAll(PIECES)) {
    const { key, quoted, bare } = groups as Readonly<Record<'key' | 'quoted' | 'bare', string | undefined>>;
    const value = quoted ?? bare ?? '';
    if (key !== undefined) where[key.toLowerCase() as keyof typeof where] = value;
    else if (value !== '') words.push(value);
  }
  return words.length > SEARCH_WORDS_MAX ? undefined : { words, ...where };
}

/** A quote that is not closed goes to the end: people search while they type. */
const PIECES = /(?:(?<key>from|in|before|after):(?=\S))?(?:"(?<quoted>[^"]*)(?:"|$)|(?<bare>\S+))/gi;

/**
 * The beginning of a day by this machine's clock, in milliseconds since 1970: `2026-11-01`, of a month, `2026-11`, or of a year, `2026`.
 * `undefined` for what is none.
 */
export function dayOf(text: string): number | undefined {
  const [, year, month = '1', day = '1'] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date.getTime() : undefined;
}
