import { type Address, addressParts, reach } from '../base/address.ts';
import {
  LET_GO_MS,
  REDIAL_MS_BRIEF_MAX,
  REDIAL_MS_MAX,
  REDIAL_MS_MIN,
  STEADY_MS,
  TOLD_PORT_MIN,
  WISHES_MAX,
} from '../base/limits.ts';
import { fraction, jitter, type Random } from '../base/random.ts';
import { after, type Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Peer } from './peer-book.ts';
import type { PeerLimits } from './peer-limits.ts';

/** Somebody we would like to be connected to, and when to try next. */
type Wish = {
  nextAt: Instant;
  waitMs: number;
  /** Asked for by the user, or for mail that waits: tried even with neighbours enough. */
  urgent: boolean;
  /** It let us go for lack of need: news of it are no reason to be back sooner. */
  rests: boolean;
};

/** How many there are. It is asked at every turn, and looked at when it matters. */
export interface Company {
  readonly neighbours: number;
  /** Dials under way. */
  readonly dialling: number;
}

/**
 * Whom to dial, and when. A wish lasts until it is taken back: every failure doubles the wait, with jitter, and everything that could
 * help (a new address, mDNS) makes it due at once. What is due goes out at a pace, the urgent first, and waits while there is no room.
 */
export class Dialer {
  readonly #random: Random;
  readonly #limits: PeerLimits;
  readonly #pace: TokenBucket;
  readonly #wishes = new Map<NodeId, Wish>();
  /** Wishes that are due, and wait until there is room for them: a neighbour leaves, or a dial ends. */
  readonly #held = new Set<NodeId>();
  #holdsUrgent = false;
  /** How long the wait was before a connection, and since when that is there: one that soon breaks again is no success. */
  readonly #lasting = new Map<NodeId, { readonly waitMs: number; readonly since: Instant }>();
  /** When the first of the others is due; `unknown` until somebody asks. The owner asks at every turn, and wishes are thousands. */
  #firstAt: Instant | undefined | 'unknown';

  constructor(random: Random, limits: PeerLimits, now: Instant) {
    this.#random = random;
    this.#limits = limits;
    this.#pace = new TokenBucket({ burst: limits.dialsPerSecond, perSecond: limits.dialsPerSecond }, now);
  }

  /**
   * This node starts, and knows these from before, the likeliest first: each has its moment, so that a village whose power comes back does
   * not call itself all at once.
   */
  join(peers: readonly NodeId[], now: Instant): void {
    const gapMs = 1000 / this.#limits.dialsPerSecond;
    for (const [place, peer] of peers.entries()) {
      const nextAt = after(now, (place + fraction(this.#random)) * gapMs);
      this.#put(peer, { nextAt, waitMs: REDIAL_MS_MIN, urgent: false, rests: false });
    }
  }

  /** A connection to this peer is wanted, from `now` on at the latest. */
  want(peer: NodeId, urgent: boolean, now: Instant): void {
    const wish = this.#wishes.get(peer);
    if (wish?.rests && !urgent) return;
    this.#put(peer, {
      nextAt: wish && !urgent && wish.nextAt < now ? wish.nextAt : now,
      waitMs: urgent ? REDIAL_MS_MIN : (wish?.waitMs ?? REDIAL_MS_MIN),
      urgent: urgent || (wish?.urgent ?? false),
      rests: false,
    });
  }

  /** Whether a connection to this peer is wanted. */
  wants(peer: NodeId): boolean {
    return this.#wishes.has(peer);
  }

  /** It is connected. */
  connected(peer: NodeId, now: Instant): void {
    const { waitMs } = this.#wishes.get(peer) ?? this.#lastWait(peer, now);
    this.settled(peer);
    this.#lasting.delete(peer);
    this.#lasting.set(peer, { waitMs, since: now });
    if (this.#lasting.size > WISHES_MAX) this.#lasting.delete(this.#lasting.keys().next().value!);
  }

  /** It is not wanted any more. */
  settled(peer: NodeId): void {
    this.#held.delete(peer);
    if (this.#wishes.delete(peer)) this.#firstAt = 'unknown';
  }

  /** The dial failed or the connection broke: again, later. `urgent` when mail waits for the peer. */
  failed(peer: NodeId, urgent: boolean, now: Instant): void {
    const wish = this.#wishes.get(peer) ?? { ...this.#lastWait(peer, now), urgent };
    const waitMs = Math.min(REDIAL_MS_MAX, wish.waitMs * 2);
    const nextAt = after(now, jitter(this.#random, waitMs, 0.2));
    this.#put(peer, { nextAt, waitMs, urgent: urgent || wish.urgent, rests: false });
  }

  /** One of the two has neighbours enough, and this connection was the least useful: much later, or when there is a reason. */
  letGo(peer: NodeId, urgent: boolean, now: Instant): void {
    const nextAt = after(now, jitter(this.#random, LET_GO_MS, 0.2));
    this.#put(peer, { nextAt, waitMs: REDIAL_MS_MIN, urgent, rests: true });
  }

  /** It left, and may be back without a way to call here: it is looked for now and then. */
  saidGoodbye(peer: NodeId, now: Instant): void {
    const nextAt = after(now, jitter(this.#random, REDIAL_MS_MAX, 0.2));
    this.#put(peer, { nextAt, waitMs: REDIAL_MS_MAX, urgent: false, rests: false });
  }

  /** What failed before may work now: everybody is due, and waits no longer than a newcomer after the next failure. */
  refresh(now: Instant): void {
    for (const wish of this.#wishes.values()) {
      if (wish.rests) continue;
      wish.nextAt = now;
      wish.waitMs = REDIAL_MS_MIN / 2;
    }
    this.#firstAt = 'unknown';
  }

  /** When somebody is due. Who is due already and has no room is asked for by `due` at every turn. */
  deadline(): Instant | undefined {
    if (this.#firstAt !== 'unknown') return this.#firstAt;
    let first: Instant | undefined;
    for (const [peer, { nextAt }] of this.#wishes) {
      if ((first === undefined || nextAt < first) && !this.#held.has(peer)) first = nextAt;
    }
    this.#firstAt = first;
    return first;
  }

  /** Whom to dial now. Each is asked for once per wait; `failed` or `settled` must follow. */
  due(company: Company, now: Instant): NodeId[] {
    const first = this.deadline();
    const isRoom = this.#held.size > 0 && this.#hasRoom(company, 0, this.#holdsUrgent);
    if (!isRoom && (first === undefined || first > now)) return [];
    const ready = [...this.#wishes].filter(([, { nextAt }]) => nextAt <= now);
    ready.sort(([, a], [, b]) => Number(b.urgent) - Number(a.urgent));
    const due: NodeId[] = [];
    this.#held.clear();
    this.#holdsUrgent = false;
    for (const [peer, wish] of ready) {
      if (!this.#hasRoom(company, due.length, wish.urgent)) {
        this.#held.add(peer);
        this.#holdsUrgent ||= wish.urgent;
      } else if (this.#pace.take(1, now)) {
        // Whoever is not dialled after all is looked at again after the longest wait.
        wish.nextAt = after(now, jitter(this.#random, REDIAL_MS_MAX, 0.2));
        wish.rests = false;
        due.push(peer);
      } else wish.nextAt = this.#pace.readyAt(1, now);
    }
    this.#firstAt = 'unknown';
    return due;
  }

  get size(): number {
    return this.#wishes.size;
  }

  /** The wait that the next one follows, where there is no wish: of a connection that broke soon, the wait before it. */
  #lastWait(peer: NodeId, now: Instant): { readonly waitMs: number } {
    const lasting = this.#lasting.get(peer);
    const isBrief = lasting && now < after(lasting.since, STEADY_MS);
    return { waitMs: isBrief ? Math.min(lasting.waitMs, REDIAL_MS_BRIEF_MAX / 2) : REDIAL_MS_MIN / 2 };
  }

  /** Whether one more may be dialled, beside so many that are about to be. */
  #hasRoom(company: Company, coming: number, urgent: boolean): boolean {
    const { low, dialsAtOnce } = this.#limits;
    if (urgent) return company.dialling + coming < 2 * dialsAtOnce;
    if (company.neighbours >= low) return false;
    const dialling = company.dialling + coming;
    return dialling < dialsAtOnce && company.neighbours + dialling < low;
  }

  #put(peer: NodeId, wish: Wish): void {
    this.#held.delete(peer);
    this.#wishes.delete(peer);
    this.#wishes.set(peer, wish);
    this.#firstAt = 'unknown';
    if (this.#wishes.size <= WISHES_MAX) return;
    for (const [other, { urgent }] of this.#wishes) {
      if (urgent) continue;
      this.settled(other);
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
