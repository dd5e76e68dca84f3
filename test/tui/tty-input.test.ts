import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { KEY_SEQUENCE_WAIT_MS } from '../../src/core/base/limits.ts';
import { type Keyboard, TtyInput } from '../../src/tui/tty-input.ts';

/** What Ink gets when the terminal's reads bring `chunks`. */
function keys(...chunks: string[]): { got: string[]; reports: unknown[][]; input: TtyInput } {
  const tty = Object.assign(new EventEmitter(), { isTTY: true, setEncoding: () => {} });
  const input = new TtyInput(tty as unknown as Keyboard);
  const reports: unknown[][] = [];
  for (const name of ['wheel', 'focus', 'answer'] as const) {
    input.reports.on(name, (...values: unknown[]) => reports.push([name, ...values]));
  }
  for (const chunk of chunks) tty.emit('data', chunk);
  return { got: drained(input), reports, input };
}

function drained(input: TtyInput): string[] {
  const got: string[] = [];
  for (let key = input.read(); key !== null; key = input.read()) got.push(key);
  return got;
}

describe('keys that came in one read', () => {
  for (const [read, expected] of [
    ['hi\r', ['hi', '\r']],
    ['\x15hi', ['\x15', 'hi']],
    ['a\tb', ['a', '\t', 'b']],
    ['\x1b[A\x1b[B', ['\x1b[A', '\x1b[B']],
    ['\x1bp\x1b\r', ['\x1bp', '\x1b\r']],
    ['\x1b[13;2u', ['\x1b[13;2u']],
    ['\x1bOA', ['\x1bOA']],
    ['你好\r', ['你好', '\r']],
  ] as const) {
    test(`${JSON.stringify(read)} is ${expected.length}`, () => expect(keys(read).got).toEqual(expected));
  }
});

describe('sequences that came in pieces', () => {
  test('are put together', () => {
    expect(keys('\x1b', '[A').got).toEqual(['\x1b[A']);
    expect(keys('x\x1b[1;', '3', 'Ay').got).toEqual(['x', '\x1b[1;3A', 'y']);
  });

  test('wherever they are cut, the keys are the same', () => {
    const line = 'a\x1b[A\x1bp\x1b[200~x\x1b[31m\ry\x1b[201~\x1b[<64;1;1M你\r\x1b]11;rgb:0/0/0\x1b\\b';
    const whole = keys(line);
    fc.assert(
      fc.property(fc.nat(line.length), fc.nat(line.length), (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        const cut = keys(line.slice(0, first), line.slice(first, second), line.slice(second));
        expect(cut.got.join('|').replace(/[|]/g, '')).toBe(whole.got.join(''));
        expect(cut.reports).toEqual(whole.reports);
      }),
    );
  });

  test('Esc alone is itself after a moment', () => {
    vi.useFakeTimers();
    try {
      const { got, input } = keys('\x1b');
      expect(got).toEqual([]);
      vi.advanceTimersByTime(KEY_SEQUENCE_WAIT_MS);
      expect(drained(input)).toEqual(['\x1b']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('pastes', () => {
  test('stay whole, whatever is in them and however they come', () => {
    const pasted = '\x1b[200~one\rtwo\x1b[A\x1b[A\x1b[A\x1b[201~';
    expect(keys(pasted).got).toEqual([pasted]);
    expect(keys('a\x1b[200~on', 'e\rtwo', '\x1b[20', '1~b').got).toEqual(['a', '\x1b[200~one\rtwo\x1b[201~', 'b']);
  });
});

describe('what is no key', () => {
  test('a burst of one arrow is the wheel; two arrows are arrows', () => {
    expect(keys('\x1bOA\x1bOA\x1bOA')).toMatchObject({ got: [], reports: [['wheel', -1]] });
    expect(keys('\x1b[B\x1b[B\x1b[B\x1b[B').reports).toEqual([['wheel', 1]]);
    expect(keys('\x1b[B\x1b[B')).toMatchObject({ got: ['\x1b[B', '\x1b[B'], reports: [] });
  });

  test('focus, mouse and answers of the terminal never reach the prompt', () => {
    const { got, reports } = keys('\x1b[I\x1b[O\x1b[<65;3;4M\x1b[<0;3;4M\x1b]11;rgb:ffff/ffff/ffff\x07');
    expect(got).toEqual([]);
    expect(reports).toEqual([
      ['focus', true],
      ['focus', false],
      ['wheel', 1],
      ['answer', 11, 'rgb:ffff/ffff/ffff'],
    ]);
  });
});
