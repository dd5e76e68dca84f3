import type { Address } from '../base/address.ts';
import { equalBytes } from '../bytes/equal.ts';
import type { Connection } from './connection.ts';
import { idKey } from './connection-id.ts';

/** Every connection of an endpoint, and which one a packet is for: by our id in it, else by where it came from. */
export class ConnectionTable {
  readonly #all = new Set<Connection>();
  readonly #byId = new Map<number, { readonly id: Uint8Array; readonly connection: Connection }>();
  readonly #byAddress = new Map<Address, Set<Connection>>();

  add(connection: Connection): void {
    this.#all.add(connection);
  }

  has(connection: Connection): boolean {
    return this.#all.has(connection);
  }

  /** Nothing is left of it; its ids are forgotten by whoever issued them. */
  remove(connection: Connection): void {
    this.#leave(connection, connection.address);
    this.#all.delete(connection);
  }

  /** `fresh` takes over from `old`, and has been here for as long: their places in the order of age are exchanged. */
  succeed(old: Connection, fresh: Connection): void {
    const order = [...this.#all].map((one) => (one === old ? fresh : one === fresh ? old : one));
    this.#all.clear();
    for (const one of order) this.#all.add(one);
  }

  get size(): number {
    return this.#all.size;
  }

  /** All of them, half open and closing ones too, oldest first. */
  all(): Iterable<Connection> {
    return this.#all;
  }

  /** All that are not closed: ours from the dial on, the peers' once they are confirmed. */
  *alive(): Iterable<Connection> {
    for (const connection of this.#all) {
      if (!connection.closed && (connection.initiator || connection.confirmed)) yield connection;
    }
  }

  /** From now on packets with this id are for this connection. @returns false when the id is taken */
  claim(id: Uint8Array, connection: Connection): boolean {
    const key = idKey(id);
    if (this.#byId.has(key)) return false;
    this.#byId.set(key, { id, connection });
    return true;
  }

  forgetId(id: Uint8Array): void {
    this.#byId.delete(idKey(id));
  }

  /** The connection that gave this id to its peer. */
  find(id: Uint8Array): Connection | undefined {
    const found = this.#byId.get(idKey(id));
    return found && equalBytes(found.id, id) ? found.connection : undefined;
  }

  /** Those that send to this address. */
  at(address: Address): Iterable<Connection> {
    return this.#byAddress.get(address) ?? [];
  }

  moved(connection: Connection, from: Address | undefined, to: Address | undefined): void {
    if (from !== undefined) this.#leave(connection, from);
    if (to === undefined) return;
    const there = this.#byAddress.get(to) ?? new Set();
    this.#byAddress.set(to, there.add(connection));
  }

  #leave(connection: Connection, address: Address): void {
    const there = this.#byAddress.get(address);
    if (there?.delete(connection) && there.size === 0) this.#byAddress.delete(address);
  }
}
