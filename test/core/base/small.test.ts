import { describe, expect, test } from 'vitest';
import { CLOSE_REASONS, closeReason, PeerError } from '../../../src/core/base/peer-error.ts';
import { below, fraction, jitter, type Random } from '../../../src/core/base/random.ts';
import { after, earliest, instant } from '../../../src/core/base/time.ts';

/** Gives these four bytes, again and again. */
const always = (...four: readonly [number, number, number, number]): Random => ({ bytes: () => Uint8Array.from(four) });

describe('chance', () => {
  test('a fraction is at least 0 and less than 1', () => {
    expect(fraction(always(0, 0, 0, 0))).toBe(0);
    expect(fraction(always(0x80, 0, 0, 0))).toBe(0.5);
    expect(fraction(always(255, 255, 255, 255))).toBeLessThan(1);
  });

  test('a number is less than its limit', () => {
    expect(below(always(255, 255, 255, 255), 7)).toBe(6);
    expect(below(always(0, 0, 0, 0), 7)).toBe(0);
  });

  test('jitter moves by its share at most, either way', () => {
    expect(jitter(always(0, 0, 0, 0), 100, 0.2)).toBe(80);
    expect(jitter(always(0x80, 0, 0, 0), 100, 0.2)).toBe(100);
    expect(jitter(always(255, 255, 255, 255), 100, 0.2)).toBeCloseTo(120);
  });
});

describe('time', () => {
  test('the earliest of several deadlines; never is later than any', () => {
    expect(earliest()).toBeUndefined();
    expect(earliest(undefined, undefined)).toBeUndefined();
    expect(earliest(undefined, instant(5), instant(3), undefined, instant(4))).toBe(3);
    expect(after(instant(5), 2.5)).toBe(7.5);
  });
});

describe('close reasons', () => {
  test('every code names its reason, and no two reasons share one', () => {
    for (const [reason, { code }] of Object.entries(CLOSE_REASONS)) expect(closeReason(code)).toBe(reason);
    expect(new Set(Object.values(CLOSE_REASONS).map(({ code }) => code)).size).toBe(Object.keys(CLOSE_REASONS).length);
  });

  test('an unknown code is an error of the other side', () => expect(closeReason(0x4242)).toBe('internal'));

  test('a peer error says what rule was broken and how', () => {
    const error = new PeerError('malformed', 'a frame of no type');
    expect([error.reason, error.message]).toEqual(['malformed', 'bytes that do not parse: a frame of no type']);
  });
});
