import type { Result } from '../../api/schema.ts';
import { bytes as bytesOf, plural } from '../../commands/show.ts';
import { padEnd, padStart } from '../cells.ts';
import { span } from '../format.ts';
import * as guard from '../guard.ts';
import type { PaneOf } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import type { Pane } from '../scroll.ts';
import type { Theme } from '../theme.ts';
import { wrap } from '../wrap.ts';
import { frame, notRead, scrolledBody } from './frame.ts';
import { shortName } from './name.ts';

/** What this node keeps: its own outbox, what it carries for others, for whom, and what it had to give up. */
export function store(_state: ViewState, shown: PaneOf<'store'>, pane: Pane, theme: Theme): string[] {
  const { shows } = shown;
  const body = shows
    ? ['', ...totals(shows, pane, theme), '', ...recipients(shows, pane, theme)]
    : notRead(shown, theme);
  const title = `Store ${theme.signs.dash} messages this node keeps`;
  return frame(title, scrolledBody(body, shown.top, pane, theme), ['↑↓ scroll', 'Esc back'], pane, theme);
}

type Report = Result<'store'>;

function totals(
  { outbox, carried, limits, bytes, seen, expired, evicted, refused }: Report,
  { cols }: Pane,
  theme: Theme,
): string[] {
  const oldest = outbox.envelopes === 0 ? '' : `, oldest ${span(outbox.oldestMs)}`;
  const share = limits.carriedBytes === 0 ? 0 : carried.bytes / limits.carriedBytes;
  const gauge = cols >= 80 ? `${theme.accent(bar(share, 20, theme))}  ` : '';
  const facts: readonly (readonly [string, string])[] = [
    ['Our own, still kept', `${plural(outbox.envelopes, 'message')}, ${bytesOf(outbox.bytes)}${oldest}`],
    [
      'Carried for others',
      `${gauge}${bytesOf(carried.bytes)} of ${bytesOf(limits.carriedBytes)}, ${plural(carried.envelopes, 'message')}`,
    ],
    ['On disk, all in all', `${bytesOf(bytes)}, ${plural(seen, 'id')} remembered`],
    ['Given up', givenUp(expired, evicted, refused)],
  ];
  const label = cols >= 60 ? 22 : 0;
  return facts.flatMap(([name, value]) => {
    if (label > 0) return [`   ${theme.dim(padEnd(name, label))}${value}`];
    return [`   ${theme.dim(name)}`, ...wrap(value, Math.max(8, cols - 6)).map((part) => `     ${part}`)];
  });
}

function givenUp(expired: number, evicted: number, refused: Report['refused']): string {
  const reasons = Object.entries(refused).map(([why, count]) => `${count} refused (${guard.line(why)})`);
  const all = [
    ...(expired > 0 ? [`${expired} expired`] : []),
    ...(evicted > 0 ? [`${evicted} evicted`] : []),
    ...reasons,
  ];
  return all.length === 0 ? 'nothing' : all.join(', ');
}

function recipients({ perRecipient }: Report, { cols }: Pane, theme: Theme): string[] {
  if (perRecipient.length === 0) return [`   ${theme.dim('Nothing waits for anybody.')}`];
  const name = Math.min(24, Math.max(10, cols - 42));
  const row = (who: string, count: string, bytes: string, oldest: string, expires: string): string =>
    `   ${padEnd(who, name)}${padStart(count, 9)}${padStart(bytes, 9)}${padStart(oldest, 9)}${cols >= 50 ? padStart(expires, 11) : ''}`;
  return [
    theme.dim(row('FOR', 'MESSAGES', 'SIZE', 'OLDEST', 'EXPIRES IN')),
    ...perRecipient.map((entry) =>
      row(
        theme.person(entry.to)(shortName(entry.name, name - 1, theme.signs.more)),
        String(entry.envelopes),
        bytesOf(entry.bytes),
        span(entry.oldestMs),
        span(entry.expiresInMs),
      ),
    ),
    '',
    ...wrap('Messages for others are sealed: this node cannot read them.', Math.max(8, cols - 6)).map((part) =>
      theme.dim(`   ${part}`),
    ),
  ];
}

const bar = (share: number, cells: number, { signs }: Theme): string => {
  const filled = Math.max(0, Math.min(cells, Math.round(share * cells)));
  return signs.full.repeat(filled) + signs.empty.repeat(cells - filled);
};
