import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeSuite } from '../../src/host/node-suite.ts';
import type { View } from '../../src/sim/checks/check.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SCENARIOS } from '../../src/sim/scenarios/all.ts';
import { metropolisOf } from '../../src/sim/scenarios/metropolis.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { type Outcome, Simulation } from '../../src/sim/simulation.ts';

function run(name: string, seed: number, suite = paperSuite): Outcome {
  const scenario = SCENARIOS.find((known) => known.name === name)!;
  const plan = scenario.plan(new SeededRandom(`${name} plan ${seed}`), scenario.nodes ?? 0);
  return new Simulation(plan, { seed, suite, hash: nodeSuite.hash }).run();
}

const main = fileURLToPath(new URL('../../src/sim/main.ts', import.meta.url));

/** What a process of its own prints. */
const printed = (...argv: string[]): string =>
  execFileSync(process.execPath, [main, ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

describe('scenarios', () => {
  for (const { name, about } of SCENARIOS.filter(({ nodes }) => nodes === undefined)) {
    test(`${name}: ${about}`, () => {
      const { failure, measured } = run(name, 1);
      expect(failure).toBeUndefined();
      expect(measured.letters.accepted).toBeGreaterThan(0);
      expect(measured.letters.arrived).toBe(measured.letters.due);
      expect(measured.letters.confirmed).toBe(measured.letters.accepted);
    });
  }

  test('one with real cryptography', () => {
    expect(run('line', 1, nodeSuite).failure).toBeUndefined();
  });
});

describe('metropolis', () => {
  const town = (nodes: number, seed: number): Outcome => {
    const plan = metropolisOf(new SeededRandom(seed), nodes, 2);
    return new Simulation(plan, { seed, suite: paperSuite, hash: nodeSuite.hash }).run();
  };

  test('forty nodes that start at once find each other, and every letter arrives; the same again is the same', () => {
    const { failure, measured, digest } = town(40, 1);
    expect(failure).toBeUndefined();
    expect(measured.letters).toMatchObject({ accepted: 40, arrived: 40, confirmed: 40 });
    expect(town(40, 1).digest).toBe(digest);
  });

  test('an onlooker is asked as the checks are', () => {
    const plan = metropolisOf(new SeededRandom(1), 3, 2);
    const seconds: number[] = [];
    const onlooker = { name: 'onlooker', second: ({ world }: View) => void seconds.push(world.now) };
    new Simulation(plan, { seed: 1, suite: paperSuite, hash: nodeSuite.hash, onlooker }).run();
    expect(seconds).toHaveLength(120);
  });
});

describe('the same again', () => {
  test('a seed gives one report in two processes, and another than the next seed', () => {
    const lab = ['run', 'crashing-relay', '--report', 'json', '--seed'];
    const first = printed(...lab, '3');
    expect(JSON.parse(first)).toMatchObject([{ version: 1, scenario: 'crashing-relay', seed: 3, held: true }]);
    expect(printed(...lab, '3')).toBe(first);
    expect(printed(...lab, '4')).not.toBe(first);
  });
});

describe('swarm', () => {
  for (const seed of [3, 12, 68]) {
    test(`seed ${seed} holds`, { timeout: 60_000 }, () => expect(run('swarm', seed).failure).toBeUndefined());
  }
});

describe('qpc lab as a process', () => {
  const ends = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test('a question that makes no sense, and a map that is not there, end with 2 and a sentence', () => {
    expect(ends('run', 'nowhere')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('no scenario'),
    });
    const missing = ends('run', 'nowhere.toml');
    expect(missing).toMatchObject({ status: 2, stdout: '' });
    expect(missing.stderr).toBe('qpc lab: nowhere.toml cannot be read: there is no such file\n');
  });

  test('what depends on the machine is not on standard output', () => {
    const { status, stdout, stderr } = ends('run', 'line');
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/took|heap/);
    expect(stderr).toMatch(/^seed 1 took [\d.]+ s; heap \d+ MB, \d+ kB a node\n$/);
  });
});
