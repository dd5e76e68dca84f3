import { type Address, addressBytes, addressFromBytes } from '../base/address.ts';
import type { Brand } from '../base/brand.ts';
import { FRAMES_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Range } from '../base/range-set.ts';
import { Reader } from '../bytes/reader.ts';
import { fromUtf8, utf8 } from '../bytes/utf8.ts';
import { varintLength } from '../bytes/varint.ts';
import { Writer } from '../bytes/writer.ts';
import { CONNECTION_ID_BYTES } from './packet.ts';
import {
  decodeTransportParameters,
  encodeTransportParameters,
  type TransportParameters,
} from './transport-parameters.ts';

/** Which stream: its two lowest bits say who opened it and whether it goes both ways (RFC 9000 §2.1). */
export type StreamId = Brand<number, 'StreamId'>;

/** What packets and handshake messages are made of (RFC 9000 §19; docs/protocol.md §1.3). PADDING is read over. */
export type Frame =
  | { readonly type: 'ping' }
  /** `ranges`: packet numbers received, highest first; `delay` in units of 2^ack_delay_exponent microseconds. */
  | { readonly type: 'ack'; readonly delay: number; readonly ranges: readonly Range[] }
  | { readonly type: 'reset-stream'; readonly id: StreamId; readonly code: number; readonly finalSize: number }
  | { readonly type: 'stop-sending'; readonly id: StreamId; readonly code: number }
  | StreamFrame
  | { readonly type: 'max-data'; readonly limit: number }
  | { readonly type: 'max-stream-data'; readonly id: StreamId; readonly limit: number }
  | { readonly type: 'max-streams'; readonly kind: StreamKind; readonly limit: number }
  | { readonly type: 'data-blocked'; readonly limit: number }
  | { readonly type: 'stream-data-blocked'; readonly id: StreamId; readonly limit: number }
  | { readonly type: 'streams-blocked'; readonly kind: StreamKind; readonly limit: number }
  | NewConnectionIdFrame
  | { readonly type: 'retire-connection-id'; readonly sequence: number }
  | { readonly type: 'path-challenge'; readonly data: Uint8Array }
  | { readonly type: 'path-response'; readonly data: Uint8Array }
  | CloseFrame
  /** Bytes that are sent once and never again (RFC 9221 §4). */
  | { readonly type: 'datagram'; readonly data: Uint8Array }
  | AckFrequencyFrame
  /** An ACK is wanted at once (draft-ietf-quic-ack-frequency §5). */
  | { readonly type: 'immediate-ack' }
  /** Where the receiver's packets come from, as its peer sees it; `undefined` for one that nobody can be at. */
  | { readonly type: 'observed-address'; readonly sequence: number; readonly address: Address | undefined }
  /** In handshake messages only (docs/protocol.md §1.1). */
  | { readonly type: 'transport-parameters'; readonly parameters: TransportParameters };

/** Whether both sides send on a stream, or only the one that opened it. */
export type StreamKind = 'bidirectional' | 'unidirectional';

/** A stretch of a stream, and whether it is the last (RFC 9000 §19.8). */
export type StreamFrame = {
  readonly type: 'stream';
  readonly id: StreamId;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly fin: boolean;
};

/** Another id under which its sender may be reached (RFC 9000 §19.15). */
export type NewConnectionIdFrame = {
  readonly type: 'new-connection-id';
  readonly sequence: number;
  /** All ids with a lower sequence number are to be retired. */
  readonly retirePriorTo: number;
  readonly id: Uint8Array;
  /** 16 bytes. */
  readonly resetToken: Uint8Array;
};

/** `application`: 0x1d, for codes of the layers above; else 0x1c, with the type of the frame that was wrong (we always say 0). */
export type CloseFrame = {
  readonly type: 'close';
  readonly application: boolean;
  readonly code: number;
  readonly detail: string;
};

/** How often its sender wishes to be acknowledged (draft-ietf-quic-ack-frequency §4). */
export type AckFrequencyFrame = {
  readonly type: 'ack-frequency';
  /** A wish with a lower number than one that came before is old. */
  readonly sequence: number;
  /** So many ack-eliciting packets may come without an ACK; one more asks for it. */
  readonly elicitingThreshold: number;
  /** How long an ACK may wait, in microseconds. */
  readonly maxAckDelayMicros: number;
  /** How far out of order a packet must be for an ACK at once; 0: never for that. */
  readonly reorderingThreshold: number;
};

/** What kinds of frames there are. */
export type FrameType = Frame['type'];

const PADDING = 0x00;
const STREAM = { base: 0x08, offset: 0x04, length: 0x02, fin: 0x01 } as const;
/** Ours: "qpp". Numbers from 0x717000 on are this protocol's own (docs/adr/0011-numbers-of-our-own.md). */
const TRANSPORT_PARAMETERS = 0x717070;
const DATAGRAM = { toTheEnd: 0x30, withLength: 0x31 } as const;
/** Numbers of drafts that may move; those here are frozen (docs/protocol.md §1.3). */
const ACK_FREQUENCY = 0xaf;
const IMMEDIATE_ACK = 0x1f;
const OBSERVED_ADDRESS = { v4: 0x9f81a6, v6: 0x9f81a7 } as const;
const RESET_TOKEN_BYTES = 16;
const PATH_DATA_BYTES = 8;
/** RFC 9000 §4.6: 2^60; here what a stream id of 2^53 − 1 allows. */
const STREAM_COUNT_MAX = 2 ** 50;

/** Reads one frame after its type. */
type Read = (reader: Reader, type: number) => Frame;

/** Every frame that there is, by its type (RFC 9000 §12.4). STREAM has eight types, for its three flags. */
const READERS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [0x01, () => ({ type: 'ping' })],
  [0x02, readAck],
  [0x03, readAck],
  [0x04, (r) => ({ type: 'reset-stream', id: streamId(r), code: r.varint(), finalSize: r.varint() })],
  [0x05, (r) => ({ type: 'stop-sending', id: streamId(r), code: r.varint() })],
  ...Array.from({ length: 8 }, (_, flags): [number, Read] => [STREAM.base + flags, readStream]),
  [0x10, (r) => ({ type: 'max-data', limit: r.varint() })],
  [0x11, (r) => ({ type: 'max-stream-data', id: streamId(r), limit: r.varint() })],
  [0x12, (r) => ({ type: 'max-streams', kind: 'bidirectional', limit: streamCount(r) })],
  [0x13, (r) => ({ type: 'max-streams', kind: 'unidirectional', limit: streamCount(r) })],
  [0x14, (r) => ({ type: 'data-blocked', limit: r.varint() })],
  [0x15, (r) => ({ type: 'stream-data-blocked', id: streamId(r), limit: r.varint() })],
  [0x16, (r) => ({ type: 'streams-blocked', kind: 'bidirectional', limit: streamCount(r) })],
  [0x17, (r) => ({ type: 'streams-blocked', kind: 'unidirectional', limit: streamCount(r) })],
  [0x18, readNewConnectionId],
  [0x19, (r) => ({ type: 'retire-connection-id', sequence: r.varint() })],
  [0x1a, (r) => ({ type: 'path-challenge', data: r.bytes(PATH_DATA_BYTES) })],
  [0x1b, (r) => ({ type: 'path-response', data: r.bytes(PATH_DATA_BYTES) })],
  [0x1c, readClose],
  [0x1d, readClose],
  [DATAGRAM.toTheEnd, (r) => ({ type: 'datagram', data: r.rest() })],
  [DATAGRAM.withLength, (r) => ({ type: 'datagram', data: r.varbytes() })],
  [ACK_FREQUENCY, readAckFrequency],
  [IMMEDIATE_ACK, () => ({ type: 'immediate-ack' })],
  [OBSERVED_ADDRESS.v4, (r) => readObservedAddress(r, 4)],
  [OBSERVED_ADDRESS.v6, (r) => readObservedAddress(r, 16)],
  [
    TRANSPORT_PARAMETERS,
    (r) => ({ type: 'transport-parameters', parameters: decodeTransportParameters(r.varbytes()) }),
  ],
]);

/**
 * Reads all frames of a payload. Data are views into it.
 *
 * @throws PeerError('malformed') when it ends too early, or holds a type that is unknown or not in its shortest form
 * @throws PeerError('forbidden') when there are more frames than anybody needs
 */
export function decodeFrames(payload: Uint8Array): Frame[] {
  const reader = new Reader(payload);
  const frames: Frame[] = [];
  while (reader.remaining > 0) {
    const at = reader.position;
    const type = reader.varint();
    if (reader.position - at !== varintLength(type)) throw new PeerError('malformed', 'a frame type in a long form');
    if (type === PADDING) continue;
    const read = READERS.get(type);
    if (!read) throw new PeerError('malformed', `frame type 0x${type.toString(16)} is unknown`);
    if (frames.length === FRAMES_MAX) throw new PeerError('forbidden', `more than ${FRAMES_MAX} frames`);
    frames.push(read(reader, type));
  }
  return frames;
}

/** A frame as it goes over the wire. */
export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new Writer(undefined, 64);
  writeFrame(writer, frame);
  return writer.finish();
}

function writeFrame(w: Writer, frame: Frame): Writer {
  switch (frame.type) {
    case 'ping':
      return w.u8(0x01);
    case 'ack':
      return writeAck(w.u8(0x02), frame.delay, frame.ranges);
    case 'reset-stream':
      return w.u8(0x04).varint(frame.id).varint(frame.code).varint(frame.finalSize);
    case 'stop-sending':
      return w.u8(0x05).varint(frame.id).varint(frame.code);
    case 'stream':
      return writeStreamHeader(w, { ...frame, length: frame.data.length }).bytes(frame.data);
    case 'max-data':
      return w.u8(0x10).varint(frame.limit);
    case 'max-stream-data':
      return w.u8(0x11).varint(frame.id).varint(frame.limit);
    case 'max-streams':
      return w.u8(frame.kind === 'bidirectional' ? 0x12 : 0x13).varint(frame.limit);
    case 'data-blocked':
      return w.u8(0x14).varint(frame.limit);
    case 'stream-data-blocked':
      return w.u8(0x15).varint(frame.id).varint(frame.limit);
    case 'streams-blocked':
      return w.u8(frame.kind === 'bidirectional' ? 0x16 : 0x17).varint(frame.limit);
    case 'new-connection-id':
      w.u8(0x18).varint(frame.sequence).varint(frame.retirePriorTo);
      return w.u8(frame.id.length).bytes(frame.id).bytes(frame.resetToken);
    case 'retire-connection-id':
      return w.u8(0x19).varint(frame.sequence);
    case 'path-challenge':
      return w.u8(0x1a).bytes(frame.data);
    case 'path-response':
      return w.u8(0x1b).bytes(frame.data);
    case 'close':
      w.u8(frame.application ? 0x1d : 0x1c).varint(frame.code);
      return (frame.application ? w : w.varint(0)).varbytes(utf8(frame.detail));
    case 'datagram':
      return w.u8(DATAGRAM.withLength).varbytes(frame.data);
    case 'ack-frequency':
      w.varint(ACK_FREQUENCY).varint(frame.sequence).varint(frame.elicitingThreshold);
      return w.varint(frame.maxAckDelayMicros).varint(frame.reorderingThreshold);
    case 'immediate-ack':
      return w.u8(IMMEDIATE_ACK);
    case 'observed-address':
      return writeObservedAddress(w, frame.sequence, frame.address);
    case 'transport-parameters':
      return w.varint(TRANSPORT_PARAMETERS).varbytes(encodeTransportParameters(frame.parameters));
  }
}

/** A STREAM frame up to its data, of which `length` bytes follow (RFC 9000 §19.8). The length is always given. */
export function writeStreamHeader(w: Writer, frame: Omit<StreamFrame, 'data' | 'type'> & { length: number }): Writer {
  const offsetFlag = frame.offset > 0 ? STREAM.offset : 0;
  w.u8(STREAM.base | offsetFlag | STREAM.length | (frame.fin ? STREAM.fin : 0)).varint(frame.id);
  if (frame.offset > 0) w.varint(frame.offset);
  return w.varint(frame.length);
}

/** How many bytes of data fit into `room` beside the header of a STREAM frame; below 0 when not even that fits. */
export function streamDataRoom(id: StreamId, offset: number, room: number): number {
  const beforeLength = 1 + varintLength(id) + (offset > 0 ? varintLength(offset) : 0);
  return room - beforeLength - varintLength(Math.max(0, room - beforeLength));
}

/** RFC 9000 §19.3: the highest range, then pairs of a gap and a range, each less one. */
function writeAck(w: Writer, delay: number, ranges: readonly Range[]): Writer {
  const [first, ...lower] = ranges;
  w.varint(first!.end - 1).varint(delay);
  w.varint(lower.length).varint(first!.end - first!.start - 1);
  let above = first!.start;
  for (const { start, end } of lower) {
    w.varint(above - end - 1).varint(end - start - 1);
    above = start;
  }
  return w;
}

function readAck(reader: Reader, type: number): Frame {
  const largest = reader.varint();
  const delay = reader.varint();
  const count = reader.varint();
  // Each range is at least two bytes, so a count can be refused before anything is made of it.
  if (count * 2 > reader.remaining) throw new PeerError('malformed', 'more ACK ranges than bytes');
  const ranges: Range[] = [];
  let end = largest + 1;
  for (let i = 0; ; i++) {
    const start = end - reader.varint() - 1;
    if (start < 0) throw new PeerError('malformed', 'an ACK range below zero');
    ranges.push({ start, end });
    if (i === count) break;
    end = start - reader.varint() - 1;
  }
  // ECN counts (§19.3.2) are read over: sockets here cannot see ECN.
  if (type === 0x03) for (let i = 0; i < 3; i++) reader.varint();
  return { type: 'ack', delay, ranges };
}

function readStream(reader: Reader, type: number): Frame {
  const id = streamId(reader);
  const offset = type & STREAM.offset ? reader.varint() : 0;
  const data = type & STREAM.length ? reader.varbytes() : reader.rest();
  if (offset + data.length > Number.MAX_SAFE_INTEGER)
    throw new PeerError('malformed', 'a stream that ends beyond all numbers');
  return { type: 'stream', id, offset, data, fin: (type & STREAM.fin) !== 0 };
}

function readNewConnectionId(reader: Reader): Frame {
  const sequence = reader.varint();
  const retirePriorTo = reader.varint();
  if (retirePriorTo > sequence) throw new PeerError('malformed', 'an id that retires itself');
  if (reader.u8() !== CONNECTION_ID_BYTES) throw new PeerError('malformed', 'a connection id of a wrong length');
  const id = reader.bytes(CONNECTION_ID_BYTES);
  return { type: 'new-connection-id', sequence, retirePriorTo, id, resetToken: reader.bytes(RESET_TOKEN_BYTES) };
}

function readAckFrequency(reader: Reader): Frame {
  return {
    type: 'ack-frequency',
    sequence: reader.varint(),
    elicitingThreshold: reader.varint(),
    maxAckDelayMicros: reader.varint(),
    reorderingThreshold: reader.varint(),
  };
}

/** draft-ietf-quic-address-discovery §4: a number, the IP address, and the port in two bytes. */
function readObservedAddress(reader: Reader, ipBytes: 4 | 16): Frame {
  const sequence = reader.varint();
  const ip = reader.bytes(ipBytes);
  return { type: 'observed-address', sequence, address: addressFromBytes(ip, reader.u16()) };
}

function writeObservedAddress(w: Writer, sequence: number, address: Address | undefined): Writer {
  const { ip, port } = (address && addressBytes(address)) ?? { ip: new Uint8Array(4), port: 0 };
  w.varint(ip.length === 4 ? OBSERVED_ADDRESS.v4 : OBSERVED_ADDRESS.v6).varint(sequence);
  return w.bytes(ip).u16(port);
}

function readClose(reader: Reader, type: number): Frame {
  const code = reader.varint();
  const application = type === 0x1d;
  if (!application) reader.varint();
  // Words that are not UTF-8 are no reason to stay connected.
  return { type: 'close', application, code, detail: fromUtf8(reader.varbytes()) ?? '' };
}

const streamId = (reader: Reader): StreamId => reader.varint() as StreamId;

function streamCount(reader: Reader): number {
  const count = reader.varint();
  if (count > STREAM_COUNT_MAX) throw new PeerError('malformed', `${count} streams`);
  return count;
}
