import { below, fraction, type Random } from '../core/base/random.ts';

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
};

/** One arrival of a datagram. */
export type Arrival = { readonly afterMs: number; readonly bytes: Uint8Array };

/**
 * What lies between the computers: which of them can reach each other at all, and what the weather does to what they send.
 * Computers are numbered; a link works both ways.
 */
export class Weather {
  readonly #random: Random;
  readonly #latencies = new Map<string, number>();
  readonly #cuts = new Map<string, number>();
  #climate: Climate;

  /** @param links - who can reach whom. */
  constructor(random: Random, climate: Climate, links: Iterable<readonly [number, number]>) {
    this.#random = random;
    this.#climate = climate;
    for (const [a, b] of links) this.#latencies.set(key(a, b), this.#drawLatency());
  }

  /** From now on the weather is like this. Latencies of links stay: they are geography. */
  change(climate: Climate): void {
    this.#climate = climate;
  }

  /** Whether two computers can reach each other now. */
  reaches(a: number, b: number): boolean {
    return this.#latencies.has(key(a, b)) && !this.#cuts.has(key(a, b));
  }

  /** Cuts links until `mend` is called as often: cuts may overlap. */
  cut(links: Iterable<readonly [number, number]>): void {
    for (const [a, b] of links) this.#cuts.set(key(a, b), (this.#cuts.get(key(a, b)) ?? 0) + 1);
  }

  mend(links: Iterable<readonly [number, number]>): void {
    for (const [a, b] of links) {
      const left = (this.#cuts.get(key(a, b)) ?? 1) - 1;
      if (left > 0) this.#cuts.set(key(a, b), left);
      else this.#cuts.delete(key(a, b));
    }
  }

  /** Ends all cuts. */
  mendAll(): void {
    this.#cuts.clear();
  }

  /** The copies of a datagram that will arrive, and when: usually one. */
  fate(from: number, to: number, bytes: Uint8Array): readonly Arrival[] {
    const latency = this.#latencies.get(key(from, to));
    if (latency === undefined || this.#cuts.has(key(from, to)) || this.#chance(this.#climate.lossShare)) return [];
    const arrival = () => ({ afterMs: latency + this.#climate.jitterMs * fraction(this.#random), bytes });
    const copies = this.#chance(this.#climate.duplicateShare) ? [arrival(), arrival()] : [arrival()];
    return copies.map((copy) => (this.#chance(this.#climate.corruptShare) ? this.#corrupt(copy) : copy));
  }

  #chance(share: number): boolean {
    return share > 0 && fraction(this.#random) < share;
  }

  #corrupt({ afterMs, bytes }: Arrival): Arrival {
    const corrupted = bytes.slice();
    const bit = below(this.#random, bytes.length * 8);
    if (corrupted.length > 0) corrupted[bit >> 3]! ^= 1 << (bit & 7);
    return { afterMs, bytes: corrupted };
  }

  #drawLatency(): number {
    const { min, max } = this.#climate.latencyMs;
    return min + (max - min) * fraction(this.#random);
  }
}

const key = (a: number, b: number): string => (a < b ? `${a}-${b}` : `${b}-${a}`);
