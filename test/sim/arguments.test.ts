import { describe, expect, test } from 'vitest';
import { parseArguments, type Request, repeatCommand } from '../../src/sim/arguments.ts';

const parsed = (...argv: string[]): Request => {
  const request = parseArguments(argv);
  if (typeof request === 'string') throw new Error(request);
  return request;
};

describe('npm run sim', () => {
  test('runs the swarm with seed 1 when nothing is asked', () => {
    expect(parsed()).toMatchObject({ scenario: { name: 'swarm' }, seeds: [1], real: false, trace: false });
  });

  test('runs as many seeds as asked, from the one that is named', () => {
    expect(parsed('--seeds', '3').seeds).toEqual([1, 2, 3]);
    expect(parsed('--seed', '7', '--seeds', '2', '--trace').seeds).toEqual([7, 8]);
  });

  for (const argv of [['--seed'], ['--seed', 'x'], ['--seeds', '0'], ['--scenario', 'sunshine'], ['--fast']]) {
    test(`${argv.join(' ')} makes no sense`, () => expect(typeof parseArguments(argv)).toBe('string'));
  }

  test('what a failure prints repeats it', () => {
    const request = parsed('--scenario', 'ring', '--seeds', '9', '--real');
    const [, ...again] = repeatCommand(request, 4).split(' -- ');
    expect(parsed(...again.join('').split(' '))).toMatchObject({ scenario: { name: 'ring' }, seeds: [4], real: true });
  });
});
