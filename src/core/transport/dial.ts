import type { Address, Datagram } from '../base/address.ts';
import { DIAL_ADDRESSES_MAX, HANDSHAKE_RESEND_MS, HANDSHAKE_RESEND_MS_MAX } from '../base/limits.ts';
import { jitter, type Random } from '../base/random.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { concat } from '../bytes/concat.ts';
import { equalBytes } from '../bytes/equal.ts';
import { Writer } from '../bytes/writer.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';
import { Initiator, keyPair, MESSAGE_1_OVERHEAD_BYTES } from '../crypto/noise/handshake-state.ts';
import { decodeFrames, encodeFrame, type Frame } from '../wire/frame.ts';
import {
  CONNECTION_ID_BYTES,
  decodeHandshake,
  decodeRetry,
  encodeInitialHeader,
  MAC_BYTES,
  VERSION,
} from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import type { OwnId } from './connection-id.ts';
import {
  HANDSHAKE_DATAGRAM_BYTES,
  ourParameters,
  parametersOf,
  prologue,
  retryTag,
  type Self,
  silenceKey,
  silenceMac,
} from './handshake.ts';
import { streamIdOf } from './stream-id.ts';
import type { Trace } from './trace.ts';

/** What a dial that was answered has found out. */
export type Answer = {
  readonly secrets: { readonly send: Uint8Array; readonly receive: Uint8Array };
  readonly parameters: TransportParameters;
  /** All other frames of message 2. */
  readonly frames: readonly Frame[];
  readonly address: Address;
  /** The server's id for what we send. */
  readonly remoteId: Uint8Array;
  /** Which of the early payloads went out in the message that was answered. */
  readonly arrived: ReadonlySet<number>;
  /** One round trip, when it is known which copy of message 1 was answered. */
  readonly rttMs: number | undefined;
  readonly trace: Trace | undefined;
};

/** Whom to reach, and with what. */
export type DialOptions = {
  readonly self: Self;
  readonly random: Random;
  readonly peer: NodeId;
  readonly addresses: readonly Address[];
  readonly alpn: string;
  /** Complete payloads for the streams 4, 8 and 12. */
  readonly early: readonly Uint8Array[];
  /** Our id for what the server sends. */
  readonly own: OwnId;
  readonly trace: Trace | undefined;
};

/** A message 1 under way. Written once, and sent again only as the same bytes (docs/protocol.md §1.1). */
type Attempt = {
  readonly noise: Initiator;
  readonly datagram: Uint8Array;
  readonly destination: Uint8Array;
  readonly arrived: ReadonlySet<number>;
  readonly sentAt: Instant;
  readonly retry: Retry | undefined;
  rounds: number;
};

/** The Retry that a message 1 answers. */
type Retry = {
  readonly token: Uint8Array;
  /** The only address where the token is good for anything. */
  readonly address: Address;
  /** When a token that was not answered counts as refused. */
  readonly giveUpAt: Instant;
  /** Destination of the message 1 before, which the server proves to know. */
  readonly original: Uint8Array;
};

/** Probe timeouts of the handshake after which a token that is not answered was not accepted. */
const TOKEN_WAIT_MS = 3 * HANDSHAKE_RESEND_MS;
const RESEND_JITTER = 0.2;
/** Longer ones would leave no room for what a message 1 must say. */
const TOKEN_BYTES_MAX = 128;

/** One attempt to reach a peer: message 1 to all its addresses, again and again, until message 2 is here. */
export class Dial {
  readonly #options: DialOptions;
  readonly #server: Uint8Array;
  readonly #agreement: Uint8Array;
  readonly #silence: Uint8Array;
  readonly #outgoing: Datagram[] = [];
  #addresses: readonly Address[];
  #attempt: Attempt;
  /** The one without a token, while another bears one: a Retry may come from somebody who only saw message 1 go by. */
  #before: Attempt | undefined;
  #waitMs = HANDSHAKE_RESEND_MS;
  #resendAt: Instant;

  constructor(options: DialOptions, now: Instant) {
    this.#options = options;
    this.#addresses = options.addresses;
    this.#server = nodeIdBytes(options.peer);
    this.#agreement = options.self.suite.agreementKey(this.#server);
    this.#silence = silenceKey(options.self.suite, this.#server);
    this.#attempt = this.#compose(undefined, now);
    const { trace, addresses } = options;
    trace?.({ type: 'started', originalId: this.#attempt.destination, address: addresses[0]! }, now);
    trace?.({ type: 'state', state: 'dialling' }, now);
    trace?.({ type: 'parameters', byPeer: false, parameters: this.#parameters }, now);
    this.#resendAt = this.#send(now);
  }

  /** What goes with it as early data. */
  get early(): readonly Uint8Array[] {
    return this.#options.early;
  }

  deadline(): Instant | undefined {
    return earliest(this.#resendAt, this.#attempt.retry?.giveUpAt);
  }

  elapse(now: Instant): void {
    const { retry } = this.#attempt;
    if (retry && retry.giveUpAt <= now) {
      // The server may have a new key, or we a new address. Without a token we shall hear.
      this.#attempt = this.#compose(undefined, now);
      this.#before = undefined;
      this.#resendAt = this.#send(now);
    } else if (this.#resendAt <= now) {
      this.#waitMs = Math.min(HANDSHAKE_RESEND_MS_MAX, this.#waitMs * 2);
      // Two copies, as of a probe (RFC 9002 §6.2.4): the waits are long, and one copy alone is easily lost again.
      this.#send(now);
      this.#resendAt = this.#send(now);
    }
  }

  /** There may be a way now where there was none: the waits begin anew, with a copy at once, `at` these addresses before all others. */
  again(now: Instant, at: readonly Address[] = []): void {
    this.#addresses = [...new Set([...at, ...this.#addresses])].slice(0, DIAL_ADDRESSES_MAX);
    this.#waitMs = HANDSHAKE_RESEND_MS;
    this.#resendAt = this.#send(now);
  }

  pollTransmit(): Datagram | undefined {
    return this.#outgoing.shift();
  }

  /** Reads a Retry: one for each message 1 without a token, from somebody who has seen it and knows the server's NodeId. */
  receiveRetry({ bytes, address }: Datagram, now: Instant): boolean {
    const packet = decodeRetry(bytes);
    if (!packet || this.#attempt.retry || packet.token.length > TOKEN_BYTES_MAX) return false;
    if (!this.#mayBeFrom(address, this.#attempt)) return false;
    const original = this.#attempt.destination;
    const tag = retryTag(this.#options.self.suite, this.#silence, original, packet.tagged);
    if (!equalBytes(tag, packet.tag)) return false;
    this.#options.trace?.({ type: 'packet-received', kind: 'retry', bytes: bytes.length, address }, now);
    const retry = { token: packet.token.slice(), address, original, giveUpAt: after(now, TOKEN_WAIT_MS) };
    this.#before = this.#attempt;
    this.#attempt = this.#compose({ ...retry, destination: packet.source.slice() }, now);
    this.#waitMs = HANDSHAKE_RESEND_MS;
    this.#resendAt = this.#send(now);
    return true;
  }

  /**
   * Reads message 2. What does not come from this server as an answer to this message 1 is `undefined`, and changes nothing.
   *
   * @throws PeerError when the server itself wrote something wrong
   */
  receiveHandshake({ bytes, address }: Datagram, now: Instant): Answer | undefined {
    const packet = decodeHandshake(bytes);
    if (!packet) return undefined;
    let attempt = this.#attempt;
    let read = attempt.noise.readMessage2(packet.message);
    if (!read && this.#before) {
      attempt = this.#before;
      read = attempt.noise.readMessage2(packet.message);
    }
    if (!read || !this.#mayBeFrom(address, attempt)) return undefined;
    const frames = decodeFrames(read.payload);
    const parameters = parametersOf(frames);
    if (!parameters || !fits(attempt, parameters, packet.source)) return undefined;
    this.#outgoing.length = 0;
    const { trace } = this.#options;
    trace?.({ type: 'packet-received', kind: 'handshake', bytes: bytes.length, address }, now);
    trace?.({ type: 'parameters', byPeer: true, parameters }, now);
    trace?.({ type: 'state', state: 'proving' }, now);
    return {
      secrets: { send: read.secrets.clientToServer, receive: read.secrets.serverToClient },
      parameters,
      frames: frames.filter((frame) => frame.type !== 'transport-parameters'),
      address,
      remoteId: packet.source.slice(),
      arrived: attempt.arrived,
      rttMs: attempt.rounds === 1 ? now - attempt.sentAt : undefined,
      trace,
    };
  }

  /**
   * Whether an answer from there is read. A host with several addresses may answer from another one; but so may somebody who copies
   * datagrams and is faster. The true answer is here before message 1 has to be sent again.
   */
  #mayBeFrom(address: Address, attempt: Attempt): boolean {
    return attempt.rounds > 1 || this.#calledBy(attempt).includes(address);
  }

  #calledBy({ retry }: Attempt): readonly Address[] {
    return retry ? [retry.address] : this.#addresses.slice(0, DIAL_ADDRESSES_MAX);
  }

  /** Writes a message 1 under a new ephemeral key: the same one twice would repeat a nonce. */
  #compose(retry: (Retry & { readonly destination: Uint8Array }) | undefined, now: Instant): Attempt {
    const { self, random, own } = this.#options;
    const destination = retry?.destination ?? random.bytes(CONNECTION_ID_BYTES);
    const header = encodeInitialHeader({ destination, source: own.id, token: retry?.token ?? new Uint8Array(0) });
    const noise = new Initiator({
      suite: self.suite,
      prologue: prologue(this.#server, header),
      own: self.agreement,
      ephemeral: keyPair(self.suite, random.bytes(32)),
      server: this.#agreement,
    });
    const { payload, arrived } = this.#payload(
      HANDSHAKE_DATAGRAM_BYTES - header.length - MESSAGE_1_OVERHEAD_BYTES - MAC_BYTES,
    );
    const packet = concat(header, noise.writeMessage1(payload));
    const datagram = concat(packet, silenceMac(self.suite, this.#silence, packet));
    return { noise, datagram, destination, arrived, sentAt: now, retry, rounds: 0 };
  }

  /** Who we are, as much early data as fits, and padding, in exactly `bytes` bytes. */
  #payload(bytes: number): { readonly payload: Uint8Array; readonly arrived: ReadonlySet<number> } {
    const { early } = this.#options;
    const frame = encodeFrame({ type: 'transport-parameters', parameters: this.#parameters });
    const writer = new Writer(bytes, bytes).bytes(frame);
    const arrived = new Set<number>();
    for (const [i, data] of early.entries()) {
      const id = streamIdOf(true, 'bidirectional', i + 1);
      const frame = encodeFrame({ type: 'stream', id, offset: 0, data, fin: true });
      if (frame.length > writer.room) continue;
      writer.bytes(frame);
      arrived.add(i);
    }
    return { payload: writer.zeros(writer.room).finish(), arrived };
  }

  get #parameters(): TransportParameters {
    const { self, own, alpn } = this.#options;
    return { ...ourParameters(own), nodeId: self.key, alpn, network: self.network };
  }

  /** Puts one copy for each address out, and says when to do so again. */
  #send(now: Instant): Instant {
    const { datagram } = this.#attempt;
    const { trace } = this.#options;
    this.#attempt.rounds++;
    for (const address of this.#calledBy(this.#attempt)) {
      this.#outgoing.push({ address, bytes: datagram });
      trace?.({ type: 'packet-sent', kind: 'initial', bytes: datagram.length, address }, now);
    }
    return after(now, jitter(this.#options.random, this.#waitMs, RESEND_JITTER));
  }
}

/** RFC 9000 §7.3: the ids in the headers, which nothing else protects, are those that the server saw and chose. */
function fits({ destination, retry }: Attempt, parameters: TransportParameters, source: Uint8Array): boolean {
  return (
    isSame(parameters.originalDestinationConnectionId, retry?.original ?? destination) &&
    isSame(parameters.initialSourceConnectionId, source) &&
    isSame(parameters.retrySourceConnectionId, retry && destination) &&
    parameters.versions?.chosen === VERSION
  );
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean => (a && b ? equalBytes(a, b) : a === b);
