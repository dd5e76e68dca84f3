import { after } from '../../src/core/base/time.ts';
import { nodeIdOf } from '../../src/core/crypto/node-id.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import { Node } from '../../src/core/node/node.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';
import type { Computer } from '../../src/sim/computer.ts';
import { addressOf } from '../../src/sim/internet.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { Trace } from '../../src/sim/trace.ts';
import type { Link } from '../../src/sim/weather.ts';
import { type Climate, Weather } from '../../src/sim/weather.ts';
import { World } from '../../src/sim/world.ts';
import { CALM } from './calm.ts';

type Setting = {
  readonly count: number;
  /** Who can reach whom. */
  readonly links: readonly Link[];
  readonly climate?: Partial<Climate>;
  readonly diskMs?: number;
};

/** A few whole nodes in the simulator's world, each of which a test can stop, start, and follow through all its lives. */
export class SmallWorld {
  readonly weather: Weather;
  /** What every node told, in all its lives. */
  readonly events: { readonly at: number; readonly event: NodeEvent }[] = [];
  /** Called after each commit, before the node hears of it. */
  onCommit: (computer: Computer<NodeEvent, Node>) => void = () => {};
  readonly #world: World<NodeEvent, Node>;
  readonly #links: Setting['links'];

  constructor({ count, links, climate = {}, diskMs = 2 }: Setting) {
    const random = new SeededRandom('small world');
    this.#links = links;
    this.weather = new Weather(random.fork(), { ...CALM, ...climate }, links);
    this.#world = new World<NodeEvent, Node>({
      random: random.fork(),
      trace: new Trace(paperSuite.hash),
      weather: this.weather,
      disk: { delayMs: diskMs, refuseShare: 0 },
      observer: {
        event: ({ index }, event) => this.events.push({ at: index, event }),
        stored: (computer) => this.onCommit(computer),
        turned: () => {},
      },
      boot: (index, start, own) =>
        new Node({
          suite: paperSuite,
          random: own,
          seed: seedOf(index),
          networkId: 'test',
          name: `node ${index}`,
          ...start,
        }),
      clockOffsetsMs: new Array(count).fill(0),
    });
  }

  computer(index: number): Computer<NodeEvent, Node> {
    return this.#world.computer(index);
  }

  idOf(index: number) {
    return nodeIdOf(paperSuite.publicKey(seedOf(index)));
  }

  /** Starts a node and tells it where those are that it can reach, as mDNS would. */
  start(index: number): void {
    const computer = this.computer(index);
    computer.start();
    for (const [a, b] of this.#links) {
      if (a !== index && b !== index) continue;
      const peer = a === index ? b : a;
      const found = { id: this.idOf(peer), name: `node ${peer}`, addresses: [addressOf(peer)] };
      computer.turn((node, now) => node.discovered(found, now));
    }
  }

  startAll(): void {
    for (const { index } of this.#world.computers) this.start(index);
  }

  /** Does something after a while. */
  later(ms: number, act: () => void): void {
    this.#world.later(after(this.#world.now, ms), act);
  }

  run(ms: number): void {
    this.#world.run(ms);
  }

  /** Sends a text, if the node runs; its id. */
  send(from: number, to: number, text: string): EnvelopeId | undefined {
    let id: EnvelopeId | undefined;
    this.computer(from).turn((node, now) => {
      const sent = node.send(this.idOf(to), text, now);
      if ('id' in sent) id = sent.id;
    });
    return id;
  }

  /** The texts that a node showed, in order, in all its lives. */
  shown(index: number): string[] {
    return this.events.flatMap(({ at, event }) =>
      at === index && event.type === 'message' ? [event.message.text] : [],
    );
  }

  /** The states that were told of a message, in order. */
  states(id: EnvelopeId | undefined): string[] {
    return this.events.flatMap(({ event }) => (event.type === 'delivery' && event.id === id ? [event.state] : []));
  }

  /** How many envelopes a node keeps, its receipts too. */
  kept(index: number): number {
    return this.computer(index).disk.state().heads.length;
  }
}

const seedOf = (index: number): Uint8Array => new Uint8Array(32).fill(index + 1);
