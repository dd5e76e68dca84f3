import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KILL_RING_MAX, PASTE_FOLD_UNITS, PROMPT_UNITS_MAX, UNDO_STEPS_MAX } from '../../../src/core/base/limits.ts';
import { type EditOp, type Editor, EMPTY, edit, insert, moved, paste, recall } from '../../../src/tui/line/editor.ts';
import { shown, written } from '../../../src/tui/line/folds.ts';
import { climbed } from '../../../src/tui/line/prompt-rows.ts';

const type = (text: string): Editor => insert(EMPTY, text);
const all = (editor: Editor, ...ops: EditOp[]): Editor => ops.reduce(edit, editor);

const OPS: readonly EditOp[] = [
  'left',
  'right',
  'wordLeft',
  'wordRight',
  'lineStart',
  'lineEnd',
  'erase',
  'eraseForward',
  'killWord',
  'killWordForward',
  'killToStart',
  'killToEnd',
  'yank',
  'yankOlder',
  'undo',
  'redo',
  'unfold',
];
const anyStep = fc.oneof(
  fc.constantFrom(...OPS).map((op) => (editor: Editor) => edit(editor, op)),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => (editor: Editor) => insert(editor, text)),
  // Combining marks and joiners on their own: what is typed may join with what stands there.
  fc
    .constantFrom('\u0301', '\u200d', '👩', '👧', '\n', ' ', 'e')
    .map((text) => (editor: Editor) => insert(editor, text)),
  fc.constantFrom(10, 2500, 2501).map((length) => (editor: Editor) => paste(editor, 'x'.repeat(length))),
  fc.constantFrom(-1, 1).map((by) => (editor: Editor) => climbed(editor, by as -1 | 1, 12)),
  fc.nat(30).map((caret) => (editor: Editor) => moved(editor, caret)),
);

const isBetweenCharacters = ({ text, caret }: Editor): boolean =>
  caret === text.length || [...new Intl.Segmenter().segment(text)].some(({ index }) => index === caret);

describe('editing a line', () => {
  test('types at the caret', () => {
    const editor = insert(all(type('ab'), 'left'), 'x');
    expect(editor).toMatchObject({ text: 'axb', caret: 2 });
  });

  test('a family emoji is one character to move over and to erase', () => {
    const editor = type('a👩‍👩‍👧‍👦b');
    expect(all(editor, 'left', 'left').caret).toBe(1);
    expect(all(editor, 'left', 'erase').text).toBe('ab');
  });

  test('words are erased and put back', () => {
    const killed = all(type('see the map'), 'killWord');
    expect(killed).toMatchObject({ text: 'see the ', killed: ['map'] });
    expect(all(killed, 'lineStart', 'yank').text).toBe('mapsee the ');
  });

  test('Home, End and killing stay within their line', () => {
    const editor = climbed(type('one\ntwo\nthree'), -1, 80);
    expect(all(editor, 'lineStart').caret).toBe(4);
    expect(all(editor, 'lineEnd').caret).toBe(7);
    expect(all(editor, 'lineEnd', 'killToStart').text).toBe('one\n\nthree');
  });

  test('up and down go by the rows that are shown, and keep their cell over shorter ones and wide characters', () => {
    const up = (editor: Editor, cols = 80) => climbed(editor, -1, cols);
    const editor = type('longer\nab\nlonger');
    expect(up(editor).caret).toBe(9);
    expect(up(up(editor)).caret).toBe(6);
    expect(climbed(up(editor), 1, 80).caret).toBe(16);
    expect(up(type('你好你好\nabcdef')).caret).toBe(3);
    expect(up(type('x'.repeat(25)), 12).caret).toBe(15);
    const one = type('one line');
    expect(up(one)).toBe(one);
  });

  test('what a terminal would obey cannot be typed', () => {
    expect(type('a\x1b[31mb\x07c\u202ed').text).toBe('a[31mbcd');
    expect(type('a\r\nb\tc').text).toBe('a\nb    c');
  });

  test('undo takes back a word, a run of erasing or of killing at a time; redo does it again', () => {
    const words = [...'see the map'].reduce(insert, EMPTY);
    expect(all(words, 'undo').text).toBe('see the ');
    expect(all(words, 'undo', 'undo').text).toBe('see ');
    expect(all(words, 'undo', 'undo', 'redo', 'redo')).toMatchObject({ text: 'see the map', caret: 11 });
    expect(all(words, 'erase', 'erase', 'erase', 'undo').text).toBe('see the map');
    expect(all(words, 'killWord', 'killWord', 'undo').text).toBe('see the map');
    expect(all(words, 'undo', 'left', 'erase', 'redo').text).toBe('see th ');
  });

  test('undo goes back as far as steps are kept', () => {
    let editor = type('a');
    for (let i = 0; i < UNDO_STEPS_MAX + 50; i++) editor = insert(editor, '\nb');
    expect(editor.undo.length).toBe(UNDO_STEPS_MAX);
  });

  test('kills that follow one another are put back as one, those before them by turning the ring', () => {
    const twice = all(type('one two three'), 'killWord', 'left', 'killWord', 'killToStart');
    expect(twice).toMatchObject({ text: ' ', killed: ['three', 'one two'] });
    const put = edit(twice, 'yank');
    expect(put.text).toBe('one two ');
    expect(edit(put, 'yankOlder').text).toBe('three ');
    expect(all(put, 'yankOlder', 'yankOlder').text).toBe('one two ');
    expect(all(put, 'yankOlder', 'undo').text).toBe(' ');
    expect(all(put, 'left', 'yankOlder').text).toBe('one two ');
  });

  test('of what was killed as much is kept as is of use', () => {
    let editor = EMPTY;
    for (let i = 0; i < KILL_RING_MAX + 5; i++) editor = all(insert(editor, `w${i}`), 'killWord', 'left', 'right');
    expect(editor.killed.length).toBe(KILL_RING_MAX);
    expect(editor.killed.at(-1)).toBe(`w${KILL_RING_MAX + 4}`);
  });

  test('after any steps the caret is between two characters, and every undo reaches an earlier text', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        let editor = EMPTY;
        for (const step of steps) {
          editor = step(editor);
          expect(isBetweenCharacters(editor)).toBe(true);
        }
        while (editor.undo.length > 0) editor = edit(editor, 'undo');
        expect(editor.text).toBe('');
      }),
    );
  });

  test('undo after any step is what was before, redo what came of it', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), anyStep, (steps, last) => {
        // After moving, a step is one of its own.
        const before = { ...steps.reduce((editor, step) => step(editor), EMPTY), run: undefined };
        const after = last(before);
        fc.pre(after.undo.length > before.undo.length);
        const back = edit(after, 'undo');
        expect([written(back), back.caret]).toEqual([written(before), before.caret]);
        expect(edit(back, 'redo')).toMatchObject({ text: after.text, caret: after.caret });
      }),
    );
  });

  test('what is typed anywhere takes nothing away', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 20 }),
        fc.string({ unit: 'grapheme', maxLength: 8 }),
        (steps, text) => {
          const before = steps.reduce((editor, step) => step(editor), EMPTY);
          const after = insert(before, text);
          const typedUnits = written(after).length - written(before).length;
          expect(written(after).slice(0, written({ ...before, text: before.text.slice(0, before.caret) }).length)).toBe(
            written({ ...before, text: before.text.slice(0, before.caret) }),
          );
          expect(written(after)).toHaveLength(written(before).length + typedUnits);
          expect(written(after).endsWith(written({ ...before, text: before.text.slice(before.caret) }))).toBe(true);
        },
      ),
    );
  });
});

describe('a long text', () => {
  const LONG = {
    ascii: `${'see the map of hill two '.repeat(50)}\n`.repeat(80),
    'one line': 'x'.repeat(100_000),
    Chinese: '山上的節點又恢復了'.repeat(3000),
    emoji: '👩‍👩‍👧‍👦 und 👍🏽 '.repeat(3000),
    Hindi: 'पहाड़ी पर नोड '.repeat(4000),
  };
  for (const [name, text] of Object.entries(LONG)) {
    test(`of ${name} costs a key no more than a few milliseconds`, () => {
      const long = { ...EMPTY, text, caret: text.length };
      const times = [insert(long, 'a'), moved(long, text.length >> 1)].flatMap((editor) =>
        Array.from({ length: 9 }, (_, n) => {
          const begun = performance.now();
          climbed(edit(insert(editor, String(n)), 'left'), -1, 100);
          return performance.now() - begun;
        }),
      );
      // The best of a few: what else the machine does is not the editor's.
      expect(Math.min(...times)).toBeLessThan(10);
    });
  }
});

describe('pasting', () => {
  test('a short paste stands as it is, without its last newline', () => {
    expect(paste(EMPTY, 'one\rtwo\r').text).toBe('one\ntwo');
  });

  test('a large one is shown as a word about its size, and sent in full', () => {
    const log = Array.from({ length: 214 }, (_, n) => `line ${n}`).join('\n');
    const editor = insert(paste(type('see: '), log), ' ok?');
    expect(shown(editor).text).toBe('see: ‹pasted 214 lines, 1.8 kB · Ctrl+O shows it› ok?');
    expect(shown(editor).caret).toBe(shown(editor).text.length);
    expect(written(editor)).toBe(`see: ${log} ok?`);
    expect(all(editor, 'unfold').text).toBe(`see: ${log} ok?`);
  });

  test('a folded paste is erased as one character', () => {
    const editor = paste(type('a'), 'x'.repeat(PASTE_FOLD_UNITS + 1));
    expect(written(edit(editor, 'erase'))).toBe('a');
  });

  test('what was folded is put back whole, also in the line after the one it was killed in', () => {
    const killed = edit(paste(type('a'), 'y'.repeat(PASTE_FOLD_UNITS + 1)), 'killToStart');
    const next = edit({ ...EMPTY, killed: killed.killed }, 'yank');
    expect(written(next)).toBe(`a${'y'.repeat(PASTE_FOLD_UNITS + 1)}`);
    expect(shown(next).text).toContain('pasted');
  });

  test('what has no room is not taken, and what was there stays', () => {
    const editor = paste(type('kept'), 'x'.repeat(PROMPT_UNITS_MAX - 4));
    expect(paste(editor, 'y')).toBe(editor);
    expect(insert(editor, 'y')).toBe(editor);
    expect(written(recall(editor, 'shorter'))).toBe('shorter');
  });

  test('the same paste many times is kept once', () => {
    let editor = EMPTY;
    for (let i = 0; i < 20; i++) editor = edit(paste(editor, 'z'.repeat(5000)), 'killToStart');
    expect(editor.folds.length).toBe(1);
  });
});
