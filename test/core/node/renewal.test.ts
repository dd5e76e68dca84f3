import { describe, expect, test } from 'vitest';
import { packetKind } from '../../../src/core/wire/packet.ts';
import { SmallWorld } from '../../support/small-world.ts';

const MINUTE = 60_000;

/** Three nodes in a line, connected for a minute. `onCall` is called each time that one of them begins a handshake from then on. */
function line(climate: ConstructorParameters<typeof SmallWorld>[0]['climate'] = {}, onCall: () => void = () => {}) {
  const links = [
    [0, 1],
    [1, 2],
  ] as const;
  const world = new SmallWorld({ count: 3, links, climate });
  world.startAll();
  world.run(MINUTE);
  for (const index of [0, 1, 2]) {
    const { node } = world.computer(index);
    const poll = node!.pollTransmit.bind(node);
    node!.pollTransmit = (now) => {
      const datagram = poll(now);
      if (datagram && packetKind(datagram.bytes) === 'initial') onCall();
      return datagram;
    };
  }
  return world;
}

/** What the screens are told of neighbours and troubles. */
const unrest = ({ events }: SmallWorld, since: number) =>
  events.slice(since).filter(({ event: { type } }) => type === 'peer' || type === 'notice');

const neighbours = (world: SmallWorld) =>
  [0, 1, 2].map(
    (index) =>
      world
        .computer(index)
        .node!.peers()
        .filter(({ state }) => state === 'connected').length,
  );

describe('§1.1 renewal: what a person sees of it', () => {
  for (const [what, climate] of [
    ['a calm wire', {}],
    ['a wire that loses every tenth datagram and delays others', { lossShare: 0.1, jitterMs: 200 }],
  ] as const) {
    test(`three hours with a message a minute over ${what}: each is shown once, and nobody comes or goes`, () => {
      let calls = 0;
      const world = line(climate, () => calls++);
      const before = world.events.length;
      const [there, back]: [string[], string[]] = [[], []];
      for (let minute = 0; minute < 180; minute++) {
        world.later((minute + 0.01 * (minute % 97)) * MINUTE, () => {
          there.push(`there ${minute}`);
          back.push(`back ${minute}`);
          world.send(0, 2, there.at(-1)!);
          world.send(1, 0, back.at(-1)!);
        });
      }
      world.run(182 * MINUTE);
      expect(calls).toBeGreaterThanOrEqual(4); // each of two connections, at least twice
      expect(world.shown(2)).toEqual(there);
      expect(world.shown(0)).toEqual(back);
      expect(unrest(world, before)).toEqual([]);
      expect(neighbours(world)).toEqual([1, 2, 1]);
    });
  }

  test('posts of a channel, a minute apart for three hours, cross a node that does not read it, each once', () => {
    const world = line({ lossShare: 0.05 });
    let channel = '';
    for (const index of [0, 2]) {
      world.computer(index).turn((node, now) => {
        const joined = node.subscribe({ topic: 'garden' }, now);
        if ('id' in joined) channel = joined.id;
      });
    }
    world.run(MINUTE);
    const posts = Array.from({ length: 180 }, (_, minute) => `post ${minute}`);
    for (const [minute, text] of posts.entries()) {
      world.later((minute + 0.01 * (minute % 97)) * MINUTE, () =>
        world.computer(0).turn((node, now) => node.publish(channel, text, now)),
      );
    }
    world.run(182 * MINUTE);
    expect(world.shown(2)).toEqual(posts);
  });

  test('what is under way while a connection is replaced arrives once, in order, and no delivery goes astray', () => {
    const sent: string[] = [];
    const burst = (): void => {
      for (let round = 0; round < 60; round++) {
        world.later(round * 25, () => {
          sent.push(`message ${sent.length}`);
          world.send(0, 2, sent.at(-1)!);
        });
      }
    };
    const world = line({ lossShare: 0.05, latencyMs: { min: 50, max: 150 } }, burst);
    const before = world.events.length;
    world.run(130 * MINUTE);
    expect(sent.length).toBeGreaterThanOrEqual(240);
    expect(world.shown(2)).toEqual(sent);
    const delivered = world.events.filter(({ event }) => event.type === 'delivery' && event.state === 'delivered');
    expect(delivered).toHaveLength(sent.length);
    expect(unrest(world, before)).toEqual([]);
    world.run(MINUTE);
    expect([0, 1, 2].map((index) => world.kept(index))).toEqual([0, 0, 0]);
  });
});
