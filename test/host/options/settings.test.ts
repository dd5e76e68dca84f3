import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { OPTIONS } from '../../../src/host/options/option-table.ts';
import { resolveOptions } from '../../../src/host/options/options.ts';
import { FileSettings } from '../../../src/host/options/settings.ts';
import { tempDir } from '../../support/temp-dir.ts';

let home: string;
let path: string;
beforeEach(() => {
  home = tempDir();
  path = join(home, 'config.toml');
});

/** The settings of a program that was started in `home` with these. */
function started({ env = {}, flags = {} }: { env?: Record<string, string>; flags?: object } = {}): FileSettings {
  const resolved = resolveOptions({ home, env, flags: { ...flags } });
  if (!resolved.ok) throw new Error(resolved.error);
  return new FileSettings(resolved);
}

const setting = (settings: FileSettings, name: string) => settings.list().find((one) => one.name === name);

describe('what can be set', () => {
  test('every option of one value, with where it comes from', () => {
    writeFileSync(path, 'theme = "dark"\n\nname = "ann"\n');
    const settings = started({ env: { QPC_TIME: 'iso' }, flags: { list: 'off' } });
    expect(setting(settings, 'theme')).toMatchObject({ value: 'dark', from: `${path}:1`, counts: 'at once' });
    expect(setting(settings, 'time')).toMatchObject({ value: 'iso', from: 'QPC_TIME' });
    expect(setting(settings, 'list')).toMatchObject({ value: 'off', from: '--list' });
    expect(setting(settings, 'name')).toMatchObject({
      value: 'ann',
      from: `${path}:3`,
      counts: 'when the node starts next',
    });
    expect(setting(settings, 'notify')).toEqual(expect.not.objectContaining({ from: expect.anything() }));
    expect(setting(settings, 'mdns')).toMatchObject({ value: 'true', choices: ['true', 'false'] });
    expect(settings.list()).toHaveLength(OPTIONS.length - 4);
  });
});

describe('setting one', () => {
  test('writes it into the file, and what is started next has it', () => {
    const settings = started();
    expect(settings.change('theme', 'light')).toMatchObject({ ok: true, result: { value: 'light' } });
    expect(settings.change('peers_low', '4')).toMatchObject({ ok: true });
    expect(settings.change('mdns', 'no')).toMatchObject({ ok: true });
    expect(readFileSync(path, 'utf8')).toBe('theme = "light"\npeers_low = 4\nmdns = false\n');
    expect(setting(settings, 'theme')).toMatchObject({ value: 'light', from: `${path}:1` });
    const again = started();
    expect(setting(again, 'peers-low')).toMatchObject({ value: '4', from: `${path}:2` });
    expect(setting(again, 'mdns')).toMatchObject({ value: 'false' });
  });

  test('a file of a theme is written with its whole path', () => {
    started().change('theme', 'dusk.toml');
    expect(readFileSync(path, 'utf8')).toBe(`theme = ${JSON.stringify(join(process.cwd(), 'dusk.toml'))}\n`);
  });

  test('says what beats the file at the next start', () => {
    const changed = started({ env: { QPC_THEME: 'dark' } }).change('theme', 'light');
    expect(changed).toMatchObject({ ok: true, result: { beatenBy: 'QPC_THEME' } });
    expect(started().change('theme', 'mono')).toMatchObject({ result: expect.not.objectContaining({ beatenBy: '' }) });
  });

  test('the file is made for this user only, keeps the mode it had, and leaves nothing beside it', () => {
    started().change('time', 'iso');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    started().change('time', 'HH:mm');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(home)).toEqual(['config.toml']);
  });

  test('a link stays a link, and what it leads to is changed', () => {
    const real = join(tempDir(), 'qpc.toml');
    writeFileSync(real, '# in my dotfiles\n');
    symlinkSync(real, path);
    started().change('time', 'iso');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('# in my dotfiles\ntime = "iso"\n');
  });

  test('a directory that is not there yet is made', () => {
    const config = join(home, 'a', 'b', 'c.toml');
    const settings = new FileSettings({ options: { config }, origins: new Map() });
    expect(settings.change('time', 'iso').ok).toBe(true);
    expect(statSync(join(home, 'a')).mode & 0o777).toBe(0o700);
  });
});

describe('what is refused changes nothing', () => {
  test('a value that is none, a name that is none', () => {
    const settings = started();
    for (const [name, value] of [
      ['theme', 'pink'],
      ['peers-low', '1e3'],
      ['linger', '-1'],
      ['themes', 'dark'],
      ['home', '/x'],
      ['json', 'true'],
    ] as const)
      expect(settings.change(name, value), name).toMatchObject({ ok: false, error: { code: 'E_USAGE' } });
    expect(existsSync(path)).toBe(false);
  });

  test('a damaged file is named, with the line, and stays as it is', () => {
    const settings = started();
    const damaged = 'time = "iso"\nname = "ann\n';
    writeFileSync(path, damaged);
    const { error } = settings.change('theme', 'light') as { error: { message: string } };
    expect(error.message).toContain(`theme is not set: ${path}:2: this is not TOML`);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
  });

  test.each([
    ['no UTF-8', () => writeFileSync(path, new Uint8Array([0xff])), 'it is not UTF-8 text'],
    ['a directory', () => mkdirSync(path), 'it is a directory'],
    ['a link that leads nowhere', () => symlinkSync(join(home, 'nowhere'), path), 'there is no such file'],
  ])('%s', (_what, make, why) => {
    const settings = started();
    make();
    expect(settings.change('time', 'iso')).toMatchObject({ error: { message: expect.stringContaining(why) } });
  });

  test('a key that is written in a way of its own is left to its owner', () => {
    const settings = started();
    writeFileSync(path, '"\\u0074ime" = "iso"\n');
    const changed = settings.change('time', 'HH:mm');
    expect(changed).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/cannot be changed from here/) },
    });
    expect(readFileSync(path, 'utf8')).toBe('"\\u0074ime" = "iso"\n');
  });
});
