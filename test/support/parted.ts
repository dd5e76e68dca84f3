import { after } from '../../src/core/base/time.ts';
import { inOrder, type MessageRecord } from '../../src/core/chat/record.ts';
import { type NodeId, nodeIdOf } from '../../src/core/crypto/node-id.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import { Node } from '../../src/core/node/node.ts';
import type { Computer } from '../../src/sim/computer.ts';
import { addressOf } from '../../src/sim/internet.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { Trace } from '../../src/sim/trace.ts';
import { Weather } from '../../src/sim/weather.ts';
import { World } from '../../src/sim/world.ts';
import { CALM } from './calm.ts';

type Pairs = readonly (readonly [number, number])[];
type Setting = {
  readonly count: number;
  readonly links: Pairs;
  /** How far each calendar is off. */
  readonly clockOffsetsMs?: readonly number[];
  readonly marks?: boolean;
  readonly seed?: string;
};

/** Whole nodes that read one channel, on links that can be cut, in virtual time. */
export class Parted {
  readonly events: { readonly at: number; readonly event: NodeEvent }[] = [];
  readonly #setting: Setting;
  readonly #weather: Weather;
  readonly #world: World<NodeEvent, Node>;

  constructor(setting: Setting) {
    const { count, links, clockOffsetsMs, marks = true, seed = 'parted' } = setting;
    const random = new SeededRandom(seed);
    this.#setting = setting;
    this.#weather = new Weather(random.fork(), CALM, links);
    this.#world = new World<NodeEvent, Node>({
      random: random.fork(),
      trace: new Trace(paperSuite.hash),
      weather: this.#weather,
      disk: { delayMs: 2, refuseShare: 0 },
      observer: {
        event: ({ index }, event) => this.events.push({ at: index, event }),
        stored: () => {},
        turned: () => {},
      },
      boot: (index, start, own) => {
        const name = `node ${index}`;
        return new Node({
          suite: paperSuite,
          random: own,
          seed: seedOf(index),
          networkId: 'test',
          name,
          marks,
          ...start,
        });
      },
      clockOffsetsMs: clockOffsetsMs ?? new Array(count).fill(0),
    });
    for (const { index } of this.#world.computers) this.start(index);
    for (const { index } of this.#world.computers)
      this.ask(index, (node, now) => node.subscribe({ topic: 'hill' }, now));
  }

  /** The id of the channel. */
  get channel(): string {
    return this.ask(0, (node) => node.channels()[0]!.id);
  }

  /** Asks something of a node, and lets follow what follows. */
  ask<T>(at: number, what: (node: Node, now: Parameters<Node['elapse']>[0]) => T): T {
    let answer: T | undefined;
    this.#computer(at).turn((node, now) => {
      answer = what(node, now);
    });
    return answer as T;
  }

  say(at: number, text: string, ttlSeconds?: number): void {
    this.ask(at, (node, now) => node.publish(this.channel, text, now, ttlSeconds));
  }

  run(ms: number): void {
    this.#world.run(ms);
  }

  /** Does something after a while. */
  later(ms: number, act: () => void): void {
    this.#world.later(after(this.#world.now, ms), act);
  }

  cut(links: Pairs): void {
    this.#weather.cut(links);
  }

  mendAll(): void {
    this.#weather.mendAll();
  }

  /** Ends one life of a node and begins the next. */
  restart(at: number): void {
    this.stop(at);
    this.start(at);
  }

  /** Pulls a node's plug. */
  stop(at: number): void {
    this.#computer(at).crash();
  }

  /** Starts a node, and tells it where those are that it can reach, as mDNS would. */
  start(at: number): void {
    this.#computer(at).start();
    for (const link of this.#setting.links) {
      if (!link.includes(at)) continue;
      const peer = link[0] === at ? link[1] : link[0];
      const id = nodeIdOf(paperSuite.publicKey(seedOf(peer)));
      this.ask(at, (node, now) => node.discovered({ id, name: `node ${peer}`, addresses: [addressOf(peer)] }, now));
    }
  }

  /** The channel's past at a node, in its order. */
  past(at: number): readonly MessageRecord[] {
    return [...this.#computer(at).disk.messages()].sort(inOrder);
  }

  /** What a node has of the channel, in the order in which it was stored there. */
  stored(at: number): readonly MessageRecord[] {
    return [...this.#computer(at).disk.messages()];
  }

  texts(at: number): readonly string[] {
    return this.past(at).map(({ text }) => text);
  }

  /** How many envelopes a node keeps. */
  kept(at: number): number {
    return this.#computer(at).disk.state().heads.length;
  }

  indexOf(id: NodeId): number {
    return this.#world.computers.findIndex(({ index }) => nodeIdOf(paperSuite.publicKey(seedOf(index))) === id);
  }

  #computer(at: number): Computer<NodeEvent, Node> {
    return this.#world.computer(at);
  }
}

const seedOf = (index: number): Uint8Array => new Uint8Array(32).fill(index + 1);
