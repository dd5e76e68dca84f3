import { describe, expect, test } from 'vitest';
import { FLAPPERS_MAX, HOLD_MS_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import { type NodeId, nodeIdBytes } from '../../../src/core/crypto/node-id.ts';
import { Damping } from '../../../src/core/mesh/damping.ts';
import { idOf, MeshNet } from '../../support/mesh-net.ts';

const bob = 'bob' as NodeId;

/** Goes and comes back at once, so often, `everyMs` apart; how long it was held each time, in milliseconds. */
function holds(damping: Damping, times: number, everyMs: number): number[] {
  return Array.from({ length: times }, (_, i) => {
    const now = instant(i * everyMs);
    damping.went(bob, now);
    damping.came(bob, now);
    return damping.isHeld(bob) ? damping.deadline()! - now : 0;
  });
}

describe('§2.1 who comes and goes', () => {
  test('is taken back at once three times, and is held ever longer from then on, half a minute at most', () => {
    const held = holds(new Damping(), 12, 1_000);
    expect(held.slice(0, 3)).toEqual([0, 0, 0]);
    for (const [i, ms] of held.slice(3, 7).entries()) expect(ms).toBeGreaterThan(2 ** i * 1_000);
    expect(Math.max(...held)).toBe(HOLD_MS_MAX);
  });

  test('is never held when that is once a minute', () => {
    expect(holds(new Damping(), 60, 60_000)).toEqual(new Array(60).fill(0));
  });

  test('is forgiven after a few quiet minutes', () => {
    const damping = new Damping();
    holds(damping, 20, 1_000);
    damping.went(bob, instant(300_000));
    damping.came(bob, instant(300_000));
    expect(damping.isHeld(bob)).toBe(false);
  });

  test('is held no longer when it has stayed for as long, and not while it is away', () => {
    const damping = new Damping();
    holds(damping, 6, 1_000);
    expect(damping.take(instant(5_001))).toEqual([]);
    expect(damping.take(damping.deadline()!)).toEqual([bob]);
    expect([damping.isHeld(bob), damping.deadline()]).toEqual([false, undefined]);
    holds(damping, 6, 1_000);
    damping.went(bob, instant(6_000));
    expect([damping.isHeld(bob), damping.deadline()]).toEqual([false, undefined]);
  });

  test('is counted for so many at most', () => {
    const damping = new Damping();
    for (let i = 0; i < 2 * FLAPPERS_MAX; i++) damping.went(`${i}` as NodeId, instant(i));
    expect(damping.size).toBe(FLAPPERS_MAX);
  });
});

describe('§2.1 a link that comes and goes', () => {
  /** 0 — 1 — 2 — 3 — 4, and whatever links are given beside. */
  function lineOf(count: number, more: readonly (readonly [number, number])[] = []): MeshNet {
    const mesh = new MeshNet(count);
    for (let i = 0; i + 1 < count; i++) mesh.up(i, i + 1);
    for (const [a, b] of more) mesh.up(a, b, { cost: 50 });
    mesh.run(5_000);
    return mesh;
  }

  /** Breaks a link and mends it, so often, half of `everyMs` each. */
  function flap(mesh: MeshNet, a: number, b: number, times: number, everyMs: number): void {
    for (let i = 0; i < times; i++) {
      mesh.down(a, b);
      mesh.run(everyMs / 2);
      mesh.up(a, b);
      mesh.run(everyMs / 2);
    }
  }

  test('every second is told to the mesh three times, and then no more; when it stays, it is used again', () => {
    const mesh = lineOf(6);
    flap(mesh, 4, 5, 10, 1_000);
    const before = mesh.messages;
    flap(mesh, 4, 5, 60, 1_000);
    // Its two ends tell each other what they know each time; nobody else hears of it.
    expect((mesh.messages - before) / 60).toBeLessThan(6);
    expect(mesh.path(0, 5).at(-1)).not.toBe(5);
    expect(mesh.path(4, 5)).toEqual([4, 5]);
    mesh.run(HOLD_MS_MAX + 5_000);
    expect(mesh.path(0, 5).at(-1)).toBe(5);
  });

  test('is used last by its ends while there is another way, and first again when it has stayed', () => {
    const mesh = lineOf(3, [[0, 2]]);
    expect(mesh.path(0, 2)).toEqual([0, 2]);
    flap(mesh, 0, 2, 8, 1_000);
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
    mesh.run(HOLD_MS_MAX + 5_000);
    expect(mesh.path(0, 2)).toEqual([0, 2]);
  });

  test('every half minute is as good as any other', () => {
    const mesh = lineOf(4);
    flap(mesh, 2, 3, 20, 30_000);
    expect(mesh.path(0, 3)).toEqual([0, 1, 2, 3]);
  });

  test('a neighbour that announces and takes back an origin all the time is passed on three times', () => {
    const mesh = lineOf(4);
    // What 2 says of 3 reaches 0 over 1; here 2 changes its mind, though its link stays.
    const withdraw = { type: 'routes', routes: [retracted(3)] } as const;
    let heard = 0;
    let knew = true;
    mesh.watch = () => {
      const knows = mesh.node(0).routes.nextHop(idOf(3)) !== undefined;
      if (knows !== knew) heard++;
      knew = knows;
    };
    for (let i = 0; i < 60; i++) {
      const [route] = mesh.node(2).routes.entries(idOf(3));
      expect(route).toBeDefined();
      mesh.say(2, 1, withdraw);
      mesh.run(200);
      mesh.node(2).routes.receive(idOf(1), { type: 'seqno-request', ...asked(3) }, mesh.now);
      mesh.run(800);
    }
    expect(heard).toBeLessThanOrEqual(2 * 4);
  });

  const retracted = (of: number) => ({
    origin: bytesOf(of),
    seqno: 0,
    features: 0,
    lifetimeSeconds: 0,
    signature: new Uint8Array(0),
    metric: 4_294_967_295,
    hops: 0,
  });
  const asked = (of: number) => ({ origin: bytesOf(of), seqno: 1, hopsLeft: 64 });
  const bytesOf = (of: number) => nodeIdBytes(idOf(of));
});

describe('§2.1 a neighbour that acknowledges nothing', () => {
  test('is not used while that is so, nor told of; what it brought is used again at once when it answers', () => {
    const mesh = new MeshNet(3);
    mesh.up(0, 1);
    mesh.up(1, 2);
    mesh.run(5_000);
    const messages = mesh.messages;
    mesh.node(1).routes.neighbourSilent(idOf(2), true, mesh.now);
    mesh.run(1_000);
    expect([mesh.path(0, 2), mesh.path(1, 2)]).toEqual([[0], [1]]);
    expect(mesh.node(1).routes.nextHop(idOf(2), new Set([idOf(0)]))).toBeUndefined();
    mesh.node(1).routes.neighbourSilent(idOf(2), false, mesh.now);
    mesh.run(1_000);
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
    expect(mesh.messages - messages).toBe(2);
  });

  test('another way takes its place', () => {
    const mesh = new MeshNet(4);
    for (const [a, b] of [
      [0, 1],
      [1, 3],
      [0, 2],
      [2, 3],
    ] as const)
      mesh.up(a, b);
    mesh.run(5_000);
    const [, over] = mesh.path(0, 3);
    mesh.node(0).routes.neighbourSilent(idOf(over!), true, mesh.now);
    expect(mesh.path(0, 3)).toEqual([0, over === 1 ? 2 : 1, 3]);
  });
});
