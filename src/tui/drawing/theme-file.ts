import { readFileSync, statSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { THEME_FILE_BYTES_MAX } from '../../core/base/limits.ts';
import { nearest } from '../../core/base/nearest.ts';
import { PEN_WORDS, type Pen, penOf } from './colors.ts';
import { PALETTE_TOKENS, PALETTES, type Palette, type PaletteName, type PaletteToken } from './palette.ts';

/** What a theme file came to: its palette, or why it is none, with file and line. */
export type ReadTheme = { readonly palette: Palette } | { readonly error: string };

/** Reads the theme at `path`. */
export function readTheme(path: string): ReadTheme {
  try {
    // The screen stands still while this reads: a pipe or a terminal would never end.
    if (!statSync(path).isFile()) return { error: `${path}: it is no file` };
    const text = readFileSync(path, 'utf8');
    if (text.length > THEME_FILE_BYTES_MAX)
      return { error: `${path}: a theme has at most ${THEME_FILE_BYTES_MAX} bytes` };
    return themeOf(text, path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { error: `${path}: ${missing ? 'there is no such file' : (error as Error).message}` };
  }
}

/** Why a theme, chosen by its name or as a file, cannot be shown, if it cannot. */
export function themeTrouble(theme: string): string | undefined {
  const read = theme.endsWith('.toml') ? readTheme(theme) : undefined;
  return read && 'error' in read ? read.error : undefined;
}

/**
 * A theme, written in TOML: a pen for each token, as in `accent = "bold #5fd7d7"`; for `people` a list of pens. What it does
 * not set is as in `base`, one of the themes that qpc brings; without a base, as in `dark`.
 *
 * @param path for complaints.
 */
export function themeOf(text: string, path: string): ReadTheme {
  const read = toml(text, path);
  if ('error' in read) return read;
  const { base = 'dark', people, ...tokens } = read.table;
  const complain = (key: string, what: string) => ({ error: `${path}:${lineOf(text, key)}: ${key}: ${what}` });
  const ground = BASES.get(String(base));
  if (!ground)
    return complain('base', `there is no theme ${JSON.stringify(base)}, but ${[...BASES.keys()].join(', ')}`);
  const pens: Partial<Record<PaletteToken, Pen>> = {};
  for (const [key, value] of Object.entries(tokens)) {
    const token = PALETTE_TOKENS.find((known) => known === key);
    if (!token) return complain(key, `nothing is called that${meant(key, [...PALETTE_TOKENS, 'people', 'base'])}`);
    const pen = penFrom(value);
    if ('why' in pen) return complain(key, pen.why);
    pens[token] = pen.pen;
  }
  const persons = people === undefined ? undefined : penList(people);
  if (persons && 'why' in persons) return complain('people', persons.why);
  return { palette: { ...PALETTES[ground], ...pens, ...(persons ? { people: persons.pens } : {}) } };
}

/** Themes a file may begin from. */
const BASES: ReadonlyMap<string, PaletteName> = new Map([
  ['dark', 'dark'],
  ['light', 'light'],
  ['ansi', 'ansi-dark'],
  ['mono', 'mono'],
]);

function toml(text: string, path: string): { readonly table: Record<string, unknown> } | { readonly error: string } {
  try {
    return { table: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { error: `${path}:${error.line}: ${error.message.split('\n')[0]}` };
  }
}

function penFrom(value: unknown): { readonly pen: Pen } | { readonly why: string } {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return { why: `is not a pen such as "cyan" or "bold #ffd75f on 236"` };
  const read = penOf(text);
  if ('pen' in read) return read;
  const like = 'a name such as cyan or bright-cyan, 0 to 255, #rrggbb, or bold, dim, italic, underline, inverse';
  return {
    why: `${JSON.stringify(read.strange)} is no colour and no attribute${meant(read.strange, PEN_WORDS)} (${like})`,
  };
}

function penList(value: unknown): { readonly pens: readonly Pen[] } | { readonly why: string } {
  if (!Array.isArray(value) || value.length === 0) return { why: 'is not a list of pens such as ["cyan", "#d787d7"]' };
  const pens: Pen[] = [];
  for (const item of value) {
    const pen = penFrom(item);
    if ('why' in pen) return pen;
    pens.push(pen.pen);
  }
  return { pens };
}

function meant(word: string, known: Iterable<string>): string {
  const [near] = nearest(word, known);
  return near === undefined ? '' : `: did you mean ${near}?`;
}

function lineOf(text: string, key: string): number {
  return (
    Math.max(
      0,
      text.split(/\r?\n/).findIndex((line) => line.trimStart().replace(/^["']/, '').startsWith(key)),
    ) + 1
  );
}
