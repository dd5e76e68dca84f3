import { assert } from '../base/assert.ts';
import { after, type Instant, instant, type Timestamp } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
import type { EnvelopeHead } from './head.ts';
import { Posts } from './posts.ts';
import { Quota } from './quota.ts';
import { Spare } from './spare.ts';

/** An envelope that this node keeps, as the core sees it. */
export type Held = {
  readonly head: EnvelopeHead;
  /** The moment at which its age was zero, by our timers: before our start for most that survive a restart. */
  readonly bornAt: Instant;
  /** Whether its bytes are on disk: until then it takes room and is known, and nobody is offered it. */
  readonly kept: boolean;
};

/** How old an envelope is, in whole seconds, as the next holder is told (RFC 9171, Bundle Age). */
export const ageSeconds = (held: Held, now: Instant): number => Math.max(0, Math.floor((now - held.bornAt) / 1000));

const expiresAt = (held: Held): Instant => after(held.bornAt, held.head.ttlSeconds * 1000);

/**
 * Everything this node keeps for a recipient: its own outbox and what it carries for others (docs/protocol.md §3).
 * What was accepted stays until it is delivered or expires; what does not fit is refused before it is accepted.
 */
export class Shelf {
  readonly #held = new Map<EnvelopeId, Held>();
  readonly #byRecipient = new Map<string, Map<EnvelopeId, Held>>();
  readonly #posts = new Map<string, Posts>();
  readonly #quota = new Quota();
  readonly #spare = new Spare();
  /** When each expires: there may be a hundred thousand, and others whose time is over in every second. */
  readonly #expiries = new Timers<EnvelopeId>();

  /** @param heads - what a restart brings back; the time that it took, by the calendar, is added to each age. */
  constructor(heads: readonly EnvelopeHead[], now: Instant, calendar: Timestamp) {
    for (const head of heads) {
      // A calendar that went back must not make mail younger than it was when it was stored.
      const away = Math.max(0, calendar - head.storedAt);
      this.#put({ head, bornAt: instant(now - head.ageSeconds * 1000 - away), kept: true });
    }
  }

  get size(): number {
    return this.#held.size;
  }

  get(id: EnvelopeId): Held | undefined {
    return this.#held.get(id);
  }

  all(): Iterable<Held> {
    return this.#held.values();
  }

  /** What waits for one recipient or channel, in the order in which it came. */
  waitingFor(to: string): Iterable<Held> {
    return this.#byRecipient.get(to)?.values() ?? [];
  }

  /** What there is of a channel, in the order of creation. */
  posts(channel: string): Posts | undefined {
    return this.#posts.get(channel);
  }

  hasMailFor(to: string): boolean {
    return this.#byRecipient.has(to);
  }

  recipients(): Iterable<string> {
    return this.#byRecipient.keys();
  }

  quota(): Quota {
    return this.#quota;
  }

  /**
   * Makes room for `head` by giving up copies that somebody else has already taken over, those taken over longest ago first.
   * Mail that only this node holds is never given up.
   *
   * @returns the copies to delete, or `undefined` when there is no room: the envelope must be refused.
   */
  roomFor(head: EnvelopeHead, neighbours: number): readonly EnvelopeHead[] | undefined {
    const freed = new Set<EnvelopeHead>();
    const bounds = this.#quota.bounds(head, neighbours);
    const isHopeless = bounds.some((bound) => this.#quota.excess(bound, head) > this.#spare.bytesUnder(bound.key));
    for (const bound of isHopeless ? [] : bounds) {
      for (const other of this.#spare.under(bound.key)) {
        if (this.#quota.fitsUnder(bound, head)) break;
        if (freed.has(other)) continue;
        freed.add(other);
        this.#quota.remove(other);
      }
    }
    const fits = this.#quota.fits(head, neighbours);
    for (const other of freed) this.#quota.add(other);
    return fits ? [...freed] : undefined;
  }

  /** Puts an envelope on the shelf that is on its way to the disk; `roomFor` has said that it fits. */
  add(head: EnvelopeHead, now: Instant): Held {
    assert(!this.#held.has(head.id), 'an envelope is put on the shelf once');
    const held = { head, bornAt: instant(now - head.ageSeconds * 1000), kept: false };
    this.#put(held);
    return held;
  }

  /** It is on disk; `undefined` when it has left the shelf meanwhile. */
  kept(id: EnvelopeId): Held | undefined {
    const held = this.#held.get(id);
    return held && this.#replace({ ...held, kept: true });
  }

  /** Changes what is known of an envelope; size, lane and recipient stay. */
  update(head: EnvelopeHead): void {
    const held = this.#held.get(head.id);
    assert(held !== undefined, 'only what is on the shelf changes');
    this.#replace({ ...held, head });
  }

  remove(id: EnvelopeId): EnvelopeHead | undefined {
    const held = this.#held.get(id);
    if (!held) return undefined;
    const { head } = held;
    this.#held.delete(id);
    this.#expiries.schedule(id, undefined);
    this.#quota.remove(head);
    this.#spare.remove(id, this.#boundsOf(head));
    const waiting = this.#byRecipient.get(head.to);
    waiting?.delete(id);
    if (waiting?.size === 0) this.#byRecipient.delete(head.to);
    const posts = isPost(head) ? this.#posts.get(head.to) : undefined;
    posts?.remove(head);
    if (posts?.isEmpty) this.#posts.delete(head.to);
    return head;
  }

  /** When the next envelope expires; `undefined` when none does any more. */
  nextExpiry(): Instant | undefined {
    return this.#expiries.next;
  }

  /** Everything whose age has reached its ttl, once. It stays until it is removed. */
  expired(now: Instant): readonly Held[] {
    const due: Held[] = [];
    for (let id = this.#expiries.take(now); id !== undefined; id = this.#expiries.take(now)) {
      due.push(this.#held.get(id)!);
    }
    return due;
  }

  #replace(changed: Held): Held {
    this.#keepSpare(changed.head);
    this.#held.set(changed.head.id, changed);
    this.#byRecipient.get(changed.head.to)?.set(changed.head.id, changed);
    return changed;
  }

  #put(held: Held): void {
    const { head } = held;
    this.#held.set(head.id, held);
    this.#quota.add(head);
    this.#keepSpare(head);
    const waiting = this.#byRecipient.get(head.to) ?? new Map<EnvelopeId, Held>();
    waiting.set(head.id, held);
    this.#byRecipient.set(head.to, waiting);
    if (isPost(head)) {
      const posts = this.#posts.get(head.to) ?? new Posts();
      posts.add({ created: head.created, id: head.id });
      this.#posts.set(head.to, posts);
    }
    this.#expiries.schedule(head.id, expiresAt(held));
  }

  /** Ours are never given up, and what only this node holds neither. */
  #keepSpare(head: EnvelopeHead): void {
    if (head.lane !== 'own' && head.handedTo.length > 0) this.#spare.add(head, this.#boundsOf(head));
  }

  #boundsOf(head: EnvelopeHead): string[] {
    return this.#quota.bounds(head, 1).map(({ key }) => key);
  }
}

/** A channel id may be anybody's NodeId, and mail for him is nobody else's business. */
export const isPost = ({ kind }: EnvelopeHead): boolean => kind === ENVELOPE_KINDS.channel;
