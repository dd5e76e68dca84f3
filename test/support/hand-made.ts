import { type Address, address } from '../../src/core/base/address.ts';
import { earliest, type Instant, instant, type Timestamp, timestamp } from '../../src/core/base/time.ts';
import { concat } from '../../src/core/bytes/concat.ts';
import { Writer } from '../../src/core/bytes/writer.ts';
import type { Author } from '../../src/core/chat/letter.ts';
import { announce, routeOf } from '../../src/core/mesh/announcement.ts';
import { ControlFrames } from '../../src/core/node/collector.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import { Node } from '../../src/core/node/node.ts';
import type { NodeOptions } from '../../src/core/node/organs.ts';
import type { RecordNumber, StoreRecord } from '../../src/core/node/record.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import type { StreamId } from '../../src/core/transport/event.ts';
import { type Envelope, encodeEnvelope } from '../../src/core/wire/envelope.ts';
import {
  type ControlMessage,
  decodeAnswer,
  decodeControl,
  decodePush,
  encodeAnswer,
  encodeControl,
  encodePush,
  type Push,
  type PushAnswer,
} from '../../src/core/wire/mesh-message.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { Disk } from '../../src/sim/disk.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { author, testNetwork } from './authors.ts';

const CALENDAR = timestamp(1_767_225_600_000);

/** A real node on virtual time, whose disk is in the test's hand, among neighbours that say whatever the test wants. */
export class Surrounded {
  now: Instant = instant(0);
  readonly self: Author = author('the node');
  readonly address = address('192.0.2.1', 7000)!;
  node: Node;
  readonly events: NodeEvent[] = [];
  readonly disk = new Disk();
  #calendarLeadMs = 0;
  /** Where it sent anything to. */
  readonly sentTo = new Set<Address>();
  /** While true, nothing that is written becomes safe. */
  diskHangs = false;
  /** While set, everything that is written is refused, for this reason. */
  diskRefuses: 'full' | 'io' | undefined;
  /** While true, the disk cannot say what is on it. */
  diskUnreadable = false;
  readonly #neighbours: HandMade[] = [];
  #written = 0 as RecordNumber;
  #lives = 0;

  readonly #options: Partial<NodeOptions>;

  /** @param options - what the node is told beside who it is. */
  constructor(options: Partial<NodeOptions> = {}) {
    this.#options = options;
    this.node = this.#boot();
    this.settle();
  }

  /** Pulls the plug, and starts anew from what is on the disk. */
  restart(): void {
    this.disk.crash();
    this.node = this.#boot();
    this.settle();
  }

  #boot(): Node {
    this.#lives++;
    return new Node({
      suite: nodeSuite,
      random: new SeededRandom(`the node, life ${this.#lives}`),
      seed: this.self.seed,
      networkId: 'test',
      name: 'the node',
      state: this.disk.state(),
      instant: this.now,
      calendar: this.#calendar(),
      ...this.#options,
    });
  }

  /** The calendar moves, and the node is told. */
  moveCalendar(byMs: number): void {
    this.#calendarLeadMs += byMs;
    this.node.calendar(this.#calendar(), this.now);
    this.settle();
  }

  #calendar(): Timestamp {
    return timestamp(CALENDAR + this.now + this.#calendarLeadMs);
  }

  /** Somebody who is connected, and has said nothing yet but what went into the first packet. */
  caller(
    name: string,
    early: readonly Envelope[] = [],
    at = address(`192.0.2.${this.#neighbours.length + 2}`, 7000)!,
  ): HandMade {
    const caller = new HandMade(this, { name, at, early });
    this.#neighbours.push(caller);
    this.run(100);
    return caller;
  }

  /** Somebody who is connected and has said hello. */
  neighbour(name: string, at?: Address): HandMade {
    const neighbour = this.caller(name, [], at);
    if (!neighbour.connection.closed) neighbour.say(neighbour.hello);
    return neighbour;
  }

  /** Nobody is at that neighbour's address any more. */
  forget(neighbour: HandMade): void {
    this.#neighbours.splice(this.#neighbours.indexOf(neighbour), 1);
  }

  /** Lets time pass. */
  run(ms: number): void {
    const end = instant(this.now + ms);
    for (;;) {
      this.settle();
      const at = earliest(this.node.deadline(), ...this.#neighbours.map(({ endpoint }) => endpoint.deadline()));
      if (at === undefined || at > end) break;
      this.now = instant(Math.max(this.now, at));
      this.node.elapse(this.now);
      for (const { endpoint } of this.#neighbours) endpoint.elapse(this.now);
    }
    this.now = end;
  }

  /** Carries everything to where it goes, until nothing moves. */
  settle(): void {
    for (let busy = true; busy; ) {
      busy = this.#drain();
      for (const neighbour of this.#neighbours) {
        for (
          let out = neighbour.endpoint.pollTransmit(this.now);
          out;
          out = neighbour.endpoint.pollTransmit(this.now)
        ) {
          this.node.receive({ address: neighbour.address, bytes: out.bytes }, this.now);
          busy = true;
        }
        neighbour.hear();
      }
    }
  }

  /** In the order of the host: records, reads, events, datagrams. */
  #drain(): boolean {
    let busy = false;
    const records: StoreRecord[] = [];
    for (let record = this.node.pollRecord(); record; record = this.node.pollRecord()) records.push(record);
    if (records.length > 0) this.#written = this.disk.write(records);
    if (this.disk.isPending(this.#written) && !this.diskHangs) {
      if (this.diskRefuses) this.node.refused(this.disk.refuse(), this.diskRefuses, this.now);
      else {
        this.disk.commit(this.#written);
        this.node.committed(this.#written, this.now);
      }
      busy = true;
    }
    for (let read = this.node.pollRead(); read; read = this.node.pollRead()) {
      const { id, want } = read;
      const unreadable = this.diskUnreadable ? 'unreadable' : undefined;
      if (want === 'envelope') this.node.loaded(id, unreadable ?? this.disk.envelope(id), this.now);
      else this.node.known(id, unreadable ?? this.disk.message(id) !== undefined, this.now);
      busy = true;
    }
    for (let event = this.node.pollEvent(); event; event = this.node.pollEvent()) this.events.push(event);
    for (let out = this.node.pollTransmit(this.now); out; out = this.node.pollTransmit(this.now)) {
      this.sentTo.add(out.address);
      const to = this.#neighbours.find((neighbour) => neighbour.address === out.address);
      to?.endpoint.receive({ address: this.address, bytes: out.bytes }, this.now);
      busy = true;
    }
    return busy;
  }
}

/** One push of ours, and what came back. */
type Pushed = { answer: PushAnswer | undefined };

/** A neighbour written by hand, on a real connection: it says what it is told to, and writes down what it hears. */
export class HandMade {
  readonly author: Author;
  readonly address: Address;
  readonly endpoint: Endpoint;
  readonly connection: Connection;
  readonly heard: ControlMessage[] = [];
  readonly pushed: Push[] = [];
  /** The datagrams that the node sent it. */
  readonly datagrams: Uint8Array[] = [];
  /** What it answers to pushes; without an answer it keeps the node waiting, until `answerNow`. */
  answers: (push: Push) => PushAnswer | 'reset' | undefined = () => ({ type: 'accepted', copies: 1 });
  /** What it offered in its first packet. */
  readonly early: readonly Pushed[];
  /** Why the node closed the connection. */
  closed: string | undefined;
  readonly #world: Surrounded;
  readonly #frames = new ControlFrames();
  readonly #mine = new Map<StreamId, Pushed>();
  readonly #incoming = new Map<StreamId, Uint8Array>();
  readonly #unanswered: StreamId[] = [];
  #control: StreamId | undefined;

  constructor(world: Surrounded, { name, at, early }: { name: string; at: Address; early: readonly Envelope[] }) {
    this.#world = world;
    this.author = author(name);
    this.address = at;
    this.endpoint = new Endpoint({
      suite: nodeSuite,
      random: new SeededRandom(`${name} on ${at}`),
      seed: this.author.seed,
      network: testNetwork,
      alpn: ['quicprochat/p2p/1'],
      resetKey: new Uint8Array(32),
    });
    const to = {
      peer: world.self.id,
      addresses: [world.address],
      early: early.map((envelope) => pushOf(envelope, { copies: 0 })),
    };
    this.connection = this.endpoint.dial(to, world.now);
    this.early = early.map((_, i) => this.#expect((4 * (i + 1)) as StreamId));
  }

  get hello(): ControlMessage {
    const about = { features: 0, name: 'by hand', roles: [], addresses: [], clock: CALENDAR };
    return { type: 'hello', boot: new Uint8Array(8).fill(1), ...about };
  }

  /** Says something on the control stream. */
  say(message: ControlMessage): void {
    const body = encodeControl(message);
    this.sayBytes(concat(new Writer().u32(body.length).finish(), body));
  }

  sayBytes(bytes: Uint8Array, end = false): void {
    this.#control ??= this.connection.openStream('bidirectional')!;
    this.connection.write(this.#control, bytes);
    if (end) this.connection.finish(this.#control);
    this.#world.run(100);
  }

  /** Says that it leads to somebody, as far away as the metric says. */
  leadTo({ id: origin, seed }: Author, metric = 100): void {
    const claim = { origin, seqno: 1, features: 0, lifetimeSeconds: 1_800, heardAt: this.#world.now };
    const announced = announce(nodeSuite, { seed, network: testNetwork }, claim);
    this.say({ type: 'routes', routes: [routeOf(announced, metric, 1)] });
  }

  /** Answers what it has left unanswered. */
  answerNow(answer: PushAnswer): void {
    for (const stream of this.#unanswered.splice(0)) this.#answer(stream, answer);
    this.#world.run(100);
  }

  /** Says something once, in a datagram. */
  sayOnce(bytes: Uint8Array): void {
    this.connection.sendDatagram(bytes);
    this.#world.run(100);
  }

  resetControl(): void {
    this.connection.resetStream(this.#control!, 0);
    this.#world.run(100);
  }

  /** Offers an envelope. What comes back is in `answer`. */
  push(envelope: Envelope, how: Partial<Push> = {}): Pushed {
    return this.pushBytes(pushOf(envelope, how));
  }

  pushBytes(bytes: Uint8Array): Pushed {
    const stream = this.connection.openStream('bidirectional')!;
    const pushed = this.#expect(stream);
    let at = this.connection.write(stream, bytes);
    for (let rounds = 0; at < bytes.length && rounds < 100; rounds++) {
      this.#world.run(50);
      at += this.connection.write(stream, bytes.subarray(at));
    }
    this.connection.finish(stream);
    this.#world.run(100);
    return pushed;
  }

  #expect(stream: StreamId): Pushed {
    const pushed: Pushed = { answer: undefined };
    this.#mine.set(stream, pushed);
    return pushed;
  }

  /** Reads everything that came. */
  hear(): void {
    for (let event = this.endpoint.pollEvent(); event; event = this.endpoint.pollEvent()) {
      if (event.type === 'closed') this.closed = event.reason;
      if (event.type === 'datagram') this.datagrams.push(event.data);
      if (event.type === 'readable') this.#read(event.stream);
    }
  }

  #read(stream: StreamId): void {
    const got = this.connection.read(stream);
    if (!got) return;
    if (stream === this.#control) {
      for (const frame of this.#frames.add(got.bytes)) {
        const message = decodeControl(frame);
        if (message) this.heard.push(message);
      }
      return;
    }
    const bytes = concat(this.#incoming.get(stream) ?? new Uint8Array(), got.bytes);
    this.#incoming.set(stream, bytes);
    if (!got.fin) return;
    const mine = this.#mine.get(stream);
    if (mine) mine.answer = decodeAnswer(bytes);
    else {
      const push = decodePush(bytes);
      this.pushed.push(push);
      const answer = this.answers(push);
      if (answer === 'reset') this.connection.resetStream(stream, 0);
      else if (answer) this.#answer(stream, answer);
      else this.#unanswered.push(stream);
    }
  }

  #answer(stream: StreamId, answer: PushAnswer): void {
    this.connection.write(stream, encodeAnswer(answer));
    this.connection.finish(stream);
  }
}

const pushOf = (envelope: Envelope, how: Partial<Push> = {}): Uint8Array =>
  encodePush({ envelope: encodeEnvelope(envelope), copies: 1, again: false, ...how });
