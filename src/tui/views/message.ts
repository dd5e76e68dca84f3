import { type DeliveryState, sign } from '../../commands/show.ts';
import { cut, padEnd, padStart, ruled, width } from '../drawing/cells.ts';
import { clock, dayLabel } from '../drawing/format.ts';
import type { Style, Theme } from '../drawing/theme.ts';
import { type Block, type Columns, columns, type Row, reactionText } from '../reading/chat-rows.ts';
import { mentionOf } from '../reading/conversations.ts';
import { target } from '../reading/links.ts';
import type { ViewState } from '../screen-state.ts';
import { shortName } from './name.ts';

/** One message with its rules and notes: as many rows as its block has, each of at most `cols` cells. */
export function message(block: Block, state: ViewState, cols: number, theme: Theme): string[] {
  const at = columns(cols, block.message.kind);
  const isChosen = state.chosen?.id === block.message.id;
  const tick = edge(block, at, theme);
  const first = block.rows.findIndex(isContent);
  const last = block.rows.findLastIndex(isContent);
  return block.rows.map((row, index) => {
    if (row.kind === 'day') return theme.dim(ruled(dayLabel(row.at, state.now), cols, theme.signs.rule));
    if (row.kind === 'fresh') return theme.warn(ruled(`${row.news} new`, cols, theme.signs.rule));
    const mark = isChosen && index === first ? theme.accent(theme.signs.pointer) : ' ';
    const left = index === first ? labelled(block, state, at, theme) : ' '.repeat(at.time + at.name);
    const text =
      isChosen && row.kind === 'text' ? theme.bold(content(row, state, at, theme)) : content(row, state, at, theme);
    const wall = theme.dim(theme.signs.wall);
    return `${mark}${left} ${wall} ${index === last && tick !== '' ? `${padEnd(text, at.text)} ${tick}` : text}`;
  });
}

/** Whether a row is what the author wrote, or stands for that. */
const isContent = ({ kind }: Row): boolean => kind === 'text' || kind === 'note' || kind === 'folded';

function content(row: Exclude<Row, { kind: 'day' | 'fresh' }>, state: ViewState, at: Columns, theme: Theme): string {
  const { dim, signs } = theme;
  switch (row.kind) {
    case 'gap':
      return theme.warn(cut(row.text, at.text, signs.more));
    case 'quote':
      return dim(`${signs.answers} ${row.text}`);
    case 'text':
      return emphasized(row, state, theme) + (row.note === undefined ? '' : ` ${dim(inSigns(row.note, theme))}`);
    case 'note':
      return dim(cut(inSigns(row.text, theme), at.text, signs.more));
    case 'folded':
      return dim(cut(`${signs.more} ${row.rows} more lines ${signs.dot} Alt+V Enter shows them`, at.text, signs.more));
    case 'reactions': {
      const parts = row.reactions.map((reaction) => {
        const text = reactionText(reaction, signs.name === 'ascii');
        return reaction.mine ? theme.bold(text) : text;
      });
      return parts.join('  ');
    }
    case 'reason':
      return theme.bad(row.text);
  }
}

/** Time and name, which stand before the first row of what was written. */
function labelled({ message, named }: Block, { me }: ViewState, at: Columns, theme: Theme): string {
  const time = at.time > 0 ? theme.dim(padEnd(clock(message.received), at.time)) : '';
  if (!named) return time + ' '.repeat(at.name);
  const own = message.from === me.id;
  const name = shortName(own && me.name !== '' ? me.name : message.fromName, at.name, theme.signs.more);
  const look = theme.person(message.from)(name);
  return time + ' '.repeat(Math.max(0, at.name - width(name))) + (own ? theme.bold(look) : look);
}

/** What stands at the right edge: how far a line of ours is, or how many links another's crossed when it was more than one. */
function edge({ message }: Block, at: Columns, theme: Theme): string {
  const { state, hops, coverage } = message;
  const ascii = theme.signs.name === 'ascii';
  if (state === undefined)
    return hops > 1 ? theme.dim(padStart(`${Math.min(hops, 9)}${theme.signs.hops}`, at.tick)) : '';
  const counted = coverage && coverage.have > 0 ? `${coverage.have}/${coverage.of}` : undefined;
  const shown = counted !== undefined && counted.length <= at.tick ? counted : sign(state, { ascii });
  return tickStyle(state, theme)(padStart(shown, at.tick));
}

function tickStyle(state: DeliveryState, theme: Theme): Style {
  if (state === 'expired' || state === 'refused') return theme.bad;
  if (state === 'read') return theme.accent;
  if (state === 'delivered') return (text) => text;
  return state === 'queued' ? theme.warn : theme.dim;
}

/** Text with its links, and with our name where it calls us. */
function emphasized({ text, links }: Row & { readonly kind: 'text' }, { me }: ViewState, theme: Theme): string {
  const called = (part: string): string =>
    me.name === '' ? part : part.replace(mentionOf(me), (name) => theme.mention(name));
  let shown = '';
  let at = 0;
  for (const { url, id, from, to } of links) {
    const whole = target(url);
    shown += called(text.slice(at, from)) + theme.link(text.slice(from, to), whole && { url: whole.url, id });
    at = to;
  }
  return shown + called(text.slice(at));
}

/** Words of ours with the signs of the theme: `⇡` is the sign of what waits. */
const inSigns = (text: string, { signs }: Theme): string => text.replace('⇡', signs.waiting);
