import { describe, expect, test } from 'vitest';
import { type LoneNode, loneNode } from '../../support/lone-node.ts';

/** Two nodes that are connected, whose users know each other. */
async function pair(
  how: Parameters<typeof loneNode>[0] = {},
): Promise<{ readonly ann: LoneNode; readonly bob: LoneNode }> {
  const [ann, bob] = [await loneNode({ ...how, name: 'ann' }), await loneNode({ name: 'bob' })];
  await ann.get('add', { who: bob.id, name: 'bob' });
  await bob.get('add', { who: ann.id, name: 'ann' });
  await ann.get('connect', { peer: bob.at });
  await expect.poll(async () => (await ann.get('peers', {})).peers[0]?.state).toBe('connected');
  return { ann, bob };
}

const states = ({ events }: LoneNode) => events.flatMap((one) => (one.type === 'delivery' ? [one.state] : []));
const typing = ({ events }: LoneNode) => events.filter(({ type }) => type === 'typing');

describe('what others are told', () => {
  test('whoever wrote is told that it was read, once its reader has read it', async () => {
    const { ann, bob } = await pair();
    await bob.get('send', { peer: 'ann', text: 'one' });
    await bob.get('send', { peer: 'ann', text: 'two' });
    await expect.poll(() => states(bob).filter((state) => state === 'delivered')).toHaveLength(2);
    expect(states(bob)).not.toContain('read');
    await ann.get('markRead', { where: 'bob' });
    await expect.poll(() => states(bob).filter((state) => state === 'read'), { timeout: 5_000 }).toHaveLength(2);
    const { messages } = await bob.get('history', { where: 'ann' });
    expect(messages.map(({ state }) => state)).toEqual(['read', 'read']);
  });

  test('a neighbour is told that somebody writes to it', async () => {
    const { ann, bob } = await pair();
    await ann.get('typing', { where: 'bob' });
    await ann.get('typing', { where: 'bob' });
    await expect.poll(() => typing(bob)).toHaveLength(1);
    expect(typing(bob)).toEqual([
      { type: 'typing', from: ann.id, fromName: 'ann', where: ann.id, at: expect.any(Number) },
    ]);
    expect(await ann.api.call('typing', { where: 'nobody' })).toMatchObject({ ok: false });
  });

  test('or not, as the node was started, and as it is changed while it runs', async () => {
    const { ann, bob } = await pair({ typing: false, readReceipts: false });
    for (const name of ['typing', 'read-receipts'])
      expect(await ann.get('configure', { name })).toEqual({ name, value: false });
    await bob.get('typing', { where: 'ann' });
    await ann.get('typing', { where: 'bob' });
    // What was sent before the question has come when its answer does.
    await bob.get('ping', { peer: 'ann' });
    expect(await ann.get('configure', { name: 'typing', value: true })).toEqual({ name: 'typing', value: true });
    expect(await ann.get('configure', { name: 'read-receipts' })).toEqual({ name: 'read-receipts', value: false });
    await ann.get('typing', { where: 'bob' });
    await expect.poll(() => typing(bob)).toHaveLength(1);
    expect(typing(ann)).toEqual([]);
    expect(await ann.api.call('configure', { name: 'marks', value: true })).toMatchObject({
      error: { code: 'E_USAGE', message: 'marks cannot be changed while the node runs' },
    });
  });
});
