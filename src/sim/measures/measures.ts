import type { Instant } from '../../core/base/time.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { areTogether, type Check, type Member, type Taken, type View } from '../checks/check.ts';
import type { Internet } from '../internet.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Weather } from '../weather.ts';
import { type Converged, Convergence } from './convergence.ts';
import { type Held, Holdings } from './holdings.ts';
import { type Journey, journeyOf, type Stay } from './journey.ts';
import { type Spread, spreadOf } from './spread.ts';

/** What became of messages of one kind. */
export type Carried = {
  /** Messages that a node took and had on its disk. */
  readonly accepted: number;
  /**
   * Of these, how many arrivals there were to be: a letter has one, a post as many as it had readers. Who left for good, means
   * harm or cannot be reached is not counted.
   */
  readonly due: number;
  readonly arrived: number;
  /** From the moment it was written until it was shown, in milliseconds of virtual time. */
  readonly latencyMs: Spread | undefined;
  /** How many arrivals took no longer than each of `LATENCY_STEPS_MS`. */
  readonly within: readonly number[];
  /** Links that it crossed. */
  readonly hops: Spread | undefined;
  /** Disks on which it was, its author's among them: the mean. */
  readonly copies: number | undefined;
};

/** What was done to a net, counted. */
export type Injected = {
  readonly lost: number;
  readonly doubled: number;
  readonly corrupted: number;
  readonly heldBack: number;
  readonly overflowed: number;
  /** Datagrams that were sent into links that were cut. */
  readonly cut: number;
  readonly cuts: number;
  readonly crashes: number;
  readonly leaves: number;
  readonly clockJumps: number;
  readonly fullDisks: number;
  readonly moves: number;
  readonly routerRestarts: number;
};

/** Everything that was measured in a run. All of it is of the virtual world: nothing depends on the machine that ran it. */
export type Measured = {
  readonly letters: Carried & { readonly confirmed: number; readonly givenUp: number };
  readonly posts: Carried;
  readonly traffic: {
    readonly datagrams: number;
    readonly bytes: number;
    /** All bytes of the run, by the messages that arrived. */
    readonly bytesPerArrival: number | undefined;
  };
  readonly converged: Converged;
  readonly held: Held;
  /** What was done to the net: to datagrams, and to computers. */
  readonly injected: Injected;
  /** The letter that crossed the most links. */
  readonly journey: Journey | undefined;
};

/** The times at which the share of what has arrived is told, in milliseconds. */
export const LATENCY_STEPS_MS = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000] as const;

type Arrival = { readonly afterMs: number; readonly hops: number };

type Message = {
  readonly taken: Taken;
  readonly atMs: number;
  accepted: boolean;
  ended: 'delivered' | 'given up' | undefined;
  /** Readers who are to get it. */
  due: readonly number[];
  readonly arrivals: Map<number, Arrival>;
  /** By computer: when it came to that disk, and from whom. */
  readonly disks: Map<number, Stay>;
};

type Parts = View & { readonly weather: Weather; readonly internet: Internet; readonly random: SeededRandom };

/** Looks on, and finds nothing wrong: what it sees becomes the report. */
export class Measures implements Check {
  readonly name = 'measures';
  readonly #parts: Parts;
  readonly #messages = new Map<EnvelopeId, Message>();
  /** The readers of each channel whose subscription is on disk. */
  readonly #readers = new Map<string, Set<number>>();
  readonly #convergence: Convergence;
  readonly #holdings = new Holdings();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#convergence = new Convergence(parts);
  }

  /** Who can reach whom is another than before. */
  changed(): void {
    this.#convergence.changed();
  }

  taken(taken: Taken): void {
    const atMs = this.#now;
    this.#messages.set(taken.id, {
      taken,
      atMs,
      accepted: false,
      ended: undefined,
      due: [],
      arrivals: new Map(),
      disks: new Map(),
    });
  }

  event(at: Member, event: NodeEvent): void {
    if (event.type !== 'message') return;
    const message = this.#messages.get(event.message.id);
    if (!message || message.taken.author === at.index) return;
    message.arrivals.set(at.index, { afterMs: this.#now - message.atMs, hops: event.message.hops });
  }

  stored(at: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if ('delete' in record) {
        if (record.delete === 'channel') this.#readersOf(record.id).delete(at.index);
      } else if (record.put === 'channel') this.#readersOf(record.channel.id).add(at.index);
      else if (record.put === 'delivery') this.#delivery(at, record.delivery);
      else if (record.put === 'envelope') this.#onDisk(at, record.head.id, record.head.hopCount, record.head.via);
      else if (record.put === 'message') this.#onDisk(at, record.message.id, record.message.hops - 1);
    }
  }

  second(): void {
    this.#convergence.second();
    this.#holdings.look(this.#parts);
  }

  result(): Measured {
    const { world, weather, plan } = this.#parts;
    const all = [...this.#messages.values()].filter(({ accepted }) => accepted);
    const letters = all.filter(({ taken }) => taken.kind === 'direct');
    const posts = all.filter(({ taken }) => taken.kind === 'channel');
    const arrived = all.reduce((sum, message) => sum + arrivalsOf(message).length, 0);
    const { bytes, ...accidents } = weather.counts;
    const count = (what: string): number => plan.actions.filter((action) => action.do === what).length;
    return {
      letters: {
        ...carried(letters),
        confirmed: letters.filter(({ ended }) => ended === 'delivered').length,
        givenUp: letters.filter(({ ended }) => ended === 'given up').length,
      },
      posts: carried(posts),
      traffic: {
        datagrams: world.datagrams.sent,
        bytes,
        bytesPerArrival: arrived === 0 ? undefined : Math.round(bytes / arrived),
      },
      converged: this.#convergence.result(),
      held: this.#holdings.result(),
      injected: {
        ...accidents,
        cuts: count('cut'),
        crashes: count('crash'),
        leaves: count('leave'),
        clockJumps: count('clock'),
        fullDisks: count('full'),
        moves: count('move'),
        routerRestarts: count('router'),
      },
      journey: journeyOf(farthest(letters), this.#parts),
    };
  }

  get #now(): Instant {
    return this.#parts.world.now;
  }

  /** The first record of a delivery is what makes a message accepted; a post is due to who reads at that time. */
  #delivery(at: Member, { id, state }: { readonly id: EnvelopeId; readonly state: string }): void {
    const message = this.#messages.get(id);
    if (!message || message.taken.author !== at.index) return;
    if (!message.accepted) {
      message.accepted = true;
      const { kind, to, recipient } = message.taken;
      const readers = kind === 'channel' ? [...this.#readersOf(to)] : recipient === undefined ? [] : [recipient];
      message.due = readers.filter((reader) => reader !== at.index && areTogether(this.#parts, at.index, reader));
    }
    if (state === 'delivered' || state === 'read') message.ended = 'delivered';
    else if (state === 'expired' || state === 'refused') message.ended = 'given up';
  }

  /** @param received - the links that it had crossed before the last one; the author's own has crossed none. */
  #onDisk({ index }: Member, id: EnvelopeId, received: number, via?: NodeId): void {
    const disks = this.#messages.get(id)?.disks;
    if (disks && !disks.has(index)) disks.set(index, { atMs: this.#now, received, via });
  }

  #readersOf(channel: string): Set<number> {
    const readers = this.#readers.get(channel) ?? new Set();
    this.#readers.set(channel, readers);
    return readers;
  }
}

const arrivalsOf = ({ due, arrivals }: Message): Arrival[] => due.flatMap((reader) => arrivals.get(reader) ?? []);

function carried(messages: readonly Message[]): Carried {
  const arrivals = messages.flatMap(arrivalsOf);
  const disks = messages.reduce((sum, message) => sum + message.disks.size, 0);
  return {
    accepted: messages.length,
    due: messages.reduce((sum, { due }) => sum + due.length, 0),
    arrived: arrivals.length,
    latencyMs: spreadOf(arrivals.map(({ afterMs }) => Math.round(afterMs))),
    within: LATENCY_STEPS_MS.map((step) => arrivals.filter(({ afterMs }) => afterMs <= step).length),
    hops: spreadOf(arrivals.map(({ hops }) => hops)),
    copies: messages.length === 0 ? undefined : Math.round((disks / messages.length) * 100) / 100,
  };
}

function farthest(letters: readonly Message[]): Message | undefined {
  let best: { readonly letter: Message; readonly hops: number } | undefined;
  for (const letter of letters) {
    for (const { hops } of arrivalsOf(letter)) if (!best || hops > best.hops) best = { letter, hops };
  }
  return best?.letter;
}
