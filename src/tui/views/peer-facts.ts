import type { Peer } from '../../api/shapes.ts';
import { plural, rtt } from '../../commands/show.ts';
import { padEnd, ruled } from '../drawing/cells.ts';
import { grouped, span } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import { contactOf } from '../peer-list.ts';
import { heard, presence } from '../presence.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { shortName } from './name.ts';

/** All that is known about one peer, under a rule with its name. */
export function peerFacts(peer: Peer, state: ViewState, shown: PaneOf<'peers'>, pane: Area, theme: Theme): string[] {
  const talk = state.conversations.find(({ id }) => id === peer.id);
  const facts: readonly (readonly [string, string])[] = [
    ['id', grouped(peer.id)],
    ['known', known(peer, shown)],
    ['found', `${FOUND[peer.source]}${peer.address === undefined ? '; no address is known' : `, at ${peer.address}`}`],
    ['now', `${standing(peer)}${link(peer)}${lastHeard(peer, state.now)}`],
    [
      'chat',
      talk
        ? talk.unread === 0
          ? 'nothing unread'
          : plural(talk.unread, 'unread message')
        : 'none yet: Enter begins one',
    ],
  ];
  const room = Math.max(8, pane.cols - 14);
  const lines = facts.flatMap(([label, value]) =>
    wrap(guard.line(value), room).map((part, at) => `   ${theme.dim(padEnd(at === 0 ? label : '', 6))} ${part}`),
  );
  return [
    theme.dim(ruled(shortName(peer.name, pane.cols - 6, theme.signs.more), pane.cols, theme.signs.rule)),
    ...lines,
  ];
}

/** Whether the name is ours or its own claim, and whether somebody has compared the key. */
function known({ id, name }: Peer, shown: PaneOf<'peers'>): string {
  const contact = contactOf(shown, id);
  if (!contact) return name.startsWith('~') ? 'a stranger: the name is what it calls itself' : 'no contact';
  if (contact.blocked) return 'blocked: nothing goes there or comes from there';
  return contact.verified
    ? 'a contact, its key verified'
    : 'a contact, its key not verified: v, once you have compared fingerprints';
}

function standing(peer: Peer): string {
  const is = presence(peer);
  if (is === 'reachable') return `${plural(peer.hops ?? 0, 'hop')} away, through others`;
  if (is === 'away') return peer.goodbyeAt === undefined ? 'not reachable' : 'gone';
  return { connected: 'connected', near: 'heard on this network, not connected' }[is];
}

function link({ rttMs, loss }: Peer): string {
  const lost = loss === undefined ? '' : `, ${(loss * 100).toFixed(loss > 0 && loss < 0.1 ? 1 : 0)} % lost`;
  return rttMs === undefined ? '' : `, ${rtt(rttMs)} there and back${lost}`;
}

/** When a node without a link to us was heard last, if it ever was; who said goodbye is not just silent. */
function lastHeard(peer: Peer, now: number): string {
  if (presence(peer) === 'connected') return '';
  if (peer.goodbyeAt !== undefined) return `; it said goodbye ${span(Math.max(0, now - peer.goodbyeAt))} ago`;
  const when = heard(peer, now);
  return when === '' ? '; never heard' : when === 'now' ? '; heard just now' : `; heard ${when} ago`;
}

const FOUND: Readonly<Record<Peer['source'], string>> = {
  mdns: 'on this network (mDNS)',
  manual: 'by an address that you gave',
  hub: 'through a hub',
  remembered: 'remembered from before',
  inbound: 'by its own call to us',
  route: 'through other nodes',
};
