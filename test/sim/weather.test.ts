import { describe, expect, test } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { type Climate, Weather } from '../../src/sim/weather.ts';
import { CALM } from '../support/calm.ts';

const BYTES = new Uint8Array(100).fill(7);

const weather = (climate: Partial<Climate>): Weather =>
  new Weather(new SeededRandom(1), { ...CALM, ...climate }, [
    [0, 1],
    [1, 2],
  ]);

const fates = (of: Weather, count: number) => Array.from({ length: count }, () => of.fate(0, 1, BYTES, instant(0)));

describe('weather', () => {
  test('between computers without a link nothing arrives', () => {
    expect(weather({}).fate(0, 2, BYTES, instant(0))).toEqual([]);
    expect(weather({}).reaches(0, 2)).toBe(false);
    expect(weather({}).reaches(2, 1)).toBe(true);
  });

  test('calm weather delivers each datagram once, as it was, after the same time', () => {
    const all = fates(weather({}), 100).flat();
    expect(all.length).toBe(100);
    expect(new Set(all.map(({ afterMs }) => afterMs)).size).toBe(1);
    for (const { bytes } of all) expect(bytes).toEqual(BYTES);
  });

  for (const [what, climate, count] of [
    ['loss', { lossShare: 0.3 }, 700],
    ['doubling', { duplicateShare: 0.2 }, 1_200],
  ] as const) {
    test(`${what} comes as often as it should`, () => {
      expect(Math.abs(fates(weather(climate), 1_000).flat().length - count)).toBeLessThan(60);
    });
  }

  test('corruption flips one bit, and does not touch what the sender holds', () => {
    const all = fates(weather({ corruptShare: 0.5 }), 1_000).flat();
    const flipped = all.filter(({ bytes }) => bytes.some((byte) => byte !== 7));
    expect(Math.abs(flipped.length - 500)).toBeLessThan(60);
    for (const { bytes } of flipped) {
      const bits = bytes.reduce((sum, byte) => sum + (byte ^ 7).toString(2).replaceAll('0', '').length, 0);
      expect(bits).toBe(1);
    }
    expect(BYTES.every((byte) => byte === 7)).toBe(true);
  });

  test('jitter lets datagrams overtake each other', () => {
    const times = fates(weather({ jitterMs: 50 }), 20)
      .flat()
      .map(({ afterMs }) => afterMs);
    expect(times.some((time, i) => i > 0 && time < times[i - 1]!)).toBe(true);
  });

  test('what is held back is overtaken by the others', () => {
    const held = fates(weather({ reorderShare: 0.2 }), 500)
      .flat()
      .filter(({ afterMs }, _, [first]) => Math.abs(afterMs - first!.afterMs) > 1e-9);
    expect(held.length).toBeGreaterThan(50);
    expect(held.length).toBeLessThan(500);
  });

  test('a narrow link delays and drops, each direction by itself', () => {
    const narrow = weather({ bandwidth: { bytesPerSecond: 1_000, queueBytes: 300 } });
    expect(fates(narrow, 5).map((arrivals) => arrivals.length)).toEqual([1, 1, 1, 0, 0]);
    expect(narrow.fate(1, 0, BYTES, instant(0)).length).toBe(1);
    expect(narrow.counts.overflowed).toBe(2);
  });

  test('one link may have a climate of its own; calm ends what is bad in all of them', () => {
    const own = new Weather(new SeededRandom(1), CALM, [
      [0, 1, { ...CALM, lossShare: 1 }],
      [1, 2],
    ]);
    expect(own.fate(0, 1, BYTES, instant(0))).toEqual([]);
    expect(own.fate(1, 2, BYTES, instant(0)).length).toBe(1);
    own.calm();
    expect(own.fate(0, 1, BYTES, instant(0)).length).toBe(1);
  });

  test('a link that was cut twice is whole when it was mended twice, or when all are', () => {
    const cut = weather({});
    cut.cut([[0, 1]]);
    cut.cut([[1, 0]]);
    cut.mend([[0, 1]]);
    expect(cut.fate(1, 0, BYTES, instant(0))).toEqual([]);
    cut.mend([[0, 1]]);
    expect(cut.fate(1, 0, BYTES, instant(0)).length).toBe(1);
    cut.cut([[0, 1]]);
    cut.mendAll();
    expect(cut.reaches(0, 1)).toBe(true);
  });
});
