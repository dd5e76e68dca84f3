import { describe, expect, test } from 'vitest';
import { TYPING_TAKEN } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { base32 } from '../../../src/core/bytes/base32.ts';
import type { Tells } from '../../../src/core/node/tells.ts';
import { encodeMeshDatagram } from '../../../src/core/wire/datagram.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { Parted } from '../../support/parted.ts';

const NOTICE = encodeMeshDatagram({ type: 'typing' });

/** A node whose user has named bob, a neighbour. */
function withBob(tells: Partial<Tells> = {}) {
  const world = new Surrounded({ tells });
  const bob = world.neighbour('bob');
  const { id } = bob.author;
  world.node.putContact({ id, petname: 'bob', verified: false, blocked: false, added: timestamp(0) }, world.now);
  const heard = () => world.events.filter(({ type }) => type === 'typing');
  const writes = (where: string = id) => {
    world.node.writes(where, world.now);
    world.run(50);
  };
  const counted = (type: string) => {
    const metrics = world.node.metrics(world.now).filter(({ name }) => name === 'mesh_datagrams_received_total');
    return metrics.flatMap((one) => ('value' in one && one.labels?.type === type ? [one.value] : []))[0];
  };
  return { world, bob, heard, writes, counted };
}

describe('§2.6 who is writing', () => {
  test('is said to the neighbour whom it is for, at most once in 3 s, and nobody else', () => {
    const { world, bob, writes } = withBob();
    const carol = world.neighbour('carol');
    for (let key = 0; key < 100; key++) writes();
    expect(world.now).toBeGreaterThan(5_000);
    expect(bob.datagrams).toEqual([NOTICE, NOTICE]);
    expect(carol.datagrams).toEqual([]);
    expect(world.disk.state().heads).toEqual([]);
  });

  test('is not said to a stranger, to who is blocked, or to who is no neighbour', () => {
    const { world, bob, writes } = withBob();
    const stranger = world.neighbour('stranger');
    writes(stranger.author.id);
    world.node.putContact({ ...world.node.contact(bob.author.id)!, blocked: true }, world.now);
    writes();
    writes('a'.repeat(52));
    expect([...stranger.datagrams, ...bob.datagrams]).toEqual([]);
  });

  test('of a neighbour whom the user knows is told, and asks for no answer', () => {
    const { world, bob, heard, counted } = withBob();
    const { id } = bob.author;
    bob.sayOnce(NOTICE);
    expect(heard()).toEqual([{ type: 'typing', from: id, where: id, at: expect.any(Number) }]);
    expect([bob.datagrams, bob.pushed]).toEqual([[], []]);
    expect(counted('typing')).toBe(1);
    expect(world.disk.state().heads).toEqual([]);
  });

  test('of a stranger is not told, nor of a channel that one of both does not read', () => {
    const { world, bob, heard } = withBob();
    const channel = world.node.subscribe({ topic: 'hill' }, world.now);
    world.neighbour('stranger').sayOnce(NOTICE);
    bob.sayOnce(encodeMeshDatagram({ type: 'typing', channel: base32(new Uint8Array(32).fill(7)) }));
    // It is read here; but bob has never been seen in it.
    bob.sayOnce(encodeMeshDatagram({ type: 'typing', channel: 'id' in channel ? channel.id : '' }));
    expect(heard()).toEqual([]);
    expect(bob.closed).toBeUndefined();
  });

  test('of types that are not known is passed over and counted', () => {
    const { bob, heard, counted } = withBob();
    bob.sayOnce(new Uint8Array([77, 1, 2, 3]));
    expect(heard()).toEqual([]);
    expect(counted('unknown')).toBe(1);
    expect(bob.closed).toBeUndefined();
  });

  test('said too often is passed over, and malformed it is a violation', () => {
    const { bob, heard, counted } = withBob();
    for (let n = 0; n < 50; n++) bob.connection.sendDatagram(NOTICE);
    bob.sayOnce(NOTICE);
    expect(heard()).toHaveLength(TYPING_TAKEN.burst);
    expect(counted('too many')).toBe(51 - TYPING_TAKEN.burst);
    const other = withBob();
    other.bob.sayOnce(new Uint8Array([1, 2]));
    expect(other.bob.closed).toBe('meshViolation');
  });

  test('is neither said nor told by who does not want it, until he does', () => {
    const { world, bob, heard, writes } = withBob({ typing: false });
    writes();
    bob.sayOnce(NOTICE);
    expect([bob.datagrams, heard()]).toEqual([[], []]);
    expect(world.node.tell({ typing: true })).toEqual({ typing: true, readReceipts: true });
    writes();
    bob.sayOnce(NOTICE);
    expect([bob.datagrams, heard()]).toMatchObject([[NOTICE], [{ type: 'typing' }]]);
  });

  test('in a channel is told to the members who are neighbours, and goes no farther', () => {
    const world = new Parted({
      count: 3,
      links: [
        [0, 1],
        [1, 2],
      ],
    });
    world.run(5_000);
    for (const at of [0, 1, 2]) world.say(at, `here is ${at}`);
    world.run(5_000);
    world.ask(0, (node, now) => node.writes(world.channel, now));
    world.run(5_000);
    const told = world.events.flatMap(({ at, event }) =>
      event.type === 'typing' ? [[at, world.indexOf(event.from), event.where]] : [],
    );
    expect(told).toEqual([[1, 0, world.channel]]);
  });
});
