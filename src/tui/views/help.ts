import { fuzzyFind } from '../../core/base/fuzzy.ts';
import { cut, padEnd } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import type { HelpRow } from '../keys/key-map.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import { bodyRows, frame } from './frame.ts';

/** A command as the help lists it. */
export type CommandLine = {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** What others call it. */
  readonly akin: readonly string[];
  /** Its options, as `--private: with a random key`. */
  readonly options: readonly string[];
};

/** Something that the help explains: a key, or a command. */
export type HelpEntry =
  | { readonly key: HelpRow; readonly command?: undefined }
  | { readonly command: CommandLine; readonly key?: undefined };

/** Keys and commands, made from the tables that work them: those that match what was typed, or all in groups. */
export function help(shown: PaneOf<'help'>, all: readonly HelpEntry[], pane: Area, theme: Theme): string[] {
  const found = foundEntries(shown, all);
  const chosen = found[chosenEntry(shown, found) ?? -1];
  const typed =
    shown.query === ''
      ? theme.dim('type to search keys and commands')
      : `${guard.line(shown.query)}${theme.accent('▏')}`;
  const lines: Cell[][] =
    shown.query === '' ? grouped(found, pane.cols) : found.map((entry) => [cell(entry, pane.cols)]);
  if (found.length === 0) lines.push([{ text: 'nothing is called so', look: 'plain' }]);
  const rows = Math.max(0, bodyRows(pane) - 2);
  const at = lines.findIndex((line) => line.some(({ entry }) => entry && entry === chosen));
  const from = Math.max(0, Math.min(at - (rows >> 1), lines.length - rows));
  const part = lines
    .slice(from, from + rows)
    .map((line) => `   ${line.map((one) => drawn(one, chosen, theme)).join('')}`);
  const more = lines.length - from - rows;
  if (more > 0) part[rows - 1] = theme.dim(`   ${theme.signs.down} ${more + 1} more lines: PgDn`);
  return frame('Help', [` ${theme.accent('/')} ${typed}`, '', ...part], KEYS, pane, theme);
}

const KEYS = ['type to search', '↑↓ choose', 'Enter runs a key, takes a command to the prompt', 'Esc close'];

/**
 * What matches what was typed, best first: what has it as it is; then commands that are called so elsewhere, or have it in an option, which is
 * told then; then what has its letters.
 */
export function foundEntries({ query }: PaneOf<'help'>, all: readonly HelpEntry[]): readonly HelpEntry[] {
  if (query === '') return all;
  const has = (text: string): boolean => text.toLowerCase().includes(query.trim().toLowerCase());
  const byLetters = fuzzyFind(query, all, wordsOf);
  const asIs = byLetters.filter((entry) => has(wordsOf(entry)));
  const aside = all.flatMap((entry) => {
    const { command } = entry;
    if (!command || has(wordsOf(entry))) return [];
    const option = command.options.find(has);
    if (option !== undefined) return [{ command: { ...command, summary: option } }];
    return command.akin.some(has) ? [entry] : [];
  });
  const names = new Set([...asIs, ...aside].map(({ command }) => command?.name));
  const others = byLetters.filter(
    (entry) => !asIs.includes(entry) && !(entry.command && names.has(entry.command.name)),
  );
  return [...asIs, ...aside, ...others];
}

const wordsOf = ({ key, command }: HelpEntry): string =>
  key ? `${key.does} ${key.keys}` : `${command.usage} ${command.summary}`;

/** Which one Enter runs: none before one is chosen, but of what was found the best. */
export const chosenEntry = ({ query, chosen }: PaneOf<'help'>, found: readonly HelpEntry[]): number | undefined =>
  chosen === undefined ? (query === '' ? undefined : 0) : Math.max(0, Math.min(chosen, found.length - 1));

/** A part of a line: an entry in its two columns, or a heading. */
type Cell = {
  readonly text: string;
  readonly entry?: HelpEntry;
  readonly look: 'heading' | 'plain';
  /** Where what it does begins. */
  readonly does?: number;
};

/** Cells of one of the two columns of keys, for a pane so wide. */
const columnCells = (cols: number): number => Math.min(48, (cols - 4) >> 1);

function cell(entry: HelpEntry, cols: number): Cell {
  const { key, command } = entry;
  const label = command ? (cols >= 84 ? 40 : cols >= 60 ? 30 : 20) : 14;
  const [left, right] = key ? [key.keys, key.does] : [command.usage, command.summary];
  const room = Math.max(label + 3, command || cols < 84 ? cols - 4 : columnCells(cols));
  const text = cut(`${padEnd(left, label)} ${right}`, room - 2);
  return { text: padEnd(text, room), entry, look: 'plain', does: label };
}

/** The groups of keys, two side by side where there is room, and the commands under them. */
function grouped(all: readonly HelpEntry[], cols: number): Cell[][] {
  const heading = (text: string, cells = columnCells(cols)): Cell => ({ text: padEnd(text, cells), look: 'heading' });
  const groups = (['Move', 'Write', 'See', 'Leave'] as const).map((group) => [
    heading(group),
    ...all.filter(({ key }) => key?.group === group).map((entry) => cell(entry, cols)),
  ]);
  const beside = cols >= 84 ? 2 : 1;
  const lines: Cell[][] = [];
  for (let at = 0; at < groups.length; at += beside) {
    const [left = [], right = []] = groups.slice(at, at + beside);
    for (let y = 0; y < Math.max(left.length, right.length); y++)
      lines.push([left[y] ?? heading(''), right[y] ?? heading('', 0)]);
    lines.push([]);
  }
  const commands = all.filter(({ command }) => command).map((entry) => [cell(entry, cols)]);
  return [...lines, [heading('Commands', 11), { text: '/help NAME tells more', look: 'plain' }], ...commands];
}

function drawn({ text, entry, look, does = 0 }: Cell, chosen: HelpEntry | undefined, theme: Theme): string {
  if (look === 'heading') return theme.bold(text);
  if (!entry) return theme.dim(text);
  if (entry === chosen) return theme.chosen(text);
  const label = cut(text, does, '');
  return theme.accent(label) + text.slice(label.length);
}
