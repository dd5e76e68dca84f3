import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEW_ORIGINS, SEQNO_RETRY_MS } from '../../../src/core/base/limits.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import { nodeIdBytes } from '../../../src/core/crypto/node-id.ts';
import { announce, routeOf } from '../../../src/core/mesh/announcement.ts';
import { Routes } from '../../../src/core/mesh/routes.ts';
import { METRIC_INFINITE, type Route } from '../../../src/core/wire/mesh-message.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { idOf, MeshNet, network, seedOf } from '../../support/mesh-net.ts';

/** How many random histories are tried; more when asked for. */
const RUNS = Number(process.env.RUNS ?? 60);

/** A net of `count` nodes with the given links, converged. */
function net(count: number, links: readonly (readonly [number, number])[]): MeshNet {
  const made = new MeshNet(count);
  for (const [a, b] of links) made.up(a, b);
  made.run(5_000);
  return made;
}

const line = (count: number) => Array.from({ length: count - 1 }, (_, i) => [i, i + 1] as const);
const ring = (count: number) => [...line(count), [count - 1, 0] as const];

/** How long until `holds`, in milliseconds. */
function runUntil(mesh: MeshNet, holds: () => boolean, limitMs = 60_000): number {
  const start = mesh.now;
  while (!holds() && mesh.now - start < limitMs) mesh.run(1);
  return mesh.now - start;
}

/** An announcement as node `origin` would sign it. */
const signed = (origin: number, seqno: number, metric: number, hops: number, lifetimeSeconds = 1800): Route =>
  routeOf(
    announce(
      paperSuite,
      { seed: seedOf(origin), network },
      { origin: idOf(origin), seqno, features: 0, lifetimeSeconds, heardAt: instant(0) },
    ),
    metric,
    hops,
  );

const hasLoop = (mesh: MeshNet): boolean =>
  mesh.nodes.some((to) => mesh.nodes.some((from) => mesh.path(from.index, to.index).some(Number.isNaN)));

describe('§2.1 routes', () => {
  test('a line of five delivers end to end, over four links', () => {
    const mesh = net(5, line(5));
    expect(mesh.path(0, 4)).toEqual([0, 1, 2, 3, 4]);
    expect(mesh.node(0).routes.entries(idOf(4))).toMatchObject([
      { nextHop: idOf(1), hops: 4, metric: 400, selected: true },
    ]);
    expect(mesh.node(4).routes.size).toBe(4);
  });

  test('a ring delivers both ways round, and with one link broken the other way', () => {
    const mesh = net(6, ring(6));
    expect(mesh.path(0, 5)).toEqual([0, 5]);
    mesh.down(0, 5);
    const ms = runUntil(mesh, () => mesh.path(0, 5).at(-1) === 5);
    expect(mesh.path(0, 5)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ms).toBeLessThan(1_000);
  });

  test('when a destination is gone, every route to it goes, at once and without counting', () => {
    const mesh = net(8, [...ring(7), [6, 7]]);
    mesh.run(60_000);
    const before = mesh.messages;
    mesh.down(6, 7);
    mesh.run(2_000);
    for (const { routes } of mesh.nodes.slice(0, 7)) expect(routes.nextHop(idOf(7))).toBeUndefined();
    expect(mesh.messages - before).toBeLessThan(8 * 7);
  });

  test('a shorter way is taken, one that is hardly shorter is not', () => {
    const mesh = net(3, line(3));
    mesh.up(0, 2, { cost: 180 });
    mesh.run(1_000);
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
    mesh.node(0).routes.neighbourCost(idOf(2), 50, mesh.now);
    mesh.run(1_000);
    expect(mesh.path(0, 2)).toEqual([0, 2]);
  });

  test('a change of 20 % in the cost of a link is not told, one of more is', () => {
    const mesh = net(3, line(3));
    const metric = () => mesh.node(0).routes.entries(idOf(2))[0]!.metric;
    mesh.node(1).routes.neighbourCost(idOf(2), 120, mesh.now);
    mesh.run(1_000);
    expect(metric()).toBe(200);
    mesh.node(1).routes.neighbourCost(idOf(2), 190, mesh.now);
    mesh.run(1_000);
    expect(metric()).toBe(290);
  });

  test('a way that got longer stays in use: what its neighbour claimed before still bounds it', () => {
    const mesh = net(4, line(4));
    mesh.node(2).routes.neighbourCost(idOf(3), 5_000, mesh.now);
    mesh.watch = () => expect(mesh.path(0, 3)).toEqual([0, 1, 2, 3]);
    mesh.run(10_000);
    expect(mesh.node(0).routes.entries(idOf(3))[0]).toMatchObject({ metric: 5_200, selected: true });
  });

  test('the only way left is longer than what was claimed: a higher sequence number opens it', () => {
    // 0 reaches 3 over 1 (200). The other way, over 2, is longer than what 0 has claimed, so it is not feasible.
    const mesh = new MeshNet(4);
    for (const [a, b, cost] of [
      [0, 1, 100],
      [1, 3, 100],
      [0, 2, 100],
      [2, 3, 900],
    ] as const)
      mesh.up(a, b, { cost });
    mesh.run(5_000);
    const seqno = mesh.node(3).seqno;
    mesh.down(1, 3);
    const ms = runUntil(mesh, () => mesh.path(0, 3).at(-1) === 3);
    expect(mesh.path(0, 3)).toEqual([0, 2, 3]);
    expect(mesh.node(3).seqno).toBe(seqno + 1);
    expect(ms).toBeLessThan(500);
  });

  test('nodes that are not listed are announced by nobody, and reach everybody', () => {
    const mesh = new MeshNet(3, { unlisted: [0] });
    for (const [a, b] of line(3)) mesh.up(a, b);
    mesh.run(5_000);
    expect(mesh.node(2).routes.nextHop(idOf(0))).toBeUndefined();
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
  });

  test('what is to be avoided is avoided, if there is another way without loops', () => {
    const mesh = net(4, ring(4));
    const [first] = mesh.node(0).routes.entries(idOf(2));
    const other = mesh.node(0).routes.nextHop(idOf(2), new Set([first!.nextHop]));
    expect([idOf(1), idOf(3)]).toContain(other);
    expect(other).not.toBe(first!.nextHop);
    expect(mesh.node(0).routes.nextHop(idOf(1), new Set([idOf(1)]))).toBeUndefined();
  });
});

describe('§2.1 sequence numbers', () => {
  test('nothing is announced before its number is on disk', () => {
    const mesh = new MeshNet(1);
    const { routes } = mesh.node(0);
    routes.neighbourUp(idOf(1), 100, instant(0));
    expect(routes.pollMessage()?.message).toMatchObject({ routes: [{ seqno: 1_700_000_000, metric: 0 }] });
  });

  test('a number that could not be written is written again, and announced then', () => {
    const random = new SeededRandom(1);
    const own = new Routes(
      { suite: paperSuite, random, seed: seedOf(0), self: idOf(0), network, seqno: 7 },
      instant(0),
      timestamp(0),
    );
    own.neighbourUp(idOf(1), 100, instant(0));
    expect(own.pollSeqno()).toBe(8);
    own.seqnoRefused(8, instant(5));
    expect(own.pollSeqno()).toBeUndefined();
    expect(own.pollMessage()).toBeUndefined();
    const again = own.deadline()!;
    expect(again).toBe(5 + SEQNO_RETRY_MS);
    own.elapse(again);
    expect(own.pollSeqno()).toBe(8);
    own.seqnoStored(8, again);
    expect(own.pollMessage()?.message).toMatchObject({ routes: [{ seqno: 8 }] });
  });

  test('a number is above the last one even when the calendar fell back', () => {
    const mesh = net(3, line(3));
    const before = mesh.node(2).seqno;
    mesh.restart(2, { calendarMs: 0 });
    mesh.up(1, 2);
    mesh.run(1_000);
    expect(mesh.node(2).seqno).toBe(before + 1);
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
  });

  test('an origin that lost its number and its calendar hears itself, and continues above', () => {
    const mesh = net(4, line(4));
    const before = mesh.node(3).seqno;
    mesh.restart(3, { seqno: 0, calendarMs: 5_000 });
    mesh.up(2, 3);
    const ms = runUntil(mesh, () => mesh.path(0, 3).at(-1) === 3);
    expect(mesh.node(3).seqno).toBeGreaterThan(before);
    expect(ms).toBeLessThan(5_000);
  });

  test('the same, when only nodes farther away remember the number', () => {
    const mesh = net(4, line(4));
    mesh.restart(3, { seqno: 0, calendarMs: 5_000 });
    mesh.restart(2);
    mesh.up(1, 2);
    mesh.up(2, 3);
    expect(runUntil(mesh, () => mesh.path(0, 3).at(-1) === 3)).toBeLessThan(5_000);
  });

  test('the proof of a number takes no way back', () => {
    // 0 still believes in a link to 2 that is gone, and tells 1, who knows a newer number and corrects it.
    const mesh = new MeshNet(3);
    mesh.up(0, 2, { latencyMs: 1, cost: 16 });
    mesh.run(1);
    mesh.restart(2);
    mesh.up(1, 2, { latencyMs: 1, cost: 16 });
    mesh.up(0, 1, { latencyMs: 1, cost: 16 });
    mesh.run(1_000);
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
  });

  test('a new number comes every ten minutes, and routes last', () => {
    const mesh = net(3, line(3));
    const before = mesh.node(2).seqno;
    mesh.run(3 * 3600_000);
    const grown = mesh.node(2).seqno - before;
    expect(grown).toBeGreaterThanOrEqual(15);
    expect(grown).toBeLessThanOrEqual(23);
    expect(mesh.path(0, 2)).toEqual([0, 1, 2]);
  });

  test('a number is asked for at most once in 2 s, and grows by one however high the request', () => {
    const mesh = net(2, line(2));
    const before = mesh.node(0).seqno;
    for (let i = 0; i < 100; i++) {
      mesh.say(1, 0, { type: 'seqno-request', origin: nodeIdBytes(idOf(0)), seqno: 2 ** 50, hopsLeft: 9 });
      mesh.run(100);
    }
    expect(mesh.node(0).seqno - before).toBeGreaterThanOrEqual(5);
    expect(mesh.node(0).seqno - before).toBeLessThanOrEqual(6);
  });
});

describe('§2.1 what is refused', () => {
  test('an announcement that its origin did not sign', () => {
    const mesh = net(2, line(2));
    const forged = { ...signed(7, 9, 100, 1), seqno: 10 };
    expect(() => mesh.say(0, 1, { type: 'routes', routes: [forged] })).toThrow('a route nobody signed');
    expect(mesh.node(1).routes.nextHop(idOf(7))).toBeUndefined();
  });

  test('one bad route in a message: none of it is applied', () => {
    const mesh = net(2, line(2));
    const routes = [signed(7, 9, 100, 1), { ...signed(8, 9, 100, 1), seqno: 10 }];
    expect(() => mesh.say(0, 1, { type: 'routes', routes })).toThrow();
    expect(mesh.node(1).routes.nextHop(idOf(7))).toBeUndefined();
  });

  test('a key that is none', () => {
    const mesh = net(2, line(2));
    const route = { ...signed(7, 9, 100, 1), origin: new Uint8Array(32) };
    expect(() => mesh.say(0, 1, { type: 'routes', routes: [route] })).toThrow('a key that is none');
  });

  for (const [what, metric, hops] of [
    ['another at distance zero', 0, 0],
    ['links that cost nothing', 15, 1],
    ['no links, and yet far', 100, 0],
  ] as const) {
    test(what, () => {
      const mesh = net(2, line(2));
      expect(() => mesh.say(0, 1, { type: 'routes', routes: [signed(7, 9, metric, hops)] })).toThrow();
    });
  }

  test('more than the rate allows', () => {
    const mesh = net(2, line(2));
    const request = { type: 'seqno-request', origin: nodeIdBytes(idOf(7)), seqno: 1, hopsLeft: 9 } as const;
    expect(() => {
      for (let i = 0; i < 20_000; i++) mesh.node(1).routes.receive(idOf(0), request, mesh.now);
    }).toThrow('the rate');
  });

  test('an older number than the one that was announced from here: no way', () => {
    const mesh = net(3, line(3));
    mesh.up(0, 2);
    mesh.say(0, 1, { type: 'routes', routes: [signed(7, 10, 100, 1)] });
    mesh.run(1_000);
    mesh.say(0, 1, { type: 'routes', routes: [signed(7, 9, 16, 1)] });
    expect(mesh.node(1).routes.nextHop(idOf(7))).toBeUndefined();
  });

  test('an equal number does not revive a route whose lifetime passed, an older one neither, a higher one does', () => {
    const mesh = net(2, line(2));
    const { routes } = mesh.node(1);
    const say = (seqno: number) => mesh.say(0, 1, { type: 'routes', routes: [signed(7, seqno, 100, 1, 60)] });
    say(10);
    mesh.run(59_000);
    expect(routes.nextHop(idOf(7))).toBe(idOf(0));
    say(10);
    mesh.run(1_001);
    expect(routes.nextHop(idOf(7))).toBeUndefined();
    say(10);
    expect(routes.nextHop(idOf(7))).toBeUndefined();
    say(9);
    expect(routes.nextHop(idOf(7))).toBeUndefined();
    say(11);
    expect(routes.nextHop(idOf(7))).toBe(idOf(0));
  });

  test('a retraction speaks only for the one who sends it', () => {
    const mesh = net(4, ring(4));
    const [selected] = mesh.node(0).routes.entries(idOf(2));
    const other = selected!.nextHop === idOf(1) ? 3 : 1;
    const none = { ...signed(2, 0, METRIC_INFINITE, 0), signature: new Uint8Array(0) };
    mesh.say(other, 0, { type: 'routes', routes: [none] });
    expect(mesh.node(0).routes.nextHop(idOf(2))).toBe(selected!.nextHop);
  });
});

describe('§2.1 bounds', () => {
  /** Node 1, told of `count` origins from number 100 on by each of its neighbours. */
  function told(count: number, by: readonly number[], metric: (neighbour: number, index: number) => number): MeshNet {
    const mesh = new MeshNet(10);
    for (const neighbour of by) mesh.up(neighbour, 1);
    for (const neighbour of by) {
      for (let at = 0; at < count; at += 256) {
        const routes = Array.from({ length: Math.min(256, count - at) }, (_, i) =>
          signed(1_000 * neighbour + 100 + at + i, 9, metric(neighbour, at + i), 1),
        );
        mesh.say(neighbour, 1, { type: 'routes', routes });
      }
    }
    return mesh;
  }

  test('at most 1,024 destinations; the nearest and the important stay', () => {
    const mesh = new MeshNet(2);
    mesh.up(0, 1);
    const { routes } = mesh.node(1);
    routes.keep(new Set([idOf(500_000)]));
    mesh.say(0, 1, { type: 'routes', routes: [signed(500_000, 9, 60_000, 1)] });
    for (let at = 0; at < 1_500; at += 250) {
      mesh.say(0, 1, {
        type: 'routes',
        routes: Array.from({ length: 250 }, (_, i) => signed(100 + at + i, 9, 10_000 - at - i, 1)),
      });
    }
    expect(routes.size).toBe(1_024);
    expect(routes.nextHop(idOf(500_000))).toBe(idOf(0));
    expect(routes.nextHop(idOf(100))).toBeUndefined();
    expect(routes.nextHop(idOf(100 + 1_499))).toBe(idOf(0));
  });

  /** How many routes node 1 holds over a neighbour. */
  const heldOver = (mesh: MeshNet, neighbour: number): number =>
    mesh
      .node(1)
      .routes.entries()
      .filter((e) => e.nextHop === idOf(neighbour)).length;

  test('a neighbour that brings too many displaces its own, not those of others', () => {
    const mesh = told(600, [2, 3], (neighbour) => (neighbour === 3 ? 100 : 30_000));
    const of = (neighbour: number) => heldOver(mesh, neighbour);
    expect(mesh.node(1).routes.size).toBe(1_024);
    expect(Math.abs(of(2) - of(3))).toBeLessThanOrEqual(2);
  });

  test('what is farther pushes nobody out once its neighbour has half as many places as the one that has most', () => {
    const mesh = told(1_000, [2, 3], (neighbour) => (neighbour === 2 ? 100 : 30_000));
    const of = (neighbour: number) => heldOver(mesh, neighbour);
    expect(mesh.node(1).routes.size).toBe(1_024);
    expect(Math.abs(2 * of(3) - of(2))).toBeLessThanOrEqual(4);
  });

  test('strange origins are checked at a pace that leaves time for others; contacts always are', () => {
    const mesh = new MeshNet(2);
    mesh.up(0, 1);
    const { routes } = mesh.node(1);
    routes.keep(new Set([idOf(500_000)]));
    const known = () => routes.entries().length;
    for (let at = 0; at < 6_000; at += 250) {
      // Each nearer than all before, so that all would be let in.
      const all = Array.from({ length: 250 }, (_, i) => signed(100 + at + i, 9, 20_000 - at - i, 1));
      mesh.say(0, 1, { type: 'routes', routes: all });
    }
    expect(routes.nextHop(idOf(100 + NEW_ORIGINS.burst - 1))).toBe(idOf(0));
    expect(routes.nextHop(idOf(100 + NEW_ORIGINS.burst))).toBeUndefined();
    mesh.say(0, 1, { type: 'routes', routes: [signed(500_000, 9, 100, 1)] });
    expect(routes.nextHop(idOf(500_000))).toBe(idOf(0));
    mesh.run(1_000);
    mesh.say(0, 1, { type: 'routes', routes: [signed(400_000, 9, 100, 1)] });
    expect(routes.nextHop(idOf(400_000))).toBe(idOf(0));
    expect(known()).toBeLessThanOrEqual(1_024);
  });

  test('changes go out at most every 50 ms, and what went back in between does not go out', () => {
    const mesh = net(3, line(3));
    const before = mesh.messages;
    for (let i = 0; i < 1_000; i++) {
      mesh.node(1).routes.neighbourCost(idOf(2), i % 2 === 0 ? 1_000 : 100, mesh.now);
      mesh.run(1);
    }
    expect(mesh.messages - before).toBeLessThan(45);
  });

  test('newer numbers of the same ways go together, every 5 s to each neighbour', () => {
    const mesh = net(3, line(3));
    const tell = (origin: number, seqno: number) =>
      mesh.say(0, 1, { type: 'routes', routes: [signed(100 + origin, seqno, 100, 1)] });
    for (let origin = 0; origin < 100; origin++) tell(origin, 9);
    mesh.run(10_000);
    const before = mesh.messages;
    for (let origin = 0; origin < 100; origin++) {
      tell(origin, 10);
      mesh.run(90);
    }
    mesh.run(5_100);
    expect(mesh.messages - before - 100).toBeLessThanOrEqual(3);
    const { routes } = mesh.node(2);
    routes.elapse(mesh.now);
    for (let origin = 0; origin < 100; origin++)
      expect(routes.entries(idOf(100 + origin))[0]?.ageMs).toBeLessThan(15_000);
  });

  test('a newer number that was asked for goes on at once, and so does one of another way', () => {
    const mesh = net(3, line(3));
    const tell = (seqno: number, metric: number) =>
      mesh.say(0, 1, { type: 'routes', routes: [signed(100, seqno, metric, 1)] });
    const ageMs = () => {
      mesh.node(2).routes.elapse(mesh.now);
      return mesh.node(2).routes.entries(idOf(100))[0]?.ageMs;
    };
    tell(9, 100);
    mesh.run(10_000);
    tell(10, 100);
    mesh.run(1_000);
    expect(ageMs()).toBeGreaterThan(9_000);
    mesh.say(2, 1, { type: 'seqno-request', origin: nodeIdBytes(idOf(100)), seqno: 11, hopsLeft: 9 });
    mesh.run(100);
    tell(11, 100);
    mesh.run(100);
    expect(ageMs()).toBeLessThan(200);
    mesh.run(10_000);
    tell(12, 300);
    mesh.run(100);
    expect(ageMs()).toBeLessThan(200);
  });

  test('a quiet net says nothing between refreshes', () => {
    const mesh = net(10, ring(10));
    mesh.run(10_000);
    const before = mesh.messages;
    mesh.run(60_000);
    expect(mesh.messages).toBe(before);
  });
});

describe('§2.1 a connection that another one replaces', () => {
  test('changes no route, here or farther away, and nothing is told beyond its two ends', () => {
    const mesh = net(5, line(5));
    mesh.run(60_000);
    const changes = () => mesh.nodes.map(({ routes }) => routes.pollChange());
    while (changes().some((change) => change !== undefined));
    const before = mesh.messages;
    mesh.watch = () => expect(mesh.path(0, 4)).toEqual([0, 1, 2, 3, 4]);
    mesh.renew(1, 2);
    mesh.run(120_000);
    expect(changes()).toEqual(mesh.nodes.map(() => undefined));
    expect(mesh.messages - before).toBeLessThanOrEqual(4);
  });

  test('a way that was taken back at the last moment is over after a minute', () => {
    const mesh = net(4, line(4));
    mesh.down(2, 3);
    mesh.run(5);
    mesh.renew(1, 2); // while the news is under way
    mesh.run(1_000);
    expect(mesh.node(1).routes.nextHop(idOf(3))).toBe(idOf(2));
    mesh.run(60_000);
    for (const index of [0, 1, 2]) expect(mesh.node(index).routes.nextHop(idOf(3))).toBeUndefined();
  });

  test('a way that was found at the last moment is told again', () => {
    const mesh = net(4, line(3));
    mesh.up(2, 3);
    mesh.renew(0, 1);
    mesh.run(15);
    mesh.renew(1, 2);
    mesh.run(1_000);
    expect(mesh.path(0, 3)).toEqual([0, 1, 2, 3]);
  });
});

describe('§2.1 no loop, at any instant', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('flip'), a: fc.nat(7), b: fc.nat(7), x: fc.nat(300) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('cost'), a: fc.nat(7), b: fc.nat(7), x: fc.nat(3_000) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait'), a: fc.nat(7), b: fc.nat(7), x: fc.nat(400) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('renew'), a: fc.nat(7), b: fc.nat(7), x: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), a: fc.nat(7), b: fc.nat(7), x: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('silent'), a: fc.nat(7), b: fc.nat(7), x: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('long'), a: fc.nat(7), b: fc.nat(7), x: fc.nat(2_000) }) },
  );

  test(
    'under any sequence of broken, slow, silent, new and renewed links and restarts; and afterwards all who are joined reach each other',
    () => {
      fc.assert(
        fc.property(fc.nat(), fc.array(step, { minLength: 10, maxLength: 60 }), (seed, steps) => {
          const mesh = new MeshNet(8, { seed });
          mesh.watch = () => expect(hasLoop(mesh)).toBe(false);
          for (const { kind, a, b, x } of steps) {
            if (kind === 'wait') mesh.run(x);
            if (kind === 'long') mesh.run(x * 1_000);
            if (kind === 'restart') mesh.restart(a, x === 0 ? { seqno: 0, calendarMs: 0 } : {});
            if (a === b) continue;
            if (kind === 'flip' && mesh.isUp(a, b)) mesh.down(a, b, { noticedMs: [x, 300 - x] });
            else if (kind === 'flip') mesh.up(a, b, { latencyMs: 1 + x, cost: 16 + x * 7 });
            if (kind === 'renew' && mesh.isUp(a, b)) mesh.renew(a, b);
            if (kind === 'silent') mesh.node(a).routes.neighbourSilent(idOf(b), x === 1, mesh.now);
            if (kind === 'cost') mesh.node(a).routes.neighbourCost(idOf(b), x, mesh.now);
          }
          for (const { routes } of mesh.nodes) {
            for (const { id } of mesh.nodes) routes.neighbourSilent(id, false, mesh.now);
          }
          mesh.run(150_000);
          for (const from of mesh.nodes) {
            for (const to of component(mesh, from.index)) expect(mesh.path(from.index, to).at(-1)).toBe(to);
            const joined = component(mesh, from.index);
            for (const to of mesh.nodes) {
              if (!joined.has(to.index)) expect(from.routes.nextHop(to.id)).toBeUndefined();
            }
          }
        }),
        { numRuns: RUNS },
      );
    },
    RUNS * 2_000,
  );

  function component(mesh: MeshNet, from: number): Set<number> {
    const reached = new Set([from]);
    for (const a of reached) for (const b of mesh.nodes) if (mesh.isUp(a, b.index)) reached.add(b.index);
    return reached;
  }
});
