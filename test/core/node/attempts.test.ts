import { describe, expect, test } from 'vitest';
import { ATTEMPTS_EACH_MAX, ATTEMPTS_MESSAGES_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import { Attempts } from '../../../src/core/node/attempts.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { author } from '../../support/authors.ts';

const bob = author('bob').id;
const carol = author('carol').id;
const id = (n: number) => n.toString(16).padStart(64, '0') as EnvelopeId;

describe('what was tried for a message', () => {
  test('a try is unanswered until its neighbour answers, and keeps the time of the question', () => {
    const attempts = new Attempts();
    attempts.began(id(1), bob, instant(10));
    attempts.began(id(1), carol, instant(20));
    expect(attempts.of(id(1)).map(({ outcome }) => outcome)).toEqual(['unanswered', 'unanswered']);
    attempts.answered(id(1), bob, { type: 'refused', reason: 'full' }, instant(30));
    attempts.answered(id(1), carol, { type: 'accepted', copies: 1 }, instant(40));
    expect(attempts.of(id(1))).toEqual([
      { peer: bob, at: 10, outcome: 'full' },
      { peer: carol, at: 20, outcome: 'accepted' },
    ]);
  });

  test('an answer to what went out with the first packet of a dial counts as a try', () => {
    const attempts = new Attempts();
    attempts.answered(id(1), bob, 'aborted', instant(30));
    expect(attempts.of(id(1))).toEqual([{ peer: bob, at: 30, outcome: 'aborted' }]);
  });

  test('however often and for however much is tried, little is remembered, and that is the newest', () => {
    const attempts = new Attempts();
    for (let n = 0; n < 100; n++) attempts.began(id(0), bob, instant(n));
    expect(attempts.of(id(0)).map(({ at }) => at)).toEqual(Array.from({ length: ATTEMPTS_EACH_MAX }, (_, i) => 92 + i));
    for (let n = 1; n <= ATTEMPTS_MESSAGES_MAX; n++) attempts.began(id(n), bob, instant(n));
    expect(attempts.of(id(0))).toEqual([]);
    expect([...attempts.all()]).toHaveLength(ATTEMPTS_MESSAGES_MAX);
  });
});
