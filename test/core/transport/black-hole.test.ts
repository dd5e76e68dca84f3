import { describe, expect, test } from 'vitest';
import { fraction, type Random } from '../../../src/core/base/random.ts';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { BlackHole } from '../../../src/core/transport/black-hole.ts';
import { Mtu } from '../../../src/core/transport/mtu.ts';
import { seeded } from '../../support/pair.ts';

const BASE = 1_200;
const RTT_MS = 40;
const PTO_MS = 3 * RTT_MS;

/** A sender whose packets of a round trip leave together, on a path that takes `real` bytes and loses a share of everything. */
class Sender {
  readonly mtu = new Mtu({ ceiling: 1_472 });
  readonly #random: Random;
  now: Instant = instant(1_000);
  real = 1_472;
  loss = 0;
  timeouts = 0;
  #lost: { readonly bytes: number; readonly sentAt: Instant }[] = [];

  constructor(seed = 1) {
    this.#random = seeded(seed);
    this.search();
  }

  /** Probes are answered at once, as long as there are any. */
  search(): void {
    for (let bytes = this.mtu.probe(this.now); bytes !== undefined; bytes = this.mtu.probe(this.now)) {
      this.mtu.probeSent(bytes);
      if (this.#passes(bytes)) this.mtu.acked(bytes);
      else this.mtu.lost(bytes);
    }
  }

  /** One round trip, and when nothing comes through, probe timeouts until something does. */
  round(sizes: readonly number[]): void {
    if (this.#deliver(sizes)) return;
    while (!this.#deliver([BASE, BASE])) {}
  }

  #deliver(sizes: readonly number[]): boolean {
    const sentAt = this.now;
    const arrived = sizes.filter((bytes) => {
      if (this.#passes(bytes)) return true;
      this.#lost.push({ bytes, sentAt });
      return false;
    });
    this.now = instant(sentAt + (arrived.length > 0 ? RTT_MS : PTO_MS));
    if (arrived.length === 0) {
      this.timeouts++;
      return false;
    }
    for (const bytes of arrived) this.mtu.arrived(bytes);
    for (const packet of this.#lost) this.mtu.missed(packet, this.now);
    this.#lost = [];
    return true;
  }

  #passes(bytes: number): boolean {
    return bytes <= this.real && fraction(this.#random) >= this.loss;
  }
}

const full = (sender: Sender, count: number): number[] => new Array<number>(count).fill(sender.mtu.bytesMax);

describe('RFC 8899 §4.3: black holes', () => {
  for (const window of [2, 10, 200]) {
    test(`a path that shrinks under ${window} full packets a round trip is noticed after three probe timeouts, and searched anew`, () => {
      const sender = new Sender();
      sender.round(full(sender, window));
      sender.real = 1_400;
      for (let i = 0; i < 2; i++) sender.round(full(sender, window));
      expect(sender.mtu.bytesMax).toBe(1_472);
      sender.round(full(sender, window));
      expect([sender.mtu.bytesMax, sender.timeouts]).toEqual([BASE, 3]);
      sender.search();
      expect(sender.mtu.bytesMax).toBeGreaterThan(1_380);
      expect(sender.mtu.bytesMax).toBeLessThanOrEqual(1_400);
      sender.round(full(sender, window));
      expect(sender.timeouts).toBe(3);
      // And once more.
      sender.real = 1_300;
      for (let i = 0; i < 2; i++) sender.round(full(sender, window));
      expect(sender.mtu.bytesMax).toBeGreaterThan(1_380);
      sender.round(full(sender, window));
      expect([sender.mtu.bytesMax, sender.timeouts]).toEqual([BASE, 6]);
    });
  }

  test('that smaller packets pass, and are lost now and then, does not hide it', () => {
    const sender = new Sender();
    sender.loss = 0.1;
    sender.round([BASE, 1_300, 1_472, 80]);
    sender.real = 1_400;
    let rounds = 0;
    for (; sender.mtu.bytesMax === 1_472; rounds++) sender.round([80, 1_300, BASE, 1_472, 1_300, 1_472, 80, 80]);
    expect(rounds).toBeLessThanOrEqual(5);
  });

  test('what arrives clears all that was lost and is not smaller, in whatever order it was lost', () => {
    const hole = new BlackHole(BASE);
    for (let event = 0; event < 5; event++) {
      expect(
        hole.missed({ bytes: event < 1 ? 1_300 : 1_472, sentAt: instant(event) }, instant(event + 1)),
      ).toBeUndefined();
    }
    hole.arrived(1_299);
    hole.arrived(1_300);
    for (let event = 5; event < 10; event++) {
      expect(hole.missed({ bytes: 1_472, sentAt: instant(event) }, instant(event + 1))).toBeUndefined();
    }
    hole.arrived(1_471);
    expect(hole.missed({ bytes: 1_473, sentAt: instant(10) }, instant(11))).toBe(1_472);
  });

  test('one large packet a round trip is enough to notice: after six', () => {
    const sender = new Sender();
    sender.real = 1_300;
    let rounds = 0;
    for (; sender.mtu.bytesMax === 1_472; rounds++) sender.round([80, 1_472]);
    expect(rounds).toBe(6);
  });

  for (const percent of [2, 10, 30]) {
    test(`${percent} % random loss is none, in 20,000 round trips`, () => {
      const sender = new Sender(percent);
      sender.loss = percent / 100;
      for (let i = 0; i < 20_000; i++) sender.round(full(sender, 10));
      expect(sender.mtu.bytesMax).toBe(1_472);
    });
  }

  test('nor is a queue that throws away half of every window, or a path that is silent for a while, whatever was under way', () => {
    const sender = new Sender();
    for (let i = 0; i < 100; i++) {
      for (let j = 0; j < 20; j++) sender.mtu.arrived(1_472);
      const sentAt = sender.now;
      sender.now = instant(sentAt + RTT_MS);
      for (let j = 0; j < 20; j++) sender.mtu.missed({ bytes: 1_472, sentAt }, sender.now);
      sender.mtu.arrived(80);
    }
    // Silence: when it is over, all that was lost in it is found at once or little by little, and then large packets pass again.
    for (let i = 0; i < 100; i++) {
      const sentAt = sender.now;
      for (let j = 0; j < 50; j++) {
        sender.now = instant(sender.now + 10);
        sender.mtu.arrived(BASE);
        sender.mtu.missed({ bytes: 1_472, sentAt }, sender.now);
      }
      sender.round(full(sender, 3));
    }
    expect(sender.mtu.bytesMax).toBe(1_472);
  });

  test('lone large packets at 10 % loss raise no alarm in 50,000; at 30 % a false one is over after a search', () => {
    const calm = new Sender(3);
    calm.loss = 0.1;
    for (let i = 0; i < 50_000; i++) calm.round([80, 1_472]);
    expect(calm.mtu.bytesMax).toBe(1_472);
    const wild = new Sender(3);
    wild.loss = 0.3;
    const found: number[] = [];
    for (let i = 0; i < 50_000; i++) {
      wild.round([80, wild.mtu.bytesMax]);
      if (wild.mtu.bytesMax > BASE) continue;
      wild.search();
      found.push(wild.mtu.bytesMax);
    }
    expect(found.length).toBeGreaterThan(10);
    expect(found.length).toBeLessThan(100);
    expect(found.filter((bytes) => bytes > 1_400).length / found.length).toBeGreaterThan(0.8);
  });
});
