import { describe, expect, test } from 'vitest';
import { tryWalk, walk } from './connection.ts';

/** The same ones each time, and others each day; `npm run fuzz -- connection` walks further. */
const SEEDS = Array.from({ length: 15 }, (_, i) => `fixed ${i}`);
const DAY = process.env.FUZZ_SEED ?? new Date().toISOString().slice(0, 10);
const OF_TODAY = Array.from({ length: 10 }, (_, i) => `${DAY} ${i}`);

describe('two connections, a bad wire, and somebody with a key who says anything', () => {
  test.each([...SEEDS, ...OF_TODAY])('walk %s: nothing is lost, doubled or kept, and nothing is thrown', (seed) => {
    const result = tryWalk(seed);
    if ('what' in result) expect.fail(`${result.what}\nwalk('${result.seed}', ${JSON.stringify(result.steps)})`);
  });

  test('walks come far enough to mean something', () => {
    const reports = SEEDS.map((seed) => walk(seed));
    expect(reports.filter(({ streamsRead }) => streamsRead > 0).length).toBeGreaterThan(SEEDS.length / 2);
    expect(Math.max(...reports.map(({ bytesRead }) => bytesRead))).toBeGreaterThan(100_000);
  });

  test('the same seed walks the same way', () => expect(walk('again')).toEqual(walk('again')));
});
