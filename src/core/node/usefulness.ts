import type { Instant } from '../base/time.ts';
import type { Channels } from '../chat/channels.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Session } from './session.ts';

/** What a neighbour is good for, as far as this node has seen. */
export type Usefulness = {
  readonly isContact: boolean;
  /** It reads, or leads to readers of, a channel that is read here. */
  readonly reads: boolean;
  /** Receipts for mail of this node that it brought from others. */
  readonly brought: number;
  /** Destinations that this node reaches over it. */
  readonly leadsTo: number;
  readonly since: Instant;
  readonly rttMs: number;
};

type Parts = {
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly channels: Channels;
  readonly interest: Interest;
  readonly routes: Routes;
};

/**
 * Neighbours, the least useful first. What a stranger can claim for nothing (routes) counts less than what it cannot (receipts, which
 * others have signed); then, who was here first, and who is near.
 */
export function leastUseful(sessions: Iterable<Session>, parts: Parts): Session[] {
  const { contact, channels, interest, routes } = parts;
  const readers = new Set(channels.all().flatMap(({ id }) => interest.readers(id)));
  const leads = new Map<NodeId, number>();
  for (const { nextHop, selected } of routes.entries()) {
    if (selected) leads.set(nextHop, (leads.get(nextHop) ?? 0) + 1);
  }
  const all = [...sessions].map((session) => {
    const { peer, connection, brought } = session;
    const usefulness = {
      isContact: contact(peer) !== undefined,
      reads: readers.has(peer),
      brought,
      leadsTo: leads.get(peer) ?? 0,
      since: connection.confirmedAt ?? connection.startedAt,
      rttMs: connection.rttMs ?? Number.POSITIVE_INFINITY,
    };
    return { session, usefulness };
  });
  return all.sort((a, b) => compareUsefulness(a.usefulness, b.usefulness)).map(({ session }) => session);
}

/** The less useful first. */
export const compareUsefulness = (a: Usefulness, b: Usefulness): number =>
  Number(a.isContact) - Number(b.isContact) ||
  Number(a.reads) - Number(b.reads) ||
  a.brought - b.brought ||
  a.leadsTo - b.leadsTo ||
  b.since - a.since ||
  compare(b.rttMs, a.rttMs);

const compare = (a: number, b: number): number => (a < b ? -1 : Number(a > b));
