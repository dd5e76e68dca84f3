import { type Check, claim, type View } from './check.ts';

/** What one entry takes in memory, in bytes, generously: the head of an envelope, an id with its time, a peer, a destination with all ways there. */
const ENTRY_BYTES = {
  envelope: 2_000,
  seenId: 300,
  peer: 2_000,
  destination: 4_000,
  source: 500,
  neighbour: 200_000,
} as const;

/** What a node may hold in memory, whatever others send it: the aim for one flooding neighbour (docs/bad-inputs.md). */
const HELD_BYTES_MAX = 64 * 1024 * 1024;

/** How often nodes are counted, in virtual seconds. */
const EVERY_SECONDS = 10;

/** What an honest node holds in memory stays below a bound, whatever hostile ones send: counted entries, at their largest. */
export class Memory implements Check {
  readonly name = 'memory';
  #seconds = 0;

  second({ world, plan }: View): void {
    if (!plan.hostile || ++this.#seconds % EVERY_SECONDS !== 0) return;
    for (const { index, node } of world.computers) {
      if (!node || plan.hostile.has(index)) continue;
      const { neighbours, peers, destinations, sources } = node.sizes();
      const { outbox, carried, seen } = node.store(world.now);
      const held =
        neighbours * ENTRY_BYTES.neighbour +
        peers * ENTRY_BYTES.peer +
        destinations * ENTRY_BYTES.destination +
        sources * ENTRY_BYTES.source +
        (outbox.envelopes + carried.envelopes) * ENTRY_BYTES.envelope +
        seen * ENTRY_BYTES.seenId;
      claim(held <= HELD_BYTES_MAX, () => `${index} holds about ${Math.round(held / 1_000_000)} MB in memory`);
    }
  }
}
