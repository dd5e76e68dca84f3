import {
  RECEIPT_EXPECTED_MS_MAX,
  RECEIPT_EXPECTED_MS_MIN,
  RECEIPT_LATE_FACTOR,
  RECEIPTS_AWAITED_MAX,
  RECEIPTS_MISSED_MAX,
  SUSPECTED_MS,
  TRACKS_MAX,
} from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { type Between, pairOf } from './between.ts';

/** A neighbour that takes mail, and no receipts come for it: perhaps a black hole. */
export type Suspect = {
  readonly peer: NodeId;
  /** When it was given the first of the mail that it is suspected for. */
  readonly since: Instant;
  /** How many receipts in a row are missing. */
  readonly missed: number;
};

type Changed = (peer: NodeId, isLast: boolean, now: Instant) => void;

type Track = {
  /** Of the receipts awaited from mail that it took, the share that came in time, smoothed; 1 at first. */
  readonly share: number;
  /** How long receipts took, smoothed. */
  readonly receiptMs: number;
  /** Whose receipts are missing since the last one came. */
  readonly missed: readonly NodeId[];
  readonly since: Instant | undefined;
};

type Awaited = {
  readonly peer: NodeId;
  readonly to: NodeId;
  readonly at: Instant;
  readonly lateAt: Instant;
  readonly isMissed: boolean;
};

const UNTRIED: Track = { share: 1, receiptMs: 0, missed: [], since: undefined };

/** How much one more receipt, or one more that is missing, says against all before it. */
const GAIN = 1 / 8;

/**
 * How neighbours have kept their word: who accepts mail of ours for somebody farther on brings a receipt for it in time, or is less and
 * less believed to be a way (docs/protocol.md §2.2). Receipts are sealed: a sender knows when one is late, a relay when it is asked
 * `again`. In memory only: a restart gives everybody another chance.
 */
export class TrackRecord {
  readonly #tracks = new Map<NodeId, Track>();
  readonly #awaited = new Map<EnvelopeId, Awaited>();
  /** By who writes back to whom: the neighbour that took what is answered. Oldest first. */
  readonly #answers = new Map<string, NodeId>();
  /** Who is used last, and until when; the earliest first. */
  readonly #last = new Map<NodeId, Instant>();
  readonly #changed: Changed;

  /** @param changed - hears who is used last from now on, or is no more. */
  constructor(changed: Changed = () => {}) {
    this.#changed = changed;
  }

  /**
   * A neighbour has taken this message; whoever took it before is not waited for any more.
   *
   * @param expectedMs - how long message and receipt are on their way by the route's metric.
   * @returns after how many milliseconds the receipt is late: 4 × the expected time.
   */
  entrusted(id: EnvelopeId, to: NodeId, by: { peer: NodeId; expectedMs: number }, now: Instant): number {
    const expectedMs = Math.max(RECEIPT_EXPECTED_MS_MIN, by.expectedMs, this.#track(by.peer).receiptMs);
    const lateMs = RECEIPT_LATE_FACTOR * expectedMs;
    this.#awaited.delete(id);
    this.#awaited.set(id, { peer: by.peer, to, at: now, lateAt: after(now, lateMs), isMissed: false });
    if (this.#awaited.size > RECEIPTS_AWAITED_MAX) this.#awaited.delete(this.#awaited.keys().next().value!);
    return lateMs;
  }

  /** A neighbour has taken somebody else's message, which these two write to each other. */
  relayed(id: EnvelopeId, { from, to }: Between, by: { peer: NodeId; expectedMs: number }, now: Instant): void {
    this.entrusted(id, to, by, now);
    const answer = pairOf({ from: to, to: from });
    this.#answers.delete(answer);
    this.#answers.set(answer, by.peer);
    if (this.#answers.size > RECEIPTS_AWAITED_MAX) this.#answers.delete(this.#answers.keys().next().value!);
  }

  /** A neighbour brings a letter back from where it was given one for: that has come, it seems, and this may be the receipt. */
  brought(letter: Between, peer: NodeId, now: Instant): void {
    if (this.#answers.get(pairOf(letter)) !== peer) return;
    this.#answers.delete(pairOf(letter));
    this.#clear(peer, this.#track(peer).receiptMs, now);
  }

  /** The recipient has confirmed it: whoever took it last has kept its word, late or not. */
  confirmed(id: EnvelopeId, now: Instant): void {
    const awaited = this.#awaited.get(id);
    if (!awaited) return;
    this.#awaited.delete(id);
    const { receiptMs } = this.#track(awaited.peer);
    const tookMs = Math.min(RECEIPT_EXPECTED_MS_MAX, now - awaited.at);
    this.#clear(awaited.peer, receiptMs === 0 ? tookMs : receiptMs + (tookMs - receiptMs) * GAIN, now);
  }

  /** Nothing is waited for any more, and nobody is to blame. */
  forget(id: EnvelopeId): void {
    this.#awaited.delete(id);
  }

  /** Its receipt is missing here, or its giver asks again: notes, once, that it is late, if it is. */
  look(id: EnvelopeId, now: Instant): void {
    const awaited = this.#awaited.get(id);
    if (!awaited || awaited.isMissed || now < awaited.lateAt) return;
    this.#awaited.set(id, { ...awaited, isMissed: true });
    const { peer, to, at } = awaited;
    const track = this.#track(peer);
    const missed = [...track.missed, to].slice(-RECEIPTS_AWAITED_MAX);
    this.#put(peer, { ...track, share: track.share * (1 - GAIN), missed, since: track.since ?? at });
    if (missed.length >= RECEIPTS_MISSED_MAX) this.#suspect(peer, now);
  }

  /** There is no way to this recipient at all: that its receipts are missing says nothing about neighbours. */
  unreachable(to: NodeId, now: Instant): void {
    for (const [peer, track] of this.#tracks) {
      const missed = track.missed.filter((one) => one !== to);
      if (missed.length === track.missed.length) continue;
      const isSuspect = missed.length >= RECEIPTS_MISSED_MAX;
      const since = missed.length > 0 ? track.since : undefined;
      this.#tracks.set(peer, { ...track, missed, since });
      if (!isSuspect) this.#acquit(peer, now);
    }
  }

  /** What its routes weigh: the share of receipts that it brings, above 0. */
  share(peer: NodeId): number {
    return this.#track(peer).share;
  }

  /** Whether it is used only when there is no other way: for an hour after three receipts in a row did not come. */
  isLast(peer: NodeId, now: Instant): boolean {
    const until = this.#last.get(peer);
    return until !== undefined && until > now;
  }

  /** Whom to suspect now. */
  suspects(now: Instant): Suspect[] {
    return [...this.#tracks].flatMap(([peer, { since, missed }]) =>
      since !== undefined && this.isLast(peer, now) ? [{ peer, since, missed: missed.length }] : [],
    );
  }

  /** When the next of them has another chance. */
  deadline(): Instant | undefined {
    return this.#last.values().next().value;
  }

  elapse(now: Instant): void {
    for (const [peer, until] of this.#last) {
      if (until > now) return;
      this.#acquit(peer, now);
    }
  }

  #clear(peer: NodeId, receiptMs: number, now: Instant): void {
    const { share } = this.#track(peer);
    this.#put(peer, { ...UNTRIED, share: share + (1 - share) * GAIN, receiptMs });
    this.#acquit(peer, now);
  }

  #suspect(peer: NodeId, now: Instant): void {
    const isNew = !this.#last.delete(peer);
    this.#last.set(peer, after(now, SUSPECTED_MS));
    if (this.#last.size > TRACKS_MAX) this.#acquit(this.#last.keys().next().value!, now);
    if (isNew) this.#changed(peer, true, now);
  }

  #acquit(peer: NodeId, now: Instant): void {
    if (this.#last.delete(peer)) this.#changed(peer, false, now);
  }

  #track(peer: NodeId): Track {
    return this.#tracks.get(peer) ?? UNTRIED;
  }

  #put(peer: NodeId, track: Track): void {
    this.#tracks.delete(peer);
    this.#tracks.set(peer, track);
    if (this.#tracks.size > TRACKS_MAX) this.#tracks.delete(this.#tracks.keys().next().value!);
  }
}
