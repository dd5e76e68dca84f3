import { cut, fill } from '../drawing/cells.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import { block } from '../reading/chat-rows.ts';
import type { Conversation } from '../reading/conversations.ts';
import { type Area, visible } from '../reading/scroll.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import { message } from './message.ts';
import { shortName } from './name.ts';
import { welcome } from './welcome.ts';

/** The open conversation, newest line at the bottom: exactly `rows` lines of at most `cols` cells. */
export function chat(state: ViewState, pane: Area, theme: Theme): string[] {
  const conversation = openConversation(state);
  if (!conversation) return welcome(state, pane, theme);
  const sight = visible(conversation, state.anchor, pane);
  if (!sight) return nothingYet(conversation, pane, theme);
  const rows: string[] = [];
  for (let index = sight.from; index <= sight.to; index++) {
    rows.push(...message(block(conversation, index, pane.cols), state, pane.cols, theme));
  }
  const shown = rows.slice(sight.above, rows.length - sight.below);
  const all = [...fill([], pane.rows - shown.length), ...shown];
  // So narrow that not even the columns fit.
  return pane.cols < 20 ? all.map((row) => cut(row, pane.cols)) : all;
}

/** An empty conversation says what is true of what will be written there. */
function nothingYet({ kind, name, history }: Conversation, pane: Area, theme: Theme): string[] {
  if (history === 'wanted') return fill([], pane.rows);
  const who = shortName(name, 40, theme.signs.more);
  const words =
    kind === 'channel'
      ? `Nothing has been said in ${who} since you joined. What you write goes to everybody who listens there now, or comes by while it lives.`
      : `Nothing has been said with ${who} yet. What you write is sealed for ${who} alone; when ${who} is away it waits here and goes out on return.`;
  const lines = wrap(words, Math.max(8, Math.min(60, pane.cols - 6))).map((line) =>
    theme.dim(cut(`   ${line}`, pane.cols)),
  );
  return [
    ...fill([], Math.max(0, (pane.rows - lines.length) >> 1)),
    ...fill(lines, pane.rows - ((pane.rows - lines.length) >> 1)),
  ];
}
