import { describe, expect, test } from 'vitest';
import { FAULTS } from './faults.ts';
import { tryFault, tryHealth } from './trial.ts';

/** These take longer than a test may: `npm run doctor-faults` has all. */
const SLOW = ['quota full', 'relay black hole'];

const quick = FAULTS.filter(({ name, needs }) => needs === 'nothing' && !SLOW.includes(name));

describe('one thing goes wrong, on real processes: it is named, and nothing else', { timeout: 120_000 }, () => {
  test.concurrent('nothing: three nodes that talk have nothing wrong', async () => {
    expect((await tryHealth('local')).found).toEqual([]);
  });

  test.concurrent.each(quick)('$name', async (fault) => {
    const { expected, named, trouble } = await tryFault(fault);
    expect(trouble).toBeUndefined();
    expect(named).toEqual(expected.map((code) => [code]));
  });

  test('there are fifteen', () => expect(FAULTS).toHaveLength(15));
});
