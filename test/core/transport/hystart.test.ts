import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { HyStart } from '../../../src/core/transport/hystart.ts';

/** Packets of a round; the last ACK acknowledges what the others left. */
const PACKETS = 40;

/** Whole rounds: the packets of one are sent while those of the one before are acknowledged. */
class Rounds {
  readonly hyStart = new HyStart();
  #sent = -1;
  #acked = -1;
  #now = 0;

  constructor(firstMs = 100) {
    this.#send();
    this.#ack(0, firstMs);
  }

  /** A round with so many ACKs, each with its sample. */
  round(samplesMs: readonly number[]): this {
    const end = this.#sent;
    for (const ms of samplesMs.slice(0, -1)) this.#ack(this.#acked + 1, ms);
    this.#send();
    this.#ack(end, samplesMs.at(-1)!);
    return this;
  }

  /** A round of so many equal samples. */
  of(ms: number, samples = 10): this {
    return this.round(new Array<number>(samples).fill(ms));
  }

  #send(): void {
    for (let i = 0; i < PACKETS; i++) this.hyStart.sent(++this.#sent);
  }

  #ack(upTo: number, ms: number): void {
    this.#now++;
    while (this.#acked < upTo) this.hyStart.acked(++this.#acked, ms, instant(this.#now));
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

  test('eight samples are wanted, and one that did not rise is enough to go on', () => {
    expect(new Rounds().of(100).of(150, 7).hyStart.divisor).toBe(1);
    expect(new Rounds().of(100).of(150, 8).hyStart.divisor).toBe(4);
    expect(new Rounds().of(100).round([100, ...new Array<number>(20).fill(150)]).hyStart.divisor).toBe(1);
  });

  test('one ACK is one sample, whatever it acknowledges', () => {
    const { hyStart } = new Rounds().of(100);
    for (let number = 100; number < 107; number++) hyStart.acked(0, 150, instant(number));
    for (let i = 0; i < 10; i++) hyStart.acked(0, 150, instant(106));
    expect(hyStart.divisor).toBe(1);
    hyStart.acked(0, 150, instant(107));
    expect(hyStart.divisor).toBe(4);
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
