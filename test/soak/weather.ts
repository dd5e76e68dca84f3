import { fraction, type Random } from '../../src/core/base/random.ts';

/** What happens to everything that nodes send each other, from now on. */
export type Weather = {
  /** The share of packets that is lost, each way, from 0 to 1. */
  readonly loss: number;
  /** The side of a partition on which each node is; absent while there is none. Nothing passes from one side to the other. */
  readonly sides?: readonly number[] | undefined;
};

/** What became of packets. */
export type Fates = { passed: number; lost: number; cut: number };

/** Which links there are between nodes, and what becomes of a packet on one. */
export class Links {
  readonly fates: Fates = { passed: 0, lost: 0, cut: 0 };
  weather: Weather = { loss: 0 };
  readonly #neighbours: readonly ReadonlySet<number>[];
  readonly #random: Random;

  constructor(nodes: number, links: readonly Link[], random: Random) {
    this.#random = random;
    const neighbours = Array.from({ length: nodes }, () => new Set<number>());
    for (const [a, b] of links) {
      neighbours[a]!.add(b);
      neighbours[b]!.add(a);
    }
    this.#neighbours = neighbours;
  }

  /** Those that hear a node. */
  of(node: number): ReadonlySet<number> {
    return this.#neighbours[node]!;
  }

  /** Whether a packet comes through; each is counted. */
  passes(from: number, to: number): boolean {
    const { loss, sides } = this.weather;
    const fate = sides && sides[from] !== sides[to] ? 'cut' : fraction(this.#random) < loss ? 'lost' : 'passed';
    this.fates[fate]++;
    return fate === 'passed';
  }
}

/** Two nodes, by number, that hear each other. */
export type Link = readonly [number, number];

/** How long a packet is under way: less than a neighbourhood takes, and not the same for all, so that some overtake others. */
export const delayMs = (random: Random): number => 2 + 10 * fraction(random);
