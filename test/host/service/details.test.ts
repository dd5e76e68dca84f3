import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Details } from '../../../src/api/reading.ts';
import { author } from '../../support/authors.ts';
import { type LoneNode, loneNode } from '../../support/lone-node.ts';

const SEED = new Uint8Array(randomBytes(32));

/** Two nodes that are connected, whose users know each other. */
async function pair(): Promise<{ readonly ann: LoneNode; readonly bob: LoneNode }> {
  const [ann, bob] = [await loneNode({ name: 'ann', seed: SEED }), await loneNode({ name: 'bob' })];
  await ann.get('add', { who: bob.id, name: 'bob' });
  await bob.get('add', { who: ann.id, name: 'ann' });
  await ann.get('connect', { peer: bob.at });
  await expect.poll(async () => (await ann.get('peers', {})).peers[0]?.state).toBe('connected');
  return { ann, bob };
}

const lastOf = async ({ get }: LoneNode) => (await get('history', {})).messages.at(-1)!;
const states = ({ events }: LoneNode) => events.flatMap((one) => (one.type === 'delivery' ? [one.state] : []));
const words = ({ steps }: Details) => steps.map(({ what }) => what);

describe('the details of a line', () => {
  test('of ours: each state with its time, who was given it and what came of that, who has it', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'hi' });
    await expect.poll(() => states(ann)).toContain('delivered');
    const who = { id: bob.id, name: 'bob' };
    const details = await ann.get('details', { id: id.slice(0, 8) });
    expect(words(details)).toEqual(['written', 'queued', 'tried', 'sent', 'delivered']);
    expect(details.steps.slice(2)).toMatchObject([{ who, detail: 'took it' }, { who }, { who, hops: 1 }]);
    const times = details.steps.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(details).toMatchObject({ holders: [who], seq: 1, follows: 0, size: expect.any(Number) });
    expect(details.keptUntil).toBeUndefined();
    expect(details.why.paragraph).toContain('was delivered');
  });

  test('outlive the node, but for what was only tried', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'hi' });
    await expect.poll(() => states(ann)).toContain('delivered');
    const before = await ann.get('details', { id });
    await ann.stop();
    const after = await (await loneNode({ home: ann.home, name: 'ann', seed: SEED })).get('details', { id });
    expect(words(after)).toEqual(['written', 'queued', 'sent', 'delivered']);
    expect(after.steps).toEqual(before.steps.filter(({ what }) => what !== 'tried'));
    expect(after.holders).toEqual([{ id: bob.id, name: 'bob' }]);
  });

  test('of ours that waits: how long it is kept, and what stands in the way', async () => {
    const { get } = await loneNode({ name: 'ann' });
    await get('add', { who: author('carol').id, name: 'carol' });
    const { id } = await get('send', { peer: 'carol', text: 'hi', ttlSeconds: 3_600 });
    const details = await get('details', { id });
    expect(words(details)).toEqual(['written', 'queued']);
    expect(details).toMatchObject({ holders: [], copies: 4 });
    expect(details.keptUntil! - details.message.created).toBeGreaterThan(3_590_000);
    expect(details.keptUntil! - details.message.created).toBeLessThan(3_610_000);
    expect(details.why.paragraph).toContain('Nothing has been heard of carol');
  });

  test('of somebody else: when it was written and received, who brought it, over how many links', async () => {
    const { ann, bob } = await pair();
    await ann.get('send', { peer: 'bob', text: 'hi' });
    await expect.poll(async () => (await bob.get('history', {})).messages).toHaveLength(1);
    const message = await lastOf(bob);
    const details = await bob.get('details', { id: message.id });
    const who = { id: ann.id, name: 'ann' };
    expect(details.steps).toEqual([
      { what: 'written', at: message.created, who },
      { what: 'received', at: message.received, who, hops: 1 },
    ]);
    expect(details).toMatchObject({ message, via: who, holders: [], seq: 1 });
    expect(details.size).toBe((await ann.get('details', { id: message.id })).size);
    expect(details.members).toBeUndefined();
  });

  test('of a channel message of ours: who is known to have it, and who is not', async () => {
    const { ann, bob } = await pair();
    for (const node of [ann, bob]) await node.get('subscribe', { topic: 'hill' });
    await bob.get('broadcast', { topic: 'hill', text: 'bob is here' });
    await expect.poll(async () => (await ann.get('history', {})).messages).toHaveLength(1);
    const { id } = await ann.get('broadcast', { topic: 'hill', text: 'one' });
    const bobHas = async () => (await ann.get('details', { id })).members;
    expect(await bobHas()).toEqual([{ id: bob.id, name: 'bob', has: false, lastSeen: expect.any(Number) }]);
    await expect.poll(async () => (await bob.get('history', {})).messages).toHaveLength(2);
    await bob.get('broadcast', { topic: 'hill', text: 'yes' });
    await expect.poll(bobHas).toMatchObject([{ id: bob.id, has: true }]);
    const details = await ann.get('details', { id });
    expect(details).toMatchObject({ holders: [{ name: 'bob' }], keptUntil: expect.any(Number) });
    const theirs = await bob.get('details', { id });
    expect(theirs).toMatchObject({ via: { name: 'ann' }, keptUntil: expect.any(Number) });
    expect(theirs.members).toBeUndefined();
  });

  test('of a line that was changed say so, and ids are asked for as everywhere', async () => {
    const { api, get } = await loneNode({ name: 'ann' });
    await get('subscribe', { topic: 'hill' });
    const { id } = await get('broadcast', { topic: 'hill', text: 'one' });
    await get('edit', { id, text: 'two' });
    expect(words(await get('details', { id }))).toEqual(['written', 'queued', 'edited']);
    for (const [wrong, message] of [
      ['abc', 'no line begins with abc'],
      ['ffffffffffff', 'no line begins with ffffffffffff'],
    ])
      expect(await api.call('details', { id: wrong! })).toMatchObject({
        error: { code: 'E_UNKNOWN_MESSAGE', message },
      });
  });
});
