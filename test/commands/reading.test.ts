import { describe, expect, test } from 'vitest';
import { runLine } from '../../src/commands/run-line.ts';
import { FakeContext } from '../support/fake-context.ts';
import { FakeNode } from '../support/fake-node.ts';

function screen() {
  const node = new FakeNode({ delivery: 'by hand' });
  const context = new FakeContext();
  return { node, context, run: async (line: string) => (await runLine(line, node, context)).lines };
}

describe('/search', () => {
  test('shows what was found, and how to see what is older', async () => {
    const { node, run } = screen();
    for (let n = 0; n < 60; n++) node.receive('bob', `relay ${n}`);
    const lines = await run('/search relay');
    expect(lines.slice(0, -1).map((line) => line.replace(/^.*: /, ''))).toEqual(
      Array.from({ length: 50 }, (_, n) => `relay ${n + 10}`),
    );
    const [, older = ''] = /^there are older ones: (--older [0-9a-f]{12})$/.exec(lines.at(-1)!) ?? [];
    const rest = await run(`/search ${older} relay`);
    expect(rest.at(-1)).toContain('relay 9');
    expect(await run('/search nothing of that')).toEqual(['nothing found']);
  });

  test('says that the index is being made', async () => {
    const { node, run } = screen();
    const call = node.call.bind(node);
    node.call = (async (method, params) => {
      const answer = await call(method, params);
      if (method === 'search' && answer.ok) Object.assign(answer.result, { indexing: { done: 500, of: 2_000 } });
      return answer;
    }) as typeof node.call;
    expect(await run('/search relay')).toContain(
      '500 of 2000 lines can be found as yet, the newest: the index is being made',
    );
  });
});

describe('/mesh details', () => {
  test('of ours says each step, who has it, and why', async () => {
    const { node, run } = screen();
    await run('/chat bob');
    await run('one more');
    const { id } = node.book.messages.at(-1)!;
    node.deliver(id, 'delivered');
    const lines = await run('/mesh details ^');
    expect(lines[0]).toContain('one more');
    expect(lines.map((line) => line.trim().replace(/^(\d\d:\d\d|\+\d+ m?s) /, ''))).toEqual([
      lines[0]!.replace(/^\d\d:\d\d /, ''),
      'written by ann',
      'on the disk of this node',
      'delivered to bob, over 1 link',
      'bob says that it has it · 412 B sealed',
      'It is delivered.',
    ]);
  });

  test('and why take ^ for the newest of ours', async () => {
    const { node, run } = screen();
    await run('/chat bob');
    await run('one more');
    await run('/mesh why ^');
    expect(node.calls.at(-1)).toEqual({ method: 'why', params: { what: node.book.messages.at(-1)!.id } });
  });

  test('of others says who brought it', async () => {
    const { node, run } = screen();
    const { id } = node.receive('bob', 'hi');
    const lines = await run(`/mesh details ${id.slice(0, 6)}`);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/written by bob$/),
      expect.stringMatching(/received from bob, over 1 link$/),
      '  brought by bob · 412 B sealed',
      'It is here.',
    ]);
    expect(await run('/mesh details ffff99')).toEqual(['✗ no message begins with ffff99']);
  });
});

describe('/set', () => {
  test('tells the running node what others are not to be told, at once', async () => {
    const { node, run } = screen();
    expect((await run('/set read_receipts off'))[0]).toMatch(/^read-receipts is false now, as \S+:1 says$/);
    expect(node.calls.at(-1)).toEqual({ method: 'configure', params: { name: 'read-receipts', value: false } });
    await run('/set marks off');
    expect(node.calls.filter(({ method }) => method === 'configure')).toHaveLength(1);
    node.die();
    expect((await run('/set typing off'))[0]).toMatch(
      /^typing is false now, as \S+ says, and counts when the node starts next$/,
    );
  });
});
