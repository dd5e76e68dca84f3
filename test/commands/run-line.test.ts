import { beforeEach, describe, expect, test } from 'vitest';
import { runLine } from '../../src/commands/run-line.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { FakeContext } from '../support/fake-context.ts';
import { FakeNode } from '../support/fake-node.ts';
import { GENERAL, messageId, PEOPLE } from '../support/fake-people.ts';

let api: FakeNode;
let context: FakeContext;
beforeEach(() => {
  api = new FakeNode();
  context = new FakeContext();
});

const run = (line: string) => runLine(line, api, context);
const errorOf = async (line: string) => {
  const { answer } = await run(line);
  return answer.ok ? undefined : answer.error;
};

describe('commands and text', () => {
  test('a command answers with its full name, its result and its words', async () => {
    expect(await run("/mesh send bob don't panic")).toEqual({
      command: '/mesh send',
      answer: { ok: true, result: { id: messageId(8), to: PEOPLE.bob, state: 'queued' } },
      lines: [`⇡ ${messageId(8).slice(0, 6)} queued for bob`],
    });
    expect(api.book.messages.at(-1)?.text).toBe("don't panic");
  });

  test('the invite of a channel is no contact: what joins it is said', async () => {
    const invite = 'qpc-channel:plans?v=1&key=abc&c=zeeq';
    expect(await errorOf(`/add ${invite}`)).toMatchObject({
      code: 'E_USAGE',
      message: expect.stringContaining('invite of a channel'),
      hint: `/mesh subscribe ${invite} joins it`,
    });
    expect(api.calls).toEqual([]);
  });

  test('a message is kept as long as was asked, from a second to thirty days', async () => {
    await run('/mesh send --ttl 2h bob hi');
    await run('/mesh broadcast --ttl 14d general hi all');
    expect(api.calls.map(({ params }) => params)).toMatchObject([{ ttlSeconds: 7_200 }, { ttlSeconds: 1_209_600 }]);
    for (const wrong of ['500ms', '31d', 'long']) {
      expect(await errorOf(`/mesh send --ttl ${wrong} bob hi`)).toMatchObject({ code: 'E_USAGE' });
    }
    expect(api.calls).toHaveLength(2);
  });

  test('mesh may be left out', async () => {
    expect((await run('/send bob hi')).command).toBe('/mesh send');
    expect((await run('  /peers')).answer.ok).toBe(true);
  });

  test('text without an open conversation sends nothing', async () => {
    expect(await errorOf('hello')).toMatchObject({ code: 'E_NO_CONVERSATION' });
    expect(api.calls).toEqual([]);
  });

  test('text goes to the open conversation, as typed', async () => {
    await run('/chat bob');
    expect(await run('  two  blanks ')).toMatchObject({ command: '/chat', answer: { result: { to: PEOPLE.bob } } });
    expect(api.book.messages.at(-1)?.text).toBe('  two  blanks ');
    await run('/chat #general');
    expect(await run('hello all')).toMatchObject({
      answer: { ok: true, result: { channel: 'general', neighbours: 2, state: 'queued' } },
    });
    expect(api.book.messages.at(-1)?.to).toBe(GENERAL);
  });

  test('a petname that changes hands does not take the open conversation with it', async () => {
    await run('/chat bob');
    await run('/rename bob robert');
    expect((await run('still you')).answer.ok).toBe(true);
    expect(api.book.messages.at(-1)?.to).toBe(PEOPLE.bob);
  });

  test('// sends a slash', async () => {
    await run('/chat bob');
    await run('//etc/passwd is a file');
    expect(api.book.messages.at(-1)?.text).toBe('/etc/passwd is a file');
  });
});

describe('what begins with a slash is never sent', () => {
  for (const line of [
    '/mehs',
    '/nickserv identify secret',
    ' /msg bob secret',
    '/etc/passwd is',
    '/',
    '/mesh',
    '/mesh sned bob x',
  ]) {
    test(line, async () => {
      await run('/chat bob');
      const before = api.book.messages.length;
      expect(await errorOf(line)).toBeDefined();
      expect(api.book.messages).toHaveLength(before);
    });
  }

  test('several lines are no command, even if the first is one', async () => {
    expect(await errorOf('/quit\nhello')).toMatchObject({ code: 'E_USAGE' });
    expect(context.left).toBe(false);
  });
});

describe('errors say what to do', () => {
  for (const [line, text] of [
    ['/mehs', '✗ no such command /mehs · did you mean /mesh?   (// sends text that starts with a slash)'],
    [
      '/mesh sned bob hi',
      '✗ no such command /mesh sned · did you mean /mesh send?   (// sends text that starts with a slash)',
    ],
    [
      '/join general',
      '✗ no such command /join · did you mean /mesh subscribe?   (// sends text that starts with a slash)',
    ],
    ['/etc/passwd x', '✗ no such command /etc/passwd · to send it as text: //etc/passwd'],
    ['/mesh send', '✗ /mesh send: PEER is missing · /mesh send [--ttl TIME] PEER TEXT…'],
    ['/mesh send bob', '✗ /mesh send: TEXT is missing · /mesh send [--ttl TIME] PEER TEXT…'],
    [
      '/mesh server 192.0.2.7',
      '✗ /mesh server: HOST:PORT must be HOST:PORT, such as 192.0.2.7:7000, not 192.0.2.7 · /mesh server [--id ID] HOST:PORT',
    ],
    ['/mesh peers --scna', '✗ /mesh peers: there is no option --scna · did you mean --scan?'],
    ['/mesh peers --scan=yes', '✗ /mesh peers: --scan takes no value · /mesh peers [--scan]'],
    ['/mesh peers now', '✗ /mesh peers: there are too many words · /mesh peers [--scan]'],
    [
      '/mesh subscribe x --key',
      '✗ /mesh subscribe: --key needs a value · /mesh subscribe [--private] [--key INVITE] TOPIC',
    ],
    [
      '/history --limit 0',
      '✗ /history: --limit must be a whole number from 1 to 1000, not 0 · /history [--limit N] [--since TIME] [WHERE]',
    ],
    [
      '/history --since soon',
      '✗ /history: --since must be a time such as 30s, 5m, 2h or 1d, not soon · /history [--limit N] [--since TIME] [WHERE]',
    ],
    ['/up', '✗ /up does not work here · in a shell: qpc up'],
    ['/set colour blue', '✗ there is no setting colour · did you mean color?'],
    ['/set zzz', '✗ there is no setting zzz · /set shows them'],
    ['/set peer x', '✗ peer cannot be set from here · it is an option, --peer, and a line of config.toml'],
    [
      '/set theme blue',
      '✗ theme is not set: "blue" is not auto, dark, light, ansi, mono or the path of a FILE.toml · it stays auto',
    ],
    ['/set notify nam', '✗ notify is not set: "nam" is not name, text, bell or off · did you mean name?'],
    ['/theme ligth', '✗ there is no theme ligth · did you mean light?'],
    ['/mesh store expor mail', '✗ no such command /mesh store expor · did you mean /mesh store export?'],
    ['/store backup', '✗ no such command /mesh store backup · behind mesh store: export, import'],
    ['/mesh send bbo hi', '✗ nobody called bbo · /contacts lists 2'],
  ] as const) {
    test(line, async () => {
      expect((await run(line)).lines).toEqual([text]);
    });
  }
});

test('a name of a stranger cannot draw on the screen', async () => {
  api.book.peers[1] = { ...api.book.peers[1]!, name: '~\u001b[2Jcarol\u202e.k7qd', address: '\u009b6n' };
  for (const line of [
    '/peers',
    '/route',
    '/trace bob',
    '/store',
    '/doctor',
    '/chat',
    '/history',
    '/contacts',
    '/why bob',
  ]) {
    for (const shown of (await run(line)).lines) expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  }
});

test('every command without arguments answers, and in words', async () => {
  for (const command of COMMANDS.filter((c) => c.on === 'node' && Object.values(c.args).every((a) => a.optional))) {
    const { answer, lines } = await run(`/${command.name}`);
    expect(answer, command.name).toMatchObject({ ok: true });
    if (command.name !== 'quit') expect(lines.length, command.name).toBeGreaterThan(0);
  }
});

test('--help tells all about a command and does nothing', async () => {
  const { lines } = await run('/mesh send --help');
  expect(lines[0]).toBe('/mesh send [--ttl TIME] PEER TEXT…');
  expect(api.calls).toEqual([]);
});

test('--json shows the result as one line of JSON', async () => {
  const { lines } = await run('/mesh channels --json');
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ channels: [expect.objectContaining({ id: GENERAL })] }]);
});

test('the node may be gone', async () => {
  api.die('killed');
  expect(await errorOf('/mesh peers')).toMatchObject({ code: 'E_NODE_GONE' });
});
