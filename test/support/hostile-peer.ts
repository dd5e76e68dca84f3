import type { Address, Datagram } from '../../src/core/base/address.ts';
import type { Random } from '../../src/core/base/random.ts';
import type { Instant } from '../../src/core/base/time.ts';
import { concat } from '../../src/core/bytes/concat.ts';
import { Writer } from '../../src/core/bytes/writer.ts';
import type { Author } from '../../src/core/chat/letter.ts';
import { type NodeId, nodeIdOf } from '../../src/core/crypto/node-id.ts';
import { networkTag } from '../../src/core/crypto/purpose.ts';
import { ControlFrames } from '../../src/core/node/collector.ts';
import { MESH_ALPN } from '../../src/core/node/dialling.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import type { DurableMachine } from '../../src/core/node/machine.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import { Endpoint, type EndpointOptions } from '../../src/core/transport/endpoint.ts';
import type { StreamId, TransportEvent } from '../../src/core/transport/event.ts';
import type { Envelope } from '../../src/core/wire/envelope.ts';
import { encodeEnvelope } from '../../src/core/wire/envelope.ts';
import {
  type ControlMessage,
  decodeAnswer,
  decodeControl,
  encodeAnswer,
  encodeControl,
  encodePush,
  type Hello,
  type Push,
  type PushAnswer,
} from '../../src/core/wire/mesh-message.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';

/** The network of a village. */
export const NETWORK_ID = 'village';

/** A peer with a key of its own that says what the test wants, on true connections: it drives no node, only an endpoint. */
export class HostilePeer implements DurableMachine<NodeEvent> {
  id!: NodeId;
  author!: Author;
  endpoint!: Endpoint;
  /** The newest one. */
  connection: Connection | undefined;
  /** Control messages that it was told, and answers to its pushes by stream. */
  readonly heard: ControlMessage[] = [];
  readonly answers = new Map<StreamId, PushAnswer>();
  /** All answers, over all connections. */
  readonly answered: PushAnswer[] = [];
  /** Streams that were opened to it, each a push. */
  readonly offered: StreamId[] = [];
  readonly events: TransportEvent[] = [];
  /** What it says to every push. */
  answer: PushAnswer | undefined;
  bytesSent = 0;
  /** Hears nothing any more. */
  deaf = false;
  /** What its last dial began with. */
  firstPacket: Uint8Array | undefined;
  readonly #random: Random;
  #options!: EndpointOptions;
  readonly #out: Datagram[] = [];
  #control: StreamId | undefined;
  #frames = new ControlFrames();

  constructor(seed: Uint8Array, random: Random) {
    this.#random = random;
    this.become(seed);
  }

  /** Takes another key, and forgets all connections. */
  become(seed: Uint8Array): void {
    const random = this.#random;
    const network = networkTag(paperSuite, NETWORK_ID);
    const publicKey = paperSuite.publicKey(seed);
    this.id = nodeIdOf(publicKey);
    this.author = { suite: paperSuite, random, seed, id: this.id, publicKey, network };
    const resetKey = random.bytes(32);
    this.#options = { suite: paperSuite, random, seed, network, alpn: [MESH_ALPN], resetKey };
    this.hangUp();
  }

  /** Calls, with these pushes in the first packet. */
  dial(peer: NodeId, at: Address, now: Instant, early: readonly Push[] = []): Connection {
    this.connection = this.endpoint.dial({ peer, addresses: [at], early: early.map(encodePush) }, now);
    const first = this.endpoint.pollTransmit(now);
    this.firstPacket = first?.bytes;
    if (first) this.#out.push(first);
    return this.connection;
  }

  /** Forgets all connections, without a word. */
  hangUp(): void {
    this.connection = undefined;
    this.#control = undefined;
    this.endpoint = new Endpoint(this.#options);
  }

  /** Opens the control stream. What is not said of ourselves is nothing special. */
  greet(hello: Partial<Hello> = {}): void {
    this.#control = this.connection?.openStream('bidirectional');
    const nobody = { boot: new Uint8Array(8), features: 0, name: 'eve', roles: [], addresses: [], clock: 0 };
    this.say({ type: 'hello', ...nobody, ...hello } as Hello);
  }

  say(...messages: readonly ControlMessage[]): void {
    this.sayBytes(...messages.map(encodeControl));
  }

  /** Bodies of control messages that may be anything. */
  sayBytes(...bodies: readonly Uint8Array[]): void {
    const framed = bodies.map((body) => concat(new Writer().u32(body.length).finish(), body));
    if (this.#control !== undefined) this.connection?.write(this.#control, concat(...framed));
  }

  /** Offers an envelope, on a stream of its own. */
  push(envelope: Envelope, differences: Partial<Push> = {}): StreamId | undefined {
    const push = { envelope: encodeEnvelope(envelope), copies: 1, again: false, ...differences };
    return this.open(encodePush(push), true);
  }

  /** Opens a stream with these bytes. */
  open(bytes: Uint8Array, finish: boolean): StreamId | undefined {
    const stream = this.connection?.openStream('bidirectional');
    if (stream === undefined) return undefined;
    this.connection?.write(stream, bytes);
    if (finish) this.connection?.finish(stream);
    return stream;
  }

  /** Why the last connection ended. */
  get closed(): Extract<TransportEvent, { type: 'closed' }> | undefined {
    return this.events.findLast((event) => event.type === 'closed');
  }

  receive(datagram: Datagram, now: Instant): void {
    if (this.deaf) return;
    this.endpoint.receive(datagram, now);
    this.#settle();
  }

  elapse(now: Instant): void {
    this.endpoint.elapse(now);
    this.#settle();
  }

  deadline = (): Instant | undefined => this.endpoint.deadline();
  pollTransmit(now: Instant): Datagram | undefined {
    const datagram = this.#out.shift() ?? this.endpoint.pollTransmit(now);
    this.bytesSent += datagram?.bytes.length ?? 0;
    return datagram;
  }
  pollEvent = (): undefined => undefined;
  pollRecord = (): undefined => undefined;
  pollRead = (): undefined => undefined;
  committed(): void {}
  refused(): void {}
  loaded(): void {}
  known(): void {}
  calendar(): void {}

  #settle(): void {
    for (let event = this.endpoint.pollEvent(); event; event = this.endpoint.pollEvent()) {
      this.events.push(event);
      if (event.type === 'stream') this.offered.push(event.stream);
      if (event.type === 'readable') this.#read(event.connection, event.stream);
      if (event.type === 'confirmed') this.#frames = new ControlFrames();
    }
  }

  #read(connection: Connection, stream: StreamId): void {
    for (let got = connection.read(stream); got; got = connection.read(stream)) {
      if (stream === this.#control) {
        for (const frame of this.#frames.add(got.bytes)) {
          const message = decodeControl(frame);
          if (message) this.heard.push(message);
        }
      } else if (connection.initiator && stream % 4 === 0 && got.bytes.length > 0) {
        const answer = decodeAnswer(got.bytes);
        this.answers.set(stream, answer);
        this.answered.push(answer);
      }
      if (!got.fin) continue;
      const isOurs = stream % 2 === (connection.initiator ? 0 : 1);
      if (this.answer && !isOurs) {
        connection.write(stream, encodeAnswer(this.answer));
        connection.finish(stream);
      }
      return;
    }
  }
}
