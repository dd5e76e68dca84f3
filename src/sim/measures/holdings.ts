import type { View } from '../checks/check.ts';
import { type Spread, spreadOf } from './spread.ts';

/** What nodes held, counted: entries, as they were at their most. Their bytes in memory depend on the machine, these do not. */
export type Held = {
  readonly connections: Spread | undefined;
  readonly destinations: Spread | undefined;
  readonly envelopes: Spread | undefined;
  readonly carriedBytes: Spread | undefined;
  readonly seenIds: Spread | undefined;
};

/** How often nodes are looked at, in virtual seconds. */
const EVERY_SECONDS = 15;

type Most = { connections: number; destinations: number; envelopes: number; carriedBytes: number; seenIds: number };

const NOTHING: Most = { connections: 0, destinations: 0, envelopes: 0, carriedBytes: 0, seenIds: 0 };

/** Counts what honest nodes hold in memory, now and then. */
export class Holdings {
  readonly #most = new Map<number, Most>();
  #seconds = 0;

  look({ world, plan }: View): void {
    if (++this.#seconds % EVERY_SECONDS !== 0) return;
    for (const { index, node } of world.computers) {
      if (!node || plan.hostile?.has(index)) continue;
      const most = this.#most.get(index) ?? { ...NOTHING };
      const store = node.store(world.now);
      const raise = (what: keyof Most, to: number): void => {
        most[what] = Math.max(most[what], to);
      };
      const sizes = node.sizes();
      raise('connections', sizes.neighbours);
      raise('destinations', sizes.destinations);
      raise('envelopes', store.outbox.envelopes + store.carried.envelopes);
      raise('carriedBytes', store.carried.bytes);
      raise('seenIds', store.seen);
      this.#most.set(index, most);
    }
  }

  result(): Held {
    const of = (what: keyof Most): Spread | undefined => spreadOf([...this.#most.values()].map((most) => most[what]));
    return {
      connections: of('connections'),
      destinations: of('destinations'),
      envelopes: of('envelopes'),
      carriedBytes: of('carriedBytes'),
      seenIds: of('seenIds'),
    };
  }
}
