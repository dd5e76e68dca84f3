import {
  CARRIED_BYTES_MAX,
  PEERS_MAX,
  RECIPIENT_BYTES_MAX,
  RECIPIENT_ENVELOPES_MAX,
  ROUTES_MAX,
  SEEN_IDS_MAX,
} from '../../core/base/limits.ts';
import { type Check, claim, type View } from './check.ts';

/** Datagrams that a link may carry in a minute in which nobody does anything: keep-alives, refreshed routes, and room. */
const QUIET_DATAGRAMS_PER_LINK = 120;

/** No collection is ever above its limit, and a world in which nobody does anything becomes quiet. */
export class Bounds implements Check {
  readonly name = 'bounds';
  #sentBefore = 0;

  second({ world }: View): void {
    for (const { index, node } of world.computers) {
      if (!node) continue;
      const store = node.store(world.now);
      within(index, 'peers', node.peers().length, PEERS_MAX);
      within(index, 'destinations', new Set(node.routes().map(({ to }) => to)).size, ROUTES_MAX);
      within(index, 'bytes carried', store.carried.bytes, CARRIED_BYTES_MAX);
      within(index, 'seen ids', store.seen, SEEN_IDS_MAX);
      for (const { envelopes, bytes } of store.perRecipient) {
        within(index, 'envelopes for one recipient', envelopes, RECIPIENT_ENVELOPES_MAX);
        within(index, 'bytes for one recipient', bytes, RECIPIENT_BYTES_MAX);
      }
    }
  }

  quiet({ world }: View): void {
    this.#sentBefore = world.datagrams.sent;
  }

  finished({ world, plan }: View): void {
    const sent = world.datagrams.sent - this.#sentBefore;
    const limit = plan.links.length * QUIET_DATAGRAMS_PER_LINK;
    claim(sent <= limit, () => `${sent} datagrams in a minute in which nothing happens; ${limit} would be quiet`);
  }
}

function within(index: number, what: string, value: number, limit: number): void {
  claim(value <= limit, () => `${index} has ${value} ${what}, ${limit} are allowed`);
}
