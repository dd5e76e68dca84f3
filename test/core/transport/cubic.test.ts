import { describe, expect, test } from 'vitest';
import { after, type Instant, instant } from '../../../src/core/base/time.ts';
import { Cubic } from '../../../src/core/transport/cubic.ts';
import { Rtt } from '../../../src/core/transport/rtt.ts';

const BYTES = 1_200;
/** Packets on their way: what is acknowledged is so far behind what is sent. */
const AHEAD = 1_000;

/** A CUBIC sender whose window is always in use, on a path of one round-trip time; it counts in datagrams. */
class Sender {
  readonly cubic = new Cubic(BYTES);
  readonly rtt = new Rtt();
  readonly rttMs: number;
  now: Instant = instant(0);
  /** The next that is acknowledged, and the last that was sent. */
  #number = 0;
  #sent = AHEAD;

  constructor({ rttMs, window }: { rttMs: number; window: number }) {
    this.rttMs = rttMs;
    this.rtt.sample(rttMs, 0);
    while (this.window < window) this.#acked(true);
  }

  get window(): number {
    return this.cubic.windowBytes / BYTES;
  }

  /** Packets. */
  get acknowledged(): number {
    return this.#number;
  }

  /** Loses a packet, and lets a round trip pass: the next that is acknowledged was sent after that. */
  lose(): void {
    this.cubic.lost({ number: this.#number, bytes: BYTES, sentAt: this.now }, this.now);
    this.now = after(this.now, this.rttMs);
  }

  /** So long a window of packets is acknowledged each round trip, evenly. */
  run(ms: number, limited = true): void {
    const end = after(this.now, ms);
    while (this.now < end) {
      this.now = after(this.now, this.rttMs / this.window);
      this.#acked(limited);
    }
  }

  /** All that is on its way is acknowledged, and for a while there is nothing more to send. */
  pause(ms: number): void {
    this.#number = this.#sent;
    this.cubic.acked({ number: this.#number++, bytes: 0, sentAt: this.now }, this.rtt, true, this.now);
    this.now = after(this.now, ms);
    for (let i = 0; i < AHEAD; i++) this.cubic.sent(++this.#sent);
  }

  #acked(limited: boolean): void {
    this.cubic.sent(++this.#sent);
    // What is acknowledged now was sent a round trip ago; the first window comes at once.
    const sentAt = instant(this.now - this.rttMs + 1e-6);
    this.cubic.acked({ number: this.#number++, bytes: BYTES, sentAt }, this.rtt, limited, this.now);
  }
}

describe('RFC 9438 §4.2: the curve', () => {
  // W(t) = 0.4 (t − K)³ + 100 with K = ∛(30 / 0.4) = 4.21716 s, worked out apart from the code.
  test.each([
    [0, 70],
    [1, 86.68],
    [2, 95.64],
    [3, 99.28],
    [4.217, 100],
    [5, 100.19],
    [6, 102.27],
    [7, 108.62],
    [8, 121.65],
  ])('after a loss at 100 datagrams, %d s later the window is %d', (seconds, window) => {
    const sender = new Sender({ rttMs: 300, window: 100 });
    sender.lose();
    sender.run(seconds * 1_000);
    // It follows W(t + RTT), a good round trip behind.
    expect(Math.abs(sender.window - window)).toBeLessThan(1.5);
  });

  test('a packet that is acknowledged adds no more than half of one', () => {
    const sender = new Sender({ rttMs: 5_000, window: 20 });
    sender.lose();
    const { window, acknowledged } = sender;
    sender.run(10_000);
    // The curve would be at 20 + 0.4 × (10 − 2.47)³ = 191.
    expect(sender.window - window).toBeGreaterThan(0.45 * (sender.acknowledged - acknowledged));
    expect(sender.window - window).toBeLessThanOrEqual(0.5 * (sender.acknowledged - acknowledged));
  });
});

describe('RFC 9438 §4.3: Reno-friendly', () => {
  test('where the curve is slower than Reno: 9/17 of a datagram each round trip, and a whole one above the last maximum', () => {
    const sender = new Sender({ rttMs: 10, window: 20 });
    sender.lose();
    expect(sender.window).toBeCloseTo(14, 6);
    sender.run(100);
    expect(sender.window).toBeCloseTo(14 + (10 * 9) / 17, 0);
    sender.run(50);
    const above = sender.window;
    expect(above).toBeGreaterThan(20);
    sender.run(100);
    expect(sender.window - above).toBeCloseTo(10, 0);
  });
});

describe('RFC 9438 §4.6, §4.7: losses', () => {
  test('a loss leaves 0.7 of the window', () => {
    const sender = new Sender({ rttMs: 300, window: 100 });
    sender.lose();
    expect(sender.window).toBeCloseTo(70, 6);
  });

  test('a loss below the last maximum makes room: the curve is flat at 0.85 of it', () => {
    const sender = new Sender({ rttMs: 300, window: 100 });
    sender.lose();
    sender.run(650);
    const { window } = sender;
    expect(window).toBeGreaterThan(75);
    expect(window).toBeLessThan(90);
    sender.lose();
    // K = ∛(0.15 × window / 0.4).
    sender.run(1_000 * Math.cbrt((0.15 * window) / 0.4));
    expect(Math.abs(sender.window - 0.85 * window)).toBeLessThan(0.7);
  });
});

describe('RFC 9438 §4.8: after a collapse', () => {
  test('the curve begins flat where slow start ended', () => {
    const sender = new Sender({ rttMs: 300, window: 100 });
    sender.lose();
    sender.cubic.collapsed();
    expect(sender.window).toBe(2);
    while (sender.cubic.isSlowStart) sender.run(100);
    const { window } = sender;
    expect(Math.abs(window - 70)).toBeLessThan(1.5);
    sender.run(1_500);
    // 0.4 × 1.5³ = 1.35, and Reno’s estimate: a datagram each of five round trips.
    expect(sender.window - window).toBeLessThan(5.5);
  });
});

describe('RFC 9438 §4.9: a loss that was none', () => {
  test('the curve goes on as if nothing had happened', () => {
    const [one, other] = [0, 1].map(() => new Sender({ rttMs: 300, window: 100 }));
    for (const sender of [one!, other!]) {
      sender.lose();
      sender.run(2_000);
    }
    other!.cubic.lost({ number: 5, bytes: BYTES, sentAt: other!.now }, other!.now);
    expect(other!.window).toBeLessThan(70);
    other!.cubic.undo();
    expect(other!.window).toBe(one!.window);
    for (const sender of [one!, other!]) sender.run(2_000);
    expect(other!.window).toBe(one!.window);
  });
});

describe('RFC 9438 §5.8: who has nothing to send', () => {
  test('stays on the curve where it was: time in which the window was not used does not count', () => {
    const [busy, idle] = [0, 1].map(() => new Sender({ rttMs: 300, window: 100 }));
    for (const sender of [busy!, idle!]) {
      sender.lose();
      sender.run(1_000);
    }
    idle!.run(20_000, false);
    expect(idle!.window).toBe(busy!.window);
    for (const sender of [busy!, idle!]) sender.run(1_000);
    expect(Math.abs(idle!.window - busy!.window)).toBeLessThan(0.5);
  });

  test('the same when nothing was sent at all', () => {
    const [busy, idle] = [0, 1].map(() => new Sender({ rttMs: 300, window: 100 }));
    for (const sender of [busy!, idle!]) {
      sender.lose();
      sender.run(1_000);
    }
    idle!.pause(20_000);
    for (const sender of [busy!, idle!]) sender.run(1_000);
    expect(Math.abs(idle!.window - busy!.window)).toBeLessThan(0.5);
  });
});

describe('RFC 8899 §3: datagrams of another size', () => {
  test('the curve leads on to the same maximum, in bytes, with the new size', () => {
    const sender = new Sender({ rttMs: 600, window: 100 });
    sender.lose();
    sender.run(1_000);
    const window = sender.cubic.windowBytes;
    sender.cubic.datagramChanged(3_600);
    expect(sender.cubic.windowBytes).toBe(window);
    const flatAfterMs = 1_000 * Math.cbrt((100 * BYTES - window) / (0.4 * 3_600));
    sender.run(flatAfterMs);
    expect(sender.window).toBeGreaterThan(98);
    expect(sender.window).toBeLessThan(102);
    sender.run(2_000);
    // 100 + 0.4 × 3 × 2³.
    expect(Math.abs(sender.window - 109.6)).toBeLessThan(4);
  });
});

describe('RFC 9406: the first slow start', () => {
  test('ends without any loss when round trips grow longer, and the curve begins flat', () => {
    const sender = new Sender({ rttMs: 100, window: 100 });
    const rounds = (count: number): void => {
      for (const end = sender.acknowledged + count * AHEAD; sender.acknowledged < end; ) sender.run(1);
    };
    rounds(2);
    expect(sender.window).toBeGreaterThan(2_000);
    sender.rtt.sample(150, 0);
    const before = sender.window;
    rounds(3);
    expect(sender.cubic.isSlowStart).toBe(true);
    // A round before it is noticed, and a quarter of two.
    expect(sender.window - before).toBeLessThan(1.6 * AHEAD);
    rounds(5);
    expect(sender.cubic.isSlowStart).toBe(false);
    const { window } = sender;
    sender.run(1_000);
    // Ten round trips of Reno, and 0.4 of the curve.
    expect(sender.window - window).toBeGreaterThan(0.3);
    expect(sender.window - window).toBeLessThan(11);
  });
});
