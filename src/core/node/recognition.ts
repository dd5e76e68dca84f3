import { AGAIN_MS_MIN, AGAIN_PER_NEIGHBOUR_MAX, ASKED_AGAIN_MAX } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { Author } from '../chat/letter.ts';
import type { Receipts } from '../chat/receipts.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Seen } from '../store/seen.ts';
import type { Shelf } from '../store/shelf.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { PushAnswer } from '../wire/mesh-message.ts';
import type { Calendar } from './calendar.ts';
import type { Custody } from './custody.ts';
import type { Journal } from './journal.ts';
import { cameOf, type Offer } from './offer.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  readonly seen: Seen;
  readonly shown: Seen;
  readonly receipts: Receipts;
  readonly journal: Journal;
  readonly custody: Custody;
  readonly calendar: Calendar;
};

/** Whether an offered envelope is, or was, here, and what its giver is told then (docs/protocol.md §2). */
export class Recognition {
  readonly #parts: Parts;
  /** How often each neighbour made us take something anew; oldest first. */
  readonly #askedAgain = new Map<string, { readonly count: number; readonly nextAt: Instant }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether this envelope is here, was here, or was shown here, as far as memory tells. */
  has(id: EnvelopeId): boolean {
    const { shelf, seen, shown } = this.#parts;
    return shelf.get(id) !== undefined || seen.at(id) !== undefined || shown.at(id) !== undefined;
  }

  /** The answer to an id that is, or was, here; `undefined` when it is new, or is to be taken anew. */
  answer(offer: Offer, now: Instant): PushAnswer | undefined {
    const { author, shelf, seen, shown, receipts, journal, custody, calendar } = this.#parts;
    const { envelope, from, giver, to } = offer;
    const { id } = envelope;
    // Before confirmation it may be a replay, which must change nothing (docs/protocol.md §1.1).
    const { proved } = giver;
    if (offer.again && proved && this.has(id)) custody.trails.came(offer, now);
    if (shown.at(id) !== undefined) {
      // Its sender lacks the receipt: whoever took that has brought nothing either.
      if (offer.again && proved) custody.trackRecord.look(id, now);
      // It may still be on its way to the disk, and is not acknowledged before it is there.
      if (to === author.id && proved) journal.afterCommit(now, (at) => receipts.again(from, cameOf(offer), at));
      return { type: 'done' };
    }
    // Counted only of what is, or was, here: nobody makes us forget his count by asking so for what never was.
    const isAnew = (): boolean => offer.again && proved && this.#mayAskAgain(id, giver.peer, now);
    const held = shelf.get(id);
    if (held) {
      if (held.head.lane !== 'own' && isAnew()) {
        // Whoever has it is asked in turn, and has brought nothing so far.
        custody.trackRecord.look(id, now);
        custody.forwarder.refresh(id, true);
        custody.forwarder.consider(held, now);
      }
      return { type: 'held' };
    }
    if (from === author.id) return { type: 'held' };
    const leftAt = seen.at(id);
    if (leftAt === undefined || (to !== author.id && isAnew())) return undefined;
    if (to === author.id || custody.isDelivered(id)) return { type: 'done' };
    return { type: 'passed', atSeconds: Math.max(0, Math.floor((calendar.at(now) - leftAt) / 1000)) };
  }

  /** At most 3 times for an envelope and neighbour, a minute apart and doubling. */
  #mayAskAgain(id: EnvelopeId, peer: NodeId | undefined, now: Instant): boolean {
    const key = `${id} ${peer}`;
    const asked = this.#askedAgain.get(key) ?? { count: 0, nextAt: now };
    if (asked.count >= AGAIN_PER_NEIGHBOUR_MAX || now < asked.nextAt) return false;
    this.#askedAgain.set(key, { count: asked.count + 1, nextAt: after(now, AGAIN_MS_MIN * 2 ** asked.count) });
    if (this.#askedAgain.size > ASKED_AGAIN_MAX) this.#askedAgain.delete(this.#askedAgain.keys().next().value!);
    return true;
  }
}
