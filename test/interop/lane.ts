import { below, fraction, type Random } from '../../src/core/base/random.ts';

/** What one direction of a cable does to datagrams. Shares are from 0 to 1. */
export type LaneSpec = {
  readonly bitsPerSecond: number;
  /** Packets that wait behind the one that is being sent. The next one is lost: a drop-tail queue. */
  readonly queuePackets: number;
  /** One way. */
  readonly delayMs: number;
  readonly loss?: number;
  /** One byte of the datagram altered, its checksum repaired: the receiver gets the damage. */
  readonly corrupt?: number;
  /** Losses, and damages, in a row at most; the next datagram passes. */
  readonly burst?: number;
  /** The datagrams of these numbers are lost, counted from 1. */
  readonly drop?: readonly number[];
  /** Nothing arrives in the second part of each cycle. */
  readonly blackhole?: { readonly onMs: number; readonly offMs: number };
};

/** What becomes of a datagram that was not lost. */
export type Passage = {
  /** When it leaves the cable, in milliseconds. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly damaged: boolean;
};

/** The largest IP packet of an Ethernet. A larger one is lost without a word. */
const PACKET_BYTES_MAX = 1500;

/**
 * One direction of a cable: a queue with exact times of departure, then a delay, then what goes wrong on the way. The same in virtual
 * and in real time; times are milliseconds since the cable was plugged in. Datagrams leave in the order in which they came.
 */
export class Lane {
  /** Datagrams lost, by reason. */
  readonly lost = new Map<string, number>();
  readonly #spec: LaneSpec;
  readonly #random: Random;
  /** Of what is queued or being sent, oldest first. */
  #departures: number[] = [];
  #count = 0;
  #lostInARow = 0;
  #damagedInARow = 0;

  constructor(spec: LaneSpec, random: Random) {
    this.#spec = spec;
    this.#random = random;
  }

  /** A datagram enters. `headerBytes` are those of IP and UDP, which take their time on the cable too. */
  admit(bytes: Uint8Array, headerBytes: number, now: number): Passage | undefined {
    const { bitsPerSecond, queuePackets, delayMs } = this.#spec;
    const packetBytes = bytes.length + headerBytes;
    if (packetBytes > PACKET_BYTES_MAX) return this.#lose('too large');
    while (this.#departures[0] !== undefined && this.#departures[0] <= now) this.#departures.shift();
    if (this.#departures.length > queuePackets) return this.#lose('queue');
    const departure = Math.max(now, this.#departures.at(-1) ?? now) + (packetBytes * 8000) / bitsPerSecond;
    this.#departures.push(departure);
    return this.#travel(bytes, departure + delayMs);
  }

  #travel(bytes: Uint8Array, at: number): Passage | undefined {
    const { drop, blackhole, loss = 0, corrupt = 0, burst = Number.POSITIVE_INFINITY } = this.#spec;
    this.#count++;
    if (drop?.includes(this.#count)) return this.#lose('drop list');
    if (blackhole && at % (blackhole.onMs + blackhole.offMs) >= blackhole.onMs) return this.#lose('black hole');
    if (this.#lostInARow < burst && fraction(this.#random) < loss) {
      this.#lostInARow++;
      return this.#lose('loss');
    }
    this.#lostInARow = 0;
    const damaged = this.#damagedInARow < burst && fraction(this.#random) < corrupt;
    this.#damagedInARow = damaged ? this.#damagedInARow + 1 : 0;
    return { at, bytes: damaged ? damage(bytes, this.#random) : bytes, damaged };
  }

  #lose(why: string): undefined {
    this.lost.set(why, (this.lost.get(why) ?? 0) + 1);
  }
}

function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged = bytes.slice();
  damaged[below(random, bytes.length)]! ^= 1 + below(random, 255);
  return damaged;
}
