import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/table.ts';
import { App } from '../../src/tui/app.tsx';
import { ownKeys } from '../../src/tui/own-keys.ts';
import { Session } from '../../src/tui/session.ts';
import { Terminal } from '../../src/tui/terminal.ts';
import { themeTrouble } from '../../src/tui/theme-file.ts';
import { FakeNode } from '../support/fake-node.ts';
import { STORY_BEGINS } from '../support/fake-people.ts';
import { mount } from '../support/screen.ts';
import { tempDir } from '../support/temp-dir.ts';
import { tempSettings } from '../support/temp-settings.ts';

/** ann at her screen, with settings of her own in `config`. */
async function sit(keys: readonly (readonly [key: string, action: string])[] = []) {
  const config = join(tempDir(), 'config.toml');
  const read = ownKeys(keys.map(([key, action], at) => ({ key, action, where: `${config}:${at + 1}` })));
  if ('error' in read) throw new Error(read.error);
  const session = new Session({
    api: new FakeNode(),
    greeting: { version: '0.1.0', settings: {} },
    commands: COMMANDS,
    size: { cols: 100, rows: 24 },
    ascii: false,
    now: () => STORY_BEGINS,
    keys: read.keys,
    profile: tempSettings(config),
    themeTrouble,
    quit: () => {},
  });
  const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color' };
  const screen = mount(<App session={session} terminal={new Terminal(() => {})} env={env} />);
  await session.start();
  await screen.until(/thanks/);
  const unmount = screen[Symbol.dispose];
  const dispose = (): void => {
    session.stop();
    unmount();
  };
  return Object.assign(screen, { session, config, [Symbol.dispose]: dispose });
}

describe('/set on the screen', () => {
  test('changes it at once, writes it down and says where', async () => {
    using ann = await sit();
    ann.type('/set theme light\r');
    await ann.until(/theme is light now, as .*config\.toml:1 says/);
    expect(ann.session.state.look.choice).toBe('light');
    expect(readFileSync(ann.config, 'utf8')).toBe('theme = "light"\n');
    ann.type('/theme dark\r');
    await ann.until(/the theme is dark now/);
    expect(ann.session.state.look.choice).toBe('dark');
    expect(readFileSync(ann.config, 'utf8')).toBe('theme = "dark"\n');
  });

  test('what is refused changes nothing, and stays in the prompt', async () => {
    using ann = await sit();
    ann.type('/set theme pink\r');
    await ann.until(/theme is not set: "pink" is not auto/);
    expect(ann.text()).toContain('❯ /set theme pink');
    expect(existsSync(ann.config)).toBe(false);
  });

  test('a file that is no theme is refused before it is written, with what is wrong in it', async () => {
    using ann = await sit();
    const dir = tempDir();
    ann.type(`/theme ${dir}/gone.toml\r`);
    await ann.until(/✗ theme is not set: [^✓]*gone\.toml: there is no such file/);
    ann.press('C-u');
    writeFileSync(join(dir, 'mine.toml'), 'acent = "cyan"\n');
    ann.type(`/set theme ${dir}/mine.toml\r`);
    await ann.until(/mine\.toml:1: acent: nothing is called/);
    expect(existsSync(ann.config)).toBe(false);
    writeFileSync(join(dir, 'mine.toml'), 'accent = "cyan"\n');
    ann.press('Enter');
    await ann.until(/✓ theme is [^✗]*mine\.toml now/);
  });

  test('the list of chats comes and goes with its setting', async () => {
    using ann = await sit();
    expect(ann.line(0)).toContain('CHATS');
    ann.type('/set list off\r');
    await ann.until(() => !ann.text().includes('CHATS'));
    ann.type('/set list on\r');
    await ann.until('CHATS');
  });

  test('the keys of emacs are there once they are wanted', async () => {
    using ann = await sit();
    ann.type('/set keymap emacs\r');
    await ann.until(/keymap is emacs now/);
    ann.type('one two');
    ann.press('M-b');
    ann.type('and ');
    await ann.until('❯ one and two');
  });
});

describe('keys of the person', () => {
  test('do what they are bound to, and the help shows them', async () => {
    using ann = await sit([
      ['alt+g', 'peers'],
      ['alt+a', 'none'],
    ]);
    ann.press('M-g');
    await ann.until(/^ Peers/);
    ann.press('Esc');
    await ann.until('CHATS');
    ann.press('M-h');
    await ann.until(/Alt\+G Alt\+P +peers/);
  });
});
