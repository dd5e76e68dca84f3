import { type Address, addressParts, reach } from '../base/address.ts';
import { NEIGHBOURS_WANTED, REDIAL_MS_MAX, REDIAL_MS_MIN, TOLD_PORT_MIN, WISHES_MAX } from '../base/limits.ts';
import { jitter, type Random } from '../base/random.ts';
import { after, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { DialFailure, Dials } from './dials.ts';
import type { Peer } from './peer-book.ts';

/** Somebody we would like to be connected to, and when to try next. */
type Wish = {
  nextAt: Instant;
  waitMs: number;
  /** Asked for by the user, or for mail that waits: tried even with neighbours enough. */
  urgent: boolean;
};

/** What a dialer works with. */
export type DialerParts = {
  readonly random: Random;
  /** Keeps what came of it. */
  readonly dials: Dials;
};

/**
 * Whom to dial, and when. A wish lasts until it is taken back: every failure doubles the wait, with jitter,
 * and everything that could help (a new address, mDNS) makes it due at once.
 */
export class Dialer {
  readonly #random: Random;
  readonly #dials: Dials;
  readonly #wishes = new Map<NodeId, Wish>();
  /** When the first wish is due; `unknown` until somebody asks. The owner asks at every turn, and wishes are thousands. */
  #firstAt: Instant | undefined | 'unknown';

  constructor({ random, dials }: DialerParts) {
    this.#random = random;
    this.#dials = dials;
  }

  /** A connection to this peer is wanted, from `now` on at the latest. */
  want(peer: NodeId, urgent: boolean, now: Instant): void {
    const wish = this.#wishes.get(peer);
    this.#put(peer, {
      nextAt: wish && !urgent && wish.nextAt < now ? wish.nextAt : now,
      waitMs: urgent ? REDIAL_MS_MIN : (wish?.waitMs ?? REDIAL_MS_MIN),
      urgent: urgent || (wish?.urgent ?? false),
    });
  }

  /** As `want`, unless a dial is already waiting for its time: for events that are frequent and prove nothing. */
  suggest(peer: NodeId, now: Instant): void {
    if (!this.#wishes.has(peer)) this.want(peer, false, now);
  }

  /** It is called now. */
  began(peer: NodeId, addresses: readonly Address[], now: Instant): void {
    this.#dials.began(peer, addresses, now);
  }

  connected(peer: NodeId, now: Instant): void {
    this.#dials.connected(peer, now);
    this.settled(peer);
  }

  /** It is not wanted any more. */
  settled(peer: NodeId): void {
    if (this.#wishes.delete(peer)) this.#firstAt = 'unknown';
  }

  /** The dial failed or the connection broke: again, later. */
  failed(peer: NodeId, now: Instant, failure?: DialFailure): void {
    if (failure) this.#dials.failed(peer, failure);
    const wish = this.#wishes.get(peer) ?? { nextAt: now, waitMs: REDIAL_MS_MIN / 2, urgent: false };
    const waitMs = Math.min(REDIAL_MS_MAX, wish.waitMs * 2);
    this.#put(peer, { ...wish, waitMs, nextAt: after(now, jitter(this.#random, waitMs, 0.2)) });
  }

  /** What failed before may work now: everybody is due, and waits no longer than a newcomer after the next failure. */
  refresh(now: Instant): void {
    for (const wish of this.#wishes.values()) {
      wish.nextAt = now;
      wish.waitMs = REDIAL_MS_MIN / 2;
    }
    this.#firstAt = 'unknown';
  }

  deadline(): Instant | undefined {
    if (this.#firstAt !== 'unknown') return this.#firstAt;
    let first: Instant | undefined;
    for (const { nextAt } of this.#wishes.values()) if (first === undefined || nextAt < first) first = nextAt;
    this.#firstAt = first;
    return first;
  }

  /**
   * Whom to dial now. Each is asked for once per wait; `failed` or `settled` must follow.
   *
   * @param neighbours - how many there are, those that are being dialled included.
   */
  due(now: Instant, neighbours: number): NodeId[] {
    const due: NodeId[] = [];
    const first = this.deadline();
    if (first === undefined || first > now) return due;
    this.#firstAt = 'unknown';
    for (const [peer, wish] of this.#wishes) {
      if (wish.nextAt > now) continue;
      // Whoever is not dialled for lack of need is looked at again after the longest wait.
      wish.nextAt = after(now, jitter(this.#random, REDIAL_MS_MAX, 0.2));
      if (wish.urgent || neighbours + due.length < NEIGHBOURS_WANTED) due.push(peer);
    }
    return due;
  }

  get size(): number {
    return this.#wishes.size;
  }

  #put(peer: NodeId, wish: Wish): void {
    this.#wishes.delete(peer);
    this.#wishes.set(peer, wish);
    this.#firstAt = 'unknown';
    if (this.#wishes.size <= WISHES_MAX) return;
    for (const [other, { urgent }] of this.#wishes) {
      if (urgent) continue;
      this.#wishes.delete(other);
      return;
    }
  }
}

/**
 * Whether a neighbour that is at `heardFrom` may be dialled at another address that it tells (docs/protocol.md §2.0): not at
 * the port of a service, and at none that is nearer to us than the one it is at, or it could make us knock at our own doors.
 * An IPv6 zone is a name of its machine, not of ours.
 */
export const mayBeAt = (told: Address, heardFrom: Address): boolean =>
  addressParts(told).port >= TOLD_PORT_MIN && !told.includes('%') && nearness(told) >= nearness(heardFrom);

/** The addresses worth dialling, nearest first. Link-local ones only make sense with the zone they came with. */
export const dialable = (peer: Peer): readonly Address[] =>
  peer.addresses.filter((address) => reach(address) !== 'unusable').toSorted((a, b) => nearness(a) - nearness(b));

const NEARNESS: readonly string[] = ['loopback', 'link', 'private', 'public', 'relayed'];
const nearness = (address: Address): number => NEARNESS.indexOf(reach(address));
