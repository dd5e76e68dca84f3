import type { Journey } from '../measures/journey.ts';
import type { Plan } from '../plan.ts';
import { arrange } from './layout.ts';
import { duration, some } from './words.ts';

/** What a terminal can show. */
export type Canvas = { readonly columns: number; readonly ascii: boolean };

const SIGNS = {
  unicode: { link: '·', way: '•', arrow: '→' },
  ascii: { link: '.', way: '#', arrow: '->' },
} as const;

/** More nodes than this are not drawn: the terminal would be full of them. */
const NODES_MAX = 150;
const COLUMNS_MIN = 40;
const COLUMNS_MAX = 160;

/** Draws a net and the way of a letter through it, as lines of text: nodes on the way in brackets, hostile ones with a `!`. */
export function draw(plan: Plan, journey: Journey | undefined, canvas: Canvas): string[] {
  const count = plan.clockOffsetsMs.length;
  if (count > NODES_MAX)
    return [
      `${some(count, 'node')} are too many to be drawn here: --report html draws them`,
      ...told(plan, journey, canvas),
    ];
  const columns = Math.max(COLUMNS_MIN, Math.min(COLUMNS_MAX, canvas.columns));
  const rows = Math.round(columns * Math.min(0.3, 0.12 + count / 100));
  const labels = plan.clockOffsetsMs.map((_, index) => label(plan, journey, index));
  const cells = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
  const widest = Math.max(...labels.map((text) => text.length));
  const at = arrange(plan).map(({ x, y }) => ({
    x: Math.round(widest / 2 + x * (columns - 1 - widest)),
    y: Math.round(y * (rows - 1)),
  }));
  const { link, way } = SIGNS[canvas.ascii ? 'ascii' : 'unicode'];
  for (const [a, b] of plan.links) stroke(cells, at[a]!, at[b]!, link);
  const steps = journey?.way ?? [];
  for (const [i, b] of steps.slice(1).entries()) stroke(cells, at[steps[i]!]!, at[b]!, way);
  for (const [i, text] of labels.entries()) write(cells, at[i]!, text);
  return [...cells.map((row) => row.join('').trimEnd()), '', ...told(plan, journey, canvas)];
}

type Cell = { readonly x: number; readonly y: number };

const nameOf = (plan: Plan, index: number): string => plan.names?.[index] ?? String(index);

function label(plan: Plan, journey: Journey | undefined, index: number): string {
  const name = `${plan.hostile?.has(index) ? '!' : ''}${nameOf(plan, index)}`;
  return journey?.way.includes(index) ? `[${name}]` : name;
}

/** The way in words. */
function told(plan: Plan, journey: Journey | undefined, { ascii }: Canvas): string[] {
  if (!journey) return [];
  const { arrow } = SIGNS[ascii ? 'ascii' : 'unicode'];
  const way = journey.way.map((index) => nameOf(plan, index)).join(` ${arrow} `);
  const steps = journey.steps.map(({ name, afterMs, from }) => {
    const what = from === undefined ? 'written' : `from ${nameOf(plan, from)}`;
    return `  ${duration(afterMs).padStart(12)}  ${name.padEnd(12)} ${what}`;
  });
  const links = some(journey.way.length - 1, 'link');
  return [`the way of "${journey.text}", over ${links}: ${way}`, ...steps];
}

/** A straight line from one cell to another. */
function stroke(cells: string[][], from: Cell, to: Cell, sign: string): void {
  const length = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
  for (let i = 0; i <= length; i++) {
    const x = Math.round(from.x + ((to.x - from.x) * i) / length);
    const y = Math.round(from.y + ((to.y - from.y) * i) / length);
    cells[y]![x] = sign;
  }
}

/** A text around a cell, with a blank on each side where the picture goes on. */
function write(cells: string[][], { x, y }: Cell, text: string): void {
  const row = cells[y]!;
  const begin = Math.max(0, Math.min(row.length - text.length, x - Math.floor(text.length / 2)));
  for (const [i, letter] of [...text].entries()) row[begin + i] = letter;
}
