import { CONNECTION_WINDOW_BYTES } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** How far ahead of the reader a peer may send: on a connection, or on a stream (RFC 9000 §4). */
export class ReceiveWindow {
  readonly #windowBytes: number;
  #limit: number;
  #received = 0;
  #consumed = 0;

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
    this.#limit = windowBytes;
  }

  get received(): number {
    return this.#received;
  }

  /** What the peer has been told, or will be at the next chance. */
  get limit(): number {
    return this.#limit;
  }

  /** @throws PeerError('flowControl') when the peer sent more than it was allowed */
  receive(bytes: number): void {
    this.#received += bytes;
    if (this.#received > this.#limit) throw new PeerError('flowControl', `${this.#received} of ${this.#limit} bytes`);
  }

  /**
   * The reader took so many bytes, or does not want them.
   *
   * @returns whether the limit moved so far that the peer should be told
   */
  consume(bytes: number): boolean {
    this.#consumed += bytes;
    if (this.#limit - this.#consumed > this.#windowBytes / 2) return false;
    this.#limit = this.#consumed + this.#windowBytes;
    return true;
  }
}

/** Flow control of a whole connection, both ways: MAX_DATA (RFC 9000 §4.1). */
export class Flow implements FrameOwner<number> {
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW_BYTES);
  #owed = false;
  #credit = 0;
  #allowed = 0;

  /** How many new bytes may be sent on streams. */
  get credit(): number {
    return this.#credit;
  }

  /** Whether MAX_DATA is to be sent. */
  get isPending(): boolean {
    return this.#owed;
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
  }

  consume(bytes: number): void {
    if (this.#window.consume(bytes)) this.#owed = true;
  }

  writeFrames(builder: PacketBuilder): void {
    const limit = this.#window.limit;
    if (this.#owed && builder.add({ type: 'max-data', limit }, this, limit)) this.#owed = false;
  }

  acked(): void {}

  lost(limit: number): void {
    if (limit === this.#window.limit) this.#owed = true;
  }
}
