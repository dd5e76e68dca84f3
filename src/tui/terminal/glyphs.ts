import { inAscii } from '../drawing/signs.ts';

/** Pictographs joined by U+200D, dressed or toned each; the first of them is kept. */
const JOINED = new RegExp(
  String.raw`(PICTURE)(?:\u200dPICTURE)+`.replaceAll(
    'PICTURE',
    String.raw`\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?`,
  ),
  'gu',
);

/** What terminals draw in as many cells as they like: sequences of emoji (UTS #51), by what they are made of. */
export const CLUSTERS: Readonly<Record<Cluster, ClusterKind>> = {
  /** Several people or things joined to one: the first of them stands for all. */
  joined: {
    sample: '👩‍👩‍👧‍👦',
    simplified: (text) => text.replace(JOINED, '$1'),
  },
  /** A digit on a key: the digit. */
  keycap: { sample: '1️⃣', simplified: (text) => text.replace(/\ufe0f?\u20e3/gu, '') },
  /** A hand or person with a tone of skin: without. */
  toned: { sample: '👍🏽', simplified: (text) => text.replace(/[\u{1f3fb}-\u{1f3ff}]/gu, '') },
  /** Two letters that make a flag: the letters. */
  flag: {
    sample: '🇩🇪',
    simplified: (text) =>
      text.replace(/[\u{1f1e6}-\u{1f1ff}]/gu, (letter) =>
        String.fromCodePoint(letter.codePointAt(0)! - 0x1f1e6 + 0x41),
      ),
  },
  /** A sign that asks to be an emoji (variation selector 16): the sign. */
  dressed: { sample: '❤️', simplified: (text) => text.replace(/\ufe0f/gu, '') },
  /** Any picture: a frame. */
  picture: { sample: '👍', simplified: (text) => text.replace(/\p{Emoji_Presentation}/gu, '▯') },
};

/** A kind of emoji sequence. */
export type Cluster = 'joined' | 'keycap' | 'toned' | 'flag' | 'dressed' | 'picture';

/** One of the kind, two cells wide where it is drawn as meant, and how a text is written without that kind. */
type ClusterKind = { readonly sample: string; readonly simplified: (text: string) => string };

/** What a terminal draws otherwise than we count. */
export type Glyphs = {
  /** What it gives other than two cells, and is therefore shown simplified. */
  readonly simplified: ReadonlySet<Cluster>;
  /** Whether what is of ambiguous width (UAX #11: Greek, lines, `…`) takes two cells, as on terminals made for Chinese, Japanese and Korean. */
  readonly wideAmbiguous: boolean;
  /** Whether it takes bytes for letters, so that only ASCII may be sent to it. */
  readonly asciiOnly: boolean;
};

/** A terminal that counts as we do. */
export const USUAL_GLYPHS: Glyphs = { simplified: new Set(), wideAmbiguous: false, asciiOnly: false };

let terminal = USUAL_GLYPHS;

/** What the terminal of this process draws. A process has one terminal, and asks it once, before it draws anything. */
export const glyphs = (): Glyphs => terminal;

/** Says what the terminal of this process draws. */
export function drawFor(found: Glyphs): void {
  terminal = found;
}

/**
 * `text` as this terminal draws it in the cells that are counted for it. Every width is that of the drawn text, and every
 * line passes here once more before it goes out; drawing twice changes nothing.
 */
export function drawn(text: string): string {
  if (PRINTABLE.test(text)) return text;
  let simple = text.replace(LONE_TONE, '▯');
  if (terminal === USUAL_GLYPHS) return simple;
  for (const kind of terminal.simplified) simple = CLUSTERS[kind].simplified(simple);
  return terminal.asciiOnly ? asciiOf(simple) : simple;
}

/** A tone of skin on what has no skin belongs to it (UAX #29), and is drawn as two more cells all the same: a frame instead. */
const LONE_TONE = /(?<!\p{Emoji_Modifier_Base}\ufe0f?)[\u{1f3fb}-\u{1f3ff}]/gu;

const PRINTABLE = /^[\x20-\x7e]*$/;

/** The bytes of other letters would be drawn as something else, or obeyed: in UTF-8 many of them are controls of eight bits. */
const asciiOf = (text: string): string =>
  inAscii(text)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[^\x00-\x7f]/gu, '?');
