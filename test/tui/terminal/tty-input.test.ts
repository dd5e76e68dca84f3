import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  KEY_SEQUENCE_REST_MS,
  KEY_SEQUENCE_WAIT_MS,
  PASTE_REST_MS,
  PASTE_UNITS_MAX,
} from '../../../src/core/base/limits.ts';
import { type Keyboard, TtyInput } from '../../../src/tui/terminal/tty-input.ts';

/** A filter, what it reports, and the terminal's side of it. */
function filter() {
  const tty = Object.assign(new EventEmitter(), { isTTY: true, setEncoding: () => {} });
  const input = new TtyInput(tty as unknown as Keyboard);
  const reports: unknown[][] = [];
  for (const name of ['wheel', 'focus', 'caret', 'answer', 'mode'] as const) {
    input.reports.on(name, (...values: unknown[]) => reports.push([name, ...values]));
  }
  return { input, reports, read: (chunk: string) => void tty.emit('data', chunk) };
}

/** What Ink gets when the terminal's reads bring `chunks`. */
function keys(...chunks: string[]): { got: string[]; reports: unknown[][]; input: TtyInput } {
  const { input, reports, read } = filter();
  for (const chunk of chunks) read(chunk);
  return { got: drained(input), reports, input };
}

/** Runs with a clock that only moves when told. */
function withClock(run: (passMs: (ms: number) => void) => void): void {
  vi.useFakeTimers();
  try {
    run((ms) => void vi.advanceTimersByTime(ms));
  } finally {
    vi.useRealTimers();
  }
}

const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;

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
    withClock((passMs) => {
      const { got, input } = keys('\x1b');
      expect(got).toEqual([]);
      passMs(KEY_SEQUENCE_WAIT_MS);
      expect(drained(input)).toEqual(['\x1b']);
    });
  });

  test('torn apart by a slow line they are never text: the key works, or nothing happens', () => {
    withClock((passMs) => {
      const { input, read } = filter();
      for (const [first, rest] of [
        ['\x1b[', '1;5A'],
        ['\x1b', '[1;5A'],
        ['\x1b', 'OA'],
        ['\x1b]11;rgb:', 'ffff/ffff/ffff\x07'],
      ] as const) {
        read(first);
        passMs(first === '\x1b' ? KEY_SEQUENCE_WAIT_MS : KEY_SEQUENCE_REST_MS - 1);
        read(rest);
      }
      expect(drained(input)).toEqual(['\x1b[1;5A', '\x1b', '\x1b[1;5A', '\x1b', '\x1bOA']);
      read('\x1b[12;4');
      passMs(KEY_SEQUENCE_REST_MS);
      read('x');
      expect(drained(input)).toEqual(['x']);
    });
  });

  test('one without an end does not grow for ever', () => {
    const { got } = keys('\x1b[', ...Array.from({ length: 100 }, () => '1'.repeat(100)), 'q', 'x');
    expect(got.at(-1)).toBe('x');
    expect(got.join('').length).toBeLessThan(6000);
  });
});

describe('pastes', () => {
  test('stay whole, whatever is in them and however they come', () => {
    const whole = pasted('one\rtwo\x1b[A\x1b[A\x1b[A');
    expect(keys(whole).got).toEqual([whole]);
    expect(keys('a\x1b[200~on', 'e\rtwo', '\x1b[20', '1~b').got).toEqual(['a', '\x1b[200~one\rtwo\x1b[201~', 'b']);
  });

  test('two in one read are two', () => {
    expect(keys(`${pasted('one')}x${pasted('two')}`).got).toEqual([pasted('one'), 'x', pasted('two')]);
  });

  test('an end that was pasted ends nothing: a line behind it does not run', () => {
    expect(keys('\x1b[200~harmless\x1b[201~/quit\r\x1b[201~').got).toEqual([pasted('harmless/quit\r')]);
    expect(keys('\x1b[201~x').got).toEqual(['x']);
  });

  test('of what is too long the rest is left out, and none of it is keys', () => {
    const line = '/quit\r'.repeat(10_000);
    const reads = Array.from({ length: Math.ceil((PASTE_UNITS_MAX * 1.2) / line.length) }, () => line);
    const { got } = keys('\x1b[200~', ...reads, '\x1b[201~', 'x');
    expect(got.at(-1)).toBe('x');
    expect(got.length).toBe(2);
    expect(got[0]).toMatch(/^\x1b\[200~[^\x1b]*\x1b\[201~$/);
    expect(got[0]!.length).toBeGreaterThan(PASTE_UNITS_MAX);
    expect(got[0]!.length).toBeLessThan(PASTE_UNITS_MAX + 2 * line.length);
  });

  test('whose end is lost are taken after a while, and keys are keys again', () => {
    withClock((passMs) => {
      const { input, read } = filter();
      read('\x1b[200~half a sent');
      passMs(PASTE_REST_MS);
      expect(drained(input)).toEqual([pasted('half a sent')]);
      read('x');
      read('\r');
      expect(drained(input)).toEqual(['x', '\r']);
    });
  });

  test('without marks are known by text behind an Enter, where the terminal does not mark them', () => {
    const { input, read } = filter();
    read('one\rtwo\r');
    expect(drained(input)).toEqual(['one', '\r', 'two', '\r']);
    input.marksPastes = false;
    read('/quit\r/quit\r');
    read('/quit\r');
    expect(drained(input)).toEqual([pasted('/quit\r/quit\r'), pasted('/quit\r')]);
    const other = filter();
    other.input.marksPastes = false;
    other.read('hello\r');
    expect(drained(other.input)).toEqual(['hello', '\r']);
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

  test('nor do answers about the caret and modes, mice in the old way, strings and function keys', () => {
    const { got, reports } = keys('\x1b[7;12R\x1b[?2004;2$y\x1b[?1;0$y\x1bP>|term 1\x1b\\\x1b_Gi=1;OK\x1b\\');
    expect(got).toEqual([]);
    expect(reports).toEqual([
      ['caret', 7, 12],
      ['mode', 2004, true],
      ['mode', 1, false],
    ]);
    expect(keys('\x1bOP\x1b[15~\x1b[24;5~\x1b[1;3P\x1b[[A\x1b[M !!\x1b[?62;22c\x1b[25^a').got).toEqual(['a']);
  });

  test('a sequence that is none is dropped, and what follows it is whole', () => {
    expect(keys('\x1b[\x1b[Aé').got).toEqual(['\x1b[A', 'é']);
    expect(keys('\x1b[12;é').got).toEqual(['é']);
    expect(keys('\x1b]hello').got).toEqual(['\x1b]', 'hello']);
  });
});

describe('anything at all', () => {
  const noise = (length: number): string => {
    const next = randoms(7);
    return Buffer.from(Array.from({ length }, () => Math.floor(next() * 256))).toString('utf8');
  };

  test('a megabyte of random bytes is keys, each within its kind, in linear time', () => {
    const bytes = noise(1_000_000);
    const reads = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, i) =>
      bytes.slice(i * 4096, i * 4096 + 4096),
    );
    const { got } = keys(...reads);
    expect(got.length).toBeGreaterThan(100_000);
    for (const key of got) {
      if (!/^(?:\x1b\[200~|[^\x00-\x1f\x7f]+$|[\x00-\x1f\x7f]$|\x1b)/.test(key)) throw new Error(JSON.stringify(key));
    }
  });
});

/** Numbers of [0, 1) that are the same for the same seed (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
