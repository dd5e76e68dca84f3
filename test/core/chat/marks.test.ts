import { describe, expect, test } from 'vitest';
import {
  CHANNEL_IDS_MAX,
  LINE_RANGES_MAX,
  MARK_AGAIN_MS,
  MARK_RANGES_MAX,
  MARK_WAIT_MS_MAX,
  MARK_WAIT_MS_MIN,
} from '../../../src/core/base/limits.ts';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { type MarkedLine, Marks } from '../../../src/core/chat/marks.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';

const [bob, carol] = ['bob', 'carol'] as unknown as readonly [NodeId, NodeId];
const HOUR_MS = 3_600_000;
const at = (ms: number): Instant => instant(1_000 + ms);
const id = (name: string): EnvelopeId => name as EnvelopeId;
const post = (from: NodeId, seq: number): MarkedLine => ({
  ...{ id: id(`${from}${seq}`), conversation: 'hill', from, epoch: 'e1', seq },
});
const fresh = (): Marks => new Marks(new SeededRandom('marks'));

describe('§4.4 a mark', () => {
  test('is due half a minute to a minute after something was shown, once', () => {
    const dues = Array.from({ length: 50 }, (_, n) => {
      const marks = new Marks(new SeededRandom(`${n}`));
      marks.shown(post(bob, 1), at(0));
      return marks.deadline()! - at(0);
    });
    expect(Math.min(...dues)).toBeGreaterThanOrEqual(MARK_WAIT_MS_MIN);
    expect(Math.max(...dues)).toBeLessThanOrEqual(MARK_WAIT_MS_MAX);
    expect(new Set(dues).size).toBeGreaterThan(40);
    const marks = fresh();
    marks.shown(post(bob, 1), at(0));
    marks.shown(post(bob, 2), at(10_000));
    expect(marks.pollDue(at(MARK_WAIT_MS_MIN - 1))).toBeUndefined();
    expect(marks.pollDue(at(MARK_WAIT_MS_MAX))).toBe('hill');
    expect(marks.pollDue(at(HOUR_MS))).toBeUndefined();
  });

  test('is not due when lines of our own have named all that was shown', () => {
    const marks = fresh();
    marks.shown(post(bob, 1), at(0));
    marks.shown(post(carol, 1), at(0));
    marks.wrote({ conversation: 'hill', after: [id('bob1'), id('carol1')] });
    expect(marks.deadline()).toBeUndefined();
    marks.shown(post(bob, 2), at(1));
    marks.shown(post(bob, 3), at(1));
    marks.wrote({ conversation: 'hill', after: [id('bob3')] });
    expect(marks.pollDue(at(MARK_WAIT_MS_MAX + 1))).toBe('hill');
  });

  test('of more than can be remembered by name is due whatever we name', () => {
    const marks = fresh();
    for (let seq = 1; seq <= CHANNEL_IDS_MAX + 1; seq++) marks.shown(post(bob, seq), at(0));
    for (let seq = 1; seq <= CHANNEL_IDS_MAX; seq++) marks.wrote({ conversation: 'hill', after: [id(`bob${seq}`)] });
    expect(marks.deadline()).toBeDefined();
  });

  test('comes at most once in ten minutes, and when that goes on for hours every two', () => {
    const marks = fresh();
    const written: number[] = [];
    for (let now = 0, seq = 1; now < 24 * HOUR_MS; now += 5_000, seq++) {
      marks.shown(post(bob, seq), at(now));
      if (marks.pollDue(at(now)) === undefined) continue;
      marks.marked('hill', at(now));
      written.push(now);
    }
    const gaps = written.slice(1).map((then, n) => then - written[n]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MARK_AGAIN_MS);
    expect(gaps.slice(0, 3).every((gap) => gap < MARK_AGAIN_MS + MARK_WAIT_MS_MAX)).toBe(true);
    expect(written.length).toBeGreaterThan(12);
    expect(written.length).toBeLessThanOrEqual(18);
  });

  test('that could not be kept is due once more', () => {
    const marks = fresh();
    marks.shown(post(bob, 1), at(0));
    marks.pollDue(at(MARK_WAIT_MS_MAX));
    marks.marked('hill', at(MARK_WAIT_MS_MAX));
    marks.failed('hill', at(MARK_WAIT_MS_MAX));
    marks.wrote({ conversation: 'hill', after: [id('bob1')] });
    expect(marks.pollDue(at(MARK_WAIT_MS_MAX + MARK_AGAIN_MS - 1))).toBeUndefined();
    expect(marks.pollDue(at(MARK_WAIT_MS_MAX + MARK_AGAIN_MS))).toBe('hill');
  });

  test('says of each author which lines are shown without a hole, the newest first, within its bound', () => {
    const marks = fresh();
    for (const seq of [7, 3, 4, 9, 8]) marks.shown(post(bob, seq), at(0));
    marks.shown(post(carol, 50), at(0));
    expect(marks.stretches('hill')).toEqual([
      { from: carol, epoch: 'e1', first: 50, last: 50 },
      { from: bob, epoch: 'e1', first: 7, last: 9 },
      { from: bob, epoch: 'e1', first: 3, last: 4 },
    ]);
    for (let n = 0; n < 2 * LINE_RANGES_MAX; n++) marks.shown(post(bob, 100 + 2 * n), at(0));
    expect(marks.stretches('hill')).toHaveLength(MARK_RANGES_MAX);
    for (let n = 0; n < 100; n++) marks.shown(post(`p${n}` as NodeId, 1), at(0));
    expect(marks.stretches('hill')[0]).toMatchObject({ from: 'p99' });
    expect(marks.stretches('nowhere')).toEqual([]);
  });

  test('names lines of everybody, whatever holes one leaves between his own, and under however many epochs he writes', () => {
    const marks = fresh();
    for (let n = 0; n < MARK_RANGES_MAX - 2; n++) marks.shown(post(`p${n}` as NodeId, 1), at(0));
    for (let n = 0; n < LINE_RANGES_MAX; n++) marks.shown(post(bob, 2 * n + 1), at(0));
    for (let n = 0; n < MARK_RANGES_MAX; n++) marks.shown({ ...post(carol, 1), epoch: `e${n}` }, at(0));
    const named = new Set(marks.stretches('hill').map(({ from }) => from));
    expect(named.size).toBe(MARK_RANGES_MAX);
    expect(marks.stretches('hill')).toHaveLength(MARK_RANGES_MAX);
  });

  test('is not due of what was marked before this node started, and says it', () => {
    const marks = fresh();
    marks.remember(post(bob, 1), at(0));
    expect(marks.deadline()).toBeUndefined();
    marks.shown(post(bob, 2), at(0));
    expect(marks.stretches('hill')).toEqual([{ from: bob, epoch: 'e1', first: 1, last: 2 }]);
    marks.left('hill');
    expect(marks.deadline()).toBeUndefined();
  });
});
