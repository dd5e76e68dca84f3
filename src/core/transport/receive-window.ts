import { PeerError } from '../base/peer-error.ts';

/** How far ahead of the reader a peer may send: on a connection, or on a stream (RFC 9000 §4). All numbers are bytes. */
export class ReceiveWindow {
  /** What the peer is to be told next. */
  #limit: number;
  /** What the peer may have been told: what goes beyond is its fault. */
  #said: number;
  /** What the peer is known to have been told. */
  #known: number;
  /** How large the window was when the limit rose last. */
  #size: number;
  #received = 0;
  #consumed = 0;

  /** @param size - what the peer was told in the handshake */
  constructor(size: number) {
    this.#limit = size;
    this.#said = size;
    this.#known = size;
    this.#size = size;
  }

  get received(): number {
    return this.#received;
  }

  /** What the peer has been told, or will be at the next chance. */
  get limit(): number {
    return this.#limit;
  }

  get known(): number {
    return this.#known;
  }

  /**
   * Whether the window holds the peer back: it has used up to the last byte what it was told, though the reader has kept up.
   * That needs no clock: a peer that does not wait for us hears of the next limit before it comes to the end of this one.
   */
  get isTooSmall(): boolean {
    return this.#received === this.#known && this.#received - this.#consumed <= this.#size / 2;
  }

  /** @throws PeerError('flowControl') when the peer sent more than it was allowed */
  receive(bytes: number): void {
    this.#received += bytes;
    if (this.#received > this.#said) throw new PeerError('flowControl', `${this.#received} of ${this.#said} bytes`);
  }

  /**
   * The reader took so many bytes, or does not want them. When half of the window is used up, a new one of `size` begins.
   *
   * @returns whether the peer should be told
   */
  consume(bytes: number, size: number): boolean {
    this.#consumed += bytes;
    return this.#limit - this.#consumed <= this.#size / 2 && this.raise(size);
  }

  /** The window has this size from now on, if that allows the peer more. @returns whether the peer should be told */
  raise(size: number): boolean {
    const limit = this.#consumed + size;
    if (limit <= this.#limit) return false;
    this.#limit = limit;
    this.#size = size;
    return true;
  }

  /** A frame with the limit goes out. */
  say(): void {
    this.#said = this.#limit;
  }

  /** The peer has been told this limit. */
  told(limit: number): void {
    this.#known = Math.max(this.#known, limit);
  }
}
