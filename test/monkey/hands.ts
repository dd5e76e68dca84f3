import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import type { Chance } from './chance.ts';

/** What is done to a screen next. */
export type Deed =
  | { readonly name: 'bytes'; readonly bytes: readonly string[] }
  | { readonly name: 'resize'; readonly cols: number; readonly rows: number }
  | { readonly name: 'rest'; readonly ms: number };

/**
 * Anything that hands, terminals and bad luck can do to a keyboard, but for what is there to leave: Ctrl+C alone clears the
 * line, and twice in a second is not pressed. Nor are Ctrl+Z and Ctrl+X, which give the keyboard to a shell or an editor.
 */
export function nextDeed(chance: Chance): Deed {
  const roll = chance.below(100);
  if (roll < 30) return typed(chance.words(1 + chance.below(8)));
  if (roll < 38) return typed('\r');
  if (roll < 60) return typed(...Array.from({ length: 1 + chance.below(6) }, () => chance.of(KEYS)));
  if (roll < 68) return typed(`${chance.of(COMMANDS)}${chance.oneIn(3) ? '\t' : '\r'}`);
  if (roll < 74) return typed(`\x1b[200~${pasted(chance)}\x1b[201~`);
  if (roll < 79)
    return torn(chance.of([...KEYS, '\x1b]11;rgb:1111/2222/3333\x1b\\', '\x1b[1;5A', '\x1b[<64;3;3M']), chance);
  if (roll < 84) return typed(harmless(chance.bytes(1 + chance.below(200))));
  if (roll < 89)
    return typed(chance.of(['\x1b[I', '\x1b[O', '\x1b[<65;10;5M', '\x1b[<0;3;4M\x1b[<0;3;4m', '\x1b[B\x1b[B\x1b[B']));
  if (roll < 91) return typed('x\x04', '\x03');
  if (roll < 96) return { name: 'resize', cols: size(chance, 160), rows: size(chance, 50) };
  return { name: 'rest', ms: chance.below(1_200) };
}

const typed = (...bytes: readonly string[]): Deed => ({ name: 'bytes', bytes });

/** Mostly a usual size, now and then one that nobody would want. */
const size = (chance: Chance, usual: number): number => 1 + chance.below(chance.oneIn(6) ? 10 : usual);

/** Small, or large enough to be folded, with lines that would run were they typed. */
function pasted(chance: Chance): string {
  const text = chance.oneIn(2) ? chance.of(HOSTILE_TEXTS).slice(0, 2_000) : `${chance.words(20)}\r/quit\r`;
  return text.repeat(chance.oneIn(10) ? 1 + chance.below(60) : 1).replaceAll('\x1b[201~', '');
}

/** A key that a slow line tears apart. */
function torn(key: string, chance: Chance): Deed {
  const at = chance.below(key.length);
  return typed(key.slice(0, at), key.slice(at));
}

/** Noise without what leaves, stops, or runs a line: every other byte may come. */
const harmless = (bytes: string): string => bytes.replace(/[\x03\x04\x18\x1a\r\n]/g, '').replaceAll('/q', '');

const KEYS = [
  ...['\x1b', '\t', '\x1b[Z', '\x7f', '\b', '\x1b[3~', '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[H', '\x1b[F'],
  ...['\x1b[5~', '\x1b[6~', '\x1b[1;5C', '\x1b[1;5D', '\x1b[1;3A', '\x1b[1;3B', '\x1b[1;3H', '\x1b[1;3F', '\x1b\x7f'],
  ...[...'aefghjklmnoprtuvwy'].map((letter) => String.fromCharCode(letter.charCodeAt(0) & 0x1f)),
  ...[...'0123456789abhimpsuvnxr'].map((letter) => `\x1b${letter}`),
  ...[
    '\x1bOP',
    '\x1b[15~',
    '\x1b[24;5~',
    '\x1b[[A',
    '\x1b[13;2u',
    '\x1b[97;5u',
    '\x1b[27u',
    '\x1b[57358u',
    '\x1f',
    '\x1c',
  ],
  ...['?', '/', ':', '@', '#', ' ', 'a', 'é', '你', '👍🏽', '🇩🇪', '\x1b\r', '\n'],
];

const COMMANDS = [
  ...[
    '/help',
    '/help chat',
    '/mesh peers',
    '/mesh store',
    '/mesh status',
    '/mesh identity',
    '/mesh map',
    '/mesh route bob',
  ],
  ...[
    '/theme light',
    '/theme mono',
    '/theme auto',
    '/search hill',
    '/history',
    '/contacts',
    '/mesh send bob hello',
    '/chat bob',
  ],
  ...[
    '/chat #general',
    '/mesh broadcast #general hi',
    '/nope',
    '/mesh',
    '/mesh trace bob',
    '/mesh ping bob',
    '//slash',
    '/set',
  ],
];
