import { expect, test } from 'vitest';
import { type LoneNode, loneNode } from '../support/lone-node.ts';

const texts = ({ events }: LoneNode): string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const codes = ({ events }: LoneNode): string[] =>
  events.flatMap((event) => (event.type === 'notice' ? [event.code] : []));
const isDelivered = ({ events }: LoneNode): boolean =>
  events.some((event) => event.type === 'delivery' && event.state === 'delivered');

/** A stranger has written twice to somebody who wants to be asked first, and is connected to her. */
async function approached(): Promise<{ ann: LoneNode; eve: LoneNode }> {
  const ann = await loneNode({ requests: true });
  const eve = await loneNode({ name: 'eve' });
  await ann.get('attach', { version: 'test' });
  await eve.get('attach', { version: 'test' });
  await eve.get('connect', { peer: ann.at });
  for (const text of ['hello?', 'are you there?']) await eve.get('send', { peer: ann.id, text });
  await expect.poll(async () => (await ann.get('requests', {})).requests[0]?.messages).toBe(2);
  return { ann, eve };
}

test('what a stranger writes waits: told of once, in no conversation, and delivered all the same', async () => {
  const { ann, eve } = await approached();
  await expect.poll(() => isDelivered(eve)).toBe(true);
  expect(texts(ann)).toEqual([]);
  expect(codes(ann).filter((code) => code === 'REQUEST')).toHaveLength(1);
  expect((await ann.get('conversations', {})).conversations).toEqual([]);
  expect((await ann.get('history', {})).messages).toEqual([]);
  expect(await ann.get('search', { text: 'o', limit: 1 })).toMatchObject({ messages: [], more: false });
  const [line] = (await ann.get('search', { text: 'hello', where: eve.id })).messages;
  expect((await ann.get('history', { around: line!.id })).messages).toEqual([]);
  expect((await ann.get('requests', {})).requests).toMatchObject([{ id: eve.id, messages: 2, text: 'are you there?' }]);
});

test('accepted, it is there as a conversation, and what follows is shown', async () => {
  const { ann, eve } = await approached();
  await ann.get('accept', { peer: eve.id });
  expect((await ann.get('requests', {})).requests).toEqual([]);
  expect((await ann.get('conversations', {})).conversations).toMatchObject([{ id: eve.id, unread: 2 }]);
  expect((await ann.get('history', {})).messages.map(({ text }) => text)).toEqual(['hello?', 'are you there?']);
  await eve.get('send', { peer: ann.id, text: 'thanks' });
  await expect.poll(() => texts(ann)).toEqual(['thanks']);
});

test('whoever the user writes to is no stranger; whoever he blocks is refused', async () => {
  const { ann, eve } = await approached();
  await ann.get('send', { peer: eve.id, text: 'who are you?' });
  await eve.get('send', { peer: ann.id, text: 'eve' });
  await expect.poll(() => texts(ann)).toEqual(['eve']);
  await ann.get('block', { peer: eve.id });
  await eve.get('send', { peer: ann.id, text: 'still there?' });
  expect(texts(ann)).toEqual(['eve']);
});

test('a screen that comes later is told who waits; a command that only asks for something is not', async () => {
  const { ann } = await approached();
  const told: string[] = [];
  for (const shows of [true, false]) {
    const screen = ann.screen();
    screen.onEvent((event) => event.type === 'notice' && told.push(`${shows} ${event.code} ${event.message}`));
    await screen.call('attach', { version: 'test', shows });
  }
  await expect
    .poll(() => told)
    .toMatchObject([expect.stringMatching(/^true REQUEST ~eve.* would like to write to you/)]);
});

test('without --requests everybody may write', async () => {
  const [ann, eve] = [await loneNode(), await loneNode()];
  await eve.get('connect', { peer: ann.at });
  await eve.get('send', { peer: ann.id, text: 'hello' });
  await expect.poll(() => texts(ann)).toEqual(['hello']);
});
