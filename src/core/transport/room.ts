import { type Address, addressBlock, reach } from '../base/address.ts';
import { CONNECTIONS_PER_BLOCK_MAX } from '../base/limits.ts';
import type { ConnectionTable } from './connection-table.ts';

/** How many connections there may be: of all, and of callers from one address block (docs/protocol.md §1.1). */
export class Room {
  readonly #table: ConnectionTable;
  readonly #connectionsMax: number;

  constructor(table: ConnectionTable, connectionsMax: number) {
    this.#table = table;
    this.#connectionsMax = connectionsMax;
  }

  /** Whether there is no place for a caller from this address, because of all, or of those from around it. */
  isFull(address: Address): boolean {
    const connections = [...this.#table.alive()];
    if (connections.length >= this.#connectionsMax) return true;
    if (reach(address) === 'loopback') return false;
    const block = addressBlock(address);
    const around = connections.filter((one) => !one.initiator && addressBlock(one.address) === block);
    return around.length >= CONNECTIONS_PER_BLOCK_MAX;
  }
}
