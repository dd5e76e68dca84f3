import type { Address } from '../base/address.ts';
import { CONTROL_QUEUE_BYTES_MAX, UNFINISHED_BYTES_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import { type Rate, TokenBucket } from '../base/token-bucket.ts';
import { concat } from '../bytes/concat.ts';
import { Writer } from '../bytes/writer.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Connection } from '../transport/connection.ts';
import type { StreamId } from '../transport/event.ts';
import {
  ANSWER_BYTES_MAX,
  type ControlMessage,
  decodeAnswer,
  decodeControl,
  decodePush,
  encodeAnswer,
  encodeControl,
  type Hello,
  PUSH_BYTES_MAX,
  type Push,
  type PushAnswer,
} from '../wire/mesh-message.ts';
import { Collector, ControlFrames } from './collector.ts';
import type { Tally } from './tally.ts';

/** The stream that carries control messages: the first that the initiator opens (docs/protocol.md §2). */
const CONTROL_STREAM = 0 as StreamId;
/** What keeps the mesh together is little, and goes before mail, which is much. */
const CONTROL_PRIORITY = 1;

/** What a session passes on. All of it comes from an authenticated peer, and none of it has been believed yet. */
export interface SessionOwner {
  readonly tally: Tally;
  control(session: Session, message: ControlMessage, now: Instant): void;
  /** An envelope is offered; `session.answer(stream, …)` is owed. */
  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void;
}

/** What became of a push: its answer, or none, because its stream was `aborted` or nobody is there any more: `gone`. */
export type PushOutcome = PushAnswer | 'aborted' | 'gone';

type Answered = (outcome: PushOutcome, now: Instant) => void;

/** An encoded push that goes out with the first packet of a dial. */
export type EarlyPush = { readonly push: Uint8Array; readonly answered: Answered };

/** A push that came with the first packet of a caller, and the stream that waits for its answer. */
type EarlyOffer = { readonly push: Push; readonly stream: StreamId };

type Outbound = { rest: Uint8Array; finish: boolean };

/** The mesh protocol over one connection: control messages on stream 0, and a stream for each push and its answer. */
export class Session {
  readonly peer: NodeId;
  readonly connection: Connection;
  /** Receipts for mail of ours that it brought from others: what cannot be made up. */
  brought = 0;
  /** What the peer said of itself; the session is up once it is here. */
  hello: Hello | undefined;
  /** When it said so. */
  helloAt: Instant | undefined;

  readonly #owner: SessionOwner;
  readonly #frames = new ControlFrames();
  readonly #incoming = new Map<StreamId, Collector>();
  readonly #outbound = new Map<StreamId, Outbound>();
  readonly #answers = new Map<StreamId, Answered>();
  readonly #held: EarlyOffer[] = [];
  readonly #rates = new Map<Rate, TokenBucket>();
  #unfinishedBytes = 0;

  constructor(connection: Connection, owner: SessionOwner) {
    this.connection = connection;
    this.peer = connection.peer;
    this.#owner = owner;
  }

  /** Where the peer has shown that it is, the last time: what it writes into a datagram may come from anywhere. */
  get peerAddress(): Address {
    const { link, address } = this.connection;
    return link.paths.proved ?? address;
  }

  /** Bytes kept of streams that have not ended. */
  get unfinishedBytes(): number {
    return this.#unfinishedBytes;
  }

  /** Whether the peer may have `count` more of what this rate is for; what is beyond it is passed over. */
  takes(count: number, rate: Rate, now: Instant): boolean {
    const bucket = this.#rates.get(rate) ?? new TokenBucket(rate, now);
    this.#rates.set(rate, bucket);
    return bucket.take(count, now);
  }

  /** Opens the control stream, on the initiator's side, and says hello. */
  greet(hello: Hello): void {
    if (this.connection.initiator) this.connection.openStream('bidirectional');
    this.connection.setPriority(CONTROL_STREAM, CONTROL_PRIORITY);
    this.send(hello);
  }

  /** Says something on the control stream. Order is kept. */
  send(message: ControlMessage): void {
    if (this.connection.closed) return;
    this.#owner.tally.said(message);
    const body = encodeControl(message);
    this.#write(CONTROL_STREAM, concat(new Writer(4, 4).u32(body.length).finish(), body), false);
  }

  /**
   * Offers an encoded push on a stream of its own. `answered` is called once, with what became of it.
   *
   * @returns false when the peer allows no more streams for now.
   */
  push(push: Uint8Array, answered: Answered): boolean {
    const stream = this.connection.closed ? undefined : this.connection.openStream('bidirectional');
    if (stream === undefined) return false;
    this.#expect(stream, answered);
    this.#write(stream, push, true);
    return true;
  }

  /** Pushes that went out with the first packet, on streams 4, 8 and 12 (docs/protocol.md §1.1, early data). */
  pushedEarly(pushes: readonly EarlyPush[]): void {
    for (const [i, { answered }] of pushes.entries()) this.#expect((4 * (i + 1)) as StreamId, answered);
  }

  /** Keeps an early push until the caller has proved itself; there are at most as many as ride in one packet. */
  hold(push: Push, stream: StreamId): void {
    this.#held.push({ push, stream });
  }

  /** The pushes that were kept, once. */
  release(): readonly EarlyOffer[] {
    return this.#held.splice(0);
  }

  answer(stream: StreamId, answer: PushAnswer): void {
    this.#owner.tally.taken(answer);
    if (!this.connection.closed) this.#write(stream, encodeAnswer(answer), true);
  }

  /** The peer opened a stream. */
  opened(stream: StreamId): void {
    if (stream === CONTROL_STREAM) return;
    if (stream & 2) this.connection.stopSending(stream, 0);
    else this.#incoming.set(stream, new Collector(PUSH_BYTES_MAX));
  }

  /**
   * New bytes, or the end of a stream.
   *
   * @throws PeerError when they break the protocol
   */
  readable(stream: StreamId, now: Instant): void {
    for (let got = this.connection.read(stream); got; got = this.connection.read(stream)) {
      if (stream === CONTROL_STREAM) this.#control(got.bytes, got.fin, now);
      else this.#collect(stream, got.bytes, got.fin, now);
      if (got.fin) return;
    }
  }

  /** The peer's flow control lets more through. */
  writable(stream: StreamId): void {
    const outbound = this.#outbound.get(stream);
    if (!outbound) return;
    this.#outbound.delete(stream);
    this.#write(stream, outbound.rest, outbound.finish);
  }

  /** A stream ended early, by either side. */
  aborted(stream: StreamId, now: Instant): void {
    if (stream === CONTROL_STREAM) throw new PeerError('meshViolation', 'the control stream was reset');
    this.#forget(stream);
    this.#outbound.delete(stream);
    this.#settle(stream, 'aborted', now);
  }

  /** The connection is gone, or nobody waits for it any more: what was asked counts as not answered. */
  ended(now: Instant): void {
    for (const stream of [...this.#answers.keys()]) {
      this.#forget(stream);
      this.#settle(stream, 'gone', now);
    }
  }

  #control(bytes: Uint8Array, fin: boolean, now: Instant): void {
    for (const frame of this.#frames.add(bytes)) {
      const message = decodeControl(frame);
      if (message?.type === 'hello' ? this.hello : !this.hello && message) {
        throw new PeerError('meshViolation', 'hello is the first message, and is said once');
      }
      if (!message) continue;
      this.#owner.tally.heard(message);
      this.#owner.control(this, message, now);
    }
    if (fin) throw new PeerError('meshViolation', 'the control stream ended');
  }

  #collect(stream: StreamId, bytes: Uint8Array, fin: boolean, now: Instant): void {
    const collector = this.#incoming.get(stream);
    if (!collector) return;
    collector.add(bytes);
    this.#unfinishedBytes += bytes.length;
    if (fin) this.#forget(stream);
    else if (this.#unfinishedBytes <= UNFINISHED_BYTES_MAX) return;
    else throw new PeerError('meshViolation', `${this.#unfinishedBytes} bytes on streams that do not end`);
    if (this.#answers.has(stream)) this.#settle(stream, decodeAnswer(collector.whole()), now);
    else this.#owner.pushed(this, decodePush(collector.whole()), stream, now);
  }

  #forget(stream: StreamId): void {
    this.#unfinishedBytes -= this.#incoming.get(stream)?.length ?? 0;
    this.#incoming.delete(stream);
  }

  #expect(stream: StreamId, answered: Answered): void {
    this.#answers.set(stream, answered);
    this.#incoming.set(stream, new Collector(ANSWER_BYTES_MAX));
  }

  #settle(stream: StreamId, outcome: PushOutcome, now: Instant): void {
    const answered = this.#answers.get(stream);
    this.#answers.delete(stream);
    if (!answered) return;
    this.#owner.tally.given(outcome);
    answered(outcome, now);
  }

  #write(stream: StreamId, bytes: Uint8Array, finish: boolean): void {
    const waiting = this.#outbound.get(stream);
    const rest = waiting ? concat(waiting.rest, bytes) : bytes.subarray(this.connection.write(stream, bytes));
    if (rest.length === 0) {
      if (finish) this.connection.finish(stream);
      return;
    }
    // A push is bounded by itself, and pushes by their window; what is said on the control stream is not.
    if (stream === CONTROL_STREAM && rest.length > CONTROL_QUEUE_BYTES_MAX) {
      throw new PeerError('meshViolation', 'a neighbour that does not read');
    }
    this.#outbound.set(stream, { rest, finish });
  }
}
