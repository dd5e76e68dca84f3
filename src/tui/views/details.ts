import type { Details, LifeStep } from '../../api/reading.ts';
import { bytes, plural, sign } from '../../commands/show.ts';
import { cut, padEnd, ruled } from '../drawing/cells.ts';
import { span } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Style, Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { frame, notRead, scrolledBody } from './frame.ts';
import { shortName } from './name.ts';

type Known = Pick<ViewState, 'now'>;

/** Who has a message, since when, and by which way. */
export function details(state: Known, shown: PaneOf<'details'>, pane: Area, theme: Theme): string[] {
  const { shows } = shown;
  if (!shows) return frame('Message', notRead(shown, theme), ['Esc back'], pane, theme);
  const { message } = shows;
  const title = `Message ${guard.line(message.id.slice(0, 6))} ${theme.signs.dash} who has it, when, by which way`;
  const body = [
    ...said(shows, pane, theme),
    '',
    ...timeline(shows, pane, theme),
    '',
    ...facts(shows, state, pane, theme),
    ...members(shows, state, pane, theme),
    ...why(shows, pane, theme),
  ];
  return frame(title, scrolledBody(body, shown.top, pane, theme), keysFor(shows), pane, theme);
}

const keysFor = ({ message: { state, kind } }: Details): readonly string[] => [
  '↑↓ scroll',
  ...(state === 'queued' || state === 'expired' || state === 'refused' ? ['t try again'] : []),
  ...(kind === 'direct' ? ['r route'] : []),
  'y copy text',
  'Esc back',
];

/** The message itself, its first lines. */
function said({ message }: Details, { cols }: Area, theme: Theme): string[] {
  const from = shortName(message.fromName, 24, theme.signs.more);
  const where = message.channel === undefined ? '' : ` in #${guard.line(message.channel)}`;
  const text = message.deleted ? 'taken back' : message.text;
  const lines = wrap(guard.text(text), Math.max(8, cols - 8));
  const wall = theme.dim(theme.signs.wall);
  const more = lines.length > LINES_SHOWN ? [theme.dim(`   ${theme.signs.wall} ${theme.signs.more}`)] : [];
  return [
    '',
    `   ${theme.bold(theme.person(message.from)(from))}${theme.dim(where)}`,
    ...lines.slice(0, LINES_SHOWN).map((line) => `   ${wall} ${line}`),
    ...more,
  ];
}

const LINES_SHOWN = 4;

/** Its life, a line for each step; the day stands where it changes. */
function timeline({ steps }: Details, { cols }: Area, theme: Theme): string[] {
  const { signs } = theme;
  let day = '';
  return steps.flatMap((step, at) => {
    const today = DAY.format(step.at);
    const head = today === day ? [] : [theme.dim(`   ${today}`)];
    day = today;
    const joint = theme.dim(jointOf(at, steps.length, signs.name === 'ascii'));
    const words = `${WORDS[step.what]}${who(step, theme)}`;
    const rest = [
      step.hops === undefined || step.hops < 1 ? '' : `over ${plural(step.hops, 'link')}`,
      step.detail ?? '',
    ]
      .filter((part) => part !== '')
      .join(', ');
    const line = `   ${theme.dim(TIME.format(step.at))} ${joint} ${lookOf(step, theme)(words)}`;
    return [...head, cut(rest === '' ? line : `${line}  ${theme.dim(guard.line(rest))}`, cols, signs.more)];
  });
}

const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

function jointOf(at: number, count: number, isAscii: boolean): string {
  if (count === 1) return isAscii ? '-' : '╶';
  const joints = isAscii ? '+++' : '┌├└';
  return joints[at === 0 ? 0 : at === count - 1 ? 2 : 1] ?? '';
}

const WORDS: Readonly<Record<LifeStep['what'], string>> = {
  written: 'written',
  received: 'came here',
  tried: 'offered',
  queued: 'on disk here, nobody else has it',
  carried: 'carried',
  sent: "at its reader's node",
  delivered: "signed for by its reader's node",
  read: 'read',
  refused: 'refused',
  expired: 'given up: too old',
  edited: 'written anew',
  deleted: 'taken back',
};

function who({ what, who }: LifeStep, theme: Theme): string {
  if (!who) return '';
  const name = shortName(who.name, 24, theme.signs.more);
  if (what === 'tried') return ` to ${name}`;
  return what === 'received' ? `, brought by ${name}` : what === 'carried' ? ` by ${name}` : ` (${name})`;
}

const lookOf = ({ what }: LifeStep, theme: Theme): Style => {
  if (what === 'refused' || what === 'expired') return theme.bad;
  if (what === 'delivered' || what === 'read' || what === 'received') return theme.good;
  return what === 'tried' ? theme.dim : (text) => text;
};

function facts(shows: Details, { now }: Known, { cols }: Area, theme: Theme): string[] {
  const { message, size, holders, keptUntil, copies, seq, follows, via } = shows;
  const { state } = message;
  const names = holders.map(({ name }) => shortName(name, 24, theme.signs.more)).join(', ');
  const all: readonly (readonly [string, string])[] = [
    ['state', state === undefined ? 'here' : `${sign(state, { ascii: theme.signs.name === 'ascii' })} ${state}`],
    ['has it', state === undefined ? '' : names || 'nobody else, as far as is known'],
    ['came over', via ? `${shortName(via.name, 24, theme.signs.more)}, ${plural(message.hops, 'link')}` : ''],
    ['kept here', keptUntil === undefined ? '' : `for ${span(Math.max(0, keptUntil - now))} more`],
    ['copies', copies === undefined || copies === 0 ? '' : `${plural(copies, 'more carrier')} may have one`],
    ['size', size === undefined ? '' : `${bytes(size)}, sealed`],
    [
      'order',
      `line ${seq} of its author here${follows === 0 ? '' : `, after ${plural(follows, 'line')} that it had seen`}`,
    ],
    ['id', message.id],
  ];
  return all.flatMap(([label, value]) =>
    value === ''
      ? []
      : wrap(value, Math.max(8, cols - 16)).map(
          (part, at) => `   ${theme.dim(padEnd(at === 0 ? label : '', 10))} ${part}`,
        ),
  );
}

/** Who of a channel has it, and who does not, as far as they have said. */
function members({ members }: Details, { now }: Known, { cols }: Area, theme: Theme): string[] {
  if (!members || members.length === 0) return [];
  const have = members.filter(({ has }) => has).length;
  const head = theme.dim(ruled(`${have} of ${members.length} known members have it`, cols, theme.signs.rule));
  const rows = members.map(({ id, name, has, lastSeen }) => {
    const mark = has ? theme.good(theme.signs.done) : theme.dim(theme.signs.away);
    const label = theme.person(id)(padEnd(shortName(name, 24, theme.signs.more), 24));
    const said = has ? '' : `not known to have it, heard ${span(Math.max(0, now - lastSeen))} ago`;
    return `   ${mark} ${label} ${theme.dim(said)}`;
  });
  return ['', head, ...rows];
}

function why({ why: { paragraph, findings } }: Details, { cols }: Area, theme: Theme): string[] {
  const room = Math.max(8, cols - 6);
  const words = wrap(guard.line(paragraph), room).map((line) => `   ${line}`);
  const fixes = findings.flatMap(({ fix, severity }) =>
    severity === 'info' || fix === '' ? [] : wrap(guard.line(fix), room).map((line) => `   ${theme.accent(line)}`),
  );
  return ['', ...words, ...fixes];
}
