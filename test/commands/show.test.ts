import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/commands/duration.ts';
import { printable, printableJson } from '../../src/commands/printable.ts';
import { bytes, clock, columns, rtt } from '../../src/commands/show.ts';
import { span } from '../../src/core/base/span.ts';

describe('lengths of time', () => {
  for (const [text, ms] of [
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['500ms', 500],
    ['7', 7_000],
    ['0', 0],
  ] as const) {
    test(text, () => expect(parseDuration(text)).toBe(ms));
  }
  for (const text of ['', 's', '-1s', '1.5s', '1 s', '1w', '1S', '9999999999', '5m3s']) {
    test(`${JSON.stringify(text)} is none`, () => expect(parseDuration(text)).toBeUndefined());
  }
  test('for people, in the largest unit that says enough', () => {
    expect([0, 999, 4_000, 119_000, 120_000, 7_200_000, 200_000_000].map(span)).toEqual([
      '0 ms',
      '999 ms',
      '4 s',
      '119 s',
      '2 min',
      '2 h',
      '2 days',
    ]);
  });
});

test('numbers for people', () => {
  expect([0, 999, 1000, 41_200, 16_777_216, 2e9].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '41 kB',
    '17 MB',
    '2.0 GB',
  ]);
  expect([undefined, 2.44, 31.2].map(rtt)).toEqual(['', '2.4 ms', '31 ms']);
  const noon = Date.UTC(2026, 10, 20, 12, 5);
  const at = (ms: number) => ({ now: () => ms });
  expect(clock(noon, at(noon))).toBe('12:05');
  expect(clock(noon - 86_400_000, at(noon))).toBe('19 Nov 12:05');
  expect(clock(noon, { ...at(noon), time: 'iso' })).toBe('2026-11-20T12:05:00Z');
});

test('columns look straight, with wide letters too, and leave out what is empty', () => {
  expect(
    columns([
      ['ab', '', 'x'],
      ['你好', '', 'y'],
      ['e\u0301', '', 'z'],
    ]),
  ).toEqual(['ab    x', '你好  y', 'e\u0301     z']);
});

describe('what is printed', () => {
  const any = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.integer({ min: 0, max: 0x9f }).map((c) => String.fromCodePoint(c)),
    ),
  });

  test('is one line without control characters', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u);
      }),
    );
  });

  test('is the same when it is printed again', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });

  test('as JSON loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), any, (value, text) => {
        const line = printableJson({ value, text });
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ value, text })));
      }),
    );
  });
});
