import { below } from '../../core/base/random.ts';
import type { Instant } from '../../core/base/time.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { View } from '../checks/check.ts';
import type { Internet } from '../internet.ts';
import { islandsOf } from '../islands.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Weather } from '../weather.ts';
import { type Spread, spreadOf } from './spread.ts';

/** How long the net took until everybody found everybody again, after a change of who can reach whom. */
export type Converged = {
  /** Of changes after which nothing else changed before all ways were there, in milliseconds, to the second. */
  readonly afterMs: Spread | undefined;
  /** Changes that were overtaken by the next one. */
  readonly overtaken: number;
  /** After the last change of the run; `undefined` when the run ended before. */
  readonly lastMs: number | undefined;
};

/** Pairs of nodes whose ways are looked at: all of a small net, some of a large one. */
const PAIRS_MAX = 200;

type Parts = View & { readonly weather: Weather; readonly internet: Internet; readonly random: SeededRandom };

/** Measures convergence: after each change it looks once a second whether all ways that can be there are there. */
export class Convergence {
  readonly #parts: Parts;
  readonly #pairs: readonly (readonly [number, number])[];
  readonly #indexes = new Map<NodeId, number>();
  readonly #afterMs: number[] = [];
  #changedAt: Instant | undefined;
  #overtaken = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#pairs = pairsOf(parts.islands, parts.random);
  }

  changed(): void {
    if (this.#changedAt !== undefined && this.#changedAt < this.#parts.world.now) this.#overtaken++;
    this.#changedAt = this.#parts.world.now;
  }

  second(): void {
    if (this.#changedAt === undefined) return;
    const { world } = this.#parts;
    for (const { index, node } of world.computers) if (node) this.#indexes.set(node.id, index);
    const islands = this.#islandsNow();
    const arrives = ([from, to]: readonly [number, number]): boolean =>
      islands[from] !== islands[to] || this.#wayIsThere(from, to);
    if (!this.#pairs.every(arrives)) return;
    this.#afterMs.push(world.now - this.#changedAt);
    this.#changedAt = undefined;
  }

  result(): Converged {
    return {
      afterMs: spreadOf(this.#afterMs),
      overtaken: this.#overtaken,
      lastMs: this.#changedAt === undefined ? this.#afterMs.at(-1) : undefined,
    };
  }

  /** Who can reach whom at this moment. */
  #islandsNow(): number[] {
    const { world, weather, internet, plan, islands } = this.#parts;
    const isThere = (index: number): boolean =>
      islands[index] !== undefined && world.computer(index).node !== undefined;
    return islandsOf(
      world.computers.length,
      plan.links,
      (a, b) => isThere(a) && isThere(b) && weather.reaches(a, b) && internet.canMeet(a, b),
    );
  }

  /** Whether every node on the way would hand on to the next, and can: what nobody has noticed yet is no way. */
  #wayIsThere(from: number, to: number): boolean {
    const { world, weather } = this.#parts;
    const goal = world.computer(to).node?.id;
    if (goal === undefined) return true;
    let here = from;
    for (let steps = 0; here !== to && steps < world.computers.length; steps++) {
      const next = world.computer(here).node?.nextHop(goal);
      const index = next === undefined ? undefined : this.#indexes.get(next);
      if (index === undefined || !world.computer(index).node || !weather.reaches(here, index)) return false;
      here = index;
    }
    return here === to;
  }
}

function pairsOf(islands: View['islands'], random: SeededRandom): (readonly [number, number])[] {
  const asked = islands.flatMap((island, index) => (island === undefined ? [] : [index]));
  const all = asked.length * (asked.length - 1);
  if (all <= PAIRS_MAX) return asked.flatMap((a) => asked.filter((b) => b !== a).map((b) => [a, b] as const));
  return Array.from({ length: PAIRS_MAX }, () => {
    const a = below(random, asked.length);
    return [asked[a]!, asked[(a + 1 + below(random, asked.length - 1)) % asked.length]!] as const;
  });
}
