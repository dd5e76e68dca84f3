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
  for (const seed of [3, 12]) {
    test(`seed ${seed} holds`, () => expect(run('swarm', seed).failure).toBeUndefined());
  }
});
