import { expect, test } from 'vitest';
import { loneNode } from '../../support/lone-node.ts';

test('a name given at one start is kept for the next; one given later takes its place', async () => {
  const seed = new Uint8Array(32).fill(3);
  const first = await loneNode({ name: 'ann', seed });
  const { home } = first;
  expect((await first.get('status', {})).name).toBe('ann');
  await first.stop();

  const second = await loneNode({ home, seed });
  expect((await second.get('status', {})).name).toBe('ann');
  await second.get('nick', { name: 'annie' });
  await second.stop();

  const third = await loneNode({ home, seed });
  expect((await third.get('status', {})).name).toBe('annie');
  await third.stop();
});
