import { TRAIL_MS, TRAILS_MAX } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { ENVELOPE_KINDS } from '../wire/envelope.ts';
import { type Between, pairOf } from './between.ts';
import type { Offer } from './offer.ts';
import type { TrackRecord } from './track-record.ts';

/**
 * Which neighbour brought the last letter between two nodes: the answer goes back over it (docs/protocol.md §2.2). A letter that came shows
 * that everybody on its way passes mail on, which no announced route does. In memory only.
 */
export class Trails {
  readonly #trackRecord: TrackRecord;
  /** Oldest first. */
  readonly #trails = new Map<string, { readonly peer: NodeId; readonly until: Instant }>();

  constructor(trackRecord: TrackRecord) {
    this.#trackRecord = trackRecord;
  }

  /** A neighbour brings direct mail, for this node or for somebody farther on. */
  came({ envelope, from, to, giver: { peer } }: Offer, now: Instant): void {
    if (peer === undefined || envelope.signed.kind === ENVELOPE_KINDS.channel) return;
    const letter = { from, to: to as NodeId };
    this.#trackRecord.brought(letter, peer, now);
    const key = pairOf(letter);
    this.#trails.delete(key);
    this.#trails.set(key, { peer, until: after(now, TRAIL_MS) });
    if (this.#trails.size > TRAILS_MAX) this.#trails.delete(this.#trails.keys().next().value!);
  }

  /** Over whom a letter goes back where one came from lately. */
  back({ from, to }: Between, now: Instant): NodeId | undefined {
    const trail = this.#trails.get(pairOf({ from: to, to: from }));
    return trail && now < trail.until ? trail.peer : undefined;
  }
}
