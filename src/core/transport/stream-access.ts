import { assert } from '../base/assert.ts';
import type { StreamId, StreamKind } from '../wire/frame.ts';
import type { Streams } from './streams.ts';

/** Priorities of streams are whole numbers from -7 to 7: there are few levels to look at for each packet. */
const PRIORITY_MAX = 7;

/** What the owner of a connection does with its streams. */
export abstract class StreamAccess {
  /** The streams themselves: for the connection's own parts. */
  abstract readonly streams: Streams;
  abstract readonly closed: boolean;
  abstract readonly retiring: boolean;
  /** Something changed: there may be more to send. */
  protected abstract wake(): void;

  /** @returns `undefined` when the peer allows no more for now (`streams-available` follows), or no new ones are taken here. */
  openStream(kind: StreamKind): StreamId | undefined {
    return this.closed || this.retiring ? undefined : this.streams.open(kind);
  }

  /**
   * Bytes to send, which must not be changed afterwards. Says how many were taken; `writable` follows when there is room
   * for more. A stream that is over takes all, and forgets them.
   */
  write(stream: StreamId, bytes: Uint8Array): number {
    const taken = this.streams.write(stream, bytes);
    this.wake();
    return taken;
  }

  /** Nothing more will be written. */
  finish(stream: StreamId): void {
    this.streams.finish(stream);
    this.wake();
  }

  /**
   * A stream of a higher priority, a whole number from -7 to 7, goes before all lower ones, which wait for as long as it has something
   * to send; those of the same one take turns. All begin with 0.
   */
  setPriority(stream: StreamId, priority: number): void {
    assert(Number.isInteger(priority) && Math.abs(priority) <= PRIORITY_MAX, 'a priority is from -7 to 7');
    this.streams.prioritize(stream, priority);
  }

  /** What has arrived in order since the last `read`; the bytes are the caller's. `undefined` when that is nothing. */
  read(stream: StreamId): { readonly bytes: Uint8Array; readonly fin: boolean } | undefined {
    if (this.closed) return undefined;
    const got = this.streams.read(stream);
    if (got) this.wake();
    return got;
  }

  /** Gives up sending. */
  resetStream(stream: StreamId, code: number): void {
    this.streams.reset(stream, code);
    this.wake();
  }

  /** Asks the peer to give up sending. */
  stopSending(stream: StreamId, code: number): void {
    this.streams.stop(stream, code);
    this.wake();
  }
}
