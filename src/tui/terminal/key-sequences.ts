/*
 * What a terminal sends for keys, and what it sends besides: ECMA-48 §5.4 (control sequences) and §5.6 (control strings), and
 * the exceptions that xterm's ctlseqs, rxvt and the Linux console (console_codes(4)) have made to them.
 */

/** Before a paste, where the terminal marks pastes (xterm's ctlseqs, bracketed paste mode). */
export const PASTE_BEGINS = '\x1b[200~';
/** Behind it. */
export const PASTE_ENDS = '\x1b[201~';

/** One key, report, answer, or run of plain text. */
const KEY = new RegExp(
  [
    '\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)', // OSC
    '\\x1b[PX^_][^\\x07\\x1b]*\\x1b\\\\', // DCS, SOS, PM, APC
    '\\x1b\\[\\[[A-E]', // F1 to F5 of the Linux console
    '\\x1b\\[M[^\\x00-\\x1f]{3}', // a mouse in the old way: three characters follow
    '\\x1b\\[[235678]\\$', // Shift and an editing key in rxvt
    '\\x1b\\x1b?\\[[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]', // CSI, or Alt with it
    '\\x1b\\x1b?\\[[\\x30-\\x3f]*[\\x20-\\x2f]*', // CSI cut off by something else
    '\\x1b\\x1b?O[0-9;]*[A-Za-z]', // SS3
    '\\x1b[^\\[\\x1b]', // Alt+key
    '[\\x00-\\x1f\\x7f]', // a control key
    '[^\\x00-\\x1f\\x7f]+', // text
  ].join('|'),
  'gu',
);

/** The beginning of a sequence at the end of what has come so far. */
const PARTIAL =
  /\x1b(?:\x1b?\[[\x30-\x3f]*[\x20-\x2f]*|\[\[|\[M[^\x00-\x1f]{0,2}|\x1b?O[0-9;]*|\](?:\d{1,4}(?:;[^\x07\x1b]*\x1b?)?)?)?$/u;

/** What came, key by key, and the beginning of a key at its end, which waits for the rest. Nothing of it is a paste. */
export function keysOf(input: string): { readonly keys: readonly string[]; readonly rest: string } {
  const end = PARTIAL.exec(input)?.index ?? input.length;
  return { keys: input.slice(0, end).match(KEY) ?? [], rest: input.slice(end) };
}

/** What the terminal tells that is no key. */
export type Report =
  | { readonly name: 'wheel'; readonly direction: -1 | 1 }
  | { readonly name: 'focus'; readonly focused: boolean }
  /** Where the caret is, from 1: the answer to CSI 6n. */
  | { readonly name: 'caret'; readonly row: number; readonly column: number }
  /** An answer to a question (OSC): its number and text. */
  | { readonly name: 'answer'; readonly number: number; readonly text: string }
  /** Whether the terminal knows a mode: the answer to DECRQM. */
  | { readonly name: 'mode'; readonly number: number; readonly known: boolean }
  /** Something that concerns nobody: another button, a string, a function key. */
  | { readonly name: 'nothing' };

/** What `key` tells; `undefined` when it is a key. */
export function reportOf(key: string): Report | undefined {
  if (!key.startsWith('\x1b')) return undefined;
  if (key === '\x1b[I' || key === '\x1b[O') return { name: 'focus', focused: key === '\x1b[I' };
  const mouse = /^\x1b\[<(\d+);\d+;\d+[Mm]$/.exec(key)?.[1];
  if (mouse === '64' || mouse === '65') return { name: 'wheel', direction: mouse === '64' ? -1 : 1 };
  // Shift+F3 looks like this too, and F-keys do nothing here.
  const caret = /^\x1b\[(\d+);(\d+)R$/.exec(key);
  if (caret) return { name: 'caret', row: Number(caret[1]), column: Number(caret[2]) };
  const answer = /^\x1b\](\d+);([^\x07\x1b]*)(?:\x07|\x1b\\)$/.exec(key);
  if (answer) return { name: 'answer', number: Number(answer[1]), text: answer[2] ?? '' };
  const mode = /^\x1b\[\?(\d+);(\d)\$y$/.exec(key);
  if (mode) return { name: 'mode', number: Number(mode[1]), known: mode[2] === '1' || mode[2] === '2' };
  return mouse !== undefined || NO_KEY.test(key) ? { name: 'nothing' } : undefined;
}

/** Mice, strings, answers nobody asked for, stray ends of pastes, and function keys, which not every terminal sends alike. */
const NO_KEY = new RegExp(
  [
    '^\\x1b\\[M[^\\x00-\\x1f]{3}$',
    '^\\x1b(?:\\][^]|[PX^_][^]*\\x1b\\\\$)',
    '^\\x1b\\x1b?\\[[\\x20-\\x3f]*$',
    '^\\x1b\\[(?:200|201)~$',
    '^\\x1b\\[\\[[A-E]$',
    '^\\x1b\\x1b?O[0-9;]*[P-S]$',
    '^\\x1b\\x1b?\\[(?:1;\\d+)?[P-S]$',
    '^\\x1b\\x1b?\\[(?:1[1-57-9]|2[0134568-9]|3[1-4])(?:;\\d+)?[~^$@]$',
    '^\\x1b\\[\\?[0-9;]*[cn]$',
  ].join('|'),
);

/**
 * Whether text that came in one read without the marks of a paste is one all the same: nobody types on after Enter within
 * one read.
 */
export const looksPasted = (input: string): boolean => /[\r\n][^\x00-\x1f\x7f]/.test(input) && !input.includes('\x1b');
