import { describe, expect, test } from 'vitest';
import { PROMPT_HISTORY_MAX } from '../../src/core/base/limits.ts';
import { NO_HISTORY, newer, older, remember } from '../../src/tui/history.ts';

const told = ['one', 'two', 'three'].reduce(remember, NO_HISTORY);

describe('what was sent before', () => {
  test('comes back newest first, and the line being written last', () => {
    const three = older(told, 'draft')!;
    const two = older(three.history, three.line)!;
    expect([three.line, two.line]).toEqual(['three', 'two']);
    const forward = newer(two.history)!;
    expect(newer(forward.history)).toMatchObject({ line: 'draft' });
  });

  test('ends at the oldest, and at the line being written', () => {
    const one = older(older(older(told, '')!.history, '')!.history, '')!;
    expect(one.line).toBe('one');
    expect(older(one.history, '')).toBeUndefined();
    expect(newer(told)).toBeUndefined();
  });

  test('keeps a line once in a row, and no more than its bound', () => {
    expect(remember(told, 'three').lines).toEqual(['one', 'two', 'three']);
    const full = Array.from({ length: PROMPT_HISTORY_MAX + 1 }, (_, n) => `line ${n}`).reduce(remember, NO_HISTORY);
    expect(full.lines.length).toBe(PROMPT_HISTORY_MAX);
    expect(full.lines[0]).toBe('line 1');
  });
});
