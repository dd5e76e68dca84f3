import { PeerError } from '../base/peer-error.ts';
import { Reader } from '../bytes/reader.ts';
import { fromUtf8, utf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import { CONNECTION_ID_BYTES } from './packet.ts';

/** Numbers that a side announces (RFC 9000 §18.2), with the default of each that is left out. */
const NUMBERS = {
  maxIdleTimeoutMs: { id: 0x01, absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER },
  maxUdpPayloadBytes: { id: 0x03, absent: 65_527, min: 1200, max: Number.MAX_SAFE_INTEGER },
  initialMaxData: { id: 0x04, absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER },
  initialMaxStreamDataBidiLocal: { id: 0x05, absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER },
  initialMaxStreamDataBidiRemote: { id: 0x06, absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER },
  initialMaxStreamDataUni: { id: 0x07, absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER },
  initialMaxStreamsBidi: { id: 0x08, absent: 0, min: 0, max: 2 ** 50 },
  initialMaxStreamsUni: { id: 0x09, absent: 0, min: 0, max: 2 ** 50 },
  ackDelayExponent: { id: 0x0a, absent: 3, min: 0, max: 20 },
  maxAckDelayMs: { id: 0x0b, absent: 25, min: 0, max: 2 ** 14 - 1 },
  activeConnectionIdLimit: { id: 0x0e, absent: 2, min: 2, max: Number.MAX_SAFE_INTEGER },
  /** RFC 9221 §3: the longest DATAGRAM frame, its type and length included; 0 for none at all. */
  maxDatagramFrameBytes: { id: 0x20, absent: 0, min: 0, max: Number.MAX_SAFE_INTEGER },
  /** draft-ietf-quic-ack-frequency §3: who says it obeys ACK_FREQUENCY; the shortest delay that it can keep. 0 is not said. */
  minAckDelayMicros: { id: 0xff04de1b, absent: 0, min: 0, max: 2 ** 24 - 1 },
  /** draft-ietf-quic-address-discovery §3: 0 tells what it observes, 1 wants to be told, 2 both; 3 stands for neither, which is not said. */
  addressDiscovery: { id: 0x9f81a176, absent: 3, min: 0, max: 2 },
} as const;

/** Byte strings that a side may announce, and how long each is; `undefined`: 1 to 64 bytes. Ours begin at 0x717000. */
const BYTES = {
  originalDestinationConnectionId: { id: 0x00, length: CONNECTION_ID_BYTES },
  statelessResetToken: { id: 0x02, length: 16 },
  initialSourceConnectionId: { id: 0x0f, length: CONNECTION_ID_BYTES },
  retrySourceConnectionId: { id: 0x10, length: CONNECTION_ID_BYTES },
  nodeId: { id: 0x717000, length: 32 },
  alpn: { id: 0x717001, length: undefined },
  network: { id: 0x717002, length: 16 },
} as const;

/** version_information (RFC 9368 §3): the version in use, then those that may be. */
const VERSION_INFORMATION = 0x11;
const VERSIONS_MAX = 16;

type NumberName = keyof typeof NUMBERS;
type BytesName = Exclude<keyof typeof BYTES, 'alpn'>;

/** What each side says of itself in its handshake message (RFC 9000 §18; docs/protocol.md §1.1). */
export type TransportParameters = { readonly [Name in NumberName]: number } & {
  readonly [Name in BytesName]?: Uint8Array;
} & {
  /** Application protocol, 1 to 64 bytes of UTF-8. */
  readonly alpn?: string;
  readonly versions?: { readonly chosen: number; readonly available: readonly number[] };
};

/** The numbers of a side that announces none. */
export const DEFAULT_PARAMETERS: TransportParameters = Object.fromEntries(
  Object.entries(NUMBERS).map(([name, { absent }]) => [name, absent]),
) as unknown as TransportParameters;

/** Parameters as a sequence of id, length and value; numbers that have their default are left out. */
export function encodeTransportParameters(parameters: TransportParameters): Uint8Array {
  const writer = new Writer();
  for (const [name, { id, absent }] of Object.entries(NUMBERS)) {
    const value = parameters[name as NumberName];
    if (value !== absent) writer.varint(id).varbytes(new Writer(8, 8).varint(value).finish());
  }
  for (const [name, { id }] of Object.entries(BYTES)) {
    const value = parameters[name as BytesName | 'alpn'];
    if (value !== undefined) writer.varint(id).varbytes(typeof value === 'string' ? utf8(value) : value);
  }
  if (parameters.versions) {
    const versions = new Writer().u32(parameters.versions.chosen);
    for (const version of parameters.versions.available) versions.u32(version);
    writer.varint(VERSION_INFORMATION).varbytes(versions.finish());
  }
  return writer.finish();
}

/**
 * Reads parameters. Unknown ones are ignored (RFC 9000 §7.4.2).
 *
 * @throws PeerError('malformed') or PeerError('parameters')
 */
export function decodeTransportParameters(bytes: Uint8Array): TransportParameters {
  const reader = new Reader(bytes);
  const found = new Map<number, Uint8Array>();
  while (reader.remaining > 0) {
    const id = reader.varint();
    if (found.has(id)) throw new PeerError('parameters', `parameter 0x${id.toString(16)} twice`);
    found.set(id, reader.varbytes());
  }
  const numbers = numbersOf(found);
  if (numbers.minAckDelayMicros > numbers.maxAckDelayMs * 1_000) {
    throw new PeerError('parameters', 'a min_ack_delay above max_ack_delay'); // draft-ietf-quic-ack-frequency §3
  }
  return { ...numbers, ...bytesOf(found), ...alpnOf(found), ...versionsOf(found) };
}

function numbersOf(found: ReadonlyMap<number, Uint8Array>): { [Name in NumberName]: number } {
  const numbers = { ...DEFAULT_PARAMETERS } as { [Name in NumberName]: number };
  for (const [name, { id, min, max }] of Object.entries(NUMBERS)) {
    const bytes = found.get(id);
    if (!bytes) continue;
    const reader = new Reader(bytes);
    const value = reader.varint();
    reader.end(name);
    if (value < min || value > max) throw new PeerError('parameters', `${name} is ${value}`);
    numbers[name as NumberName] = value;
  }
  return numbers;
}

function bytesOf(found: ReadonlyMap<number, Uint8Array>): { [Name in BytesName]?: Uint8Array } {
  const values: { [Name in BytesName]?: Uint8Array } = {};
  for (const [name, { id, length }] of Object.entries(BYTES)) {
    const value = found.get(id);
    if (!value || length === undefined) continue;
    if (value.length !== length) throw new PeerError('parameters', `${name} has ${value.length} bytes`);
    values[name as BytesName] = value;
  }
  return values;
}

function alpnOf(found: ReadonlyMap<number, Uint8Array>): { alpn?: string } {
  const value = found.get(BYTES.alpn.id);
  if (!value) return {};
  const alpn = value.length > 64 ? undefined : fromUtf8(value);
  if (!alpn) throw new PeerError('parameters', 'alpn is no text of 1 to 64 bytes');
  return { alpn };
}

function versionsOf(found: ReadonlyMap<number, Uint8Array>): Pick<TransportParameters, 'versions'> {
  const value = found.get(VERSION_INFORMATION);
  if (!value) return {};
  const reader = new Reader(value);
  const chosen = reader.u32();
  const available: number[] = [];
  while (reader.remaining > 0 && available.length < VERSIONS_MAX) available.push(reader.u32());
  reader.end('version_information');
  return { versions: { chosen, available } };
}
