/** The signs the screen is drawn with, each one cell wide. Those of delivery states are in `commands/show.ts`. */
export type Signs = {
  readonly name: string;
  readonly prompt: string;
  readonly pointer: string;
  readonly wall: string;
  readonly rule: string;
  readonly more: string;
  readonly dot: string;
  readonly near: string;
  readonly away: string;
  readonly wrong: string;
  readonly done: string;
  readonly waiting: string;
  readonly hops: string;
  readonly full: string;
  readonly empty: string;
  readonly dash: string;
  readonly up: string;
  readonly down: string;
  /** Something has been begun there. */
  readonly draft: string;
  /** Begins what a line answers. */
  readonly answers: string;
  /** Begins what the line being written answers. */
  readonly aims: string;
};

/** All of East Asian width neutral or, for lines and bars, ambiguous (UAX #11); no emoji. */
export const UNICODE_SIGNS: Signs = {
  name: 'unicode',
  prompt: '❯',
  pointer: '▸',
  wall: '│',
  rule: '─',
  more: '…',
  dot: '·',
  near: '◉',
  away: '◌',
  wrong: '✗',
  done: '✓',
  waiting: '⇡',
  hops: '⇢',
  full: '█',
  empty: '░',
  dash: '—',
  up: '↑',
  down: '↓',
  draft: '✎',
  answers: '┌',
  aims: '↳',
};

/** For terminals whose locale knows no UTF-8. */
export const ASCII_SIGNS: Signs = {
  name: 'ascii',
  prompt: '>',
  pointer: '>',
  wall: '|',
  rule: '-',
  more: '~',
  dot: '-',
  near: '*',
  away: 'o',
  wrong: 'x',
  done: '+',
  waiting: '.',
  hops: '>',
  full: '#',
  empty: '.',
  dash: '-',
  up: '^',
  down: 'v',
  draft: '%',
  answers: ',',
  aims: '>',
};

/** A line with the signs that stand in sentences and names of keys of ours (`·`, `…`, `↑`) in ASCII too, cell for cell. */
export const inAscii = (line: string): string => line.replace(OF_SENTENCES, (sign) => IN_ASCII[sign] ?? '?');

const IN_ASCII: Readonly<Record<string, string>> = {
  '·': '-',
  '…': '~',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '—': '-',
  '−': '-',
  '×': 'x',
  '‹': '<',
  '›': '>',
  '“': '"',
  '”': '"',
  '’': "'",
  '▏': '|',
};

const OF_SENTENCES = new RegExp(`[${Object.keys(IN_ASCII).join('')}]`, 'g');
