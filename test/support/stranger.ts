import type { Address } from '../../src/core/base/address.ts';
import { RangeSet } from '../../src/core/base/range-set.ts';
import { concat } from '../../src/core/bytes/concat.ts';
import { Writer } from '../../src/core/bytes/writer.ts';
import {
  Initiator,
  keyPair,
  MESSAGE_1_OVERHEAD_BYTES,
  type Secrets,
} from '../../src/core/crypto/noise/handshake-state.ts';
import { prologue, silenceKey, silenceMac } from '../../src/core/transport/handshake.ts';
import { PacketProtection } from '../../src/core/transport/protection.ts';
import { decodeFrames, encodeFrame, type Frame } from '../../src/core/wire/frame.ts';
import { decodeHandshake, decodeRetry, decodeShort, encodeInitialHeader, VERSION } from '../../src/core/wire/packet.ts';
import { DEFAULT_PARAMETERS, type TransportParameters } from '../../src/core/wire/transport-parameters.ts';
import type { Pair, Side } from './pair.ts';

/** A client written by hand, which says whatever the test wants: in message 1, and in 1-RTT packets. */
export class Stranger {
  readonly id = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  readonly seed: Uint8Array;
  readonly address: Address;
  /** Frames that the server sent to us, of packets that opened. */
  readonly heard: Frame[] = [];
  /** Datagrams that came to us, and what each was in reply to. */
  readonly received: Uint8Array[] = [];
  nextNumber = 0;
  /** The Initial that was made last. */
  lastInitial: Uint8Array | undefined;
  /** Numbers of the packets that opened. */
  readonly numbers = new RangeSet();
  /** The key phase that we seal with (RFC 9001 §6). */
  phase = 0;
  readonly #pair: Pair;
  readonly #server: Side;
  #noise: Initiator | undefined;
  #secrets: Secrets | undefined;
  #remoteId: Uint8Array | undefined;

  constructor(pair: Pair, server: Side, at: Address, seed: Uint8Array = pair.random.bytes(32)) {
    this.#pair = pair;
    this.#server = server;
    this.address = at;
    this.seed = seed;
    const before = pair.onSend;
    pair.onSend = (datagram, from, to) => {
      if (to === at) this.#receive(datagram.bytes);
      return to === at ? false : before(datagram, from, to);
    };
  }

  /** What an honest client says in message 1. */
  get parameters(): TransportParameters {
    const { suite } = this.#pair;
    return {
      ...DEFAULT_PARAMETERS,
      initialMaxData: 1_000_000,
      initialMaxStreamsBidi: 100,
      initialMaxStreamDataBidiLocal: 100_000,
      initialMaxStreamDataBidiRemote: 100_000,
      nodeId: suite.publicKey(this.seed),
      alpn: 'quicprochat/p2p/1',
      network: this.#server.options.network,
      initialSourceConnectionId: this.id,
      versions: { chosen: VERSION, available: [VERSION] },
    };
  }

  /** An Initial with these frames, or bytes in the place of frames, in a datagram of `bytes` bytes. */
  initial(
    frames: readonly (Frame | Uint8Array)[] = [{ type: 'transport-parameters', parameters: this.parameters }],
    { bytes = 1_200, token = new Uint8Array(0) }: { bytes?: number; token?: Uint8Array } = {},
  ): Uint8Array {
    const { suite, random } = this.#pair;
    const key = this.#server.endpoint.self.key;
    const header = encodeInitialHeader({ destination: random.bytes(8), source: this.id, token });
    this.#noise = new Initiator({
      suite,
      prologue: prologue(key, header),
      own: keyPair(suite, suite.agreementSecret(this.seed)),
      ephemeral: keyPair(suite, random.bytes(32)),
      server: suite.agreementKey(key),
    });
    const payload = new Writer(Math.max(0, bytes - header.length - MESSAGE_1_OVERHEAD_BYTES - 16));
    for (const frame of frames) payload.bytes(frame instanceof Uint8Array ? frame : encodeFrame(frame));
    const packet = concat(header, this.#noise.writeMessage1(payload.zeros(payload.room).finish()));
    this.lastInitial = concat(packet, silenceMac(suite, silenceKey(suite, key), packet));
    return this.lastInitial;
  }

  /** Calls, and is answered. */
  call(): this {
    this.send(this.initial());
    if (!this.#secrets) throw new Error('no answer');
    return this;
  }

  /** Calls, is told to bring a token, brings it, and is answered. @returns the token */
  callWithToken(): Uint8Array {
    this.send(this.initial());
    const retry = decodeRetry(this.received.at(-1) ?? new Uint8Array(0));
    if (!retry) throw new Error('no Retry');
    this.send(this.initial(undefined, { token: retry.token }));
    return retry.token;
  }

  /** Shows that it has the keys: the connection is confirmed. */
  prove(): this {
    this.send(this.packet([{ type: 'ping' }]));
    return this;
  }

  /** The server's id of the connection, once it has answered. */
  get remoteId(): Uint8Array {
    if (!this.#remoteId) throw new Error('no answer');
    return this.#remoteId;
  }

  /** Whether the server has answered with message 2. */
  get answered(): boolean {
    return this.#secrets !== undefined;
  }

  /** A 1-RTT packet with these frames, numbered next or as told. */
  packet(frames: readonly Frame[], number = this.nextNumber++): Uint8Array {
    return this.seal(concat(...frames.map(encodeFrame)), number);
  }

  /** A 1-RTT packet with these bytes inside. */
  seal(payload: Uint8Array, number = this.nextNumber++, firstByte = 0x43): Uint8Array {
    const writer = new Writer().u8(firstByte).bytes(this.#remoteId!);
    if (firstByte & 0x20) writer.u16(4 + payload.length + 16);
    const header = writer.u32(number).finish();
    if (this.phase % 2 === 1) header[0]! ^= 0x04;
    return this.#protection(this.#secrets!.clientToServer, this.phase).seal(header, number, payload);
  }

  /** Puts bytes before the server, from our address or another. */
  send(bytes: Uint8Array, from: Address = this.address): void {
    this.#pair.inject(this.#server, from, bytes);
  }

  /** Acknowledges all that has opened. */
  get ack(): Frame {
    return { type: 'ack', delay: 0, ranges: this.numbers.ranges.map((range) => ({ ...range })).reverse() };
  }

  /** The reason in the last CONNECTION_CLOSE that we heard. */
  get closeCode(): number | undefined {
    return this.heard.findLast((frame) => frame.type === 'close')?.code;
  }

  #receive(bytes: Uint8Array): void {
    this.received.push(bytes);
    const handshake = decodeHandshake(bytes);
    const answer = handshake && this.#noise?.readMessage2(handshake.message);
    if (handshake && answer) {
      this.#secrets = answer.secrets;
      this.#remoteId = handshake.source;
      this.heard.push(...decodeFrames(answer.payload));
    }
    const short = decodeShort(bytes, 0);
    if (!short || !this.#secrets) return;
    for (let phase = 0; phase <= this.phase; phase++) {
      const protection = this.#protection(this.#secrets.serverToClient, phase);
      const largest = (this.numbers.ranges.at(-1)?.end ?? 0) - 1;
      const opened = protection.open(bytes, short.packet.packetNumberAt, largest);
      if (!opened) continue;
      this.numbers.add(opened.packetNumber, opened.packetNumber + 1);
      this.heard.push(...decodeFrames(opened.payload));
    }
  }

  #protection(secret: Uint8Array, phase: number): PacketProtection {
    let protection = new PacketProtection(this.#pair.suite, secret);
    for (let at = 0; at < phase; at++) protection = protection.next();
    return protection;
  }
}
