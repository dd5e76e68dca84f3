import { addressBlock, reach } from '../base/address.ts';
import { GRACE_MS, LET_GO_LOOK_MS, LET_GO_PER_LOOK } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerLimits } from './peer-limits.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

type Parts = {
  readonly limits: PeerLimits;
  readonly sessions: Sessions;
  /** The user named it, or it is a contact: it is never one too many at its address. */
  readonly isKnown: (peer: NodeId) => boolean;
  /** It is never let go: the user named it, or it is a contact for whom mail is under way. */
  readonly isKept: (peer: NodeId) => boolean;
  /** Neighbours, the least useful first. */
  readonly ranked: () => readonly Session[];
};

/**
 * Keeps the number of neighbours between two marks, as water in a basin: above the high one the least useful are let go, a few at a time, until
 * the low one is reached, up to which the dialer looks for more. They close with `enough`, which blames nobody.
 */
export class Watermarks {
  readonly #parts: Parts;
  /** While there are too many: when the next are let go. */
  #lookAt: Instant | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether a peer that has proved itself may become a neighbour: of strangers at one public address there are only so many. */
  admits({ peer, peerAddress }: Session): boolean {
    const { limits, sessions, isKnown } = this.#parts;
    if (reach(peerAddress) !== 'public' || isKnown(peer)) return true;
    const block = addressBlock(peerAddress);
    const isNextDoor = (other: Session) => other.peer !== peer && isAt(other, block) && !isKnown(other.peer);
    return [...sessions.confirmed()].filter(isNextDoor).length < limits.perAddress;
  }

  /** Somebody has become a neighbour. */
  arrived(now: Instant): void {
    if (this.#parts.sessions.size > this.#parts.limits.high) this.#lookAt ??= now;
  }

  deadline(): Instant | undefined {
    return this.#lookAt;
  }

  /** Lets some go, if there are too many; true when it did. */
  elapse(now: Instant): boolean {
    if (this.#lookAt === undefined || this.#lookAt > now) return false;
    const { limits, sessions, isKept, ranked } = this.#parts;
    const tooMany = sessions.size - limits.low;
    const isYoung = ({ connection }: Session) => after(connection.confirmedAt ?? now, GRACE_MS) > now;
    // A young one is waited for where it is among those that have to go, and nobody else goes in its place.
    const leaving = ranked()
      .filter(({ peer }) => !isKept(peer))
      .slice(0, Math.max(0, tooMany));
    const some = leaving.filter((session) => !isYoung(session)).slice(0, LET_GO_PER_LOOK);
    for (const { connection } of some) connection.close('enough', 'neighbours enough', now);
    // Where only those are left that stay whatever happens, the next one that comes is looked at.
    this.#lookAt = leaving.length > 0 ? after(now, LET_GO_LOOK_MS) : undefined;
    return some.length > 0;
  }
}

const isAt = ({ peerAddress }: Session, block: string): boolean => addressBlock(peerAddress) === block;
