import type { Address } from '../base/address.ts';
import { causes, type Finding } from '../base/fault.ts';
import { CLOCK_OFF_MS, ENDED_TOLD_MS, PATIENCE_MS } from '../base/limits.ts';
import { span } from '../base/span.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { ageSeconds, type Held } from '../store/shelf.ts';
import { ENVELOPE_KINDS } from '../wire/envelope.ts';
import { fullQuotas } from './full-quotas.ts';
import type { Organs } from './organs.ts';
import type { Peer } from './peer-book.ts';

/** What a diagnosis looks at. */
export type Patient = Pick<
  Organs,
  | 'attempts'
  | 'calendar'
  | 'contacts'
  | 'custody'
  | 'deliveries'
  | 'dials'
  | 'interest'
  | 'peers'
  | 'routes'
  | 'sessions'
  | 'shelf'
>;

/** What is wrong between this node and others, by what it has seen itself. Nothing is asked of anybody for it. */
export function diagnose(node: Patient, now: Instant): readonly Finding[] {
  return causes([
    ...strangeClock(node),
    ...silentNearby(node, now),
    ...otherNetworks(node),
    ...changedKeys(node),
    ...wrongAddresses(node, now),
    ...unreachable(node, now),
    ...blackHoles(node, now),
    ...fullQuotas(node),
    ...lostMail(node, now),
  ]);
}

/** More than half of the neighbours are of another day: of two clocks either may be wrong, of many it is the odd one. */
function strangeClock({ sessions, calendar }: Patient): Finding[] {
  const all = [...sessions.all()].flatMap(({ hello, helloAt }) =>
    hello && helloAt !== undefined ? [calendar.at(helloAt) - hello.clock] : [],
  );
  const off = all.filter((ms) => Math.abs(ms) > CLOCK_OFF_MS).toSorted((a, b) => a - b);
  const middle = off[Math.floor(off.length / 2)];
  if (middle === undefined || off.length * 2 <= all.length) return [];
  const way = middle > 0 ? 'ahead of' : 'behind';
  const found = `this clock is ${span(Math.abs(middle))} ${way} that of ${off.length} of ${all.length} neighbours`;
  return [{ code: 'CLOCK_WRONG', subject: 'clock', found }];
}

/** mDNS hears somebody, so there is a network between us; and UDP to there gets no answer. */
function silentNearby({ peers, sessions, dials, calendar }: Patient, now: Instant): Finding[] {
  const silent: Peer[] = [];
  for (const peer of peers.all()) {
    const calls = dials.of(peer.id);
    if (!peer.nearby || sessions.with(peer.id) || !calls || now - calls.firstAt < PATIENCE_MS) continue;
    if (calls.failure?.answered || (calls.failure && calls.failure.reason !== 'unreachable')) continue;
    // Who was here before may have died, and mDNS would not know for a while: it must have been heard since.
    if (dials.connectedAt(peer.id) === undefined || peer.lastSeen > calendar.at(calls.firstAt)) silent.push(peer);
  }
  if (sessions.size === 0 && silent.length > 0) {
    const found = `mDNS hears ${silent.map(({ id }) => id).join(', ')}, and nothing that is sent there by UDP is answered`;
    return [{ code: 'UDP_BLOCKED', subject: 'udp', found }];
  }
  return silent.map(({ id, addresses }) => {
    const found = `mDNS hears ${id} at ${addresses.join(', ')}, and nothing that is sent there by UDP is answered`;
    return { code: 'UDP_BLOCKED', subject: id, found };
  });
}

function otherNetworks({ peers, dials, sessions }: Patient): Finding[] {
  return [...peers.all()].flatMap(({ id }): Finding[] => {
    if (sessions.with(id) || dials.of(id)?.failure?.reason !== 'wrongNetwork') return [];
    return [
      { code: 'WRONG_NETWORK', subject: id, found: `${id} answers, and says that it belongs to another network` },
    ];
  });
}

/**
 * Somebody whom this node knew is gone, and just there somebody else is now. That is a new key, or a new neighbour who was given the
 * address: for whom the user has named it is told at the same address, for others only under the same name as well.
 */
function changedKeys(node: Patient): Finding[] {
  const { peers, sessions, contacts } = node;
  const now = new Map<Address, Peer>();
  for (const peer of peers.all()) {
    const session = sessions.with(peer.id);
    if (session) now.set(session.connection.address, peer);
    if (session || peer.nearby) for (const at of peer.addresses.slice(0, 1)) now.set(at, peer);
  }
  return [...peers.all()].flatMap((peer): Finding[] => {
    if (peer.name === '' || isHere(peer.id, node) || peer.nearby) return [];
    const isNamed = peer.named || contacts.has(peer.id);
    for (const at of peer.addresses) {
      const other = now.get(at);
      if (!other || other.id === peer.id || !(isNamed || other.name === peer.name)) continue;
      const found = `${peer.id} was at ${at}, and there is ${other.id} now, with another key`;
      return [{ code: 'KEY_CHANGED', subject: peer.id, found }];
    }
    return [];
  });
}

/** Where the user said that somebody is, nobody has answered, ever or since it was said. */
function wrongAddresses(node: Patient, now: Instant): Finding[] {
  const { peers, dials } = node;
  return [...peers.all()].flatMap((peer): Finding[] => {
    const calls = dials.of(peer.id);
    const isProved = peer.name !== '' && dials.claimed(peer.id).length === 0;
    if (!peer.named || isProved || !calls || isHere(peer.id, node)) return [];
    if (now - calls.firstAt < PATIENCE_MS || calls.failure?.answered) return [];
    const times = calls.count === 1 ? 'once' : `${calls.count} times`;
    const found = `${peer.id} was called ${times} in ${span(now - calls.firstAt)} at ${calls.addresses.join(', ')}, and nobody answered`;
    return [{ code: 'WRONG_ADDRESS', subject: peer.id, found }];
  });
}

/** Mail that has no way to go; that others carry copies of it changes nothing about that. */
function unreachable(node: Patient, now: Instant): Finding[] {
  const { shelf, peers } = node;
  return [...shelf.recipients()].flatMap((to): Finding[] => {
    const waiting = [...shelf.waitingFor(to)].filter((held) => waits(held, node, now));
    const id = to as NodeId;
    if (waiting.length === 0 || isHere(id, node)) return [];
    const mail = waiting.length === 1 ? '1 message has waited' : `${waiting.length} messages have waited, the oldest`;
    const oldest = span(Math.max(...waiting.map((held) => ageSeconds(held, now))) * 1000);
    const at = peers.get(id)?.addresses ?? [];
    const way = at.length === 0 ? 'no connection, no route, no address' : `no answer at ${at.join(', ')}`;
    const carriers = new Set(waiting.flatMap(({ head }) => head.handedTo)).size;
    const copies = carriers === 0 ? '' : `; ${carriers} ${carriers === 1 ? 'node carries' : 'nodes carry'} copies`;
    const found = `${mail} for ${id} for ${oldest}: ${way}${copies}`;
    return [{ code: at.length === 0 ? 'NO_ROUTE' : 'PEER_AWAY', subject: id, found }];
  });
}

/** Whether a letter of ours has waited for longer than it takes to find its way, and its recipient's node does not have it. */
const waits = (held: Held, { deliveries }: Patient, now: Instant): boolean =>
  held.head.lane === 'own' &&
  !held.head.silent &&
  held.head.kind !== ENVELOPE_KINDS.channel &&
  deliveries.get(held.head.id)?.state !== 'sent' &&
  ageSeconds(held, now) * 1000 >= PATIENCE_MS;

/** Neighbours that take mail, and no receipts come for it. */
const blackHoles = ({ custody }: Patient, now: Instant): Finding[] =>
  custody.trackRecord.suspects(now).map(({ peer, since, missed }) => {
    const found = `${peer} took ${missed} messages in a row, the first ${span(now - since)} ago, and no receipt came for any of them`;
    return { code: 'RELAY_BLACK_HOLE', subject: peer, found };
  });

/** Mail that ended badly of late. */
function lostMail({ deliveries, calendar }: Patient, now: Instant): Finding[] {
  const found = new Map<string, Finding & { count: number }>();
  for (const { id, to, state, at, detail } of deliveries.ended()) {
    if (calendar.at(now) - at > ENDED_TOLD_MS || detail === 'discarded') continue;
    const code = state === 'expired' ? 'MAIL_EXPIRED' : state === 'refused' ? 'MAIL_REFUSED' : undefined;
    if (code === undefined) continue;
    const count = (found.get(`${code} ${to}`)?.count ?? 0) + 1;
    const ago = `${span(Math.max(0, calendar.at(now) - at))} ago`;
    const mail = count === 1 ? 'a message' : `${count} messages`;
    const text = `${mail} to ${to} ${state}, last ${id.slice(0, 6)} ${ago}: ${detail ?? 'no reason was given'}`;
    found.set(`${code} ${to}`, { code, subject: to, found: text, count });
  }
  return [...found.values()].map(({ code, subject, found: text }) => ({ code, subject, found: text }));
}

/** Whether there is a way to a node now: a connection, or a route. */
const isHere = (id: NodeId, { sessions, routes }: Patient): boolean =>
  sessions.with(id) !== undefined || routes.entries(id).some(({ selected }) => selected);
