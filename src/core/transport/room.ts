import { type Address, addressBlock, reach, widerBlock } from '../base/address.ts';
import { CONNECTIONS_OF_STRANGERS_MAX, CONNECTIONS_PER_BLOCK_MAX } from '../base/limits.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Connection } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';

/** What decides who has a place. */
export type RoomOptions = {
  readonly connectionsMax: number;
  /** Peers whom nobody else can crowd out. */
  readonly isKnown: (peer: NodeId) => boolean;
};

/** A caller: by its own word only, while it has no connection. */
type Caller = {
  readonly peer: NodeId;
  /** Where it is counted: where it first showed that it is. Where it says later that it is, others may be. */
  readonly home: Address | undefined;
  readonly connection?: Connection;
};

/**
 * Who has a place among the connections (docs/protocol.md §1.1, denial of service).
 *
 * Peers that are known, and those that we dialled, keep theirs. Of strangers too many, the youngest of the most crowded region goes: to
 * crowd somebody out one would have to be in that somebody's region and to have been there before, which cannot be arranged
 * afterwards. That a connection is busy counts for nothing: noise is cheap.
 */
export class Room {
  readonly #table: ConnectionTable;
  readonly #options: RoomOptions;

  constructor(table: ConnectionTable, options: RoomOptions) {
    this.#table = table;
    this.#options = options;
  }

  /** Whether there would be a place for this caller, if it is who it says. Nobody is moved for a mere word. */
  isFull({ peer, address }: Pick<Connection, 'peer' | 'address'>): boolean {
    const caller = { peer, home: address };
    return this.#leaver(caller, 1) === caller;
  }

  /** Who has to go now that `fresh` is confirmed; it may be `fresh` itself. */
  leaver(fresh: Connection): Connection | undefined {
    return this.#leaver(callerOf(fresh), 0)?.connection;
  }

  /** @param coming - 1 while `caller` is not in the table itself */
  #leaver(caller: Caller, coming: 0 | 1): Caller | undefined {
    const { connectionsMax, isKnown } = this.#options;
    const all = [...this.#table.alive()];
    // Its own last connection, if there is one, is about to go: who renews or comes back takes nobody's place.
    const replaced = all.some((one) => one !== caller.connection && one.peer === caller.peer) ? 1 : 0;
    const others = all.filter((one) => one.peer !== caller.peer && this.#isStranger(one));
    const strangers = others.map(callerOf);
    const isStranger = !isKnown(caller.peer);
    if (isStranger && this.#isBlockFull(caller, strangers)) return caller;
    const strangersMax = Math.min(connectionsMax, CONNECTIONS_OF_STRANGERS_MAX);
    const isTooMany = all.length + coming - replaced > connectionsMax;
    const areStrangersTooMany = isStranger && strangers.length + 1 > strangersMax;
    if (!isTooMany && !areStrangersTooMany) return undefined;
    // What only finishes goes before what stays; of who is known too, or one of them could fill all places with such.
    const finishing = all.find((one) => one.retiring && this.#isStranger(one)) ?? all.find((one) => one.retiring);
    if (finishing) return callerOf(finishing);
    return youngestOfMostCrowded(strangers, isStranger ? caller : undefined) ?? caller;
  }

  #isBlockFull({ home }: Caller, strangers: readonly Caller[]): boolean {
    if (strangers.length < CONNECTIONS_PER_BLOCK_MAX || !home || reach(home) === 'loopback') return false;
    const block = addressBlock(home);
    return strangers.filter((one) => one.home && addressBlock(one.home) === block).length >= CONNECTIONS_PER_BLOCK_MAX;
  }

  #isStranger({ initiator, peer }: Connection): boolean {
    return !initiator && !this.#options.isKnown(peer);
  }
}

const callerOf = (connection: Connection): Caller => ({
  peer: connection.peer,
  home: connection.link.paths.home,
  connection,
});

/** Of all who have shown nowhere yet where they are. */
const NOWHERE = '';
const regionOf = ({ home }: Caller): string => (home ? widerBlock(home) : NOWHERE);

/** Of these, oldest first, and of one more, who is the youngest of all; where regions are equally crowded, it is that one. */
function youngestOfMostCrowded(callers: readonly Caller[], last: Caller | undefined): Caller | undefined {
  const regions = new Map<string, { readonly count: number; readonly youngest: Caller }>();
  for (const caller of last ? [...callers, last] : callers) {
    const region = regionOf(caller);
    regions.set(region, { count: (regions.get(region)?.count ?? 0) + 1, youngest: caller });
  }
  let crowded = last && regions.get(regionOf(last));
  for (const region of regions.values()) if (region.count > (crowded?.count ?? 0)) crowded = region;
  return crowded?.youngest;
}
