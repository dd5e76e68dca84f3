import { describe, expect, test } from 'vitest';
import { HyStart } from '../../../src/core/transport/hystart.ts';

const PACKETS = 40;

/** Whole rounds of so many packets: those of one are sent while those of the one before are acknowledged. */
class Rounds {
  readonly hyStart = new HyStart();
  #sent = -1;
  #acked = -1;

  constructor(firstMs = 100) {
    this.#send();
    this.ack(firstMs);
  }

  /** A round with these round trips, the last of them as often as is needed. */
  of(...samplesMs: readonly number[]): this {
    const end = this.#sent;
    for (let i = 0; this.#acked < end; i++) {
      if (this.#acked === end - 1) this.#send();
      this.ack(samplesMs[i] ?? samplesMs.at(-1)!);
    }
    return this;
  }

  /** Acknowledges the next packet, or some. */
  ack(ms: number, count = 1): this {
    for (let i = 0; i < count; i++) this.hyStart.acked(++this.#acked, ms);
    return this;
  }

  #send(): void {
    for (let i = 0; i < PACKETS; i++) this.hyStart.sent(++this.#sent);
  }
}

describe('RFC 9406 §4.2: slow start', () => {
  test('goes on while round trips stay as they are', () => {
    const rounds = new Rounds();
    for (let i = 0; i < 20; i++) rounds.of(100 + i / 10);
    expect([rounds.hyStart.divisor, rounds.hyStart.isOver]).toEqual([1, false]);
  });

  test.each([
    [16, 19.9, 1],
    [16, 20, 4],
    [64, 71.9, 1],
    [64, 72, 4],
    [400, 415.9, 1],
    [400, 416, 4],
  ])(
    'is slowed down when the smallest rises by an eighth, 4 to 16 ms: from %d to %d, divided by %i',
    (from, to, divisor) => {
      expect(new Rounds(from).of(from).of(to).hyStart.divisor).toBe(divisor);
    },
  );

  test('eight packets are wanted, and one of them that did not take longer is enough to go on', () => {
    const rounds = new Rounds().of(100).ack(150, 7);
    expect(rounds.hyStart.divisor).toBe(1);
    expect(rounds.ack(150).hyStart.divisor).toBe(4);
    expect(new Rounds().of(100).of(100, 150).hyStart.divisor).toBe(1);
  });
});

describe('RFC 9406 §4.2: conservative slow start', () => {
  test('is over after five rounds, the one in which it began counted', () => {
    const rounds = new Rounds().of(100).of(150);
    for (let i = 0; i < 3; i++) rounds.of(150);
    expect([rounds.hyStart.divisor, rounds.hyStart.isOver]).toEqual([4, false]);
    expect(rounds.of(150).hyStart.isOver).toBe(true);
  });

  test('is taken back when round trips grow shorter again, and may come again', () => {
    const rounds = new Rounds().of(100).of(150).of(150).of(149);
    expect([rounds.hyStart.divisor, rounds.hyStart.isOver]).toEqual([1, false]);
    for (let i = 0; i < 10; i++) rounds.of(149);
    expect(rounds.hyStart.isOver).toBe(false);
    for (let i = 0; i < 4; i++) rounds.of(180);
    expect([rounds.hyStart.divisor, rounds.hyStart.isOver]).toEqual([4, false]);
    expect(rounds.of(180).hyStart.isOver).toBe(true);
  });
});
