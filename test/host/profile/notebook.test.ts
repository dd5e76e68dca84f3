import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  DRAFTS_KEPT_MAX,
  HISTORY_FILE_UNITS_MAX,
  HISTORY_LINE_UNITS_MAX,
  PROMPT_HISTORY_MAX,
} from '../../../src/core/base/limits.ts';
import { FileNotebook } from '../../../src/host/profile/notebook.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A notebook and its files. */
function newNotebook() {
  const home = tempDir();
  const history = join(home, 'qpc.history');
  const drafts = join(home, 'qpc.drafts');
  return { notebook: new FileNotebook(home), again: () => new FileNotebook(home), history, drafts };
}

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('what was sent', () => {
  test('is there at the next start, lines with newlines and all, for this user alone', () => {
    const { notebook, again, history } = newNotebook();
    for (const line of ['one', 'two\nand "three"', '你好']) notebook.remember(line);
    expect(again().history()).toEqual(['one', 'two\nand "three"', '你好']);
    expect(mode(history)).toBe(0o600);
  });

  test('is gone when it was taken back, as a line or behind a command, and nothing else', () => {
    const { notebook, again, history } = newNotebook();
    for (const line of ['hunter2', '/mesh send bob hunter2', 'is it hunter2', 'ok']) notebook.remember(line);
    again().forget('hunter2');
    expect(notebook.history()).toEqual(['is it hunter2', 'ok']);
    expect(mode(history)).toBe(0o600);
  });

  test('of two screens at once is all there', () => {
    const { notebook, again } = newNotebook();
    const other = again();
    notebook.remember('mine');
    other.remember('yours');
    expect(again().history()).toEqual(['mine', 'yours']);
  });

  test.each([
    '/mesh subscribe hills --key AAAA',
    'qpc-channel:hills?v=1&key=AAAA',
    'the password: tulip',
    ' not for later',
    '1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
  ])('is not kept where it holds a secret: %s', (line) => {
    const { notebook, again, history } = newNotebook();
    notebook.remember('kept');
    notebook.remember(line);
    expect(again().history()).toEqual(['kept']);
    expect(readFileSync(history, 'utf8')).not.toContain(line);
  });

  test('is kept where it only speaks of secrets, or is an ordinary sentence', () => {
    const { notebook } = newNotebook();
    const lines = [
      'what is a passphrase',
      'the key is under the mat',
      'there were three large ships near the coast when the storm began',
      'I will be at the relay at noon with a map of it and two of us',
    ];
    for (const line of lines) notebook.remember(line);
    expect(notebook.history()).toEqual(lines);
  });

  test('a line that was cut off, or makes no sense, takes no other with it', () => {
    const { notebook, again, history } = newNotebook();
    notebook.remember('before');
    appendFileSync(history, '17\nnonsense\n"torn');
    expect(again().history()).toEqual(['before']);
    again().remember('after');
    expect(again().history()).toEqual(['before', 'after']);
  });

  test('is bounded: line, lines, and file', () => {
    const { notebook, again, history } = newNotebook();
    notebook.remember('x'.repeat(HISTORY_LINE_UNITS_MAX + 1));
    expect(again().history()).toEqual([]);
    const line = `${JSON.stringify('y'.repeat(HISTORY_LINE_UNITS_MAX))}\n`;
    writeFileSync(history, line.repeat(HISTORY_FILE_UNITS_MAX / HISTORY_LINE_UNITS_MAX + 1) + '"short"\n'.repeat(600));
    expect(again().history().length).toBe(PROMPT_HISTORY_MAX);
    expect(statSync(history).size).toBe(8 * PROMPT_HISTORY_MAX);
    expect(mode(history)).toBe(0o600);
  });
});

describe('what was begun', () => {
  test('is there at the next start, until it is sent or erased, for this user alone', () => {
    const { notebook, again, drafts } = newNotebook();
    notebook.keepDraft('a', { text: 'half a thought', caret: 4 });
    notebook.keepDraft('b', { text: 'two\nlines', caret: 9 });
    notebook.keepDraft('b', { text: '', caret: 0 });
    expect([...again().drafts()]).toEqual([['a', { text: 'half a thought', caret: 4 }]]);
    expect(mode(drafts)).toBe(0o600);
  });

  test('on another screen stays', () => {
    const { notebook, again } = newNotebook();
    const other = again();
    notebook.keepDraft('a', { text: 'mine', caret: 0 });
    other.keepDraft('b', { text: 'yours', caret: 0 });
    notebook.keepDraft('a', { text: 'mine still', caret: 0 });
    expect([...again().drafts().keys()].sort()).toEqual(['a', 'b']);
  });

  test('is not kept where it holds a secret, not even what was kept of it before', () => {
    const { notebook, again } = newNotebook();
    notebook.keepDraft('a', { text: '/mesh subscribe hills', caret: 0 });
    notebook.keepDraft('a', { text: '/mesh subscribe hills --key AAAA', caret: 0 });
    expect(again().drafts().size).toBe(0);
  });

  test('is nothing where the file makes no sense', () => {
    const { notebook, drafts } = newNotebook();
    for (const text of ['', '[1]', '{"a": 7}', '\u0000']) {
      writeFileSync(drafts, text);
      expect(notebook.drafts().size).toBe(0);
    }
    notebook.keepDraft('a', { text: 'new', caret: 0 });
    expect(notebook.drafts().size).toBe(1);
  });

  test('is bounded in number', () => {
    const { notebook, drafts } = newNotebook();
    const full = Object.fromEntries(Array.from({ length: DRAFTS_KEPT_MAX }, (_, n) => [n, { text: 'x', caret: 0 }]));
    writeFileSync(drafts, JSON.stringify(full));
    notebook.keepDraft('one more', { text: 'y', caret: 0 });
    expect(notebook.drafts().has('one more')).toBe(false);
    notebook.keepDraft('7', { text: 'y', caret: 0 });
    expect(notebook.drafts().get('7')?.text).toBe('y');
  });
});

test('where nothing can be written nobody is stopped', () => {
  const nowhere = new FileNotebook(join(tempDir(), 'gone'));
  nowhere.remember('line');
  nowhere.keepDraft('a', { text: 'x', caret: 0 });
  expect([nowhere.history(), nowhere.drafts().size]).toEqual([[], 0]);
});
