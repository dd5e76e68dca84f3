import type { Instant } from '../base/time.ts';
import { compareBytes } from '../bytes/equal.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';

/** What of a connection decides whether it stays beside another one to the same peer. */
export type Contender = {
  readonly peer: NodeId;
  /** Whether we dialled it. */
  readonly initiator: boolean;
  /** When the dial began here, or its message 1 arrived here. */
  readonly startedAt: Instant;
  /** `undefined` while it is not confirmed. */
  readonly confirmedAt: Instant | undefined;
};

/**
 * Two dials at once (docs/protocol.md §1.1): which of two connections to one peer goes, now that `fresh` is confirmed.
 *
 * Both sides must come to the same answer from what each has seen. Dials that overlapped are told apart by NodeId. In all
 * other cases the peer, which would not have dialled while it had a connection, must have lost the older one: it has restarted.
 *
 * @returns `undefined` when it is too early to tell: `other` is our own dial, would stay, and is not confirmed yet
 */
export function loserOf<Connection extends Contender>(
  fresh: Connection,
  other: Connection,
  self: NodeId,
): Connection | undefined {
  if (!overlapped(fresh, other)) return other.confirmedAt === undefined ? undefined : other;
  const ours = fresh.initiator ? fresh : other;
  const theirs = fresh.initiator ? other : fresh;
  const loser = compareBytes(nodeIdBytes(self), nodeIdBytes(fresh.peer)) < 0 ? theirs : ours;
  return loser === fresh && other.confirmedAt === undefined ? undefined : loser;
}

/** One dial of each side, and the time from its start to its confirmation has a moment in common with the other's. */
function overlapped(a: Contender, b: Contender): boolean {
  if (a.initiator === b.initiator) return false;
  return startedBeforeConfirmed(a, b) && startedBeforeConfirmed(b, a);
}

const startedBeforeConfirmed = (a: Contender, b: Contender): boolean =>
  b.confirmedAt === undefined || a.startedAt <= b.confirmedAt;
