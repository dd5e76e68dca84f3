import { type Address, type Datagram, parseAddress } from '../../src/core/base/address.ts';
import type { Instant } from '../../src/core/base/time.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import { Node } from '../../src/core/node/node.ts';
import type { StoreRecord } from '../../src/core/node/record.ts';
import { addressOf } from '../../src/sim/internet.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { Trace } from '../../src/sim/trace.ts';
import { Weather } from '../../src/sim/weather.ts';
import { World } from '../../src/sim/world.ts';
import { CALM } from './calm.ts';
import { HostilePeer, NETWORK_ID } from './hostile-peer.ts';

/** A real node and everything that it did. */
export type Villager = {
  readonly node: Node;
  readonly events: NodeEvent[];
  readonly records: StoreRecord[];
  /** Datagrams that it sent, wherever to. */
  readonly sent: Datagram[];
};

/**
 * Two honest nodes, `ann` and `bob`, who are connected, and hostile peers, on a wire between all of them, in virtual time.
 * Whatever a node throws comes out of `run`.
 */
export class Village {
  readonly random = new SeededRandom('village');
  readonly ann: Villager;
  readonly bob: Villager;
  readonly peers: readonly HostilePeer[];
  readonly #world: World<NodeEvent, Node | HostilePeer>;

  /** @param seeds - of the hostile peers that need a certain key. */
  constructor(peers = 1, seeds: readonly Uint8Array[] = []) {
    const count = 2 + peers;
    const villagers = [0, 1].map(() => ({
      events: [] as NodeEvent[],
      records: [] as StoreRecord[],
      sent: [] as Datagram[],
    }));
    const links = Array.from({ length: count * count }, (_, i) => [i % count, Math.floor(i / count)] as const);
    this.#world = new World<NodeEvent, Node | HostilePeer>({
      random: this.random.fork(),
      trace: new Trace(paperSuite.hash),
      weather: new Weather(
        this.random.fork(),
        CALM,
        links.filter(([a, b]) => a < b),
      ),
      disk: { delayMs: 2, refuseShare: 0 },
      observer: {
        event: ({ index }, event) => villagers[index]?.events.push(event),
        stored: ({ index }, records) => villagers[index]?.records.push(...records),
        turned: () => {},
      },
      boot: (index, start, random) => {
        const seed = this.random.bytes(32);
        if (index >= 2) return new HostilePeer(seeds[index - 2] ?? seed, random);
        const name = index === 0 ? 'ann' : 'bob';
        return watched(
          new Node({ suite: paperSuite, random, seed, networkId: NETWORK_ID, name, ...start }),
          villagers[index]!.sent,
        );
      },
      clockOffsetsMs: Array.from({ length: count }, () => 0),
    });
    for (const computer of this.#world.computers) computer.start();
    const [ann, bob, ...others] = this.#world.computers.map(({ node }) => node);
    this.ann = { ...villagers[0]!, node: ann as Node };
    this.bob = { ...villagers[1]!, node: bob as Node };
    this.peers = others as HostilePeer[];
    this.turn(0, (node, now) => (node as Node).connect(this.bob.node.id, [addressOf(1)], 'manual', now));
    this.run(2_000);
  }

  get now(): Instant {
    return this.#world.now;
  }

  get addressOfAnn(): Address {
    return addressOf(0);
  }

  /** The only hostile peer there is. */
  get eve(): HostilePeer {
    return this.peers[0]!;
  }

  run(ms: number): void {
    this.#world.run(ms);
  }

  /** Does something at a node or peer, and what follows from it. */
  turn(index: number, act: (machine: Node | HostilePeer, now: Instant) => void): void {
    this.#world.computer(index).turn(act);
  }

  /** Does something at ann. */
  atAnn(act: (node: Node, now: Instant) => void): void {
    this.turn(0, (node, now) => act(node as Node, now));
  }

  /** Does something at a hostile peer. */
  at(peer: HostilePeer, act: (peer: HostilePeer, now: Instant) => void): void {
    this.turn(2 + this.peers.indexOf(peer), (machine, now) => act(machine as HostilePeer, now));
  }

  /** A hostile peer is connected to ann, and has said hello. */
  meet(peer: HostilePeer = this.eve, hello: Parameters<HostilePeer['greet']>[0] = {}): HostilePeer {
    this.at(peer, (_, now) => peer.dial(this.ann.node.id, addressOf(0), now));
    this.run(1_000);
    this.at(peer, () => peer.greet(hello));
    this.run(1_000);
    return peer;
  }

  /** Bob is still served: what he writes now, ann shows. */
  isServing(): boolean {
    const text = `still there? ${this.now}`;
    this.turn(1, (node, now) => (node as Node).send(this.ann.node.id, text, now));
    this.run(10_000);
    return this.ann.events.some((event) => event.type === 'message' && event.message.text === text);
  }
}

/** An address outside of the village. */
export const outside = (text: string) => parseAddress(text)!;

/** Keeps what a node sends. */
function watched(node: Node, sent: Datagram[]): Node {
  const poll = node.pollTransmit.bind(node);
  node.pollTransmit = (now) => {
    const datagram = poll(now);
    if (datagram) sent.push(datagram);
    return datagram;
  };
  return node;
}
