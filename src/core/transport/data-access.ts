import { assert } from '../base/assert.ts';
import { FINISH_MS } from '../base/limits.ts';
import type { CloseReason } from '../base/peer-error.ts';
import { after, type Instant } from '../base/time.ts';
import type { StreamId, StreamKind } from '../wire/frame.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import { type DatagramSent, Datagrams } from './datagrams.ts';
import type { ConnectionEvent } from './event.ts';
import { Streams } from './streams.ts';
import { Turns } from './turns.ts';
import type { WindowBudget } from './window-budget.ts';

/** Priorities of streams are whole numbers from -7 to 7: there are few levels to look at for each packet. */
const PRIORITY_MAX = 7;

/** What the owner of a connection sends and receives over it: streams and datagrams. */
export abstract class DataAccess {
  /** Whether we dialled. */
  readonly initiator: boolean;
  /** For the connection's own parts. */
  readonly streams: Streams;
  readonly datagrams: Datagrams;
  /** Both, for packets: bulk on streams does not keep datagrams waiting, nor a flood of datagrams the streams. */
  protected readonly data: Turns;
  #finishing: { readonly reason: CloseReason; readonly detail: string; readonly until: Instant } | undefined;

  abstract readonly closed: boolean;
  abstract readonly retiring: boolean;
  abstract close(reason: CloseReason, detail: string, now: Instant): void;
  /** Something changed: there may be more to send. */
  protected abstract wake(): void;
  protected abstract readonly tell: (event: ConnectionEvent) => void;

  constructor(initiator: boolean, budget: WindowBudget) {
    this.initiator = initiator;
    this.streams = new Streams(initiator, (event) => this.tell(event), budget);
    this.datagrams = new Datagrams((data) => this.tell({ type: 'datagram', data }));
    this.data = new Turns(this.datagrams, this.streams);
  }

  /** The peer has said what it takes; `packetRoom` is how many bytes of frames an empty packet holds at the moment. */
  protected allow(parameters: TransportParameters, packetRoom: () => number): void {
    this.streams.allow(parameters);
    this.datagrams.allow(parameters.maxDatagramFrameBytes, packetRoom);
  }

  /** The connection is over. What has arrived can still be read. */
  protected endData(): void {
    this.streams.end();
    this.datagrams.end();
  }

  /** @returns `undefined` when the peer allows no more for now (`streams-available` follows), or no new ones are taken here. */
  openStream(kind: StreamKind): StreamId | undefined {
    return this.closed || this.retiring || this.#finishing ? undefined : this.streams.open(kind);
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
   * What has arrived in order since the last `read`; the bytes are the caller's. `undefined` when that is nothing. What arrived before
   * the connection closed can still be read afterwards.
   */
  read(stream: StreamId): { readonly bytes: Uint8Array; readonly fin: boolean } | undefined {
    const got = this.streams.read(stream);
    if (got && !this.closed) this.wake();
    return got;
  }

  /**
   * A stream of a higher priority, a whole number from -7 to 7, goes before all lower ones, which wait for as long as it has something
   * to send; those of the same one take turns. All begin with 0.
   */
  setPriority(stream: StreamId, priority: number): void {
    assert(Number.isInteger(priority) && Math.abs(priority) <= PRIORITY_MAX, 'a priority is from -7 to 7');
    this.streams.prioritize(stream, priority);
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

  /** Bytes to send once, at the next chance, and never again; they must not be changed afterwards. */
  sendDatagram(bytes: Uint8Array): DatagramSent {
    if (this.closed || this.#finishing) return 'closed';
    const sent = this.datagrams.send(bytes);
    this.wake();
    return sent;
  }

  /**
   * Closes once the peer is known to have all that was written, or after 2 s. Until then nothing new is opened here, and what comes
   * is read as ever.
   */
  finishAndClose(reason: CloseReason, detail: string, now: Instant): void {
    this.#finishing ??= { reason, detail, until: after(now, FINISH_MS) };
    this.closeIfFinished(now);
    this.wake();
  }

  /** When a connection that finishes waits no longer. */
  protected get finishBy(): Instant | undefined {
    return this.#finishing?.until;
  }

  /** To be asked whenever something may have been acknowledged, or time has passed. */
  protected closeIfFinished(now: Instant): void {
    const finishing = this.#finishing;
    if (!finishing || this.closed) return;
    const isOwed = this.streams.isOwed || this.datagrams.isPending;
    if (!isOwed || finishing.until <= now) this.close(finishing.reason, finishing.detail, now);
  }
}
