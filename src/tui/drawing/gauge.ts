import type { Signs } from './signs.ts';

type Look = Pick<Signs, 'name' | 'full' | 'empty'>;

/** How much of something there is, in exactly `cells` cells: eighths of a cell where the signs can show them. `share` is 0 to 1. */
export function bar(share: number, cells: number, { name, full, empty }: Look): string {
  const part = Math.max(0, Math.min(1, Number.isNaN(share) ? 0 : share));
  const steps = name === 'ascii' ? 1 : EIGHTHS.length;
  // Something is never shown as nothing, and not everything never as everything.
  const filled =
    part === 0 || part === 1 ? part * cells * steps : between(Math.round(part * cells * steps), cells * steps);
  const whole = Math.floor(filled / steps);
  const rest = filled - whole * steps;
  const line = full.repeat(whole) + (rest > 0 ? EIGHTHS[rest] : '');
  return line + empty.repeat(Math.max(0, cells - whole - (rest > 0 ? 1 : 0)));
}

const between = (steps: number, all: number): number =>
  Math.max(Math.min(1, all), Math.min(Math.max(1, all - 1), steps));

/** Left parts of a block, by eighths (Unicode block Block Elements). */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * A cell for each value, as high as its share of the highest, or of twice the lowest: what hardly changes is drawn at half
 * height, and what is unusual stands out. A blank where none is known.
 */
export function sparkline(values: readonly (number | undefined)[], { name }: Pick<Look, 'name'>): string {
  const heights = name === 'ascii' ? ASCII_HEIGHTS : HEIGHTS;
  const known = values.filter((value) => value !== undefined);
  const most = known.length === 0 ? 0 : Math.max(...known, 2 * Math.min(...known));
  const height = (value: number): string =>
    heights[most === 0 ? 0 : Math.max(0, Math.ceil((value / most) * heights.length) - 1)] ?? ' ';
  return values.map((value) => (value === undefined ? ' ' : height(value))).join('');
}

/** Not up to the full block: rows above one another would grow together. */
const HEIGHTS = [...'▁▂▃▄▅▆▇'];
const ASCII_HEIGHTS = [...'_.:-=+*'];
