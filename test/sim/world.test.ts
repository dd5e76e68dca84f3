import { describe, expect, test } from 'vitest';
import type { Datagram } from '../../src/core/base/address.ts';
import { after, type Instant } from '../../src/core/base/time.ts';
import type { DurableMachine, ReadRequest } from '../../src/core/node/machine.ts';
import type { RecordNumber, StoreRecord } from '../../src/core/node/record.ts';
import type { Start } from '../../src/sim/computer.ts';
import { addressOf } from '../../src/sim/internet.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { Trace } from '../../src/sim/trace.ts';
import { type Climate, Weather } from '../../src/sim/weather.ts';
import { World } from '../../src/sim/world.ts';
import { CALM } from '../support/calm.ts';

/** A machine small enough to see through: counts datagrams on its disk, and answers each once the count is safe. */
class Counter implements DurableMachine<string> {
  count: number;
  wakeAt: Instant | undefined;
  readonly #out: Datagram[] = [];
  readonly #events: string[] = [];
  readonly #records: StoreRecord[] = [];
  readonly #owed: { readonly upTo: number; readonly to: Datagram }[] = [];
  #written = 0;

  constructor({ state }: Pick<Start, 'state'>) {
    this.count = Number(state.settings.get('name') ?? 0);
  }

  say(to: number, text: number): void {
    this.#out.push({ address: addressOf(to), bytes: Uint8Array.of(text) });
  }

  receive(datagram: Datagram): void {
    this.count++;
    this.#events.push(`got ${datagram.bytes[0]} as number ${this.count}`);
    if (datagram.bytes[0] === 0) return; // An answer is not answered.
    this.#records.push({ put: 'setting', key: 'name', value: String(this.count) });
    this.#owed.push({ upTo: ++this.#written, to: { address: datagram.address, bytes: Uint8Array.of(0) } });
  }

  committed(upTo: RecordNumber): void {
    while (this.#owed[0] && this.#owed[0].upTo <= upTo) this.#out.push(this.#owed.shift()!.to);
  }

  refused(from: RecordNumber): void {
    this.#events.push(`refused from ${from}`);
    this.#owed.length = 0;
  }

  elapse(now: Instant): void {
    if (this.wakeAt === undefined || this.wakeAt > now) return;
    this.wakeAt = undefined;
    this.#events.push('woke');
  }

  deadline = (): Instant | undefined => this.wakeAt;
  pollTransmit = (): Datagram | undefined => this.#out.shift();
  pollEvent = (): string | undefined => this.#events.shift();
  pollRecord = (): StoreRecord | undefined => this.#records.shift();
  pollRead = (): ReadRequest | undefined => undefined;
  loaded(): void {}
  known(): void {}
  calendar(): void {}
}

type Setting = { readonly seed?: number; readonly climate?: Partial<Climate>; readonly refuseShare?: number };

function worldOf({ seed = 1, climate = {}, refuseShare = 0 }: Setting = {}) {
  const random = new SeededRandom(seed);
  const events: string[] = [];
  const trace = new Trace(paperSuite.hash);
  const world = new World<string, Counter>({
    random,
    trace,
    weather: new Weather(random.fork(), { ...CALM, ...climate }, [[0, 1]]),
    disk: { delayMs: 20, refuseShare },
    observer: { event: (at, event) => events.push(`${at.index} ${event}`), stored: () => {}, turned: () => {} },
    boot: (_index, start) => new Counter(start),
    clockOffsetsMs: [0, 0],
  });
  for (const computer of world.computers) computer.start();
  return { world, events, trace };
}

describe('world', () => {
  test('carries datagrams, and lets a node speak of what is on disk only after the commit', () => {
    const { world, events } = worldOf();
    world.computer(0).turn((node) => node.say(1, 5));
    world.run(1_000);
    expect(events).toEqual(['1 got 5 as number 1', '0 got 0 as number 1']);
    expect(world.datagrams).toEqual({ sent: 2, bytes: 2, arrived: 2 });
  });

  test('wakes a node at its deadline, and not before', () => {
    const { world, events } = worldOf();
    world.computer(0).turn((node, now) => {
      node.wakeAt = after(now, 500);
    });
    world.run(499);
    expect(events).toEqual([]);
    world.run(1);
    expect(events).toEqual(['0 woke']);
  });

  test('a crash loses the last write, and everything that was due from this life', () => {
    const { world, events } = worldOf();
    const [one, two] = [world.computer(0), world.computer(1)];
    one.turn((node) => node.say(1, 5));
    world.run(1_000);
    one.turn((node) => node.say(1, 6));
    while (events.length < 3) world.run(0.01);
    two.crash();
    world.run(1_000);
    expect(two.node).toBeUndefined();
    two.start();
    expect(two.lives).toBe(2);
    expect(two.node?.count).toBe(1);
    expect(events).toEqual(['1 got 5 as number 1', '0 got 0 as number 1', '1 got 6 as number 2']);
  });

  test('a disk may refuse, and says from which record on; nothing of that is kept', () => {
    const { world, events } = worldOf({ refuseShare: 1 });
    world.computer(0).turn((node) => node.say(1, 5));
    world.run(1_000);
    expect(events).toEqual(['1 got 5 as number 1', '1 refused from 1']);
    expect(world.computer(1).disk.state().settings.size).toBe(0);
  });

  test('a node that never sleeps is found out', () => {
    const { world } = worldOf();
    world.computer(0).turn((node, now) => {
      node.wakeAt = now;
      node.elapse = () => {};
    });
    expect(() => world.run(1)).toThrow('never sleeps');
  });

  test('the same seed gives the same trace, another seed another', () => {
    const digestOf = (seed: number) => {
      const { world, trace } = worldOf({ seed, climate: { lossShare: 0.3, duplicateShare: 0.3, jitterMs: 30 } });
      for (let i = 1; i < 50; i++) {
        world.computer(i % 2).turn((node) => node.say((i + 1) % 2, i));
        world.run(7);
      }
      return trace.digest();
    };
    expect(digestOf(1)).toBe(digestOf(1));
    expect(digestOf(1)).not.toBe(digestOf(2));
  });
});
