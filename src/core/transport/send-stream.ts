import { assert } from '../base/assert.ts';
import { SEND_BUFFER_BYTES_MAX, UNSENT_BYTES_MAX } from '../base/limits.ts';
import { RangeSet } from '../base/range-set.ts';
import { type StreamId, streamDataRoom } from '../wire/frame.ts';
import type { Flow } from './flow.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';
import { SendBuffer } from './send-buffer.ts';

/** What a sent packet held of a stream. */
type Note = { readonly start: number; readonly end: number; readonly fin: boolean } | 'reset';

/** The end of a stream, and how far the news of it has come. */
type End = 'open' | 'wanted' | 'sent' | 'acked';

/** The sending half of a stream: what is unsent, unacknowledged, lost (RFC 9000 §3.1). */
export class SendStream implements FrameOwner<Note> {
  readonly id: StreamId;
  readonly #buffer = new SendBuffer();
  readonly #acked = new RangeSet();
  readonly #lost = new RangeSet();
  /** Called when there may be something to send again, or the half is done. */
  readonly #changed: () => void;
  /** First byte that was never sent. */
  #next = 0;
  #limit: number;
  #fin: End = 'open';
  #reset: { readonly code: number; state: End } | undefined;
  #starved = false;

  constructor(id: StreamId, limit: number, changed: () => void) {
    this.id = id;
    this.#limit = limit;
    this.#changed = changed;
  }

  /** Everything has arrived, the end or the reset included: nothing is owed any more. */
  get isDone(): boolean {
    if (this.#reset) return this.#reset.state === 'acked';
    return this.#fin === 'acked' && this.#ackedUpTo === this.#buffer.end;
  }

  /** Whether something was written, or the end, that the peer is not known to have. */
  get isOwed(): boolean {
    if (this.#reset) return false;
    return this.#buffer.size > 0 || this.#fin === 'wanted' || this.#fin === 'sent';
  }

  /** Whether the last `write` took less than it was given, and there is room now. Says so once. */
  takeWritable(): boolean {
    if (!this.#starved || this.#room < UNSENT_BYTES_MAX / 2) return false;
    this.#starved = false;
    return true;
  }

  /** Takes bytes to send and says how many. After `finish` or a reset all are taken, and forgotten. */
  write(bytes: Uint8Array): number {
    if (this.#fin !== 'open' || this.#reset) return bytes.length;
    const count = Math.min(bytes.length, Math.max(0, this.#room));
    this.#starved = count < bytes.length;
    if (count > 0) this.#buffer.append(bytes.subarray(0, count));
    return count;
  }

  finish(): void {
    if (this.#fin === 'open') this.#fin = 'wanted';
  }

  /** Gives up what has not arrived yet (RFC 9000 §3.1: Reset Sent). @returns whether there was anything to give up. */
  reset(code: number): boolean {
    if (this.#reset || this.isDone) return false;
    this.#reset = { code, state: 'wanted' };
    this.#starved = false;
    this.#buffer.clear();
    this.#lost.remove(0, this.#next);
    return true;
  }

  /** The peer's limit for this stream is this, or still higher. */
  allow(limit: number): void {
    this.#limit = Math.max(this.#limit, limit);
  }

  /** Early data: so much, and the end, went out in message 1 and was acknowledged by message 2. */
  arrivedEarly(): void {
    assert(this.#next === 0, 'early data are the first');
    this.#next = this.#buffer.end;
    this.#fin = 'sent';
    this.acked({ start: 0, end: this.#buffer.end, fin: true });
  }

  /** What there is to send: `now`, or nothing until the connection's `credit` grows, or nothing at all. */
  wants(credit: number): 'now' | 'credit' | 'nothing' {
    if (this.#reset) return this.#reset.state === 'wanted' ? 'now' : 'nothing';
    if (this.#lost.size > 0) return 'now';
    const unsent = Math.min(this.#buffer.end, this.#limit) - this.#next;
    if (unsent > 0) return credit > 0 ? 'now' : 'credit';
    return this.#fin === 'wanted' && this.#next === this.#buffer.end ? 'now' : 'nothing';
  }

  /** Adds one frame, if one fits. */
  writeFrames(builder: PacketBuilder, flow: Flow): void {
    if (this.#reset) {
      if (this.#reset.state !== 'wanted') return;
      const frame = { type: 'reset-stream', id: this.id, code: this.#reset.code, finalSize: this.#next } as const;
      if (builder.add<Note>(frame, this, 'reset')) this.#reset.state = 'sent';
      return;
    }
    const offset = this.#lost.ranges[0]?.start ?? this.#next;
    const room = streamDataRoom(this.id, offset, builder.room);
    if (room < 1) return;
    const { start, end } = this.#lost.takeFirst(room) ?? this.#takeUnsent(Math.min(room, flow.credit), flow);
    const fin = this.#fin !== 'open' && end === this.#buffer.end;
    if (start === end && !fin) return;
    if (fin && this.#fin === 'wanted') this.#fin = 'sent';
    const header = { id: this.id, offset: start, length: end - start, fin };
    builder.addStream<Note>(header, this.#buffer.slice(start, end), this, { start, end, fin });
  }

  acked(note: Note): void {
    if (note === 'reset') {
      if (this.#reset) this.#reset.state = 'acked';
    } else {
      if (note.fin) this.#fin = 'acked';
      if (note.start < note.end) {
        this.#acked.add(note.start, note.end);
        if (this.#lost.size > 0) this.#lost.remove(note.start, note.end);
        this.#buffer.release(this.#ackedUpTo);
      }
    }
    this.#changed();
  }

  lost(note: Note): void {
    if (note === 'reset') {
      if (this.#reset?.state === 'sent') this.#reset.state = 'wanted';
    } else if (!this.#reset) {
      if (note.fin && this.#fin === 'sent') this.#fin = 'wanted';
      for (const { start, end } of this.#acked.missing(note.start, note.end)) this.#lost.add(start, end);
    }
    this.#changed();
  }

  /**
   * How many bytes `write` takes. What is on its way is bounded by the path and by the peer, and only a peer that acknowledges
   * all but the first bytes makes it much: so what waits to be sent may always be a little, and all together is bounded.
   */
  get #room(): number {
    const unsent = this.#buffer.end - this.#next;
    return Math.min(UNSENT_BYTES_MAX - unsent, SEND_BUFFER_BYTES_MAX - this.#buffer.size);
  }

  get #ackedUpTo(): number {
    const first = this.#acked.ranges[0];
    return first?.start === 0 ? first.end : 0;
  }

  #takeUnsent(room: number, flow: Flow): { readonly start: number; readonly end: number } {
    const start = this.#next;
    const end = Math.max(start, Math.min(start + room, this.#buffer.end, this.#limit));
    this.#next = end;
    flow.spend(end - start);
    return { start, end };
  }
}
