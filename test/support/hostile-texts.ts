import { readFileSync } from 'node:fs';

/** What a terminal would obey, were it let through: each as a message, a name, a topic or an error could bring it. */
export const TERMINAL_ORDERS: readonly string[] = [
  '\x1b]0;owned\x07', // the title
  '\x1b]52;c;b3duZWQ=\x07', // the clipboard
  '\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\', // a link that says something else
  '\x1b]11;#ff0000\x07', // the background
  '\x1b]777;notify;owned;owned\x07',
  '\x1bP+q544e\x1b\\', // DCS
  '\x1b_Gi=1;AAAA\x1b\\', // APC
  '\x1b^owned\x1b\\\x1bXowned\x1b\\', // PM, SOS
  '\u009b31mred\u009d0;owned\u009c\u0090q\u009c\u0085\u0084', // C1, as letters
  '\x1b[2J\x1b[H\x1b[31mred\x1b[3;3Hhere',
  '\x1b[6n\x1b[c\x1b[?1049l\x1b[?7h\x1bc', // questions that would type, the other screen, reset
  '\x1b[?2004l\x1b[?1000h\x1b[>1u',
  'over\rwritten\b\b\b\x07\x00\x0e\x0f\x7f',
  'one\ntwo\r\nthree\vfour\ffive\u2028six\u2029seven\u0085eight',
  '\u202egnp.exe\u202c \u2066a\u2069 \u200f\u200e\u061c',
  '\u{e0041}\u{e0042}\u{e007f} \ufeff\u2060\u00ad\u180e',
  '\ud800 lone \udfff',
  '\ufffe\uffff\u{1fffe}',
  `z${'\u0301'.repeat(10_000)}algo`,
  `${'👩‍👩‍👧‍👦'.repeat(50)}${'👍🏽'.repeat(50)}`,
  `a${'\u200d'.repeat(500)}b${'\ufe0f'.repeat(500)}c`,
  'w'.repeat(5_000),
  '今日は'.repeat(500),
  `${'\t'.repeat(50)}x`,
];

/** The Big List of Naughty Strings (test/vectors/SOURCES.md). */
export const NAUGHTY: readonly string[] = JSON.parse(
  readFileSync(new URL('../vectors/text/blns.json', import.meta.url), 'utf8'),
) as readonly string[];

/** Everything that was ever sent to do harm to who reads it. */
export const HOSTILE_TEXTS: readonly string[] = [...TERMINAL_ORDERS, ...NAUGHTY.filter((text) => text !== '')];
