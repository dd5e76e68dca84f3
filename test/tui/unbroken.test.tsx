import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Pane } from '../../src/tui/pane.ts';
import { VIEWS } from '../../src/tui/panes/table.ts';
import { strayIn } from '../support/own-output.ts';
import { spawn } from '../support/screen.ts';
import { tempDir } from '../support/temp-dir.ts';
import { asked, sit } from './sit.tsx';

const PROGRAM = fileURLToPath(new URL('../support/screen-on-fake.ts', import.meta.url));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a mistake in one part of the screen', () => {
  test('of a view stands in its place; the prompt works, Esc leaves it, and the next state tries again', async () => {
    using ann = await sit();
    let fails = true;
    const { draw } = VIEWS.store;
    vi.spyOn(VIEWS.store, 'draw').mockImplementation((...args) => {
      if (fails) throw new TypeError('rows is undefined \x1b[31m');
      return draw(...args);
    });
    ann.press('M-s');
    await ann.until('This cannot be shown: TypeError: rows is undefined \\u{1b}[31m');
    await ann.until('Esc leaves it');
    expect(ann.line(-2)).toMatch(/\? help$/);
    fails = false;
    ann.session.tell({ type: 'clock', now: ann.session.now() + 60_000 });
    await ann.until(/Store/);
    await ann.until(() => !ann.text().includes('cannot be shown'));
    fails = true;
    ann.session.tell({ type: 'clock', now: ann.session.now() + 120_000 });
    await ann.until('This cannot be shown');
    ann.press('Esc');
    await ann.until(/thanks/);
    ann.type('still here\r');
    await ann.until(() => asked(ann.node, 'broadcast').length === 1);
  });

  test('of a command is said above the prompt, and the line is there again', async () => {
    using ann = await sit();
    vi.spyOn(ann.node, 'call').mockImplementation(async (method) => {
      if (method === 'ping') throw new TypeError('there is no peer');
      return { ok: false, error: { code: 'E_INTERNAL', message: 'out of order' } };
    });
    ann.type('/mesh ping bob\r');
    await ann.until('✗ internal error: there is no peer');
    expect(ann.line(-1)).toBe('❯ /mesh ping bob');
  });

  test('of a key is said above the prompt, and what was typed stays', async () => {
    using ann = await sit();
    ann.type('half a sentence');
    await ann.until('❯ half a sentence');
    vi.spyOn(ann.session, 'show').mockImplementation(() => {
      throw new RangeError('no such view');
    });
    ann.press('M-p');
    await ann.until('that key did nothing, by a mistake in qpc: RangeError: no such view');
    expect(ann.line(-1)).toBe('❯ half a sentence');
    expect(asked(ann.node, 'goodbye')).toEqual([]);
  });
});

describe('any size', () => {
  const panes = Object.values(VIEWS).flatMap((view) => ('begin' in view && view.begin ? [view.begin as Pane] : []));

  for (const { cols, rows } of [
    { cols: 40, rows: 8 },
    { cols: 39, rows: 7 },
    { cols: 20, rows: 4 },
    { cols: 10, rows: 3 },
    { cols: 3, rows: 2 },
    { cols: 1, rows: 1 },
  ]) {
    test(`${cols}×${rows}: nothing fails, nothing is wider, what is written stays`, async () => {
      using ann = await sit();
      ann.type('x');
      await ann.until('❯ x');
      ann.resize({ cols, rows });
      await ann.until(() => ann.session.state.size.cols === cols && ann.session.state.size.rows === rows);
      for (const pane of panes) {
        ann.session.tell({ type: 'pane', pane });
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(ann.text()).not.toMatch(/cannot be|mistake/);
        ann.session.tell({ type: 'back' });
      }
      if (cols >= 20 && rows >= 4) await ann.until(() => ann.line(-1) === '❯ x');
      if (cols === 40) expect(ann.text()).toMatch(/\? help/);
      ann.resize({ cols: 100, rows: 24 });
      await ann.until(() => ann.line(-1) === '❯ x');
      await ann.until(/thanks/);
    });
  }
});

describe('in a real pty', () => {
  test('two hundred sizes in two seconds leave the reader, the text and the process where they were', async () => {
    using screen = spawn([PROGRAM], { cols: 100, rows: 30 });
    await screen.until('write to #general', 15_000);
    screen.type('half a sentence');
    await screen.until('❯ half a sentence');
    for (let turn = 0; turn < 200; turn++) {
      screen.resize({ cols: 20 + ((turn * 37) % 120), rows: 4 + ((turn * 13) % 40) });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    screen.resize({ cols: 100, rows: 30 });
    await screen.until(() => screen.line(-1) === '❯ half a sentence' && /\? help$/.test(screen.line(-2)), 10_000);
    expect(screen.text()).toMatch(/thanks/);
    expect(screen.lines().filter((line) => /\? help$/.test(line))).toHaveLength(1);
    expect(strayIn(screen.raw)).toBeUndefined();
    screen.press('C-c');
    screen.type('/quit\r');
    expect(await screen.exit).toBe(0);
  });

  test('five megabytes pasted, with lines that would leave, become no command', async () => {
    using screen = spawn([PROGRAM], { cols: 80, rows: 20 });
    await screen.until('write to #general', 15_000);
    screen.paste('/quit\r'.repeat(850_000));
    screen.type('!');
    await screen.until(() => /!$/.test(screen.line(-1)), 15_000);
    expect(screen.alternate()).toBe(true);
    screen.press('C-c');
    await screen.until('write to #general', 10_000);
    screen.type('/quit\r');
    expect(await screen.exit).toBe(0);
  }, 60_000);

  for (const [what, env, shows] of [
    ['no locale but C', { LANG: 'C', LC_ALL: 'C' }, />.*write to #general/],
    ['the Linux console', { TERM: 'linux' }, />.*write to #general/],
    ['no colour', { NO_COLOR: '1' }, /❯.*write to #general/],
  ] as const) {
    test(`it begins with ${what}`, async () => {
      using screen = spawn([PROGRAM], { cols: 80, rows: 20 }, env);
      await screen.until(shows, 15_000);
      if (what !== 'no colour') {
        await screen.until(/thanks/);
        expect(screen.text().replace(/ñ/g, '')).not.toMatch(/[─│❯▸◉◌⇡✓]/);
      }
      if (what === 'no colour') expect(screen.raw).not.toMatch(/\x1b\[[0-9;]*[34][0-9]/);
      screen.type('/quit\r');
      expect(await screen.exit).toBe(0);
    });
  }

  test('where only ASCII is shown no view writes anything else', async () => {
    using screen = spawn([PROGRAM], { cols: 100, rows: 30 }, { LANG: 'C', LC_ALL: 'C' });
    await screen.until(/>.*write to #general/, 15_000);
    for (const key of ['M-p', 'M-s', 'M-m', 'M-i', 'M-h', 'M-w', 'C-g', 'C-f', 'M-v']) {
      screen.press(key);
      await screen.until(/Esc back|Esc done/);
      screen.press('Esc');
      await screen.until(() => !/Esc back|Esc done/.test(screen.text()));
    }
    for (const line of ['/mesh route bob', '/mesh why bob', '/help chat', '/nope', '/contacts', '/mesh map']) {
      screen.type(`${line}\r`);
      await screen.until(/Esc back|no such command|was last seen/);
      screen.press('Esc', 'C-c');
      await screen.until(/write to #general/);
    }
    process.kill(screen.pid, 'SIGTERM');
    await screen.exit;
    const others = screen.raw.replace(/ñ/g, '').match(/.{0,20}[^\x00-\x7f].{0,20}/g);
    expect(others ?? []).toEqual([]);
  });

  test('a theme in a file colours it; one that cannot be read is told, and the screen is as ever', async () => {
    const path = join(tempDir(), 'mine.toml');
    writeFileSync(path, 'base = "light"\naccent = "#ff8700"\n');
    using mine = spawn([PROGRAM], { cols: 80, rows: 20 }, { THEME: path, COLORTERM: 'truecolor' });
    await mine.until('write to #general', 15_000);
    await mine.until(() => mine.raw.includes('\x1b[38;2;255;135;0m'));
    writeFileSync(path, '\nacent = "cyan"\n');
    using other = spawn([PROGRAM], { cols: 80, rows: 20 }, { THEME: path });
    await other.until(/the theme is not used: .*mine\.toml:2: acent: nothing is called/, 15_000);
    await other.until(/mean\s+accent\?/);
    await other.until('write to #general');
  });
});
