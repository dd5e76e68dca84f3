import { beforeAll, describe, expect, test } from 'vitest';
import { width } from '../../src/tui/drawing/cells.ts';
import { inAscii } from '../../src/tui/drawing/signs.ts';
import { layout } from '../../src/tui/layout.ts';
import { noteRows } from '../../src/tui/notes.ts';
import type { Chosen, ViewState } from '../../src/tui/screen-state.ts';
import { aim } from '../../src/tui/views/aim.ts';
import { banner } from '../../src/tui/views/banner.ts';
import { ASCII, annsScreen, DARK, HOSTILE, MONO, message, PEOPLE, STORY_BEGINS, told } from './story.ts';
import { plain } from './views/view-rules.ts';

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

const AREAS = [100, 60, 40, 20] as const;
const line = message(1, { from: PEOPLE.ann, state: 'refused', text: `see https://wiki.example/x and ${HOSTILE[0]}` });
const task = { type: 'progress', task: 't', what: HOSTILE[0]!, unit: 'lines', startedAt: STORY_BEGINS } as const;

/** A screen that has as much to say as it can. */
const busy = (mode: Chosen['mode']): ViewState =>
  told(
    start,
    { type: 'written', message: line },
    { type: 'chosen', chosen: { id: line.id, mode } },
    { type: 'running', running: { line: `/mesh trace ${HOSTILE[0]}`, since: STORY_BEGINS - 5_000 } },
    ...[1, 2, 3].map((n) => ({
      type: 'node' as const,
      event: { ...task, task: `${n}`, done: 10, of: 100, at: STORY_BEGINS + 2_000, over: false },
    })),
    { type: 'said', banner: { kind: 'error', text: HOSTILE.join(' ') } },
  );

describe('what is said above the status bar', () => {
  for (const mode of ['marked', 'keys', 'react', 'delete', 'failed', 'link'] as const)
    test(`is safe text of at most the width, in any theme, also while ${mode}`, () => {
      for (const cols of AREAS)
        for (const theme of [DARK, MONO, ASCII])
          for (const row of banner(noteRows(busy(mode), cols), theme)) {
            expect(width(row)).toBeLessThanOrEqual(Math.max(cols, 11));
            expect(plain([row])).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
          }
    });

  test('names keys of a chosen line in one row on a small screen', () => {
    const state = told(start, { type: 'choseBy', lines: 0 });
    for (const cols of [40, 100]) expect(noteRows(state, cols).length).toBe(1);
    expect(noteRows(state, 40)[0]?.text).toMatch(/^y copy · r reply .*· Esc done$/);
  });

  test('leaves the chat at least a row, and all rows add up to the screen', () => {
    for (const rows of [30, 12, 8, 5, 4]) {
      const state = told({ ...busy('keys'), size: { cols: 40, rows } }, { type: 'aimed', kind: 'reply', line });
      const { main, banner, aim, prompt } = layout(state);
      expect(main.rows + banner.length + 1 + aim + prompt).toBe(rows);
      expect(main.rows).toBeGreaterThanOrEqual(1);
    }
  });

  test('has the usual signs by their names where there are no emoji', () => {
    const [row] = banner(noteRows(busy('react'), 100), ASCII).filter((row) => row.includes('react'));
    expect(inAscii(plain([row!]))).toMatch(/react: 1 \+1 {2}2 <3 {2}3 :D/);
    expect(inAscii(plain([row!]))).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('what the line being written is for', () => {
  test('is one row of safe text', () => {
    for (const text of HOSTILE)
      for (const cols of AREAS)
        for (const theme of [DARK, MONO, ASCII])
          for (const kind of ['reply', 'edit'] as const) {
            const rows = aim(
              told(start, { type: 'aimed', kind, line: message(1, { text, fromName: text }) }),
              cols,
              theme,
            );
            expect(rows.length).toBe(1);
            expect(width(rows[0]!)).toBeLessThanOrEqual(cols);
            expect(plain(rows)).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
          }
  });

  test('belongs to its conversation: elsewhere a line is a line, and back there it is an answer again', () => {
    const aimedHere = told(start, { type: 'aimed', kind: 'reply', line: message(1) });
    const away = told(aimedHere, { type: 'opened', id: PEOPLE.bob, kind: 'direct', name: 'bob' });
    expect(aim(away, 60, MONO)).toEqual([]);
    const back = told(away, { type: 'opened', id: start.open!, kind: 'channel', name: '#general' });
    expect(plain(aim(back, 60, MONO))).toContain('↳ bob: line 1');
  });
});
