import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { readMap } from '../../../src/sim/map/read-map.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import type { Plan } from '../../../src/sim/plan.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { Simulation } from '../../../src/sim/simulation.ts';

function planOf(text: string, nodes?: number): Plan {
  const map = readMap(text, 'map.toml', nodes);
  if ('error' in map) throw new Error(map.error);
  return map.scenario.plan(new SeededRandom(1), 0);
}

/** What is wrong with a map. */
const wrong = (text: string, nodes?: number): string => {
  const map = readMap(text, 'map.toml', nodes);
  return 'error' in map ? map.error : 'nothing';
};

const TWO = `
[[node]]
name = "ann"
[[node]]
name = "bob"
[[link]]
between = ["ann", "bob"]
`;

describe('a map', () => {
  test('of two nodes and a link is enough', () => {
    const plan = planOf(TWO);
    expect(plan).toMatchObject({ name: 'map', names: ['ann', 'bob'], links: [[0, 1]], stormMs: 240_000, actions: [] });
    expect(plan.hostile).toBeUndefined();
  });

  test('says the weather of all links, and of one', () => {
    const plan = planOf(
      `[weather]\nlatency_ms = [1, 9]\nloss = 0.5\n${TWO}loss = 0.25\nbandwidth_kbit = 80\nqueue_kb = 4\n`,
    );
    expect(plan.climate).toMatchObject({ latencyMs: { min: 1, max: 9 }, lossShare: 0.5 });
    const [, , own] = plan.links[0]!;
    expect(own).toMatchObject({
      latencyMs: { min: 1, max: 9 },
      lossShare: 0.25,
      bandwidth: { bytesPerSecond: 10_000, queueBytes: 4_000 },
    });
  });

  for (const [shape, count, links] of [
    ['line', 5, 4],
    ['ring', 5, 5],
    ['grid', 9, 12],
    ['full', 5, 10],
  ] as const) {
    test(`a ${shape} of ${count} has ${links} links`, () => {
      const plan = planOf(`[[node]]\nname = "n"\ncount = ${count}\n[[link]]\nshape = "${shape}"\n`);
      expect(plan.links.length).toBe(links);
      expect(plan.names).toContain(`n-${count}`);
    });
  }

  for (const shape of ['random', 'geometric']) {
    test(`in a ${shape} net everybody reaches everybody`, () => {
      const { links } = planOf(`[[node]]\nname = "n"\ncount = 30\n[[link]]\nshape = "${shape}"\n`);
      const reached = new Set([0]);
      for (let i = 0; i < 30; i++)
        for (const [a, b] of links) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
      expect(reached.size).toBe(30);
    });
  }

  test('has routers: one for each, or one for a site', () => {
    const plan = planOf(`
      [[node]]
      name = "house"
      count = 2
      nat = "symmetric"
      mapping = "30 s"
      [[node]]
      name = "flat"
      count = 2
      nat = "full-cone"
      site = "flats"
      [[link]]
      shape = "full"`);
    expect(plan.sites).toEqual([
      { nat: 'symmetric', members: [0], timeoutMs: 30_000 },
      { nat: 'symmetric', members: [1], timeoutMs: 30_000 },
      { nat: 'full-cone', members: [2, 3] },
    ]);
  });

  test('says what happens, and when', () => {
    const plan = planOf(`${TWO}
      [[channel]]
      topic = "all"
      [[message]]
      at = "30 s"
      from = "ann"
      to = "bob"
      text = "hello"
      [[message]]
      at = "31 s"
      from = "bob"
      channel = "all"
      text = "hello all"
      [[event]]
      at = "1 min"
      partition = "ann"
      for = "10 s"
      [[event]]
      at = "2 min"
      clock = "bob"
      by = "-3 h"
      [[event]]
      at = "3 min"
      leave = "bob"`);
    expect(plan.actions.filter(({ do: what }) => what !== 'subscribe')).toEqual([
      { atMs: 30_000, do: 'send', from: 0, to: 1, text: 'hello' },
      { atMs: 31_000, do: 'publish', from: 1, topic: 'all', text: 'hello all' },
      { atMs: 60_000, do: 'cut', links: [[0, 1]], forMs: 10_000 },
      { atMs: 120_000, do: 'clock', node: 1, byMs: -10_800_000 },
      { atMs: 180_000, do: 'leave', node: 1 },
    ]);
  });

  test('traffic and churn come at the rates that it says', () => {
    const plan = planOf(`storm = "10 min"\n${TWO}[[traffic]]\nper_minute = 20\n[churn]\nper_minute = 3\n`);
    const count = (...what: string[]) => plan.actions.filter((action) => what.includes(action.do)).length;
    expect(count('send')).toBe(180);
    expect(count('crash', 'leave')).toBe(30);
    for (const action of plan.actions) if (action.do === 'send') expect(action.from).not.toBe(action.to);
  });

  test('some of its nodes may mean harm; nobody writes to them by chance', () => {
    const plan = planOf(`
      [hostile]
      share = 0.2
      kinds = ["liar"]
      [[node]]
      name = "n"
      count = 10
      [[link]]
      shape = "full"
      [[traffic]]
      per_minute = 30`);
    expect([...(plan.hostile?.values() ?? [])]).toEqual(['liar', 'liar']);
    for (const action of plan.actions) {
      if (action.do === 'send') expect(plan.hostile?.has(action.to) || plan.hostile?.has(action.from)).toBe(false);
    }
  });

  test('--nodes makes the group with a count larger or smaller', () => {
    const text = `[[node]]\nname = "base"\n[[node]]\nname = "n"\ncount = 3\n[[link]]\nshape = "line"\n`;
    expect(planOf(text, 20).names?.length).toBe(20);
    expect(wrong(TWO, 20)).toContain('--nodes is for a map in which one [[node]] has a count');
  });
});

describe('a mistake in a map is told with file and line', () => {
  for (const [what, text, said] of [
    ['no TOML', '[[node]\nname = 1', 'map.toml:1: this is not TOML'],
    ['no nodes', 'storm = "1 min"', 'map.toml:1: a map has nodes'],
    ['no links', '[[node]]\nname = "a"', 'map.toml:1: nobody can reach anybody'],
    [
      'a key that means nothing',
      `${TWO}latenzy_ms = 5`,
      'map.toml:8: latenzy_ms means nothing here: did you mean latency_ms?',
    ],
    [
      'a table that means nothing',
      `${TWO}[[nodes]]\nname = "c"`,
      'map.toml:8: nodes means nothing here: did you mean node?',
    ],
    [
      'a time without its unit',
      `storm = 60\n${TWO}`,
      'map.toml:1: storm must be a time with its unit, as "30 s", "4 min" or "2 h", not 60',
    ],
    ['a share above 1', `[weather]\nloss = 5\n${TWO}`, 'map.toml:2: loss must be a number from 0 to 1, not 5'],
    [
      'a node that is not there',
      `${TWO}[[event]]\nat = "1 s"\ncrash = "bop"`,
      'map.toml:10: there is no node bop: did you mean bob?',
    ],
    ['two nodes of one name', `${TWO}[[node]]\nname = "bob"`, 'map.toml:9: there is another bob'],
    [
      'a group where one is meant',
      '[[node]]\nname = "n"\ncount = 3\n[[link]]\nbetween = ["n", "n-1"]',
      'map.toml:5: n are 3 nodes: say which one, as n-1',
    ],
    [
      'a link to itself',
      '[[node]]\nname = "a"\n[[link]]\nbetween = ["a", "a"]',
      'map.toml:4: between must be two or more different nodes',
    ],
    [
      'a kind of router that is not',
      '[[node]]\nname = "a"\nnat = "symetric"',
      'map.toml:3: nat must be one of firewall, full-cone, address-restricted, port-restricted, symmetric (symmetric?), not "symetric"',
    ],
    [
      'a cut where there is no link',
      `${TWO}[[event]]\nat = "1 s"\ncut = ["ann", "ann"]`,
      'map.toml:10: cut must be two nodes that have a link',
    ],
    [
      'two events at once',
      `${TWO}[[event]]\nat = "1 s"\ncrash = "ann"\nmove = "ann"`,
      'map.toml:8: an event is one of cut, partition',
    ],
    [
      'a message after the storm',
      `${TWO}[[message]]\nat = "5 h"\nfrom = "ann"\nto = "bob"\ntext = "x"`,
      'map.toml:9: at must be a time within the storm',
    ],
    [
      'a post to no channel',
      `${TWO}[[traffic]]\nchannel = "all"\nper_minute = 1`,
      'map.toml:9: channel must be a topic of a [[channel]], not "all"',
    ],
    [
      'a shape that would be too many links',
      '[[node]]\nname = "n"\ncount = 2000\n[[link]]\nshape = "full"',
      'map.toml:5: shape must be full for at most 1000 nodes',
    ],
    [
      'letters to oneself',
      `${TWO}[[traffic]]\nfrom = "ann"\nto = "ann"\nper_minute = 1`,
      'map.toml:9: from must be others than they write to, not "ann"',
    ],
  ] as const) {
    test(what, () => expect(wrong(text)).toContain(said));
  }
});

describe('the maps that come with qpc', () => {
  for (const name of ['village', 'field-team']) {
    test(`${name}: every rule holds`, { timeout: 60_000 }, () => {
      const file = fileURLToPath(new URL(`../../../docs/lab/${name}.toml`, import.meta.url));
      const map = readMap(readFileSync(file, 'utf8'), file);
      if ('error' in map) throw new Error(map.error);
      const plan = map.scenario.plan(new SeededRandom(`${name} plan 3`), 0);
      const { failure, measured } = new Simulation(plan, { seed: 3, suite: paperSuite, hash: nodeSuite.hash }).run();
      expect(failure).toBeUndefined();
      expect(measured.letters.due).toBeGreaterThan(20);
      expect(measured.injected.leaves).toBeGreaterThan(0);
    });
  }
});
