import { type Address, type Datagram, reach } from '../base/address.ts';
import type { DropReason } from '../base/drop-reason.ts';
import { INITIAL_DATAGRAM_BYTES_MAX, INITIAL_DATAGRAM_BYTES_MIN, RETRY_FROM_HALF_OPEN } from '../base/limits.ts';
import { CLOSE_REASONS, type CloseReason } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import { concat } from '../bytes/concat.ts';
import { equalBytes } from '../bytes/equal.ts';
import { Writer } from '../bytes/writer.ts';
import { keyPair, MESSAGE_2_OVERHEAD_BYTES, type Secrets } from '../crypto/noise/handshake-state.ts';
import { encodeFrame, type Frame } from '../wire/frame.ts';
import {
  CONNECTION_ID_BYTES,
  decodeInitial,
  encodeHandshake,
  encodeRetry,
  type InitialPacket,
  MAC_BYTES,
} from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import { Admission } from './admission.ts';
import { type Caller, readCaller } from './caller.ts';
import { Connection } from './connection.ts';
import type { OwnId } from './connection-id.ts';
import { type HalfOpen, HalfOpens } from './half-open.ts';
import { HANDSHAKE_DATAGRAM_BYTES, hasSilenceMac, ourParameters, retryTag, silenceKey } from './handshake.ts';
import { RetryTokens, tokenMac } from './retry-token.ts';
import type { Room } from './room.ts';
import type { Shell } from './shell.ts';
import { type Trace, traceOf } from './trace.ts';
import { UsedTokens } from './used-tokens.ts';

/** A handshake datagram holds 1200 bytes; its header is the first byte, version, two ids with lengths, and the part. */
const MESSAGE_2_PAYLOAD_BYTES =
  HANDSHAKE_DATAGRAM_BYTES - (1 + 4 + 2 * (1 + CONNECTION_ID_BYTES) + 1) - MESSAGE_2_OVERHEAD_BYTES;

/** Answers those who call, and is silent towards everybody else (docs/protocol.md §1.1). */
export class Acceptor {
  readonly halfOpens = new HalfOpens();
  readonly #shell: Shell;
  readonly #silence: Uint8Array;
  readonly #tokens: RetryTokens;
  readonly #usedTokens = new UsedTokens();
  readonly #admission = new Admission();
  readonly #room: Room;
  readonly #send: (datagram: Datagram) => void;

  constructor(shell: Shell, room: Room, send: (datagram: Datagram) => void) {
    this.#shell = shell;
    this.#silence = silenceKey(shell.self.suite, shell.self.key);
    this.#tokens = new RetryTokens(shell.self.suite, shell.random);
    this.#room = room;
    this.#send = send;
  }

  /**
   * Reads an Initial: cheap checks first, Diffie-Hellman last.
   *
   * @returns a new connection, half open; `undefined` when it was answered otherwise; or why it was not answered
   */
  receive({ bytes, address }: Datagram, now: Instant): Connection | DropReason | undefined {
    const { suite } = this.#shell.self;
    if (bytes.length > INITIAL_DATAGRAM_BYTES_MAX) return 'initial-size';
    if (bytes.length < INITIAL_DATAGRAM_BYTES_MIN) return 'initial-size';
    if (!hasSilenceMac(suite, this.#silence, bytes)) return 'initial-mac';
    if (reach(address) === 'unusable') return 'initial-source';

    this.halfOpens.expire(now);
    const key = nameOf(bytes);
    const repeated = this.halfOpens.find(key);
    if (repeated) return this.#repeat(repeated, address, now);
    if (this.halfOpens.isRecent(key)) return 'initial-repeat';

    const packet = decodeInitial(bytes);
    if (!packet) return 'initial-malformed';
    const original = this.#admit(packet, address, now);
    if (!(original instanceof Uint8Array)) return original;
    const caller = readCaller(this.#shell.self, packet);
    if (typeof caller === 'string') return caller;
    return this.#answer(caller, { key, address, ids: idsOf(packet, original) }, now);
  }

  /** The same message 1 again, from anywhere: the same answer again, to where this copy came from. */
  #repeat(half: HalfOpen, address: Address, now: Instant): DropReason | undefined {
    if (!half.repeats.take(1, now)) return 'initial-repeat';
    half.connection?.answeredAgain(address, this.halfOpens.answeredAgain(half, now));
    this.#send({ address, bytes: half.answer });
    return undefined;
  }

  /** @returns the destination of the caller's first Initial when this one may be read; `undefined` when it was told to bring a token */
  #admit(packet: InitialPacket, address: Address, now: Instant): Uint8Array | DropReason | undefined {
    const { token, source, destination } = packet;
    if (token.length === 0) {
      // Among so few there is a place, whoever has the others.
      const isOpen = this.halfOpens.size < RETRY_FROM_HALF_OPEN && this.#admission.admitsUnproved(address, now);
      return isOpen ? destination : this.#retry(packet, address, now);
    }
    const original = this.#tokens.open(token, { address, source }, now);
    if (!original) return 'initial-token';
    if (this.#usedTokens.has(tokenMac(token), now)) return 'initial-token-used';
    if (!this.#admission.admitsProved(address, now)) return 'initial-rate';
    if (!this.halfOpens.makePlace(address, now)) return 'initial-half-open';
    this.#usedTokens.add(tokenMac(token), now);
    return original;
  }

  /** "Prove your address first": smaller than what it answers, and nothing is kept of it. */
  #retry(packet: InitialPacket, address: Address, now: Instant): DropReason | undefined {
    if (!this.#admission.admitsRetry(now)) return 'initial-retry-rate';
    const { suite } = this.#shell.self;
    const token = this.#tokens.issue({ address, original: packet.destination, source: packet.source }, now);
    const source = this.#shell.random.bytes(CONNECTION_ID_BYTES);
    const retry = encodeRetry({ destination: packet.source, source, token });
    const bytes = concat(retry, retryTag(suite, this.#silence, packet.destination, retry));
    this.#send({ address, bytes });
    return undefined;
  }

  #answer(caller: Caller, call: Call, now: Instant): Connection | undefined {
    const refusal = this.#refusal(caller, call.address);
    if (refusal) return this.#refuse(caller, call, refusal, now);
    const { peer, parameters, remoteId } = caller;
    const options = { peer, initiator: false, alpn: parameters.alpn ?? '', address: call.address };
    const connection = new Connection({ shell: this.#shell, ...options }, now);
    const { packet, secrets } = this.#message2(caller, connection.localIds.first, call.ids, []);
    this.#remember(call, packet, connection, now);
    const ours = { send: secrets.serverToClient, receive: secrets.clientToServer };
    const trace = traceOf(this.#shell.tracer, connection);
    if (trace) this.#tell(trace, caller, { ...call, own: connection.localIds.first }, now);
    connection.accept({ secrets: ours, parameters, remoteId, address: call.address, trace }, caller.early, now);
    return connection;
  }

  /** How a connection has come about. Both datagrams of a handshake have one size. */
  #tell(trace: Trace, { parameters }: Caller, { address, ids, own }: Call & { own: OwnId }, now: Instant): void {
    const bytes = HANDSHAKE_DATAGRAM_BYTES;
    trace({ type: 'started', originalId: ids.originalDestinationConnectionId, address }, now);
    trace({ type: 'packet-received', kind: 'initial', bytes, address }, now);
    trace({ type: 'parameters', byPeer: true, parameters }, now);
    trace({ type: 'parameters', byPeer: false, parameters: { ...ourParameters(own), ...ids } }, now);
    trace({ type: 'packet-sent', kind: 'handshake', bytes, address }, now);
    trace({ type: 'state', state: 'proving' }, now);
  }

  /** Message 2 with nothing but the reason: the caller knows us, so it may know why. Its early data are not read. */
  #refuse(caller: Caller, call: Call, reason: CloseReason, now: Instant): undefined {
    const { random } = this.#shell;
    const { code, text } = CLOSE_REASONS[reason];
    const nobody = { id: random.bytes(CONNECTION_ID_BYTES), resetToken: random.bytes(16) };
    const close: Frame = { type: 'close', application: true, code, detail: text };
    this.#remember(call, this.#message2(caller, nobody, call.ids, [close]).packet, undefined, now);
  }

  #refusal({ peer, parameters }: Caller, address: Address): CloseReason | undefined {
    const { self } = this.#shell;
    const { network, alpn } = parameters;
    if (!network || !equalBytes(network, self.network)) return 'wrongNetwork';
    if (alpn === undefined || !self.alpn.includes(alpn)) return 'wrongAlpn';
    return this.#room.isFull({ peer, address }) ? 'refused' : undefined;
  }

  #message2(
    { noise, remoteId }: Caller,
    own: OwnId,
    ids: CallIds,
    frames: readonly Frame[],
  ): { readonly packet: Uint8Array; readonly secrets: Secrets } {
    const payload = new Writer(MESSAGE_2_PAYLOAD_BYTES, MESSAGE_2_PAYLOAD_BYTES);
    const parameters = { ...ourParameters(own), ...ids };
    for (const frame of [{ type: 'transport-parameters', parameters } as const, ...frames]) {
      payload.bytes(encodeFrame(frame));
    }
    const ephemeral = keyPair(this.#shell.self.suite, this.#shell.random.bytes(32));
    const { message, secrets } = noise.writeMessage2(ephemeral, payload.zeros(payload.room).finish());
    return { packet: encodeHandshake({ destination: remoteId, source: own.id, message }), secrets };
  }

  /** Sends the answer, and keeps it for those who did not hear. */
  #remember({ key, address }: Call, answer: Uint8Array, connection: Connection | undefined, now: Instant): void {
    this.halfOpens.add({ key, answer, connection }, address, now);
    this.#send({ address, bytes: answer });
  }
}

/** The ids that message 2 proves the server has seen (RFC 9000 §7.3). */
type CallIds = Pick<TransportParameters, 'retrySourceConnectionId'> & {
  readonly originalDestinationConnectionId: Uint8Array;
};

/** Names an Initial by the MAC at its end, which has been checked and covers every byte: nothing need be hashed for it again. */
function nameOf(datagram: Uint8Array): string {
  let name = '';
  for (let i = datagram.length - MAC_BYTES; i < datagram.length; i++) name += String.fromCharCode(datagram[i]!);
  return name;
}

/** Which message 1 is answered, and where it came from. */
type Call = { readonly key: string; readonly address: Address; readonly ids: CallIds };

const idsOf = ({ token, destination }: InitialPacket, original: Uint8Array): CallIds => ({
  originalDestinationConnectionId: original,
  ...(token.length > 0 && { retrySourceConnectionId: destination }),
});
