import { STREAMS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { StreamKind } from '../wire/frame.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** How many streams of one kind each side may open: MAX_STREAMS, both ways (RFC 9000 §4.6). */
export class StreamLimits implements FrameOwner<number> {
  readonly #kind: StreamKind;
  /** Index of the next stream that we open. */
  #ours = 0;
  #early = 0;
  #allowed = 0;
  #refused = false;
  #theirs = 0;
  #finished = 0;
  #limit = STREAMS_MAX;
  /** The limit that the peer may know of: what is wanted counts when it was said. */
  #told = STREAMS_MAX;
  #owed = false;

  constructor(kind: StreamKind) {
    this.#kind = kind;
  }

  /** Whether we have opened the stream of this index. */
  hasOpened(index: number): boolean {
    return index < this.#ours || (index > 0 && index <= this.#early);
  }

  /** How many streams the peer has opened: all with a lower index exist or have existed. */
  get theirs(): number {
    return this.#theirs;
  }

  get isPending(): boolean {
    return this.#owed;
  }

  /** Opens one more, if the peer allows it, and returns its index. */
  open(): number | undefined {
    this.#refused = this.#ours >= this.#allowed;
    if (this.#refused) return undefined;
    const index = this.#ours;
    this.#ours = index === 0 ? 1 + this.#early : index + 1;
    return index;
  }

  /** The peer allows so many in all, or more. @returns whether an `open` that failed would succeed now. */
  allow(count: number): boolean {
    this.#allowed = Math.max(this.#allowed, count);
    if (!this.#refused || this.#ours >= this.#allowed) return false;
    this.#refused = false;
    return true;
  }

  /** The streams of index 1 to `count` are open already, with early data (docs/protocol.md §1.1). */
  openEarly(count: number): void {
    this.#early = count;
  }

  /** @throws PeerError('streamLimit') when the peer may not have opened the stream of this index */
  opened(index: number): void {
    if (index >= this.#told) throw new PeerError('streamLimit', `${this.#kind} stream ${index} of ${this.#told}`);
    this.#theirs = Math.max(this.#theirs, index + 1);
  }

  /** One of the peer's streams is over, so it may open another. */
  finished(): void {
    this.#finished++;
    if (this.#limit - this.#finished > STREAMS_MAX / 2) return;
    this.#limit = this.#finished + STREAMS_MAX;
    this.#owed = true;
  }

  writeFrames(builder: PacketBuilder): void {
    const limit = this.#limit;
    if (!this.#owed || !builder.add({ type: 'max-streams', kind: this.#kind, limit }, this, limit)) return;
    this.#told = limit;
    this.#owed = false;
  }

  acked(): void {}

  lost(limit: number): void {
    if (limit === this.#limit) this.#owed = true;
  }
}
