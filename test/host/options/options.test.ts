import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PREFERENCES, type PreferenceName, USUAL_PREFERENCES } from '../../../src/api/preferences.ts';
import { OPTIONS } from '../../../src/host/options/option-table.ts';
import { flagsOf, resolveOptions } from '../../../src/host/options/options.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ID = 'a'.repeat(52);

/** The options that come of a config file, an environment and flags. */
function resolved({
  file,
  env = {},
  flags = {},
}: {
  file?: string | Uint8Array;
  env?: Record<string, string>;
  flags?: object;
}) {
  const home = tempDir();
  if (file !== undefined) writeFileSync(join(home, 'config.toml'), file);
  return { home, ...resolveOptions({ home, env, flags: { ...flags } }) };
}

function options(from: Parameters<typeof resolved>[0]) {
  const all = resolved(from);
  if (!all.ok) throw new Error(all.error);
  return all.options;
}

describe('where options come from', () => {
  test('nothing said: the defaults', () => {
    const all = resolved({});
    expect(all).toMatchObject({ ok: true, warnings: [], settings: {} });
    expect(options({})).toMatchObject({ network: 'main', mdns: true, peer: [], linger: 5, json: false });
  });

  test('flag beats environment beats file', () => {
    const file = 'name = "file"\nnetwork = "file"\nlinger = 1\n';
    const env = { QPC_NAME: 'env', QPC_NETWORK: 'env' };
    expect(options({ file, env, flags: { name: 'flag' } })).toMatchObject({ name: 'flag', network: 'env', linger: 1 });
  });

  test('an empty variable says nothing', () => {
    expect(options({ file: 'name = "file"', env: { QPC_NAME: '' } })).toMatchObject({ name: 'file' });
  });

  test('every option has a variable, and every option but config a key in the file', () => {
    for (const spec of OPTIONS) expect(spec.env).toContain(`QPC_${spec.name.replaceAll('-', '_').toUpperCase()}`);
  });

  test('mdns is switched off by --no-mdns, by QPC_MDNS=false, by QPC_NO_MDNS=1 and by mdns = false', () => {
    for (const from of [
      { flags: { mdns: false } },
      { env: { QPC_MDNS: 'false' } },
      { env: { QPC_NO_MDNS: '1' } },
      { file: 'mdns = false' },
    ]) {
      expect(options(from).mdns).toBe(false);
    }
    // Commander leaves `true` where --no-mdns was not given; that is no flag.
    expect(options({ flags: { mdns: true }, file: 'mdns = false' }).mdns).toBe(false);
  });

  test('peers: a list in the file, blanks between them in the environment, a flag each', () => {
    const peer = [
      { id: ID, host: '192.0.2.1', port: 7000 },
      { id: ID, host: '2001:db8::1', port: 7001 },
    ];
    const texts = [`${ID}@192.0.2.1:7000`, `${ID}@[2001:db8::1]:7001`];
    expect(options({ file: `peer = [\n  "${texts[0]}",\n  "${texts[1]}",\n]` }).peer).toEqual(peer);
    expect(options({ env: { QPC_PEER: texts.join('  ') } }).peer).toEqual(peer);
    expect(options({ flags: { peer: texts } }).peer).toEqual(peer);
  });

  test('how many neighbours: numbers in the file, text elsewhere', () => {
    const file = 'peers_low = 4\npeers_high = 9\n';
    expect(options({ file, env: { QPC_DIALS_AT_ONCE: '2' }, flags: { peersHigh: '12' } })).toMatchObject({
      peersLow: 4,
      peersHigh: 12,
      dialsAtOnce: 2,
    });
  });

  test('the home may be in the file that --config names, and is the default home otherwise', () => {
    const dir = tempDir();
    const config = join(dir, 'other.toml');
    writeFileSync(config, `home = "${dir}/h"\nname = "n"`);
    expect(options({ flags: { config } })).toMatchObject({ home: join(dir, 'h'), name: 'n', config });
  });

  test('what flags and environment say about the node is kept as text, for attach', () => {
    const all = resolved({ flags: { listen: '127.0.0.1:0', json: true, mdns: false }, env: { QPC_NAME: 'ann' } });
    expect(all).toMatchObject({ settings: { listen: '127.0.0.1:0', name: 'ann', mdns: 'false' } });
  });

  test('the flags about the node can be said again to a process', () => {
    const flags = { home: '/x', listen: '[::]:0', mdns: false, verbose: true, json: true, peer: ['a@b:1', 'c@d:2'] };
    const words = '--listen [::]:0 --no-mdns --peer a@b:1 --peer c@d:2 --verbose';
    expect(flagsOf(flags).join(' ')).toBe(words);
    expect(flagsOf({ mdns: true })).toEqual([]);
  });
});

describe('wrong values are one sentence: where, what, what is allowed', () => {
  const NOT_ADDRESS = 'is not HOST:PORT with an IP address, [in brackets] for IPv6, and a port from 0 to 65535';
  for (const [said, sentence] of [
    [{ flags: { listen: '0.0.0.0:70000' } }, `--listen "0.0.0.0:70000" ${NOT_ADDRESS}`],
    [{ flags: { listen: '7000' } }, `--listen "7000" ${NOT_ADDRESS}`],
    [{ flags: { listen: '::1:7000' } }, `--listen "::1:7000" ${NOT_ADDRESS}`],
    [{ flags: { listen: 'example.org:7000' } }, `--listen "example.org:7000" ${NOT_ADDRESS}`],
    [{ env: { QPC_LISTEN: '0.0.0.0:80 ' } }, `QPC_LISTEN "0.0.0.0:80 " ${NOT_ADDRESS}`],
    [{ file: 'name = "a"\r\n\r\nlisten = "80 "\r\n' }, `FILE:3: listen "80 " ${NOT_ADDRESS}`],
    [{ file: '\ufefflisten = 7000' }, `FILE:1: listen 7000 ${NOT_ADDRESS}`],
    [
      { flags: { announce: 'a.example:0' } },
      '--announce "a.example:0" is not HOST:PORT with an address or host name, and a port from 1 to 65535',
    ],
    [{ flags: { mdns: false }, env: { QPC_MDNS: 'maybe' } }, undefined],
    [{ env: { QPC_MDNS: 'maybe' } }, 'QPC_MDNS "maybe" is not true or false'],
    [{ file: 'mdns = "no"' }, 'FILE:1: mdns "no" is not true or false'],
    [{ file: 'linger = -1' }, 'FILE:1: linger "-1" is not a number of seconds from 0 to 86400'],
    [{ flags: { linger: '5s' } }, '--linger "5s" is not a number of seconds from 0 to 86400'],
    [
      { flags: { name: 'a\u001b[2J' } },
      '--name "a\\u001b[2J" is not a name of 1 to 64 cells without control characters',
    ],
    [
      { flags: { name: 'n'.repeat(65) } },
      `--name "${'n'.repeat(65)}" is not a name of 1 to 64 cells without control characters`,
    ],
    [{ flags: { peersLow: '161' } }, '--peers-low "161" is not a whole number from 0 to 160'],
    [{ env: { QPC_PEERS_HIGH: 'many' } }, 'QPC_PEERS_HIGH "many" is not a whole number from 1 to 160'],
    [{ flags: { dialsPerSecond: '0' } }, '--dials-per-second "0" is not a whole number from 1 to 1000'],
    [{ file: 'dials_at_once = 2.5' }, 'FILE:1: dials_at_once "2.5" is not a whole number from 1 to 160'],
    [{ file: 'peers_per_address = "8"' }, 'FILE:1: peers_per_address "8" is not a whole number from 1 to 160'],
    [{ flags: { peersLow: '64' }, file: 'peers_high = 48' }, '--peers-low 64 is more than FILE:1: peers_high 48'],
    [{ env: { QPC_PEERS_HIGH: '16' } }, 'peers-low 32 is more than QPC_PEERS_HIGH 16'],
    [{ flags: { network: 'a b' } }, '--network "a b" is not a word of 1 to 63 letters, digits and . _ -'],
    [
      { flags: { peer: ['bob@192.0.2.1:7000'] } },
      '--peer "bob@192.0.2.1:7000" is not ID@HOST:PORT with an id of 52 letters and digits, and a port from 1 to 65535',
    ],
    [
      { file: 'peer = ["x", 5]' },
      'FILE:1: peer 5 is not ID@HOST:PORT with an id of 52 letters and digits, and a port from 1 to 65535',
    ],
    [{ flags: { notify: 'loud' } }, '--notify "loud" is not name, text, bell or off'],
    [{ env: { QPC_THEME: 'pink' } }, 'QPC_THEME "pink" is not auto, dark, light, ansi, mono or the path of a '],
    [{ file: '[keys]\n\n"alt+a" = 5' }, 'FILE:3: "alt+a" is not set to the name of an action in "quotes"'],
    [{ file: 'keys = "emacs"' }, 'FILE:1: keys is not a table [keys] with lines such as "alt+a" = "next-news"'],
    [{ file: 'a = 1\nname = \n' }, 'FILE:2: this is not TOML'],
    [{ file: 'name = "a"\nname = "b"\n' }, 'FILE:2: this is not TOML'],
    [{ file: new Uint8Array([0xff, 0x00]) }, 'FILE cannot be read: it is not UTF-8 text'],
  ] as const) {
    test(sentence?.slice(0, 60) ?? 'a flag beats a wrong variable: it is never read', () => {
      const result = resolved(said as Parameters<typeof resolved>[0]);
      if (sentence === undefined) expect(result.ok).toBe(true);
      else {
        expect(result).toMatchObject({
          ok: false,
          error: expect.stringContaining(sentence.replace('FILE', join(result.home, 'config.toml'))),
        });
        expect(result.ok ? '' : result.error).not.toContain('\n');
      }
    });
  }

  test('a wrong value in the file is told even when a flag beats it', () => {
    expect(resolved({ file: 'linger = "x"', flags: { linger: '1' } }).ok).toBe(false);
  });

  test('a file that --config names must be there, and be a file', () => {
    const dir = tempDir();
    const missing = resolveOptions({ env: {}, home: dir, flags: { config: join(dir, 'no.toml') } });
    expect(missing).toMatchObject({ error: `${dir}/no.toml cannot be read: there is no such file` });
    mkdirSync(join(dir, 'config.toml'));
    expect(resolveOptions({ env: {}, home: dir, flags: {} })).toMatchObject({
      error: `${dir}/config.toml cannot be read: it is a directory`,
    });
  });

  test('a file without an end, or of a gigabyte, is refused, and no more read of it than a file may hold', () => {
    const large = join(tempDir(), 'large.toml');
    writeFileSync(large, '');
    truncateSync(large, 1024 ** 3);
    for (const config of ['/dev/zero', large]) {
      expect(resolveOptions({ env: {}, home: tempDir(), flags: { config } })).toMatchObject({
        error: `${config} cannot be read: it has more than 1048576 bytes`,
      });
    }
    expect(resolveOptions({ env: {}, home: tempDir(), flags: { config: '/dev/null' } }).ok).toBe(true);
  });

  test('a pipe in the place of the file is refused: nobody may be at its other end', () => {
    const home = tempDir();
    execFileSync('mkfifo', [join(home, 'config.toml')]);
    expect(resolveOptions({ env: {}, home, flags: {} })).toMatchObject({
      error: `${home}/config.toml cannot be read: it is a pipe`,
    });
  });
});

describe('what a person chooses about a screen', () => {
  test('is settled as every option is, with where it came from', () => {
    const all = resolved({ file: 'time = "iso"\nlist = "on"', env: { QPC_LIST: 'off' }, flags: { theme: 'light' } });
    expect(all).toMatchObject({ ok: true, options: { theme: 'light', list: 'off', time: 'iso', notify: 'name' } });
    const origins = all.ok ? all.origins : new Map();
    expect([...origins].map(([key, { by, where, text }]) => [key, by, where, text])).toEqual([
      ['theme', 'flag', '--theme', 'light'],
      ['list', 'environment', 'QPC_LIST', 'off'],
      ['time', 'file', `${all.home}/config.toml:1: time`, 'iso'],
    ]);
  });

  test('nothing chosen: what is usual, and that is the first value of each', () => {
    expect(options({})).toMatchObject(USUAL_PREFERENCES);
    for (const [name, { values }] of Object.entries(PREFERENCES))
      expect(USUAL_PREFERENCES[name as PreferenceName]).toBe(values[0]);
  });

  test('a theme may be a file, and its path is made absolute', () => {
    expect(options({ file: 'theme = "/etc/dusk.toml"' }).theme).toBe('/etc/dusk.toml');
  });

  test('a path in the file counts from the file, wherever qpc is started; one of a flag from there', () => {
    const file = 'theme = "dusk.toml"\npassphrase_file = "../secret"\n';
    const all = resolved({ file });
    expect(all.ok && all.options).toMatchObject({
      theme: join(all.home, 'dusk.toml'),
      passphraseFile: join(all.home, '..', 'secret'),
    });
    expect(options({ file, flags: { theme: 'dusk.toml' } }).theme).toBe(join(process.cwd(), 'dusk.toml'));
  });

  test('keys of their own are handed on as they are written, each with its line', () => {
    const all = resolved({ file: 'theme = "dark"\n\n[keys]\n"alt+a" = "next-news"\n# a = 1\n"ctrl+g" = "peers"\n' });
    expect(all.ok && all.options.keys).toEqual([
      { key: 'alt+a', action: 'next-news', where: `${all.home}/config.toml:4` },
      { key: 'ctrl+g', action: 'peers', where: `${all.home}/config.toml:6` },
    ]);
  });
});

describe('unknown keys are warnings with the nearest name', () => {
  test('in the file, with the line', () => {
    const all = resolved({ file: '# mine\nlisen = "[::]:0"\n[colours]\na = 1\n' });
    expect(all).toMatchObject({
      ok: true,
      warnings: [
        `${all.home}/config.toml:2: unknown key "lisen" is ignored · did you mean listen?`,
        `${all.home}/config.toml:3: unknown key "colours" is ignored · did you mean color?`,
      ],
    });
  });

  test('in the environment, when one is near; QPC_FEDERATION_ and federation are reserved', () => {
    const env = { QPC_LISTNE: 'x', QPC_SOMETHING_ELSE: 'y', QPC_FEDERATION_KEY: 'z', QPC_REEXEC: '1' };
    expect(resolved({ env, file: '[federation]\na = 1' })).toMatchObject({
      warnings: ['unknown variable QPC_LISTNE is ignored · did you mean QPC_LISTEN?'],
    });
  });
});
