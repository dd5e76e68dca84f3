import type { Address, Datagram } from '../core/base/address.ts';
import { fraction, type Random } from '../core/base/random.ts';
import { after, type Instant, type Timestamp, timestamp } from '../core/base/time.ts';
import type { DurableMachine, ReadRequest } from '../core/node/machine.ts';
import type { RecordNumber, StoredState, StoreRecord } from '../core/node/record.ts';
import { Disk } from './disk.ts';

/** How a computer's disk behaves. */
export type DiskHabits = {
  /** Longest time from a write until it is safe, and from a read to its answer, in milliseconds. */
  readonly delayMs: number;
  /** Share of commits that fail, from 0 to 1. */
  readonly refuseShare: number;
};

/** What a computer's surroundings do for it: the world, or a test. */
export interface Surroundings<Event> {
  readonly now: Instant;
  later(at: Instant, run: () => void): void;
  transmit(from: Computer<Event>, datagram: Datagram): void;
  happened(at: Computer<Event>, event: Event): void;
  /** Records that have become safe. */
  stored(at: Computer<Event>, records: readonly StoreRecord[]): void;
  /** A node had its turn, and all that follows from it, or was switched off. */
  turned(at: Computer<Event>): void;
  /** A line for the trace. */
  note(at: Computer<Event>, what: string): void;
}

/** What a node is started from. */
export type Start = { readonly state: StoredState; readonly instant: Instant; readonly calendar: Timestamp };

/** What a computer is given, and what it tells of what happens on it. */
export type ComputerOptions<Event> = {
  readonly index: number;
  readonly address: Address;
  /** How far its calendar is off, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly disk: DiskHabits;
  readonly random: Random;
  readonly boot: (start: Start) => DurableMachine<Event>;
};

/** How often a node may want to act at one and the same moment before it counts as running in circles. */
const TURNS_AT_ONCE_MAX = 10_000;

/** When the calendar of the simulated world begins: 2026-01-01, UTC. */
const EPOCH_MS = 1_767_225_600_000;

/**
 * One node and what drives it: a clock, a disk and an address. The twin of host/driver: the same machine, the same order of
 * things after each turn, on virtual time and with a power switch.
 */
export class Computer<Event, M extends DurableMachine<Event> = DurableMachine<Event>> {
  readonly index: number;
  readonly address: Address;
  readonly disk = new Disk();
  /** How often it was started. */
  lives = 0;
  readonly #options: ComputerOptions<Event>;
  readonly #around: Surroundings<Event>;
  #node: M | undefined;
  #clockOffsetMs: number;
  #refuseShare: number;
  #refusesFor: 'full' | 'io' = 'io';
  #wakeAt: Instant | undefined;
  /** When its disk has written, and has read, all that it was given: a read waits for no write, as with SQLite. */
  readonly #diskFreeAt: { write?: Instant; read?: Instant } = {};
  #turnsAtOnce = { at: 0, count: 0 };

  constructor(options: ComputerOptions<Event>, around: Surroundings<Event>) {
    this.index = options.index;
    this.address = options.address;
    this.#options = options;
    this.#around = around;
    this.#clockOffsetMs = options.clockOffsetMs;
    this.#refuseShare = options.disk.refuseShare;
  }

  /** The node, while it runs. */
  get node(): M | undefined {
    return this.#node;
  }

  /** Starts the node from what is on the disk. */
  start(): void {
    if (this.#node) return;
    this.lives++;
    this.#around.note(this, 'starts');
    const start = { state: this.disk.state(), instant: this.#around.now, calendar: this.#calendar() };
    this.#node = this.#options.boot(start) as M;
    this.#drain();
  }

  /** Pulls the plug: the node is gone at once, and with it what was not committed. */
  crash(): void {
    if (!this.#node) return;
    this.#around.note(this, 'crashes');
    this.#node = undefined;
    this.#wakeAt = undefined;
    this.disk.crash();
    this.#around.turned(this);
  }

  /** From now on its disk refuses this share of the commits. */
  refuse(share: number, why: 'full' | 'io' = 'io'): void {
    this.#refuseShare = share;
    this.#refusesFor = why;
  }

  /** Moves the calendar; the monotonic clock is not concerned. */
  moveCalendar(byMs: number): void {
    this.#clockOffsetMs += byMs;
    this.#around.note(this, `calendar moves by ${byMs} ms`);
    this.turn((node, now) => node.calendar(this.#calendar(), now));
  }

  /** Does something with the node, and then everything that follows from it. */
  turn(act: (node: M, now: Instant) => void): void {
    if (!this.#node) return;
    act(this.#node, this.#around.now);
    this.#drain();
  }

  receive(datagram: Datagram): void {
    this.turn((node, now) => node.receive(datagram, now));
  }

  /** The order is that of host/driver: what must be written first, what may be sent last. */
  #drain(): void {
    const node = this.#node;
    if (!node) return;
    const { now } = this.#around;
    this.#write(node);
    for (let read = node.pollRead(); read; read = node.pollRead()) this.#read(read);
    for (let event = node.pollEvent(); event; event = node.pollEvent()) this.#around.happened(this, event);
    for (let sent = node.pollTransmit(now); sent; sent = node.pollTransmit(now)) this.#around.transmit(this, sent);
    this.#sleep(node.deadline());
    this.#around.turned(this);
  }

  /** All records of a turn are one transaction. */
  #write(node: M): void {
    const records: StoreRecord[] = [];
    for (let record = node.pollRecord(); record; record = node.pollRecord()) records.push(record);
    if (records.length === 0) return;
    const upTo = this.disk.write(records);
    this.#laterInThisLife('write', () => this.#commit(upTo));
  }

  #commit(upTo: RecordNumber): void {
    if (!this.disk.isPending(upTo)) return;
    if (this.#refuseShare > 0 && fraction(this.#options.random) < this.#refuseShare) {
      this.#around.note(this, 'disk refuses');
      const from = this.disk.refuse();
      this.turn((node, now) => node.refused(from, this.#refusesFor, now));
    } else {
      this.#around.stored(this, this.disk.commit(upTo));
      this.turn((node, now) => node.committed(upTo, now));
    }
  }

  #read(request: ReadRequest): void {
    this.#laterInThisLife('read', () => {
      if (request.want === 'envelope') {
        this.turn((node, now) => node.loaded(request.id, this.disk.envelope(request.id), now));
      } else {
        this.turn((node, now) => node.known(request.id, this.disk.message(request.id) !== undefined, now));
      }
    });
  }

  /** After the time that a disk takes; in order among those of its kind. */
  #laterInThisLife(kind: 'write' | 'read', run: () => void): void {
    const life = this.lives;
    const { disk, random } = this.#options;
    const at = after(this.#around.now, disk.delayMs * fraction(random));
    const freeAt = this.#diskFreeAt[kind];
    const doneAt = freeAt === undefined || at > freeAt ? at : freeAt;
    this.#diskFreeAt[kind] = doneAt;
    this.#around.later(doneAt, () => {
      if (this.lives === life && this.#node) run();
    });
  }

  #sleep(deadline: Instant | undefined): void {
    const { now } = this.#around;
    const wakeAt = deadline === undefined || deadline > now ? deadline : now;
    if (wakeAt === this.#wakeAt) return;
    this.#wakeAt = wakeAt;
    if (wakeAt === undefined) return;
    const life = this.lives;
    this.#around.later(wakeAt, () => {
      if (this.lives === life && this.#wakeAt === wakeAt) this.#wake();
    });
  }

  #wake(): void {
    this.#wakeAt = undefined;
    const { now } = this.#around;
    this.#turnsAtOnce = this.#turnsAtOnce.at === now ? this.#turnsAtOnce : { at: now, count: 0 };
    if (++this.#turnsAtOnce.count > TURNS_AT_ONCE_MAX) throw new Error(`node ${this.index} never sleeps`);
    this.turn((node) => node.elapse(now));
  }

  #calendar(): Timestamp {
    return timestamp(Math.round(EPOCH_MS + this.#around.now + this.#clockOffsetMs));
  }
}
