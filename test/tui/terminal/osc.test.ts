import headless from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { COPY_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { cut, padEnd, width } from '../../../src/tui/drawing/cells.ts';
import { abilitiesOf } from '../../../src/tui/terminal/abilities.ts';
import { clipboard, hyperlink, notice, passedOn } from '../../../src/tui/terminal/osc.ts';
import { HOSTILE } from '../story.ts';

/** What a terminal makes of it: its lines, and every command that it was given. */
async function seen(
  bytes: string,
): Promise<{ readonly text: string; readonly commands: readonly (readonly [number, string])[] }> {
  const terminal = new headless.Terminal({ cols: 80, rows: 4, allowProposedApi: true });
  const commands: (readonly [number, string])[] = [];
  for (const number of [0, 8, 9, 52, 99, 777])
    terminal.parser.registerOscHandler(number, (data) => commands.push([number, data]) > 0);
  await new Promise<void>((done) => terminal.write(bytes, done));
  return { text: terminal.buffer.active.getLine(0)?.translateToString(true) ?? '', commands };
}

describe('a link', () => {
  const to = { url: 'https://a.example/x', id: 'abc-1' };

  test('is its text, with the url beside it', async () => {
    expect(await seen(hyperlink('here', to))).toEqual({
      text: 'here',
      commands: [
        [8, 'id=abc-1;https://a.example/x'],
        [8, ';'],
      ],
    });
  });

  test('takes no cells, and is cut and padded as text is', () => {
    const link = hyperlink('0123456789', to);
    expect(width(link)).toBe(10);
    expect(width(cut(link, 5))).toBe(5);
    expect(width(padEnd(link, 14))).toBe(14);
    expect(cut(link, 5)).toContain('\x1b]8;;\x1b\\');
  });

  test('is only text when its url could end the command or is too long', () => {
    for (const url of ['https://a\x1b\\b', 'https://a\x07', 'https://ä', 'https://a b', `https://${'x'.repeat(2_000)}`])
      expect(hyperlink('here', { ...to, url })).toBe('here');
  });
});

describe('copying', () => {
  test('gives the terminal the bytes of the text', async () => {
    const { text, commands } = await seen(clipboard('grüße 👋')!);
    expect(text).toBe('');
    expect(commands[0]?.[1]).toBe(`c;${Buffer.from('grüße 👋').toString('base64')}`);
  });

  test('is refused beyond what terminals take', () => {
    expect(clipboard('x'.repeat(COPY_BYTES_MAX))).toBeDefined();
    expect(clipboard('x'.repeat(COPY_BYTES_MAX + 1))).toBeUndefined();
    expect(clipboard('ä'.repeat(COPY_BYTES_MAX))).toBeUndefined();
  });

  test('through tmux doubles every ESC, so that tmux ends nothing early', () => {
    expect(passedOn('\x1b]52;c;aGk=\x1b\\', 'tmux')).toBe('\x1bPtmux;\x1b\x1b]52;c;aGk=\x1b\x1b\\\x1b\\');
    expect(passedOn('\x1b]52;c;aGk=\x1b\\', 'screen')).toBe('\x1bP\x1b]52;c;aGk=\x07\x1b\\');
  });
});

describe('a notice', () => {
  test('in any form never prints, and is never more than one command of its kind', async () => {
    for (const form of ['osc9', 'osc777', 'osc99', 'bell'] as const)
      for (const hostile of [...HOSTILE, 'a;b;c', '\x1b\\\x1b]0;owned\x07']) {
        const { text, commands } = await seen(`${notice(form, { title: hostile, body: hostile })}end`);
        expect(text).toBe('end');
        expect(commands.map(([number]) => number).filter((number) => number === 0)).toEqual([]);
        expect(commands.length).toBe({ osc9: 1, osc777: 1, osc99: 2, bell: 0 }[form]);
      }
  });
});

describe('a terminal', () => {
  test('gets what it is known for, and nothing when it is not known', () => {
    expect(abilitiesOf({ TERM: 'xterm-256color' })).toMatchObject({ links: false, notices: 'bell' });
    expect(abilitiesOf({ TERM: 'xterm-kitty' })).toMatchObject({ links: true, notices: 'osc99' });
    expect(abilitiesOf({ TERM_PROGRAM: 'iTerm.app' })).toMatchObject({ links: true, notices: 'osc9' });
    expect(abilitiesOf({ TERM_PROGRAM: 'Apple_Terminal' })).toMatchObject({ links: false, notices: 'bell' });
    expect(abilitiesOf({ VTE_VERSION: '7600' })).toMatchObject({ links: true, notices: 'osc777' });
    expect(abilitiesOf({ TERM: 'foot' })).toMatchObject({ links: true, notices: 'osc777' });
  });

  test('behind tmux or screen gets only what these pass on', () => {
    const tmux = { TMUX: '/tmp/x', TERM_PROGRAM: 'tmux', KITTY_WINDOW_ID: '1' };
    expect(abilitiesOf({ ...tmux, TERM_PROGRAM_VERSION: '3.4' })).toMatchObject({ links: true, notices: 'bell' });
    expect(abilitiesOf({ ...tmux, TERM_PROGRAM_VERSION: '3.3a' })).toMatchObject({ links: false, through: 'tmux' });
    expect(abilitiesOf({ TERM: 'screen-256color' })).toMatchObject({ links: false, through: 'screen' });
  });

  test('at the other end of ssh is known to be', () => {
    expect(abilitiesOf({ SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }).remote).toBe(true);
    expect(abilitiesOf({}).remote).toBe(false);
  });
});
