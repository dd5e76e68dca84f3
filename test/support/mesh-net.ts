import { after, type Instant, instant, timestamp } from '../../src/core/base/time.ts';
import { type NodeId, nodeIdOf } from '../../src/core/crypto/node-id.ts';
import { networkTag } from '../../src/core/crypto/purpose.ts';
import { Interest } from '../../src/core/mesh/interest.ts';
import { Routes } from '../../src/core/mesh/routes.ts';
import type { ControlMessage } from '../../src/core/wire/mesh-message.ts';
import { decodeControl, encodeControl } from '../../src/core/wire/mesh-message.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

export const network = networkTag(paperSuite, 'test');

/** The seed of node number `index`; 32 bytes. */
export const seedOf = (index: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, at) => (at < 4 ? index >>> (8 * at) : 7));

export const idOf = (index: number): NodeId => nodeIdOf(paperSuite.publicKey(seedOf(index)));

/** One node's mesh parts, and what a disk keeps of them. */
export type MeshNode = {
  readonly index: number;
  readonly id: NodeId;
  routes: Routes;
  interest: Interest;
  /** Own sequence number on disk. */
  seqno: number;
  /** Grows with each restart: a link of an earlier life is none. */
  boot: number;
};

type Link = { readonly latencyMs: number; readonly cost: number; readonly epoch: number };
type Flight = { readonly at: Instant; readonly order: number; readonly run: () => void };

/** Nodes joined by reliable, ordered links on one virtual clock: routes and interest without transport, store and chat. */
export class MeshNet {
  now: Instant = instant(0);
  readonly nodes: MeshNode[] = [];
  /** Messages delivered so far. */
  messages = 0;
  /** Called after every single step. */
  watch: () => void = () => {};
  readonly #links = new Map<string, Link>();
  readonly #flights: Flight[] = [];
  readonly #ids = new Map<NodeId, number>();
  #order = 0;
  #epoch = 0;
  readonly #seed: number;

  constructor(count: number, options: { readonly seed?: number; readonly unlisted?: readonly number[] } = {}) {
    this.#seed = options.seed ?? 1;
    for (let index = 0; index < count; index++) {
      const node = { index, id: idOf(index), seqno: 0, boot: 0 };
      this.#ids.set(node.id, index);
      this.nodes.push({
        ...node,
        ...this.#boot(node, timestamp(1_700_000_000_000), options.unlisted?.includes(index)),
      });
    }
    this.#settle();
  }

  node(index: number): MeshNode {
    return this.nodes[index]!;
  }

  isUp(a: number, b: number): boolean {
    return this.#links.has(key(a, b));
  }

  up(a: number, b: number, { latencyMs = 10, cost = 100 }: { latencyMs?: number; cost?: number } = {}): void {
    this.#links.set(key(a, b), { latencyMs, cost, epoch: ++this.#epoch });
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      this.node(from).routes.neighbourUp(idOf(to), cost, this.now);
      this.node(from).interest.neighbourUp(idOf(to), this.now);
    }
    this.#settle();
  }

  /** Cuts a link. The ends may notice at different times. */
  down(a: number, b: number, { noticedMs = [0, 0] }: { noticedMs?: readonly [number, number] } = {}): void {
    const link = this.#links.get(key(a, b));
    this.#links.delete(key(a, b));
    for (const [from, to, delayMs] of [
      [a, b, noticedMs[0]],
      [b, a, noticedMs[1]],
    ] as const) {
      const boot = this.node(from).boot;
      this.#later(delayMs, () => {
        if (this.node(from).boot !== boot || this.#links.get(key(a, b))?.epoch === link?.epoch) return;
        if (this.#links.has(key(a, b))) return; // The new connection has taken the old one's place.
        this.node(from).routes.neighbourDown(idOf(to), this.now);
        this.node(from).interest.neighbourDown(idOf(to), this.now);
      });
    }
    this.#settle();
  }

  /** Another connection takes the place of the one of a link; what is under way on the old one is lost. */
  renew(a: number, b: number): void {
    const { latencyMs, cost } = this.#links.get(key(a, b))!;
    this.#links.set(key(a, b), { latencyMs, cost, epoch: ++this.#epoch });
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      this.node(from).routes.neighbourMoved(idOf(to), cost, this.now);
      this.node(from).interest.neighbourMoved(idOf(to), this.now);
    }
    this.#settle();
  }

  /** Ends one life of a node and begins the next, with what was on its disk and the calendar it believes in. */
  restart(index: number, how: { readonly seqno?: number; readonly calendarMs?: number } = {}): void {
    const node = this.node(index);
    for (const other of this.nodes) if (this.isUp(index, other.index)) this.down(index, other.index);
    node.boot++;
    node.seqno = how.seqno ?? node.seqno;
    Object.assign(node, this.#boot(node, timestamp(how.calendarMs ?? 1_700_000_000_000 + this.now)));
    this.#settle();
  }

  /** Lets time pass until nothing is under way that comes before `ms` from now. */
  run(ms: number): void {
    const end = after(this.now, ms);
    for (;;) {
      const next = this.#nextAt();
      if (next === undefined || next > end) break;
      this.now = next > this.now ? next : this.now;
      const flight = this.#takeFlight();
      if (flight) flight();
      else for (const { routes, interest } of this.nodes) this.#elapse(routes, interest);
      this.#settle();
    }
    this.now = end;
    for (const { routes, interest } of this.nodes) this.#elapse(routes, interest);
    this.#settle();
  }

  /** Where `from` would send something for `to`, node by node, until it arrives, ends or turns in a circle. */
  path(from: number, to: number): number[] {
    const path = [from];
    for (;;) {
      const here = path.at(-1)!;
      const next = this.node(here).routes.nextHop(idOf(to));
      const index = next === undefined ? undefined : this.#ids.get(next);
      if (here === to || index === undefined || !this.isUp(here, index)) return path;
      if (path.includes(index)) return [...path, index, Number.NaN];
      path.push(index);
    }
  }

  /** Hands a message of a neighbour to a node, as bytes. */
  say(from: number, to: number, message: ControlMessage): void {
    this.#deliver(from, to, message);
    this.#settle();
  }

  #boot(
    node: { readonly index: number; readonly seqno: number; readonly boot: number },
    calendar: ReturnType<typeof timestamp>,
    unlisted = false,
  ) {
    const random = new SeededRandom(`${this.#seed}/${node.index}/${node.boot}`);
    const seed = seedOf(node.index);
    const options = { suite: paperSuite, random, seed, self: idOf(node.index), network, seqno: node.seqno, unlisted };
    return { routes: new Routes(options, this.now, calendar), interest: new Interest({ random }, this.now) };
  }

  #elapse(routes: Routes, interest: Interest): void {
    if ((routes.deadline() ?? Number.POSITIVE_INFINITY) <= this.now) routes.elapse(this.now);
    if ((interest.deadline() ?? Number.POSITIVE_INFINITY) <= this.now) interest.elapse(this.now);
  }

  #nextAt(): Instant | undefined {
    let next = this.#flights[0]?.at;
    for (const { routes, interest } of this.nodes) {
      for (const at of [routes.deadline(), interest.deadline()]) {
        if (at !== undefined && (next === undefined || at < next)) next = at;
      }
    }
    return next;
  }

  #takeFlight(): (() => void) | undefined {
    if (!this.#flights[0] || this.#flights[0].at > this.now) return undefined;
    return this.#flights.shift()!.run;
  }

  #later(ms: number, run: () => void): void {
    this.#flights.push({ at: after(this.now, ms), order: this.#order++, run });
    this.#flights.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  #settle(): void {
    for (const node of this.nodes) {
      const { routes, interest } = node;
      for (let seqno = routes.pollSeqno(); seqno !== undefined; seqno = routes.pollSeqno()) {
        node.seqno = seqno;
        routes.seqnoStored(seqno, this.now);
      }
      while (routes.pollChange() !== undefined);
      while (interest.pollReader() !== undefined);
      for (let m = routes.pollMessage(); m; m = routes.pollMessage()) this.#send(node.index, m.to, m.message);
      for (let m = interest.pollMessage(); m; m = interest.pollMessage()) this.#send(node.index, m.to, m.message);
    }
    this.watch();
  }

  #send(from: number, toId: NodeId, message: ControlMessage): void {
    const to = this.#ids.get(toId)!;
    const link = this.#links.get(key(from, to));
    if (!link) return;
    this.#later(link.latencyMs, () => {
      if (this.#links.get(key(from, to))?.epoch === link.epoch) this.#deliver(from, to, message);
    });
  }

  #deliver(from: number, to: number, sent: ControlMessage): void {
    this.messages++;
    const message = decodeControl(encodeControl(sent))!;
    const { routes, interest } = this.node(to);
    if (message.type === 'routes' || message.type === 'seqno-request') routes.receive(idOf(from), message, this.now);
    if (message.type === 'interest') interest.receive(idOf(from), message, this.now);
  }
}

const key = (a: number, b: number): string => (a < b ? `${a}-${b}` : `${b}-${a}`);
