import {
  CARRIED_BYTES_MAX,
  PEERS_MAX,
  RECEIPTS_TO_ONE_MAX,
  RECIPIENT_BYTES_MAX,
  RECIPIENT_ENVELOPES_MAX,
  ROUTES_MAX,
  SEEN_IDS_MAX,
  SOURCES_MAX,
} from '../../core/base/limits.ts';
import { PUSH_BYTES_MAX } from '../../core/wire/mesh-message.ts';
import { type Check, claim, type View } from './check.ts';

/** Datagrams that a link may carry in a minute in which nobody does anything: keep-alives, refreshed routes, and room. */
const QUIET_DATAGRAMS_PER_LINK = 120;

/** How many nodes are looked at in a second; in a larger net they take turns. */
const LOOKED_AT = 50;

/** No collection is ever above its limit, and a world in which nobody does anything becomes quiet. */
export class Bounds implements Check {
  readonly name = 'bounds';
  #sentBefore = 0;
  #next = 0;

  second({ world, plan }: View): void {
    const { computers } = world;
    for (let i = Math.min(computers.length, LOOKED_AT); i > 0; i--) {
      this.#next = (this.#next + 1) % computers.length;
      const { index, node } = computers[this.#next]!;
      if (!node || plan.hostile?.has(index)) continue;
      const sizes = node.sizes();
      within(index, 'peers', sizes.peers, PEERS_MAX);
      within(index, 'destinations', sizes.destinations, ROUTES_MAX);
      within(index, 'sources', sizes.sources, SOURCES_MAX);
      const store = node.store(world.now);
      within(index, 'bytes carried', store.carried.bytes, CARRIED_BYTES_MAX);
      within(index, 'seen ids', store.seen, SEEN_IDS_MAX);
      for (const { envelopes, bytes } of store.perRecipient) {
        // So many in each of three lanes (docs/protocol.md §3, rule 11), beside what this node wrote itself.
        const own = store.outbox.envelopes + RECEIPTS_TO_ONE_MAX;
        within(index, 'envelopes for one recipient', envelopes, 3 * RECIPIENT_ENVELOPES_MAX + own);
        within(index, 'bytes for one recipient', bytes, 3 * RECIPIENT_BYTES_MAX + own * PUSH_BYTES_MAX);
      }
    }
  }

  quiet({ world }: View): void {
    this.#sentBefore = world.datagrams.sent;
  }

  finished({ world, plan }: View): void {
    if (plan.hostile) return;
    const sent = world.datagrams.sent - this.#sentBefore;
    const limit = plan.links.length * QUIET_DATAGRAMS_PER_LINK;
    claim(sent <= limit, () => `${sent} datagrams in a minute in which nothing happens; ${limit} would be quiet`);
  }
}

function within(index: number, what: string, value: number, limit: number): void {
  claim(value <= limit, () => `${index} has ${value} ${what}, ${limit} are allowed`);
}
