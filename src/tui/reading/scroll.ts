import { block, height } from './chat-rows.ts';
import type { Conversation } from './conversations.ts';

/** The lowest row shown: row `row` of the block of message `id`. Without an anchor the newest row is the lowest. */
export type Anchor = { readonly id: string; readonly row: number };

/** The part of the screen that shows lines. */
export type Area = { readonly cols: number; readonly rows: number };

/** A row of a conversation: row `row` of the block at `index`. */
type Place = { readonly index: number; readonly row: number };

/** The blocks to draw for a pane, oldest first, and how many rows of the first and last of them are outside. */
export type Visible = { readonly from: number; readonly to: number; readonly above: number; readonly below: number };

/** What of a conversation is in sight. Walks over what is shown only, however long the past is. */
export function visible(
  conversation: Conversation,
  anchor: Anchor | undefined,
  { cols, rows }: Area,
): Visible | undefined {
  const lowest = placeOf(conversation, anchor, cols);
  if (!lowest) return undefined;
  const below = height(block(conversation, lowest.index, cols)) - lowest.row - 1;
  let from = lowest.index;
  let seen = lowest.row + 1;
  while (seen < rows && from > 0) seen += height(block(conversation, --from, cols));
  return { from, to: lowest.index, above: Math.max(0, seen - rows), below };
}

/** The anchor after scrolling by `by` rows, negative towards the past. At the oldest line the pane stays full. */
export function scrolled(
  conversation: Conversation,
  anchor: Anchor | undefined,
  by: number,
  pane: Area,
): Anchor | undefined {
  const start = placeOf(conversation, anchor, pane.cols);
  if (!start) return undefined;
  const target = walk(conversation, start, by, pane.cols);
  const newest = placeOf(conversation, undefined, pane.cols)!;
  const highest = walk(conversation, { index: 0, row: 0 }, pane.rows - 1, pane.cols);
  const place = by < 0 && isBefore(target, highest) ? highest : target;
  // The newest line that is held need not be the newest there is: then the reader stays at it.
  if (!isBefore(place, newest) && !conversation.newer) return undefined;
  return { id: conversation.messages[place.index]!.id, row: place.row };
}

/** The anchor that puts the message `id` at the top of the pane, its rules included; `undefined` when everything from it on fits. */
export const atTop = (conversation: Conversation, id: string, pane: Area): Anchor | undefined =>
  below(conversation, id, pane.rows - 1, pane.cols);

/** The anchor that puts the message `id` in the middle of the pane; `undefined` when the newest line is in sight with it. */
export const centred = (conversation: Conversation, id: string, pane: Area): Anchor | undefined =>
  below(conversation, id, pane.rows >> 1, pane.cols);

/** The anchor `rows` rows below the first of the message `id`. */
function below(conversation: Conversation, id: string, rows: number, cols: number): Anchor | undefined {
  const index = conversation.messages.findLastIndex((message) => message.id === id);
  if (index < 0) return undefined;
  const place = walk(conversation, { index, row: 0 }, rows, cols);
  const newest = placeOf(conversation, undefined, cols)!;
  if (!isBefore(place, newest) && !conversation.newer) return undefined;
  return { id: conversation.messages[place.index]!.id, row: place.row };
}

/** Whether the oldest row that is held is in sight, so that older ones are wanted. */
export const atOldest = (conversation: Conversation, anchor: Anchor | undefined, pane: Area): boolean =>
  (visible(conversation, anchor, pane)?.from ?? 0) === 0;

/** Whether the newest row that is held is in sight, so that newer ones are wanted where there are any. */
export const atNewest = (conversation: Conversation, anchor: Anchor | undefined, pane: Area): boolean => {
  const sight = visible(conversation, anchor, pane);
  return sight === undefined || (sight.to === conversation.messages.length - 1 && sight.below === 0);
};

function placeOf({ messages, ...rest }: Conversation, anchor: Anchor | undefined, cols: number): Place | undefined {
  const found = anchor === undefined ? -1 : messages.findLastIndex((message) => message.id === anchor.id);
  const index = found < 0 ? messages.length - 1 : found;
  if (index < 0) return undefined;
  const last = height(block({ messages, ...rest }, index, cols)) - 1;
  // After a change of width the block may have fewer rows than it had.
  return { index, row: found < 0 ? last : Math.min(anchor!.row, last) };
}

function walk(conversation: Conversation, from: Place, by: number, cols: number): Place {
  let { index, row } = from;
  row += by;
  while (row < 0 && index > 0) row += height(block(conversation, --index, cols));
  if (row < 0) return { index: 0, row: 0 };
  for (;;) {
    const rows = height(block(conversation, index, cols));
    if (row < rows) return { index, row };
    if (index === conversation.messages.length - 1) return { index, row: rows - 1 };
    row -= rows;
    index++;
  }
}

const isBefore = (a: Place, b: Place): boolean => a.index < b.index || (a.index === b.index && a.row < b.row);
