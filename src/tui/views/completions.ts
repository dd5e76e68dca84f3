import { cut, padEnd, spread, width } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import type { Completion } from '../line/completion.ts';
import type { Area } from '../reading/scroll.ts';

/** What could stand at the caret, at most eight of it: lines of exactly `cols` cells, to stand at the bottom of the pane. */
export function completions(completion: Completion, { cols, rows }: Area, theme: Theme): string[] {
  const { candidates, chosen } = completion;
  const count = Math.min(8, rows, candidates.length);
  const from = Math.max(0, Math.min((chosen ?? 0) - (count >> 1), candidates.length - count));
  const part = candidates.slice(from, from + count);
  const label = Math.min(cols - 4, Math.max(...part.map((item) => width(labelOf(item)))) + 2);
  const many = candidates.length > count ? ` ${from + 1}–${from + count} of ${candidates.length} ` : '';
  return part.map((item, index) => {
    const counts = index === count - 1 ? many : '';
    const isChosen = from + index === chosen;
    const left = ` ${isChosen ? theme.signs.pointer : ' '} ${padEnd(labelOf(item), label)}`;
    const right = cut(guard.line(item.about), Math.max(0, cols - width(left) - width(counts) - 1), theme.signs.more);
    const line = spread(left + (isChosen ? right : theme.dim(right)), theme.dim(counts), cols);
    return isChosen ? theme.chosen(line) : theme.bar(line);
  });
}

/** A sign alone says little: its name stands before it. */
const labelOf = ({ text, name }: Completion['candidates'][number]): string =>
  guard.line(name === undefined ? text : `${name} ${text}`);
