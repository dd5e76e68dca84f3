import { describe, expect, test } from 'vitest';
import { TRACE_HOPS_MAX } from '../../../src/core/base/limits.ts';
import { nodeIdBytes } from '../../../src/core/crypto/node-id.ts';
import { signedBytes } from '../../../src/core/crypto/purpose.ts';
import type { NodeEvent } from '../../../src/core/node/event.ts';
import { type Trace, traceStep } from '../../../src/core/wire/trace-message.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { line, ring } from '../../../src/sim/shapes.ts';
import { author, testNetwork } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';
import { SmallWorld } from '../../support/small-world.ts';

type Traced = Extract<NodeEvent, { type: 'traced' }>;

/** What a trace from one node to another of a small world found. */
function traced(world: SmallWorld, from: number, to: number): Traced | undefined {
  world.computer(from).turn((node, now) => node.trace(world.idOf(to), 7, now));
  world.run(5_000);
  return world.events.map(({ event }) => event).findLast((event) => event.type === 'traced');
}

describe('a trace', () => {
  test('names every node there and back, each signed, with the time of each link', () => {
    const world = new SmallWorld({ count: 4, links: line(4) });
    world.startAll();
    world.run(10_000);
    const found = traced(world, 0, 3)!;
    expect(found).toMatchObject({ token: 7, end: 'reached' });
    expect(found.there.map(({ id }) => id)).toEqual([1, 2, 3].map((index) => world.idOf(index)));
    expect(found.back.map(({ id }) => id)).toEqual([2, 1, 0].map((index) => world.idOf(index)));
    for (const { rttMs, signed } of [...found.there, ...found.back]) {
      expect(signed).toBe(true);
      expect(rttMs).toBeGreaterThan(0);
    }
  });

  test('a neighbour is one hop away', () => {
    const world = new SmallWorld({ count: 2, links: line(2) });
    world.startAll();
    world.run(5_000);
    const found = traced(world, 0, 1)!;
    expect([found.end, found.there.length, found.back.length]).toEqual(['reached', 1, 1]);
  });

  test('goes round a ring the short way', () => {
    const world = new SmallWorld({ count: 5, links: ring(5) });
    world.startAll();
    world.run(10_000);
    expect(traced(world, 0, 4)?.there.map(({ id }) => id)).toEqual([world.idOf(4)]);
  });

  test('is not sent to whom no way leads, nor to oneself', () => {
    const world = new SmallWorld({ count: 2, links: [] });
    world.startAll();
    world.computer(0).turn((node, now) => {
      expect(node.trace(world.idOf(1), 1, now)).toBe(false);
      expect(node.trace(node.id, 1, now)).toBe(false);
    });
  });
});

/** A node, and a neighbour of it through whom alone the target is reached. */
function through(): { world: Surrounded; relay: HandMade; target: ReturnType<typeof author>; asked: () => Trace } {
  const world = new Surrounded();
  const target = author('the target');
  const relay = world.neighbour('relay');
  relay.leadTo(target);
  world.run(1_000);
  const asked = () => {
    world.node.trace(target.id, 1, world.now);
    world.run(100);
    return relay.heard.findLast((message) => message.type === 'trace')!;
  };
  return { world, relay, target, asked };
}

const foundBy = (world: Surrounded): Traced | undefined => world.events.findLast((event) => event.type === 'traced');

/** A step that somebody has signed. */
function step(trace: Trace, by: ReturnType<typeof author>, before?: Uint8Array) {
  const message = signedBytes('trace', testNetwork, traceStep(trace, 10, before));
  return { node: by.publicKey, rtt: 10, signature: suite.sign(by.seed, message) };
}

describe('what comes back', () => {
  test('from the target itself counts', () => {
    const { world, relay, target, asked } = through();
    const trace = asked();
    const first = step(trace, relay.author);
    const back: Trace = { ...trace, phase: 'reached' };
    const last = step(back, target, first.signature);
    relay.say({ ...back, there: [first, last], back: [step(back, relay.author, last.signature)] });
    expect(foundBy(world)).toMatchObject({
      end: 'reached',
      there: [{ signed: true }, { id: target.id, signed: true }],
    });
  });

  test('a node on the way cannot answer for the target, nor leave out who was before it', () => {
    const { world, relay, target, asked } = through();
    const eve = author('eve');
    const trace = asked();
    const back: Trace = { ...trace, phase: 'reached' };
    const first = step(trace, relay.author);
    const claims: Trace[] = [
      { ...back, there: [step(back, relay.author)] },
      { ...back, there: [first, { ...step(back, eve, first.signature), node: target.publicKey }] },
      { ...back, there: [step(back, target, first.signature)] },
      { ...back, there: [first, step(trace, target, first.signature)] },
    ];
    for (const claim of claims) {
      relay.say({ ...claim, token: asked().token });
      expect(foundBy(world)?.end).toBe('forged');
    }
  });

  test('without having been asked, or a second time, says nothing', () => {
    const { world, relay, target, asked } = through();
    const trace = asked();
    const back: Trace = { ...trace, phase: 'no-route' };
    const answer = { ...back, there: [step(back, relay.author)] };
    relay.say({ ...answer, token: new Uint8Array(8) });
    relay.say({ ...answer, target: author('another').publicKey });
    expect(foundBy(world)).toBeUndefined();
    relay.say(answer);
    relay.say(answer);
    expect(world.events.filter(({ type }) => type === 'traced')).toMatchObject([{ end: 'no-route', token: 1 }]);
    expect(target.id).not.toBe(relay.author.id);
  });
});

/** A question of somebody far away, as a neighbour hands it on. */
const question = (origin: ReturnType<typeof author>, target: Uint8Array): Trace => ({
  type: 'trace',
  token: new Uint8Array(8).fill(3),
  origin: origin.publicKey,
  target,
  phase: 'there',
  there: [],
  back: [],
});

test('a trace that comes back and was nowhere is a violation: there is nothing to measure it by', () => {
  const { world, relay, asked } = through();
  relay.say({ ...asked(), phase: 'reached', there: [], back: [] });
  expect(relay.closed).toBe('meshViolation');
  expect(world.events.filter(({ type }) => type === 'traced')).toEqual([]);
});

describe('a node on the way', () => {
  test('that knows no way on turns it round, and signs that', () => {
    const world = new Surrounded();
    const giver = world.neighbour('giver');
    const asked = question(giver.author, author('nobody').publicKey);
    giver.say(asked);
    const back = giver.heard.findLast((message) => message.type === 'trace')!;
    expect(back.phase).toBe('no-route');
    const [only] = back.there;
    expect(Buffer.from(only!.node)).toEqual(Buffer.from(nodeIdBytes(world.self.id)));
    const message = signedBytes('trace', testNetwork, traceStep(back, only!.rtt, undefined));
    expect(suite.verify(only!.node, message, only!.signature)).toBe(true);
  });

  test('turns it round after sixteen', () => {
    const world = new Surrounded();
    const [giver, next] = [world.neighbour('giver'), world.neighbour('next')];
    const far = author('far');
    next.leadTo(far);
    world.run(1_000);
    const asked = question(giver.author, far.publicKey);
    const steps = Array.from({ length: TRACE_HOPS_MAX - 1 }, () => step(asked, far));
    giver.say({ ...asked, there: steps.slice(1) });
    expect(next.heard.some(({ type }) => type === 'trace')).toBe(true);
    giver.say({ ...asked, there: steps });
    expect(giver.heard.findLast((message) => message.type === 'trace')).toMatchObject({ phase: 'hops' });
  });

  test('gives it back to who brought it, when its origin announces no route', () => {
    const world = new Surrounded();
    const [giver, target] = [world.neighbour('giver'), world.neighbour('target')];
    const hidden = author('hidden');
    giver.say({
      ...question(hidden, target.author.publicKey),
      there: [step(question(hidden, hidden.publicKey), giver.author)],
    });
    const there = target.heard.findLast((message) => message.type === 'trace')!;
    expect(there.there).toHaveLength(2);
    target.say({ ...there, phase: 'reached', there: [...there.there, step(there, target.author)] });
    expect(giver.heard.findLast((message) => message.type === 'trace')).toMatchObject({ phase: 'reached' });
  });

  test('hands on a few a second for one neighbour, and drops the rest', () => {
    const world = new Surrounded();
    const giver = world.neighbour('giver');
    for (let i = 0; i < 100; i++) giver.say(question(giver.author, author('nobody').publicKey));
    const answered = giver.heard.filter(({ type }) => type === 'trace').length;
    expect(answered).toBeGreaterThanOrEqual(16);
    expect(answered).toBeLessThan(50);
    expect(giver.closed).toBeUndefined();
  });
});
