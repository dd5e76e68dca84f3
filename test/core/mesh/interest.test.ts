import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase32 } from '../../../src/core/bytes/base32.ts';
import { nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import type { Interest } from '../../../src/core/wire/mesh-message.ts';
import { idOf, MeshNet } from '../../support/mesh-net.ts';

/** The id of a channel for tests: 52 letters. */
const channelOf = (index: number): string =>
  nodeIdOf(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? index : at === 1 ? index >> 8 : 99)));

const CHANNEL = channelOf(0);

function net(count: number, links: readonly (readonly [number, number])[], readers: readonly number[] = []): MeshNet {
  const mesh = new MeshNet(count);
  for (const [a, b] of links) mesh.up(a, b);
  for (const reader of readers) mesh.node(reader).interest.subscribe(CHANNEL, mesh.now);
  mesh.run(5_000);
  return mesh;
}

const line = (count: number) => Array.from({ length: count - 1 }, (_, i) => [i, i + 1] as const);
const ring = (count: number) => [...line(count), [count - 1, 0] as const];

/** Who gets a message that `from` publishes, when every node passes it on once to all its readers. */
function reached(mesh: MeshNet, from: number): Set<number> {
  const got = new Set([from]);
  for (const here of got) {
    for (const peer of mesh.node(here).interest.readers(CHANNEL)) {
      const to = mesh.nodes.findIndex(({ id }) => id === peer);
      if (mesh.isUp(here, to)) got.add(to);
    }
  }
  return got;
}

describe('§2.3 interest', () => {
  test('leads over nodes that do not read', () => {
    const mesh = net(5, line(5), [4]);
    expect(mesh.node(0).interest.readers(CHANNEL)).toEqual([idOf(1)]);
    expect(mesh.node(2).interest.readers(CHANNEL)).toEqual([idOf(3)]);
    expect(mesh.node(2).interest.readers(CHANNEL, idOf(3))).toEqual([]);
    expect(mesh.node(2).interest.wants(idOf(3), CHANNEL)).toBe(true);
    expect(mesh.node(2).interest.wants(idOf(1), CHANNEL)).toBe(false);
  });

  test('nothing flows where nobody reads: the only reader of a ring has no readers', () => {
    const mesh = net(5, ring(5), [0]);
    expect(mesh.node(0).interest.readers(CHANNEL)).toEqual([]);
    expect(mesh.node(2).interest.readers(CHANNEL).length).toBe(2);
  });

  test('a second reader behind the first is not hidden by it', () => {
    const mesh = net(5, ring(5), [0, 1, 3]);
    for (const { index } of mesh.nodes) {
      for (const reader of [0, 1, 3]) expect(reached(mesh, index)).toContain(reader);
    }
  });

  test('ends when the reader leaves, and when the link to it breaks', () => {
    const mesh = net(6, ring(6), [5]);
    mesh.node(5).interest.unsubscribe(CHANNEL, mesh.now);
    mesh.run(2_000);
    for (const { interest } of mesh.nodes) expect(interest.readers(CHANNEL)).toEqual([]);
    mesh.node(5).interest.subscribe(CHANNEL, mesh.now);
    mesh.run(1_000);
    expect(mesh.node(0).interest.readers(CHANNEL).length).toBeGreaterThan(0);
    mesh.down(4, 5);
    mesh.down(5, 0);
    mesh.run(2_000);
    for (const { interest } of mesh.nodes) expect(interest.readers(CHANNEL)).toEqual([]);
  });

  test('reaches 16 hops and no farther', () => {
    const mesh = net(20, line(20), [0]);
    expect(mesh.node(17).interest.readers(CHANNEL)).toEqual([idOf(16)]);
    expect(mesh.node(18).interest.readers(CHANNEL)).toEqual([]);
  });

  test('a tag says nothing about the reader, and is another one after 12 hours and after a start', () => {
    const mesh = net(2, [], [0]);
    const { interest } = mesh.node(0);
    const tags = new Set<string>();
    for (let i = 0; i < 3; i++) {
      interest.neighbourUp(idOf(1), mesh.now);
      const { message } = interest.pollMessage() as { message: Interest };
      tags.add(String(message.tag));
      expect(message.channel).toEqual(fromBase32(CHANNEL));
      interest.neighbourDown(idOf(1), mesh.now);
      if (i === 0) mesh.run(12 * 3600_000 + 1);
      if (i === 1) interest.unsubscribe(CHANNEL, mesh.now);
      if (i === 1) interest.subscribe(CHANNEL, mesh.now);
    }
    expect(tags.size).toBe(3);
  });

  test('while a connection is replaced, interest never seems to end; what was taken back at the last moment does, after a minute', () => {
    const mesh = net(4, line(4), [3]);
    mesh.watch = () => expect(mesh.node(0).interest.readers(CHANNEL)).toEqual([idOf(1)]);
    mesh.renew(1, 2);
    mesh.run(120_000);
    mesh.node(3).interest.unsubscribe(CHANNEL, mesh.now);
    mesh.run(5);
    mesh.renew(2, 3); // while the news is under way
    mesh.run(50_000);
    mesh.watch = () => {};
    mesh.run(15_000);
    for (const { interest } of mesh.nodes) expect(interest.readers(CHANNEL)).toEqual([]);
  });

  test('a connection that is replaced is a reason to offer again what its peer reads', () => {
    const mesh = net(2, []);
    const { interest } = mesh.node(0);
    const reads = { type: 'interest', channel: fromBase32(CHANNEL)!, tag: new Uint8Array(8), hops: 0 } as const;
    interest.neighbourUp(idOf(1), mesh.now);
    interest.receive(idOf(1), reads, mesh.now);
    expect(interest.pollReader()).toEqual({ channel: CHANNEL, peer: idOf(1) });
    interest.neighbourMoved(idOf(1), mesh.now);
    interest.receive(idOf(1), reads, mesh.now);
    expect(interest.pollReader()).toEqual({ channel: CHANNEL, peer: idOf(1) });
    expect(interest.pollReader()).toBeUndefined();
  });

  test('while a tag is replaced, interest never seems to end', () => {
    const mesh = net(3, line(3), [2]);
    mesh.watch = () => expect(mesh.node(0).interest.readers(CHANNEL)).toEqual([idOf(1)]);
    mesh.run(13 * 3600_000);
  });

  test('the same, in a ring: the echo of an old tag is no reader', () => {
    const mesh = net(5, ring(5), [0]);
    mesh.watch = () => expect(mesh.node(0).interest.readers(CHANNEL)).toEqual([]);
    mesh.run(13 * 3600_000);
  });

  test('a neighbour has at most 256 channels; the next is passed over', () => {
    const mesh = net(2, line(2));
    const { interest } = mesh.node(1);
    for (let i = 0; i < 300; i++) {
      const channel = fromBase32(channelOf(i))!;
      interest.receive(idOf(0), { type: 'interest', channel, tag: new Uint8Array(8), hops: 1 }, mesh.now);
    }
    expect(interest.readers(channelOf(255))).toEqual([idOf(0)]);
    expect(interest.readers(channelOf(256))).toEqual([]);
  });

  test('a neighbour with room for 256 channels is told of our own first, and of others as room comes', () => {
    const mesh = net(3, line(3));
    for (let i = 0; i < 256; i++) mesh.node(0).interest.subscribe(channelOf(i), mesh.now);
    mesh.run(10_000);
    mesh.node(1).interest.subscribe(channelOf(1_000), mesh.now);
    mesh.run(10_000);
    const { interest } = mesh.node(2);
    const lost = Array.from({ length: 256 }, (_, i) => channelOf(i)).filter((c) => interest.readers(c).length === 0);
    expect(interest.readers(channelOf(1_000))).toEqual([idOf(1)]);
    expect(lost.length).toBe(1);
    mesh.node(0).interest.unsubscribe(lost[0] === channelOf(9) ? channelOf(8) : channelOf(9), mesh.now);
    mesh.run(10_000);
    expect(interest.readers(lost[0]!)).toEqual([idOf(1)]);
  });

  test('more than the rate allows is refused', () => {
    const mesh = net(2, line(2));
    const say = (hops: number) =>
      mesh
        .node(1)
        .interest.receive(
          idOf(0),
          { type: 'interest', channel: fromBase32(CHANNEL)!, tag: new Uint8Array(8), hops },
          mesh.now,
        );
    expect(() => {
      for (let i = 0; i < 10_000; i++) say(1 + (i % 9));
    }).toThrow('the rate');
  });

  test('in any net, whoever publishes reaches every reader who is joined to it, and interest ends with the last', () => {
    const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 6, maxLength: 22 });
    fc.assert(
      fc.property(edges, fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), fc.nat(20), (links, readers, cuts) => {
        const mesh = new MeshNet(10);
        for (const [a, b] of links)
          if (a !== b && !mesh.isUp(a, b)) mesh.up(a, b, { latencyMs: 1 + ((a * 7 + b) % 50) });
        for (const reader of readers) mesh.node(reader).interest.subscribe(CHANNEL, mesh.now);
        mesh.run(3_000);
        for (const [a, b] of links.slice(0, cuts % 4)) if (mesh.isUp(a, b)) mesh.down(a, b);
        mesh.run(5_000);
        for (const { index } of mesh.nodes) {
          const joined = new Set([index]);
          for (const a of joined) for (const b of mesh.nodes) if (mesh.isUp(a, b.index)) joined.add(b.index);
          const got = reached(mesh, index);
          for (const reader of readers) expect(got.has(reader)).toBe(joined.has(reader));
        }
        for (const reader of readers) mesh.node(reader).interest.unsubscribe(CHANNEL, mesh.now);
        mesh.run(5_000);
        for (const { interest } of mesh.nodes) expect(interest.readers(CHANNEL)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
