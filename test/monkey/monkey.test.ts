import { expect, test } from 'vitest';
import { Chance } from './chance.ts';
import { nextDeed } from './hands.ts';
import { monkey, whyNoScreen } from './monkey.ts';

test.skipIf(whyNoScreen() !== undefined)(
  'anything may be done to the screen while much is said: it draws within its edges, writes nothing that is not its own, and ends clean',
  { timeout: 90_000 },
  async () => {
    const { wrong, checks } = await monkey({ seed: 20261120, ms: 20_000 });
    expect(wrong).toEqual([]);
    expect(checks).toBeGreaterThan(3);
  },
);

test('the same seed does the same', () => {
  const deeds = (seed: number) => {
    const chance = new Chance(seed);
    return Array.from({ length: 500 }, () => nextDeed(chance));
  };
  expect(deeds(1)).toEqual(deeds(1));
  expect(deeds(1)).not.toEqual(deeds(2));
});

test('nothing that is done can leave but by a command', () => {
  const chance = new Chance(3);
  for (let count = 0; count < 5_000; count++) {
    const deed = nextDeed(chance);
    if (deed.name !== 'bytes') continue;
    const text = deed.bytes.join('').replace(/\x1b\[200~[\s\S]*?\x1b\[201~/g, '');
    expect(text).not.toMatch(/\/q|\x1a|\x03.*\x03|(?<!x)\x04/);
  }
});
