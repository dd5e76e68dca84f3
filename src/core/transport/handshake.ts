import {
  CONNECTION_IDS_ACTIVE_MAX,
  CONNECTION_WINDOW_BYTES,
  DATAGRAM_BYTES_MAX,
  DATAGRAM_FRAME_BYTES_MAX,
  IDLE_MS,
  INITIAL_DATAGRAM_BYTES_MIN,
  STREAM_WINDOW_BYTES,
  STREAMS_MAX,
} from '../base/limits.ts';
import { concat } from '../bytes/concat.ts';
import { equalBytes } from '../bytes/equal.ts';
import { utf8 } from '../bytes/utf8.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { KeyPair } from '../crypto/noise/handshake-state.ts';
import type { Suite } from '../crypto/suite.ts';
import type { Frame } from '../wire/frame.ts';
import { MAC_BYTES, VERSION } from '../wire/packet.ts';
import { DEFAULT_PARAMETERS, type TransportParameters } from '../wire/transport-parameters.ts';
import { ACK_DELAY_EXPONENT, ACK_DELAY_MICROS_MIN, ACK_DELAY_MS } from './acks.ts';
import type { OwnId } from './connection-id.ts';

/** Who we are, in every form that a handshake needs. */
export type Self = {
  readonly suite: Suite;
  readonly id: NodeId;
  /** The bytes of `id`. */
  readonly key: Uint8Array;
  /** The X25519 form of the same key. */
  readonly agreement: KeyPair;
  /** First 16 bytes of the network's hash. */
  readonly network: Uint8Array;
  /** What we speak, best first. */
  readonly alpn: readonly string[];
};

/** Every handshake datagram has this size: neither side learns more from it, and it fits every path (RFC 9000 §14.1). */
export const HANDSHAKE_DATAGRAM_BYTES = INITIAL_DATAGRAM_BYTES_MIN;

const PROLOGUE = utf8('qpc transport v1\0');
const SILENCE = utf8('qpc silence v1\0');

/** What both sides know before message 1, and so must agree on (docs/protocol.md §1.1). */
export const prologue = (server: Uint8Array, initialHeader: Uint8Array): Uint8Array =>
  concat(PROLOGUE, server, initialHeader);

/** The key of the MACs that only those can make who know this server's NodeId. */
export const silenceKey = (suite: Suite, server: Uint8Array): Uint8Array => suite.hash(SILENCE, server);

/** The 16 bytes at the end of an Initial, over all before them. */
export const silenceMac = (suite: Suite, key: Uint8Array, before: Uint8Array): Uint8Array =>
  suite.hmac(key, before).subarray(0, MAC_BYTES);

/** Whether a datagram ends with the MAC that belongs to it, compared in constant time. */
export function hasSilenceMac(suite: Suite, key: Uint8Array, datagram: Uint8Array): boolean {
  const end = datagram.length - MAC_BYTES;
  return equalBytes(datagram.subarray(end), silenceMac(suite, key, datagram.subarray(0, end)));
}

/** The tag of a Retry: the same MAC, over the destination id of the Initial and the Retry (docs/protocol.md §1.1). */
export const retryTag = (suite: Suite, key: Uint8Array, original: Uint8Array, retry: Uint8Array): Uint8Array =>
  suite.hmac(key, original, retry).subarray(0, MAC_BYTES);

/** What we say of ourselves in either message, to which each adds its own. */
export function ourParameters(own: OwnId): TransportParameters {
  return {
    ...DEFAULT_PARAMETERS,
    maxIdleTimeoutMs: IDLE_MS,
    maxUdpPayloadBytes: DATAGRAM_BYTES_MAX,
    initialMaxData: CONNECTION_WINDOW_BYTES,
    initialMaxStreamDataBidiLocal: STREAM_WINDOW_BYTES,
    initialMaxStreamDataBidiRemote: STREAM_WINDOW_BYTES,
    initialMaxStreamDataUni: STREAM_WINDOW_BYTES,
    initialMaxStreamsBidi: STREAMS_MAX,
    initialMaxStreamsUni: STREAMS_MAX,
    ackDelayExponent: ACK_DELAY_EXPONENT,
    maxAckDelayMs: ACK_DELAY_MS,
    maxDatagramFrameBytes: DATAGRAM_FRAME_BYTES_MAX,
    activeConnectionIdLimit: CONNECTION_IDS_ACTIVE_MAX,
    minAckDelayMicros: ACK_DELAY_MICROS_MIN,
    addressDiscovery: 2,
    initialSourceConnectionId: own.id,
    statelessResetToken: own.resetToken,
    versions: { chosen: VERSION, available: [VERSION] },
  };
}

/** The one frame of a kind that a message must hold, or `undefined` when there is none or more than one. */
export function parametersOf(frames: readonly Frame[]): TransportParameters | undefined {
  const found = frames.filter((frame) => frame.type === 'transport-parameters');
  return found.length === 1 ? found[0]!.parameters : undefined;
}
