import { describe, expect, test } from 'vitest';
import { PROMPT_HISTORY_MAX } from '../../../src/core/base/limits.ts';
import { EMPTY, insert } from '../../../src/tui/line/editor.ts';
import { type History, NO_HISTORY, newer, older, remember } from '../../../src/tui/line/history.ts';
import { foundAt, searchFor, stepped, withQuery } from '../../../src/tui/line/history-search.ts';

const line = (text: string) => insert(EMPTY, text);
const told = ['one', 'two', 'three'].reduce(remember, NO_HISTORY);

/** Lines from the newest to the oldest, as ↑ brings them. */
function back(history: History, draft: string): string[] {
  const lines: string[] = [];
  for (let found = older(history, line(draft)); found; found = older(found.history, line(found.line)))
    lines.push(found.line);
  return lines;
}

describe('what was sent before', () => {
  test('comes back newest first, and the line being written last, as it was', () => {
    const draft = line('draft');
    const three = older(told, draft)!;
    const two = older(three.history, line(three.line))!;
    expect([three.line, two.line]).toEqual(['three', 'two']);
    const forward = newer(two.history)!;
    expect(forward.line).toBe('three');
    expect(newer(forward.history)?.line).toBe(draft);
  });

  test('ends at the oldest, and at the line being written', () => {
    expect(back(told, '')).toEqual(['three', 'two', 'one']);
    expect(newer(told)).toBeUndefined();
  });

  test('behind the beginning of a command has only commands that begin so', () => {
    const history = ['/mesh peers', 'hi', '/mesh send bob hi', '/help', '/mesh peers'].reduce(remember, NO_HISTORY);
    expect(back(history, '/mesh')).toEqual(['/mesh peers', '/mesh send bob hi', '/mesh peers']);
    expect(back(history, 'h').length).toBe(5);
  });

  test('keeps a line once in a row, and no more than its bound', () => {
    expect(remember(told, 'three').lines).toEqual(['one', 'two', 'three']);
    const full = Array.from({ length: PROMPT_HISTORY_MAX + 1 }, (_, n) => `line ${n}`).reduce(remember, NO_HISTORY);
    expect(full.lines.length).toBe(PROMPT_HISTORY_MAX);
    expect(full.lines[0]).toBe('line 1');
  });
});

describe('looking for what was sent before', () => {
  const lines = ['/mesh send bob the map', 'see the map', 'meet me at the post', 'see the map'];

  test('begins with the newest, each line once', () => {
    expect(searchFor(lines, '').found).toEqual(['see the map', 'meet me at the post', '/mesh send bob the map']);
  });

  test('lines with the letters in one piece come before those with them apart', () => {
    expect(searchFor(lines, 'map').found).toEqual(['see the map', '/mesh send bob the map', 'meet me at the post']);
    expect(searchFor(lines, 'mt').found[0]).toBe('meet me at the post');
    expect(searchFor(lines, 'xyz').found).toEqual([]);
  });

  test('goes on to older lines and back, and stays at the ends', () => {
    const search = searchFor(lines, 'map');
    expect([stepped(search, 1).at, stepped(stepped(stepped(search, 1), 1), 1).at, stepped(search, -1).at]).toEqual([
      1, 2, 0,
    ]);
    expect(stepped(searchFor([], 'x'), 1).at).toBe(0);
  });

  test('says where the letters are', () => {
    expect(foundAt(searchFor(lines, 'map'))).toEqual([8, 9, 10]);
    expect(foundAt(searchFor(['post map'], 'pm'))).toEqual([0, 5]);
  });

  test('letters that a terminal would obey are none', () => {
    expect(withQuery(lines, 'm\x1bap\nrest').query).toBe('map');
  });
});
