import {
  CONNECTION_GAPS_MAX,
  CONNECTION_WINDOW_BYTES,
  CONNECTION_WINDOW_BYTES_MAX,
  STREAM_WINDOW_BYTES,
} from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';
import { ReceiveWindow } from './receive-window.ts';
import type { WindowBudget } from './window-budget.ts';

/** Flow control of a whole connection, both ways: MAX_DATA (RFC 9000 §4.1), and how large the windows of its streams are. */
export class Flow implements FrameOwner<number> {
  readonly #budget: WindowBudget;
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW_BYTES);
  /** How much a peer may send ahead of the reader. */
  #windowBytes = CONNECTION_WINDOW_BYTES;
  /** The limit with which it grew last: until the peer knows that one, nothing tells whether it is enough. */
  #grownAt = 0;
  /** Gaps in what has arrived, over all streams. */
  #gaps = 0;
  #owed = false;
  #credit = 0;
  #allowed = 0;

  constructor(budget: WindowBudget) {
    this.#budget = budget;
  }

  /** How many new bytes may be sent on streams. */
  get credit(): number {
    return this.#credit;
  }

  /** Whether MAX_DATA is to be sent. */
  get isPending(): boolean {
    return this.#owed;
  }

  /** How much of the window one stream may use, in bytes: half, so that one that nobody reads does not stop the others. */
  get streamWindowBytes(): number {
    return Math.max(STREAM_WINDOW_BYTES, this.#windowBytes / 2);
  }

  /** The peer's limit is this, or still higher (RFC 9000 §19.9: a lower one is old news). */
  allow(limit: number): void {
    this.#credit += Math.max(0, limit - this.#allowed);
    this.#allowed = Math.max(this.#allowed, limit);
  }

  spend(bytes: number): void {
    this.#credit -= bytes;
  }

  /** @throws PeerError('flowControl') */
  receive(bytes: number): void {
    this.#window.receive(bytes);
    if (this.#window.isTooSmall) this.grow();
  }

  consume(bytes: number): void {
    if (this.#window.consume(bytes, this.#windowBytes)) this.#owed = true;
  }

  /** A window, this one or a stream's, holds the peer back: all double, as far as the budget goes (RFC 9000 §4.2). */
  grow(): void {
    const more = Math.min(this.#windowBytes, CONNECTION_WINDOW_BYTES_MAX - this.#windowBytes);
    if (this.#window.known < this.#grownAt || more === 0 || !this.#budget.take(more)) return;
    this.#windowBytes += more;
    if (this.#window.raise(this.#windowBytes)) this.#owed = true;
    this.#grownAt = this.#window.limit;
  }

  /** A stream has so many gaps more, or less. @throws PeerError('forbidden') when there are more than loss explains */
  gapsChanged(by: number): void {
    this.#gaps += by;
    if (this.#gaps > CONNECTION_GAPS_MAX) throw new PeerError('forbidden', `streams with ${this.#gaps} gaps`);
  }

  /** The connection is over: others may have what its window took. */
  end(): void {
    this.#budget.give(this.#windowBytes - CONNECTION_WINDOW_BYTES);
    this.#windowBytes = CONNECTION_WINDOW_BYTES;
  }

  writeFrames(builder: PacketBuilder): void {
    const limit = this.#window.limit;
    if (!this.#owed || !builder.add({ type: 'max-data', limit }, this, limit)) return;
    this.#owed = false;
    this.#window.say();
  }

  acked(limit: number): void {
    this.#window.told(limit);
  }

  lost(limit: number): void {
    if (limit === this.#window.limit) this.#owed = true;
  }
}
