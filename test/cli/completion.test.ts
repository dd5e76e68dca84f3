import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { completionLines } from '../../src/cli/completion-lines.ts';
import { SHELLS } from '../../src/commands/completion-script.ts';
import { OPTIONS } from '../../src/host/options/option-table.ts';
import { FakeNode } from '../support/fake-node.ts';
import { serveFake } from '../support/fake-profile.ts';
import { hasProgram } from '../support/needs.ts';
import { spawn } from '../support/screen.ts';
import { tempDir } from '../support/temp-dir.ts';
import { tempSettings } from '../support/temp-settings.ts';

/*
 * Tab in a shell: what is offered, and that the real shells take it. bash is on every Debian; zsh and fish are tried where they are.
 */

const complete = (...words: readonly string[]): Promise<readonly string[]> =>
  completionLines(words, { options: OPTIONS, settings: tempSettings().list(), api: new FakeNode() });
const texts = async (...words: readonly string[]) => (await complete(...words)).map((line) => line.split('\t')[0]);

describe('what is offered', () => {
  test('commands with what they do, and names that the node knows', async () => {
    expect(await complete('mesh', 'doc')).toEqual([expect.stringMatching(/^doctor\tlook for what is wrong/)]);
    expect(await texts('send', 'b')).toEqual(['bob']);
    expect(await texts('mesh', 'broadcast', '')).toContain('#general');
  });

  test('files where an argument is a file, and nothing else there', async () => {
    expect(await complete('mesh', 'store', 'import', 'x')).toEqual([':files']);
    expect(await complete('store', 'export', '--to', 'bob', '')).toEqual([':files']);
    expect(await texts('store', 'export', '--to', 'b')).toEqual(['bob']);
  });

  test('values of options, of commands and of qpc itself, in either spelling', async () => {
    expect(await texts('send', '--wait', 're')).toEqual(['read']);
    expect(await texts('--theme', 'l')).toEqual(['light']);
    expect(await texts('--theme=l')).toEqual(['--theme=light']);
    expect(await texts('--theme', '=', 'l')).toEqual(['light']);
    expect(await complete('--home', '')).toEqual([':directories']);
    expect(await complete('--home=/e')).toEqual([':directories']);
    expect(await complete('--config', 'x')).toEqual([':files']);
    expect(await complete('--theme', '/etc/d')).toEqual([':files']);
    expect(await texts('set', 'theme', 'l')).toEqual(['light']);
    expect(await texts('completion', '')).toEqual(['bash', 'fish', 'zsh']);
  });

  test('options of qpc itself stand anywhere, with their values, and do not hide the command', async () => {
    expect(await texts('--home', '/x', '--no-mdns', '--theme=dark', 'mesh', 'pi')).toEqual(['ping']);
    expect(await texts('send', '--json', '--wait', 'sent', 'b')).toEqual(['bob']);
    expect(await texts('listen', '--co')).toEqual(['--count', '--config', '--color']);
  });

  test('names of others reach the shell without anything that it would obey', async () => {
    const api = new FakeNode();
    api.book.peers[0] = { ...api.book.peers[0]!, name: 'bo\u001b[2J\nb' };
    const offered = await completionLines(['send', 'b'], { options: OPTIONS, settings: [], api });
    for (const line of offered) expect(line).toMatch(/^[^\p{Cc}]*\t[^\p{Cc}]*$/u);
  });
});

describe('in real shells', () => {
  let env: NodeJS.ProcessEnv;
  let endNode: () => Promise<void>;
  beforeEach(async () => {
    const [home, bin, work] = [tempDir(), tempDir(), tempDir()];
    symlinkSync(join(import.meta.dirname, '../../bin/qpc.js'), join(bin, 'qpc'));
    mkdirSync(join(work, 'mail'));
    writeFileSync(join(work, 'from ann.mail'), '');
    endNode = await serveFake(home, new FakeNode());
    const PATH = [bin, dirname(process.execPath), process.env.PATH].join(':');
    env = { PATH, HOME: work, QPC_HOME: home, ZDOTDIR: work, COLUMNS: '100' };
  });
  afterEach(() => endNode());

  /** A shell of a person who has nothing configured but our script, on a terminal. */
  async function sit(shell: string, flags: readonly string[], script: string) {
    const run = `process.chdir(process.env.HOME); require('node:child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })`;
    const screen = spawn(['-e', run, shell, ...flags], { cols: 100, rows: 30 }, env);
    screen.type(`PS1='% '; ${script}; echo rea''dy\r`);
    await screen.until(/^ready/m);
    /** On an empty line, what is typed, Tabs in it, becomes this. */
    const makes = (typed: string, shown: string | RegExp): Promise<void> => {
      screen.press('C-u');
      screen.type(typed);
      return screen.until(shown);
    };
    return Object.assign(screen, { makes });
  }

  test('bash: words, names, files with blanks, and descriptions when Tab is pressed twice', async () => {
    using bash = await sit('bash', ['--norc', '--noprofile', '-i'], 'source <(qpc completion bash)');
    await bash.makes('qpc sen\tbo\t', /% qpc send bob$/m);
    await bash.makes('qpc mesh store import fr\t', 'qpc mesh store import from\\ ann.mail');
    await bash.makes('qpc --theme=li\t', 'qpc --theme=light');
    await bash.makes('qpc mesh broadcast \\#gen\t', 'qpc mesh broadcast \\#general');
    await bash.makes('qpc mesh st\t\t', /status +show how this node is/);
    bash.type('o\t');
    await bash.until(/% qpc mesh store$/m);
  });

  test.skipIf(!hasProgram('zsh'))('zsh: words, names, files with blanks, and descriptions', async () => {
    using zsh = await sit('zsh', ['-f', '-i'], 'source <(qpc completion zsh)');
    await zsh.makes('qpc sen\tbo\t', 'qpc send bob');
    await zsh.makes('qpc mesh store import fr\t', 'qpc mesh store import from\\ ann.mail');
    await zsh.makes('qpc --theme=li\t', 'qpc --theme=light');
    await zsh.makes('qpc mesh st\t', /status +-- show how this node is/);
  });

  test.skipIf(!hasProgram('fish'))('fish: words with descriptions, names, files', async () => {
    const ask = async (line: string): Promise<readonly string[]> => {
      const script = 'qpc completion fish | source; complete -C $argv[1]';
      // Not in one go: the node behind it answers in this process.
      const child = promisify(execFile)('fish', ['--no-config', '-c', script, line], { env, cwd: env.HOME });
      return (await child).stdout.trim().split('\n');
    };
    expect(await ask('qpc mesh stat')).toEqual([expect.stringMatching(/^status\tshow how this node is/)]);
    expect(await ask('qpc send bo')).toEqual(['bob\tconnected']);
    expect(await ask('qpc mesh store import ')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^from\\? ann\.mail/)]),
    );
    expect(await ask('qpc --home m')).toEqual([expect.stringMatching(/^mail\//)]);
    expect(await ask('qpc --theme=li')).toEqual(['--theme=light']);
  });

  test('every script is understood by its shell', () => {
    for (const shell of SHELLS.filter((shell) => hasProgram(shell))) {
      const check = `qpc completion ${shell} > ${env.HOME}/script; ${shell} -n ${env.HOME}/script`;
      const { status, stderr } = spawnSync('bash', ['-c', check], { env: { ...process.env, ...env } });
      expect(String(stderr)).toBe('');
      expect(status).toBe(0);
    }
  });
});
