import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ApiEvent, NodeApi } from '../../src/api/schema.ts';
import type { Message } from '../../src/api/shapes.ts';
import { type LoneNode, loneNode } from '../support/lone-node.ts';

type Changed = Extract<ApiEvent, { type: 'changed' }>;

/** ann and bob, who are connected and call each other so. */
async function pair() {
  const ann = await loneNode({ name: 'ann' });
  const bob = await loneNode({ name: 'bob' });
  await ann.get('add', { who: bob.id, name: 'bob' });
  await bob.get('add', { who: ann.id, name: 'ann' });
  await ann.get('connect', { peer: bob.at });
  await expect.poll(async () => (await ann.get('peers', {})).peers[0]?.state).toBe('connected');
  return { ann, bob };
}

const changes = ({ events }: LoneNode) => events.filter((event): event is Changed => event.type === 'changed');
const said = ({ events }: LoneNode) => events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const past = async (node: LoneNode, where: string): Promise<Message[]> =>
  (await node.get('history', { where })).messages;

/** What a refused call says. */
async function refused(answer: ReturnType<NodeApi['call']>) {
  const outcome = await answer;
  if (outcome.ok) throw new Error('it was done');
  return outcome.error;
}

describe('between two people', () => {
  test('an edit, a sign and a delete change the line at both ends, each told once, and are no lines', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'are you their?' });
    await expect.poll(() => said(bob)).toEqual(['are you their?']);
    const edited = await ann.get('edit', { id, text: 'are you there?' });
    await expect.poll(() => changes(bob)).toHaveLength(1);
    expect(changes(bob)[0]).toMatchObject({
      id,
      text: 'are you there?',
      edited: { id: edited.by },
      by: { what: 'edited', fromName: 'ann' },
    });
    await bob.get('react', { id: id.slice(0, 8), sign: '👍' });
    await expect.poll(() => changes(ann)).toHaveLength(2);
    expect(changes(ann)[1]).toMatchObject({
      reactions: [{ sign: '👍', count: 1, mine: false, names: ['bob'] }],
      by: { what: 'reacted', sign: '👍', fromName: 'bob' },
    });
    await bob.get('react', { id, sign: '' });
    await expect.poll(() => changes(ann)).toHaveLength(3);
    expect(changes(ann)[2]!.reactions).toBeUndefined();
    expect(await ann.get('delete', { id })).toMatchObject({ id, withdrawn: false });
    await expect.poll(() => changes(bob)).toHaveLength(4);
    for (const [node, where] of [[ann, 'bob'] as const, [bob, 'ann'] as const]) {
      expect(await past(node, where)).toMatchObject([{ id, text: '', deleted: {} }]);
      expect(said(node)).toEqual(node === bob ? ['are you their?'] : []);
    }
    expect((await bob.get('conversations', {})).conversations).toMatchObject([{ unread: 0 }]);
  });

  test('its author sees how far an edit has come', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'one' });
    const { by } = await ann.get('edit', { id, text: 'two' });
    await expect.poll(async () => (await past(ann, 'bob'))[0]?.edited?.state).toBe('delivered');
    expect(ann.events).toContainEqual(expect.objectContaining({ type: 'delivery', id: by, state: 'delivered' }));
    expect((await past(bob, 'ann'))[0]).toMatchObject({ text: 'two', edited: { id: by } });
    expect((await past(bob, 'ann'))[0]?.edited?.state).toBeUndefined();
  });

  test('an answer brings what it answers, wherever that is', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'are you there?' });
    await expect.poll(() => said(bob)).toHaveLength(1);
    await bob.get('send', { peer: 'ann', text: 'yes', re: id.slice(0, 6) });
    await expect.poll(() => said(ann)).toEqual(['yes']);
    expect(ann.events).toContainEqual(
      expect.objectContaining({ text: 'yes', re: { id, from: ann.id, fromName: 'ann', text: 'are you there?' } }),
    );
  });

  test('survives a restart of the database, with what came while it was away', async () => {
    const { ann, bob } = await pair();
    const seed = randomBytes(32);
    const carol = await loneNode({ name: 'carol', seed });
    await ann.get('add', { who: carol.id, name: 'carol' });
    await ann.get('connect', { peer: carol.at });
    const { id } = await ann.get('send', { peer: 'carol', text: 'first' });
    const other = await ann.get('send', { peer: 'carol', text: 'second' });
    await expect.poll(() => said(carol)).toEqual(['first', 'second']);
    await carol.stop();
    await ann.get('edit', { id, text: 'first, in other words' });
    await ann.get('delete', { id: other.id });
    const again = await loneNode({ name: 'carol', seed, home: carol.home });
    await again.get('connect', { peer: ann.at });
    const texts = async () => (await past(again, ann.id)).map(({ text }) => text);
    await expect.poll(texts).toEqual(['first, in other words', '']);
    expect(said(again)).toEqual([]);
    await again.stop();
    const third = await loneNode({ name: 'carol', seed, home: carol.home });
    expect((await past(third, ann.id)).map(({ text }) => text)).toEqual(['first, in other words', '']);
    await bob.stop();
  });
});

describe('what cannot be done says why', () => {
  test('lines of others are not ours to change, and what was taken back is gone', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'hi' });
    await expect.poll(() => said(bob)).toHaveLength(1);
    const mine = await bob.get('send', { peer: 'ann', text: 'hello' });
    await bob.get('delete', { id: mine.id });
    const asked = [
      bob.api.call('edit', { id, text: 'ho' }),
      bob.api.call('delete', { id: id.slice(0, 6) }),
      bob.api.call('edit', { id: mine.id, text: 'ho' }),
      bob.api.call('react', { id: mine.id, sign: '👍' }),
      bob.api.call('send', { peer: 'ann', text: 'what?', re: mine.id }),
      bob.api.call('edit', { id: '0123456789', text: 'ho' }),
      bob.api.call('react', { id: '012', sign: '👍' }),
    ];
    expect((await Promise.all(asked.map(refused))).map(({ message }) => message)).toEqual([
      `no message of yours begins with ${id.slice(0, 6)}`,
      `no message of yours begins with ${id.slice(0, 6)}`,
      `${mine.id.slice(0, 6)} was taken back`,
      `${mine.id.slice(0, 6)} was taken back`,
      `${mine.id.slice(0, 6)} was taken back`,
      'no message of yours begins with 0123456789',
      'no message begins with 012',
    ]);
  });

  test('an edit that waits is not discarded: its line says already what it says', async () => {
    const { ann, bob } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'hi' });
    await expect.poll(() => said(bob)).toHaveLength(1);
    await bob.stop();
    const { by } = await ann.get('edit', { id, text: 'ho' });
    expect(await refused(ann.api.call('discard', { id: by }))).toMatchObject({ code: 'E_UNKNOWN_MESSAGE' });
    expect((await past(ann, 'bob'))[0]).toMatchObject({ text: 'ho', edited: { state: 'queued' } });
  });

  test('what nobody gets any more is not edited, but can be taken back', async () => {
    const ann = await loneNode({ name: 'ann' });
    const bob = await loneNode({ name: 'bob' });
    const { id } = await ann.get('send', { peer: bob.id, text: 'hi' });
    await ann.get('discard', { id });
    expect(await refused(ann.api.call('edit', { id, text: 'ho' }))).toMatchObject({ code: 'E_UNKNOWN_MESSAGE' });
    expect(await ann.get('delete', { id })).toMatchObject({ withdrawn: false });
    expect(await past(ann, bob.id)).toMatchObject([{ text: '', deleted: {} }]);
  });

  test('a sign is one emoji or a short word, another than before', async () => {
    const { ann } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'hi' });
    for (const sign of ['two words', '👍👍', 'x'.repeat(17), '\u202e', 'a\u200bb', '\n']) {
      const { code } = await refused(ann.api.call('react', { id, sign }));
      expect([sign, code]).toEqual([sign, 'E_USAGE']);
    }
    for (const sign of ['👨🏻‍👩🏻‍👧🏻‍👦🏻', '+1', 'да', '❤️', '1️⃣']) await ann.get('react', { id, sign });
    expect(await refused(ann.api.call('react', { id, sign: '1️⃣' }))).toMatchObject({ code: 'E_USAGE' });
    await ann.get('react', { id, sign: '' });
    expect(await refused(ann.api.call('react', { id, sign: '' }))).toMatchObject({ code: 'E_USAGE' });
  });

  test('an answer stays in its conversation', async () => {
    const { ann } = await pair();
    const { id } = await ann.get('send', { peer: 'bob', text: 'hi' });
    expect(await refused(ann.api.call('broadcast', { topic: 'hill', text: 'hi all', re: id }))).toMatchObject({
      code: 'E_UNKNOWN_MESSAGE',
      message: `${id.slice(0, 6)} is a line of another conversation, nothing was sent`,
    });
  });
});

describe('a line that nobody else has', () => {
  test('is withdrawn for good: nothing of it is sent, and its number is given to the next', async () => {
    const ann = await loneNode({ name: 'ann' });
    const bob = await loneNode({ name: 'bob' });
    await ann.get('add', { who: bob.id, name: 'bob' });
    const { id } = await ann.get('send', { peer: 'bob', text: 'a slip of the tongue' });
    expect(await ann.get('delete', { id })).toEqual({ id, by: id, state: 'refused', withdrawn: true });
    expect(changes(ann)).toMatchObject([{ id, text: '', deleted: { id }, by: { what: 'deleted' } }]);
    expect((await ann.get('status', {})).queued).toBe(0);
    await ann.get('send', { peer: 'bob', text: 'hi' });
    await ann.get('connect', { peer: bob.at });
    await expect.poll(() => said(bob)).toEqual(['hi']);
    expect(await past(bob, ann.id)).toMatchObject([{ text: 'hi' }]);
    expect((await past(bob, ann.id))[0]?.missing).toBeUndefined();
    expect(bob.events.filter(({ type }) => type === 'gap')).toEqual([]);
  });

  test('is withdrawn with all that was done to it', async () => {
    const ann = await loneNode({ name: 'ann' });
    const bob = await loneNode({ name: 'bob' });
    await ann.get('add', { who: bob.id, name: 'bob' });
    const { id } = await ann.get('send', { peer: 'bob', text: 'a slip of the tongue' });
    await ann.get('edit', { id, text: 'a slip of the pen' });
    await ann.get('react', { id, sign: '👍' });
    await ann.get('edit', { id, text: 'a slip' });
    expect(await ann.get('delete', { id })).toMatchObject({ withdrawn: true });
    expect((await ann.get('status', {})).queued).toBe(0);
    await ann.get('send', { peer: 'bob', text: 'hi' });
    await ann.get('connect', { peer: bob.at });
    await expect.poll(() => said(bob)).toEqual(['hi']);
    expect(bob.events.filter(({ type }) => type === 'gap' || type === 'changed')).toEqual([]);
  });

  test('is not, once this node has forgotten whether it gave it to anybody: then others are told', async () => {
    const seed = randomBytes(32);
    const ann = await loneNode({ name: 'ann', seed });
    const bob = await loneNode({ name: 'bob' });
    await ann.get('add', { who: bob.id, name: 'bob' });
    const { id } = await ann.get('send', { peer: 'bob', text: 'a slip of the tongue' });
    await ann.stop();
    const again = await loneNode({ name: 'ann', seed, home: ann.home });
    const { by, withdrawn } = await again.get('delete', { id });
    expect(withdrawn).toBe(false);
    await again.get('connect', { peer: bob.at });
    const delivered = expect.objectContaining({ type: 'delivery', id: by, state: 'delivered' });
    await expect.poll(() => again.events).toContainEqual(delivered);
    expect(await past(bob, again.id)).toEqual([]);
    expect(await past(again, 'bob')).toMatchObject([{ text: '', state: 'refused', deleted: { id: by } }]);
  });
});
