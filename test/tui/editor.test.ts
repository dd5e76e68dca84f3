import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PASTE_FOLD_UNITS, UNDO_STEPS_MAX } from '../../src/core/base/limits.ts';
import { type EditOp, type Editor, EMPTY, edit, insert, paste, shown, written } from '../../src/tui/editor.ts';

const type = (text: string): Editor => insert(EMPTY, text);
const all = (editor: Editor, ...ops: EditOp[]): Editor => ops.reduce(edit, editor);

const OPS: readonly EditOp[] = [
  'left',
  'right',
  'wordLeft',
  'wordRight',
  'lineStart',
  'lineEnd',
  'lineUp',
  'lineDown',
  'erase',
  'eraseForward',
  'killWord',
  'killToStart',
  'killToEnd',
  'yank',
  'undo',
  'unfold',
];
const anyStep = fc.oneof(
  fc.constantFrom(...OPS).map((op) => (editor: Editor) => edit(editor, op)),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => (editor: Editor) => insert(editor, text)),
  // Combining marks and joiners on their own: what is typed may join with what stands there.
  fc
    .constantFrom('\u0301', '\u200d', '👩', '👧', '\n', ' ', 'e')
    .map((text) => (editor: Editor) => insert(editor, text)),
  fc.nat(3000).map((length) => (editor: Editor) => paste(editor, 'x'.repeat(length))),
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
    expect(killed).toMatchObject({ text: 'see the ', killed: 'map' });
    expect(all(killed, 'lineStart', 'yank').text).toBe('mapsee the ');
  });

  test('Home, End and killing stay within their line', () => {
    const editor = all(type('one\ntwo\nthree'), 'lineUp');
    expect(all(editor, 'lineStart').caret).toBe(4);
    expect(all(editor, 'lineEnd').caret).toBe(7);
    expect(all(editor, 'lineEnd', 'killToStart').text).toBe('one\n\nthree');
  });

  test('up and down keep the column, as far as the line goes', () => {
    const editor = type('longer\nab\nlonger');
    expect(all(editor, 'lineUp').caret).toBe(9);
    expect(all(editor, 'lineUp', 'lineUp').caret).toBe(2);
  });

  test('what a terminal would obey cannot be typed', () => {
    expect(type('a\x1b[31mb\x07c\u202ed').text).toBe('a[31mbcd');
    expect(type('a\r\nb\tc').text).toBe('a\nb    c');
  });

  test('undo goes back step by step, as far as steps are kept', () => {
    let editor = type('a');
    for (let i = 0; i < UNDO_STEPS_MAX + 50; i++) editor = insert(editor, 'b');
    expect(editor.undo.length).toBe(UNDO_STEPS_MAX);
    expect(all(type('ab'), 'erase', 'killToStart', 'undo', 'undo').text).toBe('ab');
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
});
