import { beforeEach, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/api/schema.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { EXIT_CODES, EXIT_MEANINGS } from '../../src/commands/exit-code.ts';
import { OPTIONS } from '../../src/host/options/option-table.ts';
import { FakeNode } from '../support/fake-node.ts';
import { messageId, PEOPLE } from '../support/fake-people.ts';
import { FakeShell } from '../support/fake-shell.ts';

let node: FakeNode;
let shell: FakeShell;
let complaints: string[];
let flags: Readonly<Record<string, unknown>>;
beforeEach(() => {
  node = new FakeNode({ delivery: 'by hand' });
  shell = new FakeShell(node);
  complaints = [];
  flags = {};
});

const run = (...words: readonly string[]): Promise<number> =>
  runCommand(words, {}, OPTIONS, {
    print: shell.print,
    warn: (line) => complaints.push(line),
    open: async (all) => {
      flags = all;
      shell.json = all.json === true;
      return { ok: true, result: shell };
    },
  });
/** Lets everything happen that needs no time. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('results', () => {
  test('in words', async () => {
    expect(await run('mesh', 'channels')).toBe(0);
    expect(shell.printed).toEqual(['#general  open  2 neighbours  2 members']);
  });

  test('commands in them are written as they are typed here', async () => {
    node.book.channels.length = 0;
    await run('mesh', 'store', 'export', 'mail.qpc');
    await run('mesh', 'channels');
    expect(shell.printed.slice(1)).toEqual([
      'on the other node: qpc mesh store import FILE · what is kept here stays here',
      'no channels yet · qpc mesh subscribe TOPIC joins one',
    ]);
  });

  test('a trace tells the time of each link beside that of the whole way', async () => {
    await run('mesh', 'trace', 'bob');
    expect(shell.printed.slice(1, 2)).toEqual([expect.stringMatching(/^ {2}1 {2}bob {2}link [\d.]+ ms {2}signed$/)]);
  });

  test('--json prints the result as one object on one line', async () => {
    expect(await run('mesh', 'peers', '--json')).toBe(0);
    expect(shell.printed).toHaveLength(1);
    expect(JSON.parse(shell.printed[0]!)).toMatchObject({ peers: [{ id: PEOPLE.bob }, {}, {}] });
  });

  test('options of qpc may stand before and behind the command', async () => {
    await run('peers', '--home', '/tmp/x', '--no-mdns', '--peer', 'a@b:1', '--peer', 'c@d:2', '--scan');
    expect(flags).toMatchObject({ home: '/tmp/x', mdns: false, peer: ['a@b:1', 'c@d:2'] });
    expect(node.calls.at(-1)).toEqual({ method: 'peers', params: { scan: true } });
  });

  test('what was not typed is not a flag', async () => {
    await run('peers');
    expect(flags).toEqual({});
  });

  test('help needs no node', async () => {
    expect(await run('help', 'send')).toBe(0);
    expect(await run('send', '--help')).toBe(0);
    expect(node.calls).toEqual([]);
  });

  test('hostile names do nothing to the terminal', async () => {
    node.book.peers[0] = { ...node.book.peers[0]!, name: '\u001b]0;x\u0007bob\u202e', roles: ['\u009b2J'] };
    await run('mesh', 'peers');
    await run('mesh', 'peers', '--json');
    for (const line of shell.printed) expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});

describe('errors', () => {
  for (const [words, code, lines] of [
    [['mesh', 'pears'], 2, ['qpc: no such command mesh pears', '     did you mean qpc mesh peers?']],
    [['mesh', 'ping', 'bbo'], 3, ['qpc: nobody called bbo', '     qpc contacts lists 2']],
    [['mesh', 'ping', 'dora'], 4, ['qpc: no way to dora now']],
    [['mesh', 'unsubscribe', 'none'], 3, ['qpc: no channel #none', '     join it: qpc mesh subscribe none']],
    [['retry', 'ffff'], 3, ['qpc: no message of ours begins with ffff']],
    [['mesh', 'send', 'bob', 'x'.repeat(20_000)], 7, ['qpc: the text is longer than 16 kB', '     nothing was sent']],
    [
      ['send', 'bob'],
      2,
      [
        'qpc: send: TEXT is missing',
        '     qpc send [--wait queued|sent|delivered|read] [--timeout TIME] [--ttl TIME] PEER TEXT…',
      ],
    ],
    [
      ['send', '--wait', 'soon', 'bob', 'x'],
      2,
      ['qpc: send: --wait must be queued, sent, delivered or read, not soon', expect.anything()],
    ],
    [
      ['identity', 'restore', 'abandon', 'art'],
      2,
      ['qpc: the words of a backup must not stand on the command line, where others can see it', expect.anything()],
    ],
    [
      ['identity', 'passphrase', 'x'],
      2,
      ['qpc: a passphrase must not stand on the command line, where others can see it', expect.anything()],
    ],
    [
      ['up', '--passphrase', 'x'],
      2,
      [
        'qpc: a passphrase must not stand on the command line, where others can see it',
        '     you are asked for it on the terminal, or: --passphrase-file FILE',
      ],
    ],
    [['chat', 'bob'], 2, ['qpc: chat does not work here', '     it is a command of the chat: start qpc alone']],
  ] as const) {
    test(words.join(' ').slice(0, 40), async () => {
      expect(await run(...words)).toBe(code);
      expect(complaints).toEqual(lines);
      expect(shell.printed).toEqual([]);
    });
  }

  test('every refusal has an exit code that is explained', () => {
    for (const code of ERROR_CODES) expect(EXIT_MEANINGS.has(EXIT_CODES[code])).toBe(true);
  });
});

describe('qpc send', () => {
  test('waits until the message has left, unless told otherwise', async () => {
    const code = run('send', '--json', 'bob', 'hi', 'there');
    await settle();
    expect(shell.printed).toEqual([]);
    expect(node.book.messages.at(-1)?.text).toBe('hi there');
    node.deliver(messageId(8), 'carried');
    expect(await code).toBe(0);
    expect(JSON.parse(shell.printed[0]!)).toEqual({ id: messageId(8), to: PEOPLE.bob, state: 'carried' });
    expect(shell.timers).toEqual([]);
  });

  test('--wait delivered is not satisfied by sent', async () => {
    const code = run('send', '--wait', 'delivered', 'bob', 'hi');
    await settle();
    node.deliver(messageId(8), 'sent');
    await settle();
    expect(shell.printed).toEqual([]);
    node.deliver(messageId(8), 'read');
    expect(await code).toBe(0);
  });

  test('--wait queued waits for nobody', async () => {
    expect(await run('send', '--wait', 'queued', 'dora', 'hi')).toBe(0);
  });

  test('exits 5 when it is queued but not confirmed in time, and tells the id', async () => {
    const code = run('send', '--json', '--timeout', '2m', 'dora', 'hi');
    await settle();
    expect(shell.timers.map(({ ms }) => ms)).toEqual([120_000]);
    shell.timers[0]?.then();
    expect(await code).toBe(5);
    expect(JSON.parse(shell.printed[0]!)).toMatchObject({ id: messageId(8), state: 'queued' });
    expect(complaints[0]).toBe('qpc: queued for dora, no more was confirmed in 2 min');
  });

  test('exits 5 when it has left and the rest was not confirmed, and does not call it queued', async () => {
    const code = run('send', '--wait', 'read', 'bob', 'hi');
    await settle();
    node.deliver(messageId(8), 'delivered');
    await settle();
    shell.timers[0]?.then();
    expect(await code).toBe(5);
    expect(complaints.join('\n')).toMatch(/^qpc: delivered for bob.*\n *it has left this machine · qpc mesh why /);
  });

  test('exits 7 when it is refused', async () => {
    const code = run('send', 'bob', 'hi');
    await settle();
    node.deliver(messageId(8), 'refused', 'the outbox is full');
    expect(await code).toBe(7);
    expect(complaints[0]).toBe('qpc: refused for bob: the outbox is full');
  });

  test('news that came before the answer counts', async () => {
    const call = node.call.bind(node);
    node.call = async (method, params) => {
      const answer = await call(method, params);
      if (method === 'send') node.deliver(messageId(8), 'delivered');
      return answer;
    };
    expect(await run('send', '--wait', 'delivered', 'bob', 'hi')).toBe(0);
  });

  test('- reads the text from standard input, without its last line break', async () => {
    shell.typed = ['load average: 0.1', 'and more', ''];
    await run('send', '--wait', 'queued', 'bob', '-');
    expect(node.book.messages.at(-1)?.text).toBe('load average: 0.1\nand more');
  });

  test('an empty input sends nothing', async () => {
    shell.typed = [''];
    expect(await run('send', 'bob', '-')).toBe(2);
  });

  test('a node that dies meanwhile is an error', async () => {
    const code = run('send', 'dora', 'hi');
    await settle();
    node.die('killed');
    expect(await code).toBe(1);
  });
});

describe('qpc listen', () => {
  test('prints messages as they come, and ends after --count', async () => {
    const code = run('listen', '--count', '2');
    await settle();
    node.receive('bob', 'one');
    node.receive('carol', 'two', { channel: 'general' });
    expect(await code).toBe(0);
    expect(shell.printed).toEqual(['08:00 bob: one', '08:00 #general ~carol.k7qd: two']);
  });

  test('only of the conversations that are named', async () => {
    const code = run('listen', '--json', '--count', '1', '#general', 'dora');
    await settle();
    node.receive('bob', 'not this');
    node.receive('bob', 'this', { channel: 'general' });
    expect(await code).toBe(0);
    expect(shell.printed.map((line) => JSON.parse(line))).toMatchObject([{ type: 'message', text: 'this' }]);
    expect(await run('listen', 'nobody')).toBe(3);
  });

  test('what others do to lines is told too, and counts as no message', async () => {
    const code = run('listen', '--count', '1', 'bob');
    await settle();
    const [first, general] = [node.book.messages[0]!, node.book.messages[3]!];
    node.amend('bob', first.id, { what: 'edited', text: 'the hill node is up' });
    node.amend('ann', first.id, { what: 'reacted', sign: '👍' });
    node.amend('bob', general.id, { what: 'deleted' });
    node.receive('bob', 'now');
    expect(await code).toBe(0);
    expect(shell.printed.map((line) => line.slice(6))).toEqual([
      expect.stringMatching(/^bob edited the line of \d\d:\d\d: the hill node is up$/),
      'bob: now',
    ]);
  });

  test('--since begins with the past, in order and each once', async () => {
    const code = run('listen', '--since', '5m', '--count', '3', 'bob');
    node.receive('bob', 'while the past is read');
    await settle();
    node.receive('bob', 'now');
    expect(await code).toBe(0);
    expect(shell.printed.map((line) => line.slice(6))).toEqual([
      'bob: since 06:05, over two hops',
      'bob: while the past is read',
      'bob: now',
    ]);
  });
});

describe('the node as a process', () => {
  test('status starts none', async () => {
    shell.runs = false;
    expect(await run('status', '--json')).toBe(1);
    expect(JSON.parse(shell.printed[0]!)).toEqual({ running: false });
    expect(node.calls).toEqual([]);
  });

  test('up makes it stay, down stops it', async () => {
    expect(await run('up', '--json')).toBe(0);
    expect(JSON.parse(shell.printed[0]!)).toEqual({ pid: 4121 });
    expect(node.book.stays).toBe(true);
    expect(await run('down')).toBe(0);
    shell.runs = false;
    expect(await run('down')).toBe(0);
    expect(shell.printed.at(-1)).toBe('no node runs for this profile');
  });

  test('words of lab are its own', async () => {
    expect(await run('lab', '--nodes', '5', '--json')).toBe(0);
    expect(shell.ran).toEqual([['--nodes', '5', '--json']]);
    expect(await run('lab', '--fail')).toBe(1);
  });
});

describe('the identity', () => {
  test('backup prints the words alone, and says on the side what they are', async () => {
    expect(await run('identity', 'backup')).toBe(0);
    expect(shell.printed[0]?.split(' ')).toHaveLength(24);
    expect(shell.warned).toHaveLength(1);
  });

  test('restore reads the words from standard input', async () => {
    shell.typed = ['abandon '.repeat(12), 'ABANDON '.repeat(11), 'art'];
    expect(await run('identity', 'restore')).toBe(0);
    shell.typed = ['too few'];
    expect(await run('identity', 'restore')).toBe(6);
  });

  test('a passphrase is asked for twice on a terminal', async () => {
    shell.terminal = true;
    shell.typed = ['one', 'other'];
    expect(await run('identity', 'passphrase')).toBe(6);
    shell.typed = ['one', 'one'];
    expect(await run('identity', 'passphrase')).toBe(0);
  });
});
