import { describe, expect, test } from 'vitest';
import { timestamp } from '../../src/core/base/time.ts';
import type { MessageRecord } from '../../src/core/chat/record.ts';
import { Parted } from '../support/parted.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SIX = [0, 1, 2, 3, 4, 5];

/** Six in a row, whose calendars are up to three hours off; one link parts 0, 1 and 2 from the others. */
const row = (clockOffsetsMs = [-3, 3, 1, -2, 2.5, 0].map((hours) => hours * HOUR)): Parted => {
  const links = SIX.slice(1).map((at) => [at - 1, at] as const);
  const world = new Parted({ count: 6, links, clockOffsetsMs });
  world.run(10_000);
  return world;
};
const BETWEEN = [[2, 3]] as const;

/**
 * They are parted for so long, and each writes now and then; then it is mended. In between they may sleep: their computers are
 * off. Gives how many lines were written.
 */
function part(world: Parted, ms: number, ttlSeconds: number, { sleeping = false } = {}): number {
  let written = 0;
  const say = (at: number): void => world.say(at, `${++written} of ${at}`, ttlSeconds);
  for (const at of SIX) say(at);
  world.run(MINUTE);
  world.cut(BETWEEN);
  for (let left = ms; left > 0; left -= ms / 16) {
    // On each side somebody asks, and somebody answers.
    for (const at of [0, 3]) say(at + (written % 3));
    world.run(5_000);
    for (const at of [0, 3]) say(at + ((written + 1) % 3));
    world.run(sleeping ? 5 * MINUTE : ms / 16 - 5_000);
    if (!sleeping) continue;
    for (const at of SIX) world.stop(at);
    world.run(ms / 16 - 5 * MINUTE - 5_000);
    for (const at of SIX) world.start(at);
  }
  world.mendAll();
  world.run(10 * MINUTE);
  return written;
}

/** In the order of the past each line stands behind those that it follows, and behind all earlier ones of its author. */
function isCausal(past: readonly MessageRecord[]): boolean {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  return past.every(({ id, from, seq, after }) => {
    const fits = after.every((named) => seen.has(named)) && seq === (last.get(from) ?? 0) + 1;
    seen.add(id);
    last.set(from, seq);
    return fits;
  });
}

function areEqual(world: Parted, written: number): void {
  const pasts = SIX.map((at) => world.past(at));
  expect(pasts[0]).toHaveLength(written);
  expect(isCausal(pasts[0]!)).toBe(true);
  for (const past of pasts) expect(past.map(({ id }) => id)).toEqual(pasts[0]!.map(({ id }) => id));
}

describe('a channel of six that is parted, with clocks ± 3 h', () => {
  test('for two days: equal histories in equal order, and nothing shown twice', { timeout: 60_000 }, () => {
    const world = row();
    const written = part(world, 2 * DAY, 72 * 3_600);
    areEqual(world, written);
    for (const at of SIX) {
      const shown = world.events.flatMap(({ at: where, event }) =>
        where === at && event.type === 'message' ? [event.message.id] : [],
      );
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown.length).toBe(world.past(at).filter(({ hops }) => hops > 0).length);
    }
  });

  test('for a week, of what was to be kept for two, by people who switch off: equal histories in equal order', {
    timeout: 60_000,
  }, () => {
    const world = row();
    areEqual(world, part(world, 7 * DAY, 14 * 24 * 3_600, { sleeping: true }));
  });

  test('for three hours, of what was to be kept for ten minutes: each side keeps what it has, in one order', {
    timeout: 60_000,
  }, () => {
    const world = row();
    part(world, 3 * HOUR, 600);
    const [left, right] = [world.texts(0), world.texts(3)];
    expect(left).not.toEqual(right);
    const shared = left.filter((text) => right.includes(text));
    expect(right.filter((text) => left.includes(text))).toEqual(shared);
  });
});

test('calendars that are days off change the displayed times, and nothing else', () => {
  const run = (clockOffsetsMs: number[]) => {
    const world = row(clockOffsetsMs);
    const written = part(world, HOUR, 72 * 3_600);
    areEqual(world, written);
    return world.past(0);
  };
  const right = run(SIX.map(() => 0));
  const wrong = run([-30, 11, 0, 400, -2, 5].map((days) => days * DAY));
  const ranks = (past: readonly MessageRecord[]) => new Map(past.map(({ text, rank }) => [text, rank]));
  expect(ranks(wrong)).toEqual(ranks(right));
  expect(wrong.map(({ created }) => created)).not.toEqual(wrong.map(({ created }) => created).toSorted());
  expect(timestamp(wrong[0]!.created)).not.toBe(right[0]!.created);
});
