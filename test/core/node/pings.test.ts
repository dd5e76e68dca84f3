import { describe, expect, test } from 'vitest';
import { PINGS_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { Pings } from '../../../src/core/node/pings.ts';

const [ann, bob] = ['ann' as NodeId, 'bob' as NodeId];

describe('pings', () => {
  test('an answer is as old as its question, and counts once', () => {
    const pings = new Pings();
    pings.asked(ann, 1, instant(100));
    expect(pings.answered(ann, 1, instant(130))).toBe(30);
    expect(pings.answered(ann, 1, instant(140))).toBeUndefined();
  });

  test('nobody answers for another, nor what was not asked', () => {
    const pings = new Pings();
    pings.asked(ann, 1, instant(0));
    expect(pings.answered(bob, 1, instant(5))).toBeUndefined();
    expect(pings.answered(ann, 2, instant(5))).toBeUndefined();
    expect(pings.unanswered(ann)).toEqual([1]);
    expect(pings.unanswered(bob)).toEqual([]);
  });

  test('too many: the oldest is given up', () => {
    const pings = new Pings();
    for (let token = 0; token <= PINGS_MAX; token++) pings.asked(ann, token, instant(0));
    expect(pings.unanswered(ann)).toHaveLength(PINGS_MAX);
    expect(pings.answered(ann, 0, instant(1))).toBeUndefined();
    expect(pings.answered(ann, 1, instant(1))).toBe(1);
  });
});
