import type { Instant } from '../../core/base/time.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { areTogether, type Check, type Member, type Taken, type View } from '../checks/check.ts';
import type { Internet } from '../internet.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Weather } from '../weather.ts';
import { type Converged, Convergence } from './convergence.ts';
import { type Held, Holdings } from './holdings.ts';
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
  /** Links that it crossed. */
  readonly hops: Spread | undefined;
  /** Disks on which it was, its author's among them: the mean. */
  readonly copies: number | undefined;
};

/** Where a message was, and when. */
export type Step = { readonly node: number; readonly atMs: number };

/** The way of one letter: every disk it came to, in order of time. */
export type Journey = {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly steps: readonly Step[];
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
  readonly injected: Readonly<Record<string, number>>;
  /** The letter that took the most steps. */
  readonly journey: Journey | undefined;
};

type Arrival = { readonly afterMs: number; readonly hops: number };

type Message = {
  readonly taken: Taken;
  readonly atMs: number;
  accepted: boolean;
  ended: 'delivered' | 'given up' | undefined;
  /** Readers who are to get it. */
  due: readonly number[];
  readonly arrivals: Map<number, Arrival>;
  readonly disks: Map<number, number>;
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
      else if (record.put === 'envelope') this.#onDisk(at, record.head.id);
      else if (record.put === 'message') this.#onDisk(at, record.message.id);
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
        hostile: plan.hostile?.size ?? 0,
      },
      journey: longest(letters),
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

  #onDisk({ index }: Member, id: EnvelopeId): void {
    const disks = this.#messages.get(id)?.disks;
    if (disks && !disks.has(index)) disks.set(index, this.#now);
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
    hops: spreadOf(arrivals.map(({ hops }) => hops)),
    copies: messages.length === 0 ? undefined : Math.round((disks / messages.length) * 100) / 100,
  };
}

function longest(letters: readonly Message[]): Journey | undefined {
  let most: Message | undefined;
  for (const letter of letters) {
    const arrived = letter.arrivals.size > 0;
    if (arrived && (!most || letter.disks.size > most.disks.size)) most = letter;
  }
  if (!most) return undefined;
  const { text, author, recipient } = most.taken;
  const steps = [...most.disks].map(([node, atMs]) => ({ node, atMs: Math.round(atMs) }));
  return { text, from: author, to: recipient!, steps };
}
