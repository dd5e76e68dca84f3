import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SCENARIOS } from '../../src/sim/scenarios/all.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { type Outcome, Simulation } from '../../src/sim/simulation.ts';

function run(name: string, seed: number, suite = paperSuite): Outcome {
  const scenario = SCENARIOS.find((known) => known.name === name)!;
  const plan = scenario.plan(new SeededRandom(`${name} plan ${seed}`));
  return new Simulation(plan, { seed, suite, hash: nodeSuite.hash }).run();
}

const main = fileURLToPath(new URL('../../src/sim/main.ts', import.meta.url));

/** What a process of its own prints, without the time it took. */
const printed = (...argv: string[]): string =>
  execFileSync(process.execPath, [main, ...argv], { encoding: 'utf8' }).replaceAll(/, [\d.]+ s$/gm, '');

describe('scenarios', () => {
  for (const { name, about } of SCENARIOS.filter((scenario) => scenario.name !== 'swarm')) {
    test(`${name}: ${about}`, () => {
      const { failure, counts } = run(name, 1);
      expect(failure).toBeUndefined();
      expect(counts.accepted).toBeGreaterThan(0);
      expect(counts.delivered).toBe(counts.accepted);
    });
  }

  test('one with real cryptography', () => {
    expect(run('line', 1, nodeSuite).failure).toBeUndefined();
  });
});

describe('the same again', () => {
  test('a seed gives one digest in two processes, and another than the next seed', () => {
    const first = printed('--scenario', 'crashing-relay', '--seed', '3');
    expect(first).toContain('digest ');
    expect(printed('--scenario', 'crashing-relay', '--seed', '3')).toBe(first);
    expect(printed('--scenario', 'crashing-relay', '--seed', '4')).not.toBe(first);
  });
});

describe('swarm', () => {
  for (const seed of [3, 12]) {
    test(`seed ${seed} holds`, () => expect(run('swarm', seed).failure).toBeUndefined());
  }
});
