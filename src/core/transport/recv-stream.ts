import { STREAM_WINDOW_BYTES } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { StreamFrame, StreamId } from '../wire/frame.ts';
import type { Flow } from './flow.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';
import { Reassembly } from './reassembly.ts';
import { ReceiveWindow } from './receive-window.ts';

/** What a sent packet held of this half: the limit it told, or our wish that the peer stops. */
type Note = number | 'stop';

/** The receiving half of a stream (RFC 9000 §3.2). */
export class RecvStream implements FrameOwner<Note> {
  readonly id: StreamId;
  readonly #flow: Flow;
  readonly #window = new ReceiveWindow(STREAM_WINDOW_BYTES);
  readonly #reassembly = new Reassembly();
  readonly #changed: () => void;
  #finalSize: number | undefined;
  #limitOwed = false;
  #stop: { readonly code: number; state: 'wanted' | 'sent' | 'acked' } | undefined;
  /** The end was read, or will never be. */
  #over = false;
  /** Bytes that count as read on the connection: those that were, and those that nobody wants. */
  #credited = 0;

  constructor(id: StreamId, flow: Flow, changed: () => void) {
    this.id = id;
    this.#flow = flow;
    this.#changed = changed;
  }

  /** The end was read or the peer gave up: nothing more can come. */
  get isDone(): boolean {
    return this.#over;
  }

  get isReadable(): boolean {
    return !this.#over && !this.#stop && (this.#reassembly.isReadable || this.#finalSize === this.#reassembly.taken);
  }

  get isPending(): boolean {
    return !this.#over && (this.#stop ? this.#stop.state === 'wanted' : this.#limitOwed);
  }

  /** @throws PeerError('flowControl' | 'finalSize' | 'forbidden') */
  receive({ offset, data, fin }: StreamFrame): void {
    if (this.#over) return;
    const end = offset + data.length;
    this.#grow(end, fin);
    if (this.#stop) {
      this.#discard();
      return;
    }
    const gaps = this.#reassembly.gaps;
    this.#reassembly.insert(offset, data);
    this.#flow.gapsChanged(this.#reassembly.gaps - gaps);
  }

  /**
   * The peer gave up (RFC 9000 §3.2: Reset Recvd).
   *
   * @returns whether that is news
   * @throws PeerError('flowControl' | 'finalSize')
   */
  reset(finalSize: number): boolean {
    if (this.#over) return false;
    this.#grow(finalSize, true);
    const stopped = this.#stop !== undefined;
    this.#end();
    return !stopped;
  }

  /** All that is there in order. `undefined` when nothing is new. */
  read(): { readonly bytes: Uint8Array; readonly fin: boolean } | undefined {
    if (!this.isReadable) return undefined;
    const bytes = this.#reassembly.take();
    const fin = this.#reassembly.taken === this.#finalSize;
    this.#credit(bytes.length);
    if (fin) this.#over = true;
    else if (this.#window.consume(bytes.length, this.#flow.streamWindowBytes)) this.#limitOwed = true;
    return { bytes, fin };
  }

  /** Asks the peer to stop, and throws away what is here and what still comes. */
  stop(code: number): void {
    if (this.#over || this.#stop) return;
    this.#stop = { code, state: 'wanted' };
    this.#discard();
  }

  /** The connection is over, and nothing more will come: what lies behind a gap is of no use. */
  ended(): void {
    this.#reassembly.clearGaps();
  }

  writeFrames(builder: PacketBuilder): void {
    if (this.#over) return;
    if (this.#stop) {
      if (this.#stop.state !== 'wanted') return;
      const frame = { type: 'stop-sending', id: this.id, code: this.#stop.code } as const;
      if (builder.add<Note>(frame, this, 'stop')) this.#stop.state = 'sent';
    } else if (this.#limitOwed && this.#finalSize === undefined) {
      const limit = this.#window.limit;
      if (!builder.add<Note>({ type: 'max-stream-data', id: this.id, limit }, this, limit)) return;
      this.#limitOwed = false;
      this.#window.say();
    } else {
      this.#limitOwed = false;
    }
  }

  acked(note: Note): void {
    if (note !== 'stop') this.#window.told(note);
    else if (this.#stop) this.#stop.state = 'acked';
  }

  lost(note: Note): void {
    if (note === 'stop') {
      if (this.#stop?.state === 'sent') this.#stop.state = 'wanted';
    } else if (note === this.#window.limit) {
      this.#limitOwed = true;
    }
    this.#changed();
  }

  /** RFC 9000 §4.5: a final size, once known, stays; bytes are counted once, by the highest offset. */
  #grow(end: number, isFinal: boolean): void {
    const known = this.#finalSize;
    const highest = this.#window.received;
    if (known !== undefined && (end > known || (isFinal && end !== known))) {
      throw new PeerError('finalSize', `stream ${this.id} ended at ${known}, and now at ${end}`);
    }
    if (isFinal && end < highest) throw new PeerError('finalSize', `stream ${this.id} ends before what it held`);
    if (end > highest) {
      this.#window.receive(end - highest);
      this.#flow.receive(end - highest);
      if (this.#window.isTooSmall) this.#widen();
    }
    if (isFinal) this.#finalSize = end;
  }

  #widen(): void {
    this.#flow.grow();
    if (this.#window.raise(this.#flow.streamWindowBytes)) this.#limitOwed = true;
  }

  /** Nobody will read: the bytes count as read, so that other streams are not held up. */
  #discard(): void {
    this.#clear();
    this.#credit(this.#window.received - this.#credited);
    if (this.#finalSize !== undefined) this.#end();
  }

  #end(): void {
    this.#clear();
    this.#credit(this.#window.received - this.#credited);
    this.#over = true;
    this.#changed();
  }

  #clear(): void {
    this.#flow.gapsChanged(-this.#reassembly.gaps);
    this.#reassembly.clear();
  }

  #credit(bytes: number): void {
    this.#credited += bytes;
    this.#flow.consume(bytes);
  }
}
