/** Where a cell is and how large, in pixels. */
export type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** The path of a sign that is made of lines or blocks (Unicode: Box Drawing, Block Elements); `undefined` for all others. */
export function shapeOf(sign: string, place: Place): string | undefined {
  const arms = ARMS[sign];
  if (arms) return linesOf(arms, place);
  return blocksOf(sign)
    ?.map((block) => blockOf(block, place))
    .join('');
}

/** Which ways the lines of a sign go from the middle: up, right, down, left. */
const ARMS: Readonly<Record<string, string>> = {
  ...{ '─': 'rl', '│': 'ud', '┌': 'rd', '┐': 'dl', '└': 'ur', '┘': 'ul', '╭': 'rd', '╮': 'dl', '╰': 'ur', '╯': 'ul' },
  ...{ '├': 'urd', '┤': 'udl', '┬': 'rdl', '┴': 'url', '┼': 'urdl', '╴': 'l', '╵': 'u', '╶': 'r', '╷': 'd' },
};

function linesOf(arms: string, { x, y, width, height }: Place): string {
  const [middle, centre] = [x + Math.floor(width / 2), y + Math.floor(height / 2)];
  const has = (arm: string): boolean => arms.includes(arm);
  const from = has('l') ? x : middle;
  const to = has('r') ? x + width : middle + 1;
  const top = has('u') ? y : centre;
  const bottom = has('d') ? y + height : centre + 1;
  const across = has('l') || has('r') ? box(from, centre, to - from, 1) : '';
  const down = has('u') || has('d') ? box(middle, top, 1, bottom - top) : '';
  return across + down;
}

/** A part of a cell, in eighths of its width and height: left, top, width, height. */
type Block = readonly [left: number, top: number, width: number, height: number];

const UPPER_LEFT: Block = [0, 0, 4, 4];
const UPPER_RIGHT: Block = [4, 0, 4, 4];
const LOWER_LEFT: Block = [0, 4, 4, 4];
const LOWER_RIGHT: Block = [4, 4, 4, 4];

const BLOCKS: Readonly<Record<string, readonly Block[]>> = {
  ...{ '▀': [[0, 0, 8, 4]], '▐': [[4, 0, 4, 8]], '▔': [[0, 0, 8, 1]], '▕': [[7, 0, 1, 8]], '▮': [[1, 1, 6, 6]] },
  ...{ '▖': [LOWER_LEFT], '▗': [LOWER_RIGHT], '▘': [UPPER_LEFT], '▝': [UPPER_RIGHT] },
  ...{ '▙': [UPPER_LEFT, LOWER_LEFT, LOWER_RIGHT], '▟': [UPPER_RIGHT, LOWER_LEFT, LOWER_RIGHT] },
  ...{ '▛': [UPPER_LEFT, UPPER_RIGHT, LOWER_LEFT], '▜': [UPPER_LEFT, UPPER_RIGHT, LOWER_RIGHT] },
  ...{ '▚': [UPPER_LEFT, LOWER_RIGHT], '▞': [UPPER_RIGHT, LOWER_LEFT] },
};

function blocksOf(sign: string): readonly Block[] | undefined {
  const code = sign.codePointAt(0) ?? 0;
  // U+2581 to U+2588: from below, an eighth more each; U+2589 to U+258F: from the left, an eighth less each.
  if (code >= 0x2581 && code <= 0x2588) return [[0, 0x2588 - code, 8, code - 0x2580]];
  if (code >= 0x2589 && code <= 0x258f) return [[0, 0, 0x2590 - code, 8]];
  return BLOCKS[sign];
}

function blockOf([left, top, wide, high]: Block, { x, y, width, height }: Place): string {
  return box(x + (left * width) / 8, y + (top * height) / 8, (wide * width) / 8, (high * height) / 8);
}

const box = (x: number, y: number, width: number, height: number): string => `M${x} ${y}h${width}v${height}h-${width}z`;
