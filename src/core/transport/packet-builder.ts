import { assert } from '../base/assert.ts';
import { Writer } from '../bytes/writer.ts';
import { TAG_BYTES } from '../crypto/suite.ts';
import { encodeFrame, type Frame, type FrameType, type StreamId, writeStreamHeader } from '../wire/frame.ts';
import { CONNECTION_ID_BYTES, packetNumberLength } from '../wire/packet.ts';
import type { Keys } from './keys.ts';

/**
 * Whoever put something into a packet and wants to know what became of it. What a probe repeated counts as lost,
 * so a note may be lost first and acknowledged later, or lost again after that: both ways it must come out right.
 */
export interface FrameOwner<Note> {
  acked(note: Note): void;
  lost(note: Note): void;
}

/** What a sent packet held that somebody cares for. */
export type SentFrame = { readonly owner: FrameOwner<unknown>; readonly note: unknown };

/** Bytes of packet number and payload together that header protection needs (RFC 9001 §5.4.2). */
const NUMBER_AND_PAYLOAD_BYTES_MIN = 4;
const SHORT_HEADER = 0x40;
/** What of a packet is not frames, at most: first byte, id, number and tag. */
export const PACKET_OVERHEAD_BYTES = 1 + CONNECTION_ID_BYTES + 4 + TAG_BYTES;

/** One 1-RTT packet in the making: frames go in while there is room. */
export class PacketBuilder {
  readonly packetNumber: number;
  readonly sent: SentFrame[] = [];
  readonly #header: Uint8Array;
  readonly #payload: Writer;
  #eliciting = false;

  constructor(options: {
    readonly packetNumber: number;
    /** The largest number that the peer has acknowledged; -1 for none. */
    readonly acknowledged: number;
    readonly destination: Uint8Array;
    readonly bytesMax: number;
    /** Where the frames are put together, for one packet after the other. */
    readonly scratch: Writer;
  }) {
    this.packetNumber = options.packetNumber;
    const length = packetNumberLength(options.packetNumber, options.acknowledged);
    const header = new Writer(CONNECTION_ID_BYTES + 5, CONNECTION_ID_BYTES + 5);
    header.u8(SHORT_HEADER | (length - 1)).bytes(options.destination);
    for (let i = length - 1; i >= 0; i--) header.u8(Math.floor(options.packetNumber / 2 ** (8 * i)) & 0xff);
    this.#header = header.finish();
    const room = options.bytesMax - this.#header.length - TAG_BYTES;
    this.#payload = options.scratch.restart(room);
  }

  /** How long the packet is so far, its tag included. */
  get size(): number {
    return this.#header.length + this.#payload.length + TAG_BYTES;
  }

  /** The frames so far. */
  get payload(): Uint8Array {
    return this.#payload.finish();
  }

  /** How many bytes of frames still fit. */
  get room(): number {
    return this.#payload.room;
  }

  get isEmpty(): boolean {
    return this.#payload.length === 0;
  }

  /** Whether the peer must acknowledge it (RFC 9002 §2). */
  get isEliciting(): boolean {
    return this.#eliciting;
  }

  /** Adds a frame if it fits; its owner will hear of `note`. */
  add<Note>(frame: Exclude<Frame, { type: 'stream' }>, owner?: FrameOwner<Note>, note?: Note): boolean {
    const bytes = encodeFrame(frame);
    if (bytes.length > this.#payload.room) return false;
    this.#payload.bytes(bytes);
    this.#eliciting ||= isEliciting(frame.type);
    if (owner) this.sent.push({ owner, note });
    return true;
  }

  /** Adds a STREAM frame, which must fit; `pieces` are its `length` bytes. */
  addStream<Note>(
    header: { readonly id: StreamId; readonly offset: number; readonly length: number; readonly fin: boolean },
    pieces: readonly Uint8Array[],
    owner: FrameOwner<Note>,
    note: Note,
  ): void {
    writeStreamHeader(this.#payload, header);
    for (const piece of pieces) this.#payload.bytes(piece);
    this.#eliciting = true;
    this.sent.push({ owner, note });
  }

  /** PADDING up to a packet of `bytes`, or as long as there is room: for those that test what the path takes (RFC 9000 §8.2.1). */
  padTo(bytes: number): void {
    const missing = Math.min(bytes - this.size, this.#payload.room);
    if (missing > 0) this.#payload.zeros(missing);
  }

  seal(keys: Keys): Uint8Array {
    assert(!this.isEmpty, 'a packet has at least one frame');
    const numberLength = (this.#header[0]! & 0x03) + 1;
    const missing = NUMBER_AND_PAYLOAD_BYTES_MIN - numberLength - this.#payload.length;
    if (missing > 0) this.#payload.zeros(missing);
    return keys.seal(this.#header, this.packetNumber, this.#payload.finish());
  }
}

/** RFC 9002 §2: all frames but ACK, PADDING and CONNECTION_CLOSE. */
export const isEliciting = (type: FrameType): boolean => type !== 'ack' && type !== 'close';
