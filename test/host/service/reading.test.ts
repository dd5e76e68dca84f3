import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { PAGE_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { profileFile } from '../../../src/host/profile/profile.ts';
import { type LoneNode, loneNode } from '../../support/lone-node.ts';
import { somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A node in a channel of its own, with these lines in it. */
async function talkative(lines: readonly string[]): Promise<LoneNode> {
  const node = await loneNode({ name: 'ann' });
  await node.get('subscribe', { topic: 'general' });
  for (const text of lines) await node.get('broadcast', { topic: 'general', text });
  return node;
}

const refusal = async (answer: ReturnType<LoneNode['api']['call']>) => {
  const outcome = await answer;
  return outcome.ok ? undefined : outcome.error;
};

describe('a page of the history', () => {
  test('is before, after or around a line, and of these one', async () => {
    const { api, get } = await talkative(['one', 'two', 'three', 'four', 'five']);
    const all = (await get('history', {})).messages;
    const [, two, three] = all;
    const texts = async (params: Parameters<typeof get<'history'>>[1]) => {
      const { messages, more, moreAfter } = await get('history', { where: '#general', limit: 2, ...params });
      return [messages.map(({ text }) => text).join(' '), more, moreAfter];
    };
    expect(await texts({})).toEqual(['four five', true, false]);
    expect(await texts({ before: three!.id })).toEqual(['one two', false, true]);
    expect(await texts({ after: three!.id })).toEqual(['four five', true, false]);
    expect(await texts({ around: three!.id, limit: 3 })).toEqual(['two three four', true, true]);
    expect(await refusal(api.call('history', { before: two!.id, after: two!.id }))).toMatchObject({ code: 'E_USAGE' });
    for (const way of ['before', 'after', 'around'])
      expect(await refusal(api.call('history', { [way]: 'ff'.repeat(32) }))).toMatchObject({
        code: 'E_UNKNOWN_MESSAGE',
      });
  });

  test('that would be too large keeps the lines next to the one that it is at', async () => {
    const count = Math.ceil(PAGE_BYTES_MAX / 150_000) + 6;
    const { get } = await talkative(Array.from({ length: count }, (_, n) => `${n} ${'x'.repeat(50_000)}`));
    const all = Array.from({ length: count }, (_, n) => n);
    const numbers = async (params: Parameters<typeof get<'history'>>[1]) => {
      const page = await get('history', { where: '#general', ...params });
      return { ...page, lines: page.messages.map(({ text }) => Number.parseInt(text, 10)) };
    };
    const newest = await numbers({});
    expect(newest.lines.length).toBeLessThan(count);
    expect(newest.lines).toEqual(all.slice(-newest.lines.length));
    expect(newest.more).toBe(true);
    const ids = (await get('search', { text: 'xxx', limit: 200 })).messages.map(({ id }) => id);
    const after = await numbers({ after: (await numbers({ before: ids[0]! })).messages[0]!.id });
    expect(after.lines).toEqual(all.slice(1, 1 + after.lines.length));
    expect([after.more, after.moreAfter]).toEqual([true, true]);
    const middle = newest.messages[2]!;
    const around = await numbers({ around: middle.id });
    expect(around.lines).toContain(newest.lines[2]);
    expect(around.lines).toEqual(all.slice(around.lines[0], around.lines[0]! + around.lines.length));
    expect(around.more).toBe(true);
  });
});

describe('search', () => {
  test('finds by words, people, places and days', async () => {
    const { api, get, id } = await talkative(['the relay is up', 'the hill', 'a relay on the hill']);
    const found = async (text: string) => (await get('search', { text })).messages.map((one) => one.text);
    expect(await found('relay')).toEqual(['the relay is up', 'a relay on the hill']);
    expect(await found('hill relay')).toEqual(['a relay on the hill']);
    expect(await found('"the hill"')).toEqual(['the hill', 'a relay on the hill']);
    expect(await found('from:me in:#general "relay is"')).toEqual(['the relay is up']);
    expect(await found(`from:${id} relay`)).toHaveLength(2);
    expect(await found('after:2020 before:2021 relay')).toEqual([]);
    expect(await found('after:2020 relay')).toHaveLength(2);
    expect((await get('search', { text: 'relay "the hill" from:ann' })).words).toEqual(['relay', 'the hill']);
    expect(await refusal(api.call('search', { text: 'x before:noon' }))).toMatchObject({
      code: 'E_USAGE',
      message: 'noon is no date',
    });
    expect(await refusal(api.call('search', { text: 'from:nobody x' }))).toMatchObject({ code: 'E_UNKNOWN_PEER' });
    expect(await refusal(api.call('search', { text: 'in:#nowhere x' }))).toMatchObject({ code: 'E_UNKNOWN_CHANNEL' });
  });

  test('pages go back by the oldest line that was found', async () => {
    const { api, get } = await talkative(['relay 1', 'relay 2', 'else', 'relay 3']);
    const first = await get('search', { text: 'relay', limit: 2 });
    expect([first.messages.map(({ text }) => text), first.more]).toEqual([['relay 2', 'relay 3'], true]);
    const next = await get('search', { text: 'relay', limit: 2, before: first.messages[0]!.id });
    expect([next.messages.map(({ text }) => text), next.more]).toEqual([['relay 1'], false]);
    expect(await refusal(api.call('search', { text: 'relay', before: 'ff'.repeat(32) }))).toMatchObject({
      code: 'E_UNKNOWN_MESSAGE',
    });
  });

  test('of a history from before there was an index finds all of it after a while, and says meanwhile how far it is', async () => {
    const home = tempDir();
    await (await loneNode({ home })).stop();
    const db = new DatabaseSync(profileFile.database(home));
    const insert = db.prepare(`INSERT INTO message (id, kind, conversation, sender, recipient, text, content, created,
      received, hops, epoch, seq, follows, displayed) VALUES (?, 'direct', ?, ?, 'a', ?, 'text', 0, 0, 1, '00', ?, '[]', 1)`);
    db.exec('BEGIN');
    for (let n = 0; n < 1_200; n++)
      insert.run(n.toString(16).padStart(64, '0'), somebody('b'), somebody('b'), `old line ${n}`, n + 1);
    db.exec(
      `COMMIT; INSERT INTO message_text (message_text) VALUES ('delete-all'); UPDATE search SET unindexed = 1200`,
    );
    db.close();
    const { get } = await loneNode({ home });
    const early = await get('search', { text: '"old line 7"' });
    expect(early.indexing).toMatchObject({ of: 1_200 });
    await expect.poll(async () => (await get('search', { text: '"old line 7"' })).indexing).toBeUndefined();
    expect((await get('search', { text: '"old line 77"' })).messages.map(({ text }) => text)).toContain('old line 77');
  });
});
