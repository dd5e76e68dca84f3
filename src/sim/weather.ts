import { below, fraction, type Random } from '../core/base/random.ts';
import type { Instant } from '../core/base/time.ts';
import { type Bandwidth, Bottleneck } from './bottleneck.ts';

/** What may happen to datagrams on their way. Shares are from 0 to 1, of all datagrams. */
export type Climate = {
  /** Shortest time that a datagram takes, in milliseconds; each link draws its own between these. */
  readonly latencyMs: { readonly min: number; readonly max: number };
  /** Up to how much longer a datagram may take than its link's latency. Above the time between two, they overtake each other. */
  readonly jitterMs: number;
  readonly lossShare: number;
  readonly duplicateShare: number;
  /** One random bit is flipped. */
  readonly corruptShare: number;
  /** A datagram is held back for a while, so that those after it overtake it. */
  readonly reorderShare?: number;
  /** Without it, a link carries as much as it is given. */
  readonly bandwidth?: Bandwidth;
};

/** One arrival of a datagram. */
export type Arrival = { readonly afterMs: number; readonly bytes: Uint8Array };

/** Two computers that can reach each other, and the climate between them if it is another one than everywhere. */
export type Link = readonly [a: number, b: number, climate?: Climate];

/** How long a datagram that is overtaken is held back, in milliseconds: up to this. */
const HELD_BACK_MS = 200;

type Way = {
  readonly latencyMs: number;
  climate: Climate;
  readonly queues: readonly [Bottleneck, Bottleneck] | undefined;
  cuts: number;
};

/**
 * What lies between the computers: which of them can reach each other at all, and what the weather does to what they send.
 * Computers are numbered; a link works both ways.
 */
export class Weather {
  /** What was sent, and what was done to it. */
  readonly counts = { bytes: 0, lost: 0, doubled: 0, corrupted: 0, heldBack: 0, overflowed: 0, cut: 0 };
  readonly #random: Random;
  readonly #ways = new Map<number, Way>();

  /** @param links - who can reach whom. */
  constructor(random: Random, climate: Climate, links: Iterable<Link>) {
    this.#random = random;
    for (const [a, b, own = climate] of links) {
      const { bandwidth } = own;
      const queues = bandwidth && ([new Bottleneck(bandwidth), new Bottleneck(bandwidth)] as const);
      this.#ways.set(key(a, b), { latencyMs: this.#drawLatency(own), climate: own, queues, cuts: 0 });
    }
  }

  /** From now on nothing is lost, doubled, damaged or held back. Latencies and bandwidths stay: they are geography. */
  calm(): void {
    const still = { lossShare: 0, duplicateShare: 0, corruptShare: 0, reorderShare: 0 };
    for (const way of this.#ways.values()) way.climate = { ...way.climate, ...still };
  }

  /** Whether two computers can reach each other now. */
  reaches(a: number, b: number): boolean {
    return this.#ways.get(key(a, b))?.cuts === 0;
  }

  /** Cuts links until `mend` is called as often: cuts may overlap. */
  cut(links: Iterable<Link>): void {
    for (const [a, b] of links) this.#cut(a, b, 1);
  }

  mend(links: Iterable<Link>): void {
    for (const [a, b] of links) this.#cut(a, b, -1);
  }

  /** Ends all cuts. */
  mendAll(): void {
    for (const way of this.#ways.values()) way.cuts = 0;
  }

  /** The copies of a datagram that will arrive, and when: usually one. */
  fate(from: number, to: number, bytes: Uint8Array, now: Instant): readonly Arrival[] {
    const { counts } = this;
    counts.bytes += bytes.length;
    const way = this.#ways.get(key(from, to));
    if (!way || way.cuts > 0) return this.#none('cut');
    const { climate, latencyMs, queues } = way;
    const queuedMs = queues ? queues[from < to ? 0 : 1].take(bytes.length, now) : 0;
    if (queuedMs === undefined) return this.#none('overflowed');
    if (this.#happens(climate.lossShare)) return this.#none('lost');
    const arrival = (): Arrival => {
      const heldMs = this.#happens(climate.reorderShare, 'heldBack') ? HELD_BACK_MS * fraction(this.#random) : 0;
      return { afterMs: queuedMs + latencyMs + climate.jitterMs * fraction(this.#random) + heldMs, bytes };
    };
    const copies = this.#happens(climate.duplicateShare, 'doubled') ? [arrival(), arrival()] : [arrival()];
    return copies.map((copy) => (this.#happens(climate.corruptShare, 'corrupted') ? this.#corrupt(copy) : copy));
  }

  #none(why: 'cut' | 'overflowed' | 'lost'): readonly Arrival[] {
    this.counts[why]++;
    return [];
  }

  #happens(share = 0, counted?: 'heldBack' | 'doubled' | 'corrupted'): boolean {
    const happens = share > 0 && fraction(this.#random) < share;
    if (happens && counted) this.counts[counted]++;
    return happens;
  }

  #corrupt({ afterMs, bytes }: Arrival): Arrival {
    const corrupted = bytes.slice();
    const bit = below(this.#random, bytes.length * 8);
    if (corrupted.length > 0) corrupted[bit >> 3]! ^= 1 << (bit & 7);
    return { afterMs, bytes: corrupted };
  }

  #drawLatency({ latencyMs: { min, max } }: Climate): number {
    return min + (max - min) * fraction(this.#random);
  }

  #cut(a: number, b: number, by: 1 | -1): void {
    const way = this.#ways.get(key(a, b));
    if (way) way.cuts = Math.max(0, way.cuts + by);
  }
}

/** One number for both directions; computers are below 2^20. */
const key = (a: number, b: number): number => (a < b ? a * 0x100000 + b : b * 0x100000 + a);
