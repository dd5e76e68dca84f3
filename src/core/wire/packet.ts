import { PeerError } from '../base/peer-error.ts';
import { Reader } from '../bytes/reader.ts';
import { Writer } from '../bytes/writer.ts';

/*
 * The outsides of packets (docs/protocol.md §1.1, §1.2). Nothing here is authenticated yet, so what does not fit is
 * `undefined`, to be dropped and counted. All byte strings that come out are views into the datagram.
 */

/** "qpc1". */
export const VERSION = 0x71706331;
/** Every connection id of this version, in bytes. */
export const CONNECTION_ID_BYTES = 8;
/** The MAC of an Initial and the tag of a Retry, in bytes. */
export const MAC_BYTES = 16;

const FIRST_BYTE = { initial: 0xc0, handshake: 0xe0, retry: 0xf0 } as const;
/** Part of a handshake message: the only one there is. */
const PART_WHOLE = 0x01;
/** First byte, version, and two ids with their lengths. */
const LONG_HEADER_BYTES = 5 + 2 * (1 + CONNECTION_ID_BYTES);

/** A long header before its own fields. */
export type LongHeader = { readonly destination: Uint8Array; readonly source: Uint8Array };

/** The first packet of a dial: Noise message 1 with a MAC that only those can make who know the server's NodeId. */
export type InitialPacket = LongHeader & {
  readonly token: Uint8Array;
  /** All bytes before message 1: the end of the prologue. */
  readonly header: Uint8Array;
  readonly message: Uint8Array;
};

/** The server's answer: Noise message 2. */
export type HandshakePacket = LongHeader & { readonly message: Uint8Array };

/** "Prove your address first": a token to send back. `tagged` is all bytes before the tag. */
export type RetryPacket = LongHeader & {
  readonly token: Uint8Array;
  readonly tagged: Uint8Array;
  readonly tag: Uint8Array;
};

/** A 1-RTT packet, still protected. Offsets count from the start of `bytes`, which end where the packet ends. */
export type ShortPacket = {
  readonly bytes: Uint8Array;
  readonly destination: Uint8Array;
  readonly packetNumberAt: number;
};

/** The four kinds of packets. */
export type PacketKind = keyof typeof FIRST_BYTE | 'short';

/** What a datagram begins with, judged by its first byte alone; `undefined` for bytes that begin nothing of ours. */
export function packetKind(datagram: Uint8Array): PacketKind | undefined {
  switch (datagram[0]) {
    case FIRST_BYTE.initial:
      return 'initial';
    case FIRST_BYTE.handshake:
      return 'handshake';
    case FIRST_BYTE.retry:
      return 'retry';
    default:
      return (datagram[0] ?? 0) >> 6 === 1 ? 'short' : undefined;
  }
}

/** The bytes of an Initial before message 1. */
export const encodeInitialHeader = (header: LongHeader & { readonly token: Uint8Array }): Uint8Array =>
  longHeader('initial', header).varbytes(header.token).u8(PART_WHOLE).finish();

/** Reads an Initial whose MAC, its last 16 bytes, has been checked already. */
export function decodeInitial(datagram: Uint8Array): InitialPacket | undefined {
  return attempt(datagram, 'initial', datagram.length - MAC_BYTES, (header, reader) => {
    const token = reader.varbytes();
    if (reader.u8() !== PART_WHOLE) return undefined;
    return { ...header, token, header: datagram.subarray(0, reader.position), message: reader.rest() };
  });
}

export const encodeHandshake = (packet: HandshakePacket): Uint8Array =>
  longHeader('handshake', packet).u8(PART_WHOLE).bytes(packet.message).finish();

/** Reads a Handshake packet. */
export function decodeHandshake(datagram: Uint8Array): HandshakePacket | undefined {
  return attempt(datagram, 'handshake', datagram.length, (header, reader) =>
    reader.u8() === PART_WHOLE ? { ...header, message: reader.rest() } : undefined,
  );
}

/** A Retry before its tag, which is computed over these bytes. */
export const encodeRetry = (packet: LongHeader & { readonly token: Uint8Array }): Uint8Array =>
  longHeader('retry', packet).bytes(packet.token).finish();

/** Reads a Retry, whose tag only the dial that caused it can check. */
export function decodeRetry(datagram: Uint8Array): RetryPacket | undefined {
  const tagAt = datagram.length - MAC_BYTES;
  return attempt(datagram, 'retry', tagAt, (header, reader) => ({
    ...header,
    token: reader.rest(),
    tagged: datagram.subarray(0, tagAt),
    tag: datagram.subarray(tagAt),
  }));
}

/** Bit of a short header: a 16-bit length follows the id, so another packet may follow this one (docs/protocol.md §1.2). */
const LENGTH_BIT = 0x20;
/** First byte, id, a packet number of one byte, and what header protection samples after the longest number. */
const SHORT_PACKET_BYTES_MIN = 1 + CONNECTION_ID_BYTES + 4 + 16;

/** The 1-RTT packet that begins at `at`, and where the next one may begin. */
export function decodeShort(
  datagram: Uint8Array,
  at: number,
): { readonly packet: ShortPacket; readonly next: number } | undefined {
  const left = datagram.length - at;
  const first = datagram[at];
  if (first === undefined || first >> 6 !== 1 || left < SHORT_PACKET_BYTES_MIN) return undefined;
  const idEnd = 1 + CONNECTION_ID_BYTES;
  const hasLength = (first & LENGTH_BIT) !== 0;
  const packetNumberAt = hasLength ? idEnd + 2 : idEnd;
  const length = hasLength ? packetNumberAt + datagram[at + idEnd]! * 0x100 + datagram[at + idEnd + 1]! : left;
  if (length > left || length < packetNumberAt + 4 + 16) return undefined;
  const bytes = datagram.subarray(at, at + length);
  return { packet: { bytes, destination: bytes.subarray(1, idEnd), packetNumberAt }, next: at + length };
}

/** How many bytes a packet number needs, when the peer has acknowledged up to `acknowledged` (-1: nothing) (RFC 9000 §A.2). */
export function packetNumberLength(number: number, acknowledged: number): 1 | 2 | 3 | 4 {
  const unacknowledged = number - acknowledged;
  if (unacknowledged <= 0x80) return 1;
  if (unacknowledged <= 0x8000) return 2;
  return unacknowledged <= 0x800000 ? 3 : 4;
}

/** The packet number nearest to the one after `largest` that ends in these `length` bytes (RFC 9000 §A.3). */
export function decodePacketNumber(truncated: number, length: number, largest: number): number {
  const window = 2 ** (8 * length);
  const expected = largest + 1;
  const candidate = expected - (expected % window) + truncated;
  if (candidate <= expected - window / 2 && candidate + window <= Number.MAX_SAFE_INTEGER) return candidate + window;
  return candidate > expected + window / 2 && candidate >= window ? candidate - window : candidate;
}

function longHeader(kind: keyof typeof FIRST_BYTE, { destination, source }: LongHeader): Writer {
  const writer = new Writer(undefined, 128).u8(FIRST_BYTE[kind]).u32(VERSION);
  return writer.u8(destination.length).bytes(destination).u8(source.length).bytes(source);
}

/** Reads a long header and hands over what follows up to `length`; bytes that do not fit are `undefined`. */
function attempt<Packet>(
  datagram: Uint8Array,
  kind: keyof typeof FIRST_BYTE,
  length: number,
  read: (header: LongHeader, reader: Reader) => Packet | undefined,
): Packet | undefined {
  if (length < LONG_HEADER_BYTES || packetKind(datagram) !== kind) return undefined;
  const reader = new Reader(datagram.subarray(0, length));
  reader.u8();
  if (reader.u32() !== VERSION) return undefined;
  if (reader.u8() !== CONNECTION_ID_BYTES) return undefined;
  const destination = reader.bytes(CONNECTION_ID_BYTES);
  if (reader.u8() !== CONNECTION_ID_BYTES) return undefined;
  const source = reader.bytes(CONNECTION_ID_BYTES);
  try {
    return read({ destination, source }, reader);
  } catch (error) {
    // A stranger's bytes that end too early are nothing to anybody.
    if (error instanceof PeerError) return undefined;
    throw error;
  }
}
