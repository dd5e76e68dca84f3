import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACK_ELICITING_THRESHOLD_MAX, ACK_RANGES_MAX, REPLAY_WINDOW_NUMBERS } from '../../../src/core/base/limits.ts';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { ACK_DELAY_MS, Acks } from '../../../src/core/transport/acks.ts';
import type { Keys } from '../../../src/core/transport/keys.ts';
import { PacketBuilder } from '../../../src/core/transport/packet-builder.ts';
import { decodeFrames, type Frame } from '../../../src/core/wire/frame.ts';

type AckFrame = Extract<Frame, { type: 'ack' }>;

const KEYS = { seal: (_header: Uint8Array, _number: number, payload: Uint8Array) => payload } as Keys;

/** The ACK that goes into the next packet; `undefined` for none. */
function write(acks: Acks, now: Instant, { always = false, bytesMax = 1_200 } = {}): AckFrame | undefined {
  const destination = new Uint8Array(8);
  const builder = new PacketBuilder({ packetNumber: 9, acknowledged: 8, destination, bytesMax, scratch: new Writer() });
  acks.writeFrames(builder, always, now);
  if (builder.isEmpty) return undefined;
  return decodeFrames(builder.seal(KEYS)).find((frame): frame is AckFrame => frame.type === 'ack');
}

/** Takes packets that ask for an ACK, one at a time and 1 µs apart; those after which an ACK was due at once. */
function prompts(acks: Acks, ...numbers: number[]): number[] {
  let now = instant(1_000);
  return numbers.filter((number) => {
    now = instant(now + 0.001);
    acks.record(number, true, now);
    if (!acks.isDue(now)) return false;
    expect(write(acks, now)).toBeDefined();
    expect(acks.deadline).toBeUndefined();
    return true;
  });
}

const wish = (sequence: number, elicitingThreshold: number, maxAckDelayMicros = 25_000, reorderingThreshold = 1) =>
  ({ type: 'ack-frequency', sequence, elicitingThreshold, maxAckDelayMicros, reorderingThreshold }) as const;

const wished = (...of: Parameters<typeof wish>): Acks => {
  const acks = new Acks();
  acks.adapt(wish(...of));
  return acks;
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('RFC 9000 §13.2: when the peer is told', () => {
  test('every second packet that asks for it is acknowledged at once, and the one between after 25 ms', () => {
    const acks = new Acks();
    acks.record(0, true, instant(1_000));
    expect(acks.deadline).toBe(1_000 + ACK_DELAY_MS);
    expect([acks.isDue(instant(1_024)), acks.isDue(instant(1_025))]).toEqual([false, true]);
    expect(write(acks, instant(1_025))).toMatchObject({ delay: 25_000 / 8, ranges: [{ start: 0, end: 1 }] });
    expect(prompts(acks, 1, 2, 3, 4, 5)).toEqual([2, 4]);
  });

  test('what asks for none gets none, though it is told of with the others', () => {
    const acks = new Acks();
    for (const number of [0, 1, 2, 5]) acks.record(number, false, instant(0));
    expect([acks.deadline, write(acks, instant(1))]).toEqual([undefined, undefined]);
    expect(write(acks, instant(1), { always: true })?.ranges).toHaveLength(2);
  });

  test('a gap is told at once, and once; so is what comes late', () => {
    const acks = new Acks();
    expect(prompts(acks, 0, 1, 3, 4, 5, 2, 6, 7)).toEqual([1, 3, 5, 2, 7]);
  });

  test('a gap that a packet without a wish for an ACK has made is told with the next that wishes', () => {
    const acks = new Acks();
    prompts(acks, 0, 1);
    acks.record(3, false, instant(2_000));
    expect(acks.deadline).toBeUndefined();
    expect(prompts(acks, 4)).toEqual([4]);
  });

  test('what has been read together is told by one ACK', () => {
    const acks = new Acks();
    for (const number of upTo(40)) acks.record(number, true, instant(1_000));
    expect(acks.isDue(instant(1_000))).toBe(true);
    expect(write(acks, instant(1_000))?.ranges).toEqual([{ start: 0, end: 40 }]);
    expect([acks.deadline, write(acks, instant(1_000))]).toEqual([undefined, undefined]);
  });

  test('where little may be sent, the highest ranges are told', () => {
    const acks = new Acks();
    for (let i = 0; i < 40; i++) acks.record(2_000 + 100 * i, true, instant(0));
    const cut = write(acks, instant(0), { bytesMax: 60 });
    expect(cut?.ranges.length).toBeGreaterThanOrEqual(4);
    expect(cut?.ranges.length).toBeLessThan(16);
    expect(cut?.ranges[0]?.end).toBe(5_901);
    expect(acks.deadline).toBeUndefined();
    expect(write(acks, instant(0), { always: true })?.ranges).toHaveLength(ACK_RANGES_MAX);
  });

  test('a packet below all ranges that are kept is still read, once', () => {
    const acks = new Acks();
    for (const number of upTo(500)) acks.record(2 * number, true, instant(0));
    expect(acks.isDuplicate(2)).toBe(true);
    expect(acks.isDuplicate(1)).toBe(false);
    acks.record(1, true, instant(0));
    expect(acks.isDuplicate(1)).toBe(true);
    expect(write(acks, instant(0))?.ranges).toHaveLength(ACK_RANGES_MAX);
    acks.record(REPLAY_WINDOW_NUMBERS + 10, true, instant(0));
    expect([acks.isDuplicate(9), acks.isDuplicate(11)]).toEqual([true, false]);
  });

  test('what the peer knows to be known is not told again, but for what may still be late', () => {
    const acks = new Acks();
    for (const number of upTo(2_000)) if (number % 100 > 0) acks.record(number, true, instant(0));
    acks.acked(1_500);
    expect(write(acks, instant(0))?.ranges.at(-1)).toEqual({ start: 1_244, end: 1_300 });
    acks.record(1_300, true, instant(0));
    expect(write(acks, instant(0))?.ranges.at(-1)).toEqual({ start: 1_244, end: 1_400 });
  });
});

describe('draft-ietf-quic-ack-frequency: as the peer wishes', () => {
  test('so many packets may wait, and one more asks; 0 is for each', () => {
    expect(prompts(wished(0, 9), ...upTo(30))).toEqual([9, 19, 29]);
    expect(prompts(wished(0, 0), ...upTo(3))).toEqual([0, 1, 2]);
  });

  test('the delay is as it wishes', () => {
    const acks = wished(0, 9, 3_500);
    acks.record(0, true, instant(1_000));
    acks.record(1, true, instant(1_002));
    expect(acks.deadline).toBe(1_003.5);
  });

  test('a wish for nearly no ACKs is met by some', () => {
    const greedy = [0, Number.MAX_SAFE_INTEGER, 16_000_000, Number.MAX_SAFE_INTEGER] as const;
    const due = prompts(wished(...greedy), ...upTo(1_000));
    expect(due.slice(0, 2)).toEqual([ACK_ELICITING_THRESHOLD_MAX, 2 * ACK_ELICITING_THRESHOLD_MAX + 1]);
    const acks = wished(...greedy);
    acks.record(0, true, instant(5_000));
    expect(acks.deadline).toBe(6_000);
  });

  test('a delay that was not offered, or that is none, is forbidden', () => {
    expect(() => wished(0, 1, 999)).toThrow('an ACK delay of 999 µs');
    expect(() => wished(0, 1, 16_384_000)).toThrow('an ACK delay');
    expect(wished(0, 1, 1_000).deadline).toBeUndefined();
  });

  test('an old wish that comes late is passed over', () => {
    const acks = wished(4, 9);
    acks.adapt(wish(3, 0));
    acks.adapt(wish(4, 0));
    expect(prompts(acks, ...upTo(12))).toEqual([9]);
    acks.adapt(wish(5, 0));
    expect(prompts(acks, 12, 13)).toEqual([12, 13]);
  });

  test('IMMEDIATE_ACK is answered at once', () => {
    const acks = wished(0, 50);
    acks.hurry(instant(1_000));
    acks.record(0, true, instant(1_000));
    expect(acks.isDue(instant(1_000))).toBe(true);
    write(acks, instant(1_000));
    acks.record(1, true, instant(1_001));
    expect(acks.isDue(instant(1_001))).toBe(false);
  });

  test('with a reordering threshold of 0 nothing is told sooner for its order', () => {
    expect(prompts(wished(0, 50, 25_000, 0), 0, 5, 1, 9, 3)).toEqual([]);
  });

  test('with one of 3, a gap is told when three later numbers have come, and what comes after that is told at once', () => {
    const acks = wished(0, 50, 25_000, 3);
    expect(prompts(acks, 0, 2, 3, 1, 5, 6, 7, 9, 10, 11, 4, 8, 12, 13)).toEqual([7, 11, 4, 8]);
  });

  test('gaps are told as the draft defines it, whatever comes in whatever order', () => {
    const step = fc.tuple(fc.integer({ min: -6, max: 4 }), fc.boolean());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step, { maxLength: 60 }), (threshold, steps) => {
        const acks = wished(0, 1_000, 25_000, threshold);
        const come = new Set<number>();
        let [told, largest] = [-1, -1];
        for (const [by, eliciting] of steps) {
          const number = Math.max(0, largest + by);
          if (acks.isDuplicate(number)) continue;
          const now = instant(come.size);
          acks.record(number, eliciting, now);
          come.add(number);
          largest = Math.max(largest, number);
          const missing = upTo(largest).find((one) => one > told - threshold && !come.has(one)) ?? largest;
          const expected = eliciting && (number <= told - threshold || largest - missing >= threshold);
          expect([number, acks.isDue(now)]).toEqual([number, expected]);
          if (!expected) continue;
          write(acks, now);
          told = largest;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a packet costs the same with as many ranges as are kept as with one', () => {
    const cost = (numbers: readonly number[]): number => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 8; round++) {
        const acks = wished(0, 100, 25_000, 1_000);
        const started = performance.now();
        for (const number of numbers) acks.record(number, true, instant(0));
        best = Math.min(best, performance.now() - started);
      }
      return best;
    };
    const even = upTo(20_000).map((i) => 2 * i);
    // Looking through all of 10,000 gaps each time would be some thousand times as much.
    expect(cost(even)).toBeLessThan(100 * cost(upTo(20_000)));
  });
});
