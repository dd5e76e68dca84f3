import { describe, expect, test } from 'vitest';
import { eventLine } from '../../src/commands/event-line.ts';
import { runLine } from '../../src/commands/run-line.ts';
import { messageLine } from '../../src/commands/show.ts';
import { FakeContext } from '../support/fake-context.ts';
import { FakeNode } from '../support/fake-node.ts';

/** ann, with bob's conversation open: bob's are 1 and 5 of the past, ann's 2 and 7. */
async function withBob() {
  const node = new FakeNode({ delivery: 'by hand' });
  const context = new FakeContext();
  const run = async (line: string) => (await runLine(line, node, context)).lines;
  await run('/chat bob');
  const line = (text: string) => node.book.messages.find((m) => m.text.startsWith(text))!;
  /** The line that was taken back. */
  const taken = () => node.book.messages.find((m) => m.deleted)!;
  return { node, context, run, line, taken };
}

describe('a message is named', () => {
  test('by ^ and ^2, counted back over the lines of others that stand', async () => {
    const { node, run, line } = await withBob();
    const [newest, before] = [line('since 06:05'), line('the hill node')];
    expect(await run('/react ^ 👍')).toEqual([expect.stringContaining(`👍 for ${newest.id.slice(0, 6)}`)]);
    expect(await run('/react ^2 ok')).toEqual([expect.stringContaining(`ok for ${before.id.slice(0, 6)}`)]);
    node.amend('bob', newest.id, { what: 'deleted' });
    expect(await run('/react ^ none')).toEqual([expect.stringContaining(`your sign for ${before.id.slice(0, 6)}`)]);
  });

  test('by ^ over our own, where it is ours that is changed', async () => {
    const { run, line, taken } = await withBob();
    const [newest, before] = [line('then the map'), line('good. does')];
    await run('/edit ^ then the map was right');
    expect(line('then the map was right').id).toBe(newest.id);
    await run('/delete ^2');
    expect(taken().id).toBe(before.id);
  });

  test('by four digits of its id, wherever it is', async () => {
    const { node, run, line } = await withBob();
    const thanks = line('thanks');
    await run(`/reply ${thanks.id.slice(0, 4)} you are welcome`);
    expect(node.book.messages.at(-1)).toMatchObject({
      channel: 'general',
      text: 'you are welcome',
      re: { id: thanks.id },
    });
  });

  test('or not: then nothing is done, and why is said', async () => {
    const { node, context, run } = await withBob();
    const before = JSON.stringify(node.book.messages);
    expect(await run('/reply ^9 yes')).toEqual(['✗ there are 2 lines of others in bob']);
    expect(await run('/reply bob yes')).toEqual([
      '✗ bob is no message · a message is 4 or more digits of its id, or ^ for the newest one here, ^2 for the one before it',
    ]);
    expect(await run('/edit ffff00 yes')).toEqual(['✗ no message begins with ffff00']);
    expect(await run('/reply ^')).toEqual([expect.stringContaining('TEXT is missing')]);
    expect(JSON.stringify(node.book.messages)).toBe(before);
    const nowhere = await runLine('/reply ^ yes', node, new FakeContext());
    expect(nowhere.lines).toEqual([expect.stringContaining('none is open')]);
    context.open({ id: node.book.contacts[1]!.id, kind: 'direct', name: 'dora' });
    expect(await run('/react ^ 👍')).toEqual(['✗ there is no line of others in dora']);
  });
});

describe('/react', () => {
  test('takes the name of an emoji, and any short word', async () => {
    const { node, run, line } = await withBob();
    await run('/react ^ :tada:');
    expect(line('since 06:05').reactions).toEqual([{ sign: '🎉', count: 1, mine: true, names: [] }]);
    await run('/react ^ :nosuchemoji:');
    expect(node.calls.at(-1)).toMatchObject({ method: 'react', params: { sign: ':nosuchemoji:' } });
  });
});

describe('a line says what became of it', () => {
  const at = { ascii: false, now: () => Date.UTC(2026, 10, 20, 8, 30) };

  test('what it answers, that it was edited or taken back, and who gave it which sign', async () => {
    const { node, line, taken } = await withBob();
    const first = line('the hill node');
    const answer = node.receive('bob', 'yes', undefined, first.id);
    expect(messageLine(answer, at)).toMatch(/^\d\d:\d\d bob answered "the hill node is back": yes$/);
    node.amend('bob', answer.id, { what: 'edited', text: 'yes, it is' });
    for (const who of ['bob', 'ann'] as const) node.amend(who, answer.id, { what: 'reacted', sign: '👍' });
    expect(messageLine(line('yes, it is'), at)).toMatch(/: yes, it is \(edited\) · 👍 from bob and you$/);
    node.amend('bob', answer.id, { what: 'deleted' });
    expect(messageLine(taken(), at)).toMatch(/: \(taken back\)$/);
    const ours = node.amend('ann', line('then the map').id, { what: 'deleted' });
    expect(messageLine(ours, at)).toMatch(/: \(taken back\) {2}⇡ [0-9a-f]{6} queued$/);
    expect(messageLine({ ...answer, re: { id: first.id } }, at)).toContain('answered a line that is not here: yes');
    expect(messageLine({ ...answer, re: { ...answer.re!, text: '' } }, at)).toContain('a line that was taken back');
  });

  test('and what others do to it is told in a sentence', async () => {
    const { node, line } = await withBob();
    const told: string[] = [];
    node.onEvent((event) => told.push(eventLine(event, at).slice(6)));
    const { id } = line('since 06:05');
    node.amend('bob', id, { what: 'edited', text: 'since 06:10' });
    node.amend('ann', id, { what: 'reacted', sign: '👍' });
    node.amend('ann', id, { what: 'reacted', sign: '' });
    node.amend('bob', id, { what: 'deleted' });
    expect(told).toEqual([
      expect.stringMatching(/^bob edited the line of \d\d:\d\d: since 06:10$/),
      'ann reacted with 👍 to "since 06:10" of bob',
      'ann took back the reaction to "since 06:10" of bob',
      expect.stringMatching(/^bob took back the line of \d\d:\d\d$/),
    ]);
  });
});
