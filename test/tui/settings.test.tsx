import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { themeTrouble } from '../../src/tui/drawing/theme-file.ts';
import { ownKeys } from '../../src/tui/keys/own-keys.ts';
import { tempDir } from '../support/temp-dir.ts';
import { tempSettings } from '../support/temp-settings.ts';
import { sit } from './sit.tsx';

/** ann at her screen, with settings of her own in `config`. */
async function withConfig(keys: readonly (readonly [key: string, action: string])[] = []) {
  const config = join(tempDir(), 'config.toml');
  const read = ownKeys(keys.map(([key, action], at) => ({ key, action, where: `${config}:${at + 1}` })));
  if ('error' in read) throw new Error(read.error);
  return Object.assign(await sit({ keys: read.keys, profile: tempSettings(config), themeTrouble }), { config });
}

describe('/set on the screen', () => {
  test('changes it at once, writes it down and says where', async () => {
    using ann = await withConfig();
    await ann.typed('/set theme light\r', /theme is light now, as .*config\.toml:1 says/);
    expect(ann.session.state.look.choice).toBe('light');
    expect(readFileSync(ann.config, 'utf8')).toBe('theme = "light"\n');
    await ann.typed('/theme dark\r', /the theme is dark now/);
    expect(ann.session.state.look.choice).toBe('dark');
    expect(readFileSync(ann.config, 'utf8')).toBe('theme = "dark"\n');
  });

  test('what is refused changes nothing, and stays in the prompt', async () => {
    using ann = await withConfig();
    await ann.typed('/set theme pink\r', /theme is not set: "pink" is not auto/);
    expect(ann.text()).toContain('❯ /set theme pink');
    expect(existsSync(ann.config)).toBe(false);
  });

  test('a file that is no theme is refused before it is written, with what is wrong in it', async () => {
    using ann = await withConfig();
    const dir = tempDir();
    await ann.typed(`/theme ${dir}/gone.toml\r`, /✗ theme is not set: [^✓]*gone\.toml: there is no such file/);
    ann.press('C-u');
    writeFileSync(join(dir, 'mine.toml'), 'acent = "cyan"\n');
    await ann.typed(`/set theme ${dir}/mine.toml\r`, /mine\.toml:1: acent: nothing is called/);
    expect(existsSync(ann.config)).toBe(false);
    writeFileSync(join(dir, 'mine.toml'), 'accent = "cyan"\n');
    await ann.pressed('Enter', /✓ theme is [^✗]*mine\.toml now/);
  });

  test('the list of chats comes and goes with its setting', async () => {
    using ann = await withConfig();
    expect(ann.line(0)).toContain('CHATS');
    await ann.typed('/set list off\r', () => !ann.text().includes('CHATS'));
    await ann.typed('/set list on\r', 'CHATS');
  });

  test('the keys of emacs are there once they are wanted', async () => {
    using ann = await withConfig();
    await ann.typed('/set keymap emacs\r', /keymap is emacs now/);
    ann.type('one two');
    ann.press('M-b');
    await ann.typed('and ', '❯ one and two');
  });
});

describe('keys of the person', () => {
  test('do what they are bound to, and the help shows them', async () => {
    using ann = await withConfig([
      ['alt+g', 'peers'],
      ['alt+a', 'none'],
    ]);
    await ann.pressed('M-g', /^ Peers/);
    await ann.pressed('Esc', 'CHATS');
    await ann.pressed('M-h', /Alt\+G Alt\+P +peers/);
  });
});
