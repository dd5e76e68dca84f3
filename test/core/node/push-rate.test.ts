import { expect, test, vi } from 'vitest';
import { Surrounded } from '../../support/hand-made.ts';
import { letter } from '../../support/letters.ts';

// Twenty envelopes at once and one a second, instead of thousands.
vi.mock('../../../src/core/base/limits.ts', async (original) => ({
  ...(await original<typeof import('../../../src/core/base/limits.ts')>()),
  PUSHES_TAKEN: { burst: 20, perSecond: 1 },
}));

test('a neighbour that pushes more than its share is told `full`, others are served, and so is it when it has waited', () => {
  const world = new Surrounded();
  const flooder = world.neighbour('flooder');
  const push = () => flooder.push(letter(flooder.author, world.self)).answer?.type;
  const answers = Array.from({ length: 60 }, push);
  expect(answers.slice(0, 20)).toEqual(Array(20).fill('accepted'));
  const refused = answers.filter((answer) => answer === 'refused').length;
  expect(refused).toBeGreaterThan(30);
  expect(world.node.store(world.now).refused.get('full')).toBe(refused);
  const bob = world.neighbour('bob');
  expect(bob.push(letter(bob.author, world.self)).answer?.type).toBe('accepted');
  world.run(10_000);
  expect(push()).toBe('accepted');
});
