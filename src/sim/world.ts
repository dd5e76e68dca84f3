import type { Datagram } from '../core/base/address.ts';
import { assert } from '../core/base/assert.ts';
import { after, type Instant, instant } from '../core/base/time.ts';
import type { DurableMachine } from '../core/node/machine.ts';
import type { StoreRecord } from '../core/node/record.ts';
import { Agenda } from './agenda.ts';
import { Computer, type DiskHabits, type Start, type Surroundings } from './computer.ts';
import { Internet } from './internet.ts';
import type { SeededRandom } from './seeded-random.ts';
import { mark, type Trace } from './trace.ts';
import type { Weather } from './weather.ts';

/** Who is told what happens in a world. */
interface Observer<Event, M extends DurableMachine<Event>> {
  event(computer: Computer<Event, M>, event: Event): void;
  /** Records that have become safe on its disk. */
  stored(computer: Computer<Event, M>, records: readonly StoreRecord[]): void;
  /** A node had its turn, or was switched off. */
  turned(computer: Computer<Event, M>): void;
}

/** What a world is made of. */
export type WorldOptions<Event, M extends DurableMachine<Event>> = {
  readonly random: SeededRandom;
  readonly weather: Weather;
  /** Who has which address, and the routers between; without it, everybody has one that all can reach. */
  readonly internet?: Internet;
  readonly trace: Trace;
  readonly disk: DiskHabits;
  readonly observer: Observer<Event, M>;
  /** Makes the node of computer `index`. `random` is another one in each life. */
  readonly boot: (index: number, start: Start, random: SeededRandom) => M;
  /** How far the calendar of each computer is off, in milliseconds; there are as many computers as entries. */
  readonly clockOffsetsMs: readonly number[];
};

/** Computers, one virtual clock, and the weather between them. The same options give the same run, byte for byte. */
export class World<Event, M extends DurableMachine<Event>> implements Surroundings<Event> {
  now: Instant = instant(0);
  readonly computers: readonly Computer<Event, M>[];
  /** Datagrams that were sent, their bytes, and how many arrived. */
  readonly datagrams = { sent: 0, bytes: 0, arrived: 0 };
  readonly #options: WorldOptions<Event, M>;
  readonly #agenda = new Agenda();
  readonly #internet: Internet;

  constructor(options: WorldOptions<Event, M>) {
    this.#options = options;
    this.#internet = options.internet ?? new Internet(options.clockOffsetsMs.length, []);
    const lives = options.random.fork();
    this.computers = options.clockOffsetsMs.map((clockOffsetMs, index) => {
      const boot = (start: Start) => options.boot(index, start, lives.fork());
      const own = {
        index,
        address: this.#internet.addressOf(index),
        clockOffsetMs,
        disk: options.disk,
        random: options.random.fork(),
      };
      return new Computer<Event, M>({ ...own, boot }, this);
    });
  }

  computer(index: number): Computer<Event, M> {
    const computer = this.computers[index];
    assert(computer !== undefined, 'there is a computer of this number');
    return computer;
  }

  /** Lets time pass. What is due at the end itself still happens. */
  run(ms: number): void {
    const end = after(this.now, ms);
    for (let at = this.#agenda.nextAt; at !== undefined && at <= end; at = this.#agenda.nextAt) {
      this.now = at > this.now ? at : this.now;
      this.#agenda.take()?.();
    }
    this.now = end;
  }

  later(at: Instant, run: () => void): void {
    this.#agenda.put(at, run);
  }

  transmit(from: Computer<Event>, { address: to, bytes }: Datagram): void {
    const { weather } = this.#options;
    const underway = this.#internet.leave(from.index, to, this.now);
    // A node may use its buffer again; what is on its way must not change.
    const arrivals = underway ? weather.fate(from.index, underway.target, bytes.slice(), this.now) : [];
    const fate = arrivals.map(({ afterMs }) => `+${afterMs.toFixed(3)}`).join(' ') || 'lost';
    this.note(from, `> ${underway?.target ?? 'nowhere'} ${bytes.length} ${mark(bytes)} ${fate}`);
    this.datagrams.sent++;
    this.datagrams.bytes += bytes.length;
    if (!underway) return;
    const target = this.computer(underway.target);
    for (const arrival of arrivals) {
      this.later(after(this.now, arrival.afterMs), () => {
        if (!weather.reaches(from.index, target.index)) return;
        if (!this.#internet.enters(underway, to, this.now)) return;
        this.datagrams.arrived++;
        target.receive({ address: underway.source, bytes: arrival.bytes });
      });
    }
  }

  happened(at: Computer<Event>, event: Event): void {
    this.#options.observer.event(at as Computer<Event, M>, event);
  }

  stored(at: Computer<Event>, records: readonly StoreRecord[]): void {
    this.note(at, `stores ${records.map(nameOf).join(', ')}`);
    this.#options.observer.stored(at as Computer<Event, M>, records);
  }

  turned(at: Computer<Event>): void {
    this.#options.observer.turned(at as Computer<Event, M>);
  }

  note(at: Computer<Event>, what: string): void {
    this.#options.trace.note(this.now, String(at.index).padStart(3), what);
  }
}

const nameOf = (record: StoreRecord): string =>
  'put' in record ? `${record.put}${record.put === 'setting' ? ` ${record.key}` : ''}` : `no ${record.delete}`;
