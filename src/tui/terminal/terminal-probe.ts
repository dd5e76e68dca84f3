import { CLUSTERS, type Cluster, type Glyphs, USUAL_GLYPHS } from './glyphs.ts';
import type { TtyInput } from './tty-input.ts';

/** What a terminal has shown of itself. */
export type Probed = {
  readonly glyphs: Glyphs;
  /** Whether it marks what is pasted. */
  readonly marksPastes: boolean;
};

/** How the terminal is reached. */
export type Probing = {
  readonly input: Pick<TtyInput, 'reports'>;
  readonly write: (text: string) => void;
  /** Whether the locale says that text is UTF-8. If not, only a letter is tried whose bytes harm nobody. */
  readonly utf8: boolean;
  readonly waitMs: number;
};

/**
 * Asks the terminal how wide it draws what terminals disagree about: a sample each, and where the caret is behind it (CSI
 * 6n; xterm's ctlseqs, DSR). Also whether it knows bracketed paste (DECRQM). Draws on the line of the caret and leaves that
 * line empty; the terminal must be in raw mode. A terminal that does not answer is taken for a usual one after `waitMs`.
 */
export async function probe({ input, write, utf8, waitMs }: Probing): Promise<Probed> {
  const samples = utf8 ? [LETTER, LINES, ...KINDS.map((kind) => CLUSTERS[kind].sample)] : [LETTER];
  const columns: number[] = [];
  let marksPastes = false;
  const all = Promise.withResolvers<void>();
  const onCaret = (_row: number, column: number): void => {
    columns.push(column);
    if (columns.length === samples.length) all.resolve();
  };
  const onMode = (number: number, known: boolean): void => {
    if (number === BRACKETED_PASTE) marksPastes = known;
  };
  input.reports.on('caret', onCaret).on('mode', onMode);
  // The mode first: what answers the last sample has answered everything. Terminals that take the question for text lose it with the line.
  write(`\x1b[?${BRACKETED_PASTE}$p${samples.map((sample) => `${EMPTY_LINE}${sample}\x1b[6n`).join('')}${EMPTY_LINE}`);
  const impatient = setTimeout(all.resolve, waitMs);
  await all.promise;
  clearTimeout(impatient);
  input.reports.off('caret', onCaret).off('mode', onMode);
  return {
    glyphs: glyphsOf(
      columns.map((column) => column - 1),
      utf8,
    ),
    marksPastes,
  };
}

/** From the widths of the samples, in cells; those that are missing are as usual. */
function glyphsOf([letter, lines = 2, ...kinds]: readonly number[], utf8: boolean): Glyphs {
  // Where the locale is none of UTF-8, only an answer proves that the terminal is.
  if (letter === undefined ? !utf8 : letter !== 1)
    return { ...USUAL_GLYPHS, simplified: new Set(KINDS), asciiOnly: true };
  const wrong = KINDS.filter((_, at) => (kinds[at] ?? 2) !== 2);
  // Without pictures there is nothing that could be put together from them.
  const simplified = new Set<Cluster>(wrong.includes('picture') ? KINDS : wrong);
  return { simplified, wideAmbiguous: lines > 2, asciiOnly: false };
}

const KINDS = Object.keys(CLUSTERS) as Cluster[];
const BRACKETED_PASTE = 2004;
const EMPTY_LINE = '\r\x1b[K';

/** One cell in UTF-8; in any code of eight bits its two bytes are two letters, and no control. */
const LETTER = 'ñ';

/** Two signs of ambiguous width. */
const LINES = '─●';
