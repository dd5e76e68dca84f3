import { describe, expect, test } from 'vitest';
import { HELP, listScenarios, parseArguments, type Request, repeatCommand } from '../../src/sim/arguments.ts';

const parsed = (...argv: string[]): Request => {
  const asked = parseArguments(argv);
  if (asked.ask !== 'run') throw new Error(JSON.stringify(asked));
  return asked.request;
};

describe('qpc lab', () => {
  test('runs the swarm with seed 1 when nothing else is said', () => {
    const plain = { source: { scenario: { name: 'swarm' } }, seeds: [1], form: 'text', real: false, trace: false };
    expect(parsed('--seeds', '1')).toMatchObject(plain);
    expect(parsed('run')).toMatchObject(plain);
  });

  test('runs as many seeds as asked, from the one that is named', () => {
    expect(parsed('--seeds', '3').seeds).toEqual([1, 2, 3]);
    expect(parsed('run', 'ring', '--seed=7', '--seeds', '2', '--trace').seeds).toEqual([7, 8]);
  });

  test('a map is a file', () => {
    expect(parsed('run', 'village.toml').source).toEqual({ file: 'village.toml' });
    expect(parsed('run', './maps/ours').source).toEqual({ file: './maps/ours' });
  });

  for (const [argv, because] of [
    [['run', '--seed'], '--seed wants a value'],
    [['run', '--seed', 'x'], '--seed must be a number from 0 on, not x'],
    [['run', '--seeds', '0'], '--seeds must be a number from 1 on, not 0'],
    [['run', '--nodes', '99999'], '--nodes must be at most 10000, not 99999'],
    [['run', 'line', '--nodes', '9'], 'line has nodes of its own'],
    [['run', '--report', 'pdf'], '--report must be text, json or html, not pdf'],
    [['run', 'swram'], 'there is no scenario swram: did you mean swarm?'],
    [['run', 'swarm', 'line'], 'one scenario at a time'],
    [['run', '--drwa'], 'there is no option --drwa: did you mean --draw?'],
    [['rum'], 'there is no qpc lab rum: did you mean run?'],
    [['list', 'all'], 'list has no arguments'],
  ] as const) {
    test(`${argv.join(' ')} makes no sense, and the answer says why`, () => {
      expect(parseArguments(argv)).toMatchObject({ ask: 'nothing', because: expect.stringContaining(because) });
    });
  }

  test('help names every option, and the list every scenario', () => {
    expect(parseArguments([])).toEqual({ ask: 'help' });
    expect(parseArguments(['--help'])).toEqual({ ask: 'help' });
    expect(parseArguments(['run', 'line', '--help'])).toEqual({ ask: 'help' });
    for (const option of ['--seed ', '--seeds', '--nodes', '--report', '--draw', '--real', '--trace']) {
      expect(HELP).toContain(option);
    }
    expect(parseArguments(['list'])).toEqual({ ask: 'list' });
    for (const line of listScenarios()) expect(parsed('run', line.split(' ')[0]!).seeds).toEqual([1]);
  });

  test('what a failure prints repeats it', () => {
    const request = parsed('run', 'swarm', '--seeds', '9', '--nodes', '30', '--real');
    const again = repeatCommand(request, 4).replace('qpc lab ', '').split(' ');
    expect(parsed(...again)).toMatchObject({ source: request.source, seeds: [4], nodes: 30, real: true });
  });
});
