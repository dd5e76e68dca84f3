import type { Address } from '../base/address.ts';
import { AMPLIFICATION_FACTOR, CHALLENGES_MAX, PATH_RESPONSES_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { equalBytes } from '../bytes/equal.ts';
import { Cubic } from './cubic.ts';
import { Flight } from './flight.ts';
import { BASE_BYTES, Mtu } from './mtu.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** Less than this does not hold all that cannot be cut: header, tag, PATH_CHALLENGE, or an ACK of one range. */
const DATAGRAM_BYTES_MIN = 64;
/** A challenge that is not answered for so many probe timeouts, of this path and of one that nothing is known of, has failed (§8.2.4). */
const VALIDATION_PROBES = 3;
const VALIDATION_MS_MIN = 3_000;

/** A PATH_CHALLENGE under way, and whether its datagram had the whole size. */
type Challenge = { readonly data: Uint8Array; readonly isWhole: boolean };

/** What a path is made with. */
export type PathOptions = {
  readonly address: Address;
  /** Whether the peer has shown that it receives there. */
  readonly proved: boolean;
  /** The largest datagram that the way there may take (docs/protocol.md §1.3). */
  readonly ceiling: number;
  readonly random: Random;
  /** A path whose way this one shares, since only the port differs (RFC 9000 §9.4). */
  readonly like?: Path;
};

/** Somewhere a connection may send to, whether the peer is really there, and what is known of the way (RFC 9000 §8, §9). */
export class Path implements FrameOwner<Challenge> {
  readonly address: Address;
  readonly flight: Flight;
  readonly mtu: Mtu;
  /** Which of the peer's connection ids is used on it; `undefined` until something is sent. */
  remoteId: number | undefined;
  readonly #random: Random;
  #proved: boolean;
  #received = 0;
  #sent = 0;
  /** Bytes that may be sent though nothing came from there. */
  #invited = 0;
  /** While it is being validated: until when, and when the next challenge goes. */
  #validation: { readonly failsAt: Instant; nextAt: Instant; waitMs: number } | undefined;
  #challenges: Challenge[] = [];
  #challengeOwed = false;
  readonly #responses: Uint8Array[] = [];

  constructor({ address, proved, ceiling, random, like }: PathOptions) {
    this.address = address;
    this.#proved = proved;
    this.#random = random;
    this.flight = like?.flight ?? new Flight(new Cubic(BASE_BYTES), BASE_BYTES);
    this.mtu = like?.mtu ?? new Mtu({ ceiling });
  }

  /** Whether the peer has shown that it receives here. */
  get isProved(): boolean {
    return this.#proved;
  }

  /** Whether it is waited for an answer from here. */
  get isValidating(): boolean {
    return this.#validation !== undefined;
  }

  /**
   * Whether there is something to ask or to answer. That need not wait for the window (a path whose packets vanish has none), but what is
   * on its way stays below two of them: a peer that asks without end, and acknowledges nothing, is not remembered without end.
   */
  get isPending(): boolean {
    const isOwed = this.#challengeOwed || this.#responses.length > 0;
    return isOwed && this.flight.bytes < 2 * this.flight.congestion.windowBytes;
  }

  /** How long a datagram may be now: to an address that is not proved, three times what came from it, in all (RFC 9000 §8.1). */
  get room(): number {
    if (this.#proved) return this.mtu.bytesMax;
    return Math.min(this.mtu.bytesMax, this.#invited + AMPLIFICATION_FACTOR * this.#received - this.#sent);
  }

  get maySend(): boolean {
    return this.room >= DATAGRAM_BYTES_MIN;
  }

  received(bytes: number): void {
    this.#received += bytes;
  }

  sent(bytes: number): void {
    this.#sent += bytes;
  }

  /** The peer itself said, where it was, that it may be here: so many datagrams may ask. */
  invite(datagrams: number): void {
    this.#invited += datagrams * BASE_BYTES;
  }

  /** The same address, over another way of ours: what came from there and what went there counts on (§8.1). */
  goOn(old: Path): void {
    this.#received = old.#received;
    this.#sent = old.#sent;
    this.#invited = old.#invited;
  }

  /** Asks whether the peer is there, until it answers or the time is up. */
  validate(now: Instant): void {
    const probeMs = this.flight.rtt.probeMs;
    const failsAt = after(now, Math.max(VALIDATION_MS_MIN, VALIDATION_PROBES * probeMs));
    this.#validation = { failsAt, nextAt: after(now, probeMs), waitMs: probeMs };
    this.#challengeOwed = true;
  }

  /** PATH_CHALLENGE: is answered once. */
  challenged(data: Uint8Array): void {
    this.#responses.push(data.slice());
    if (this.#responses.length > PATH_RESPONSES_MAX) this.#responses.shift();
  }

  /** PATH_RESPONSE. @returns whether it answers a challenge of this path, which is proved then. */
  answered(data: Uint8Array): boolean {
    const challenge = this.#challenges.find((one) => equalBytes(one.data, data));
    if (!challenge) return false;
    this.#proved = true;
    this.#challenges = [];
    this.#challengeOwed = false;
    // §8.2.1: what proved the address in a small datagram is asked again in a whole one.
    if (challenge.isWhole) this.#validation = undefined;
    else this.#challengeOwed = true;
    return true;
  }

  deadline(): Instant | undefined {
    return earliest(this.#validation?.nextAt, this.#validation?.failsAt);
  }

  /** @returns whether validation has just failed */
  elapse(now: Instant): boolean {
    const validation = this.#validation;
    if (!validation) return false;
    if (validation.failsAt <= now) {
      this.#validation = undefined;
      this.#challengeOwed = false;
      return true;
    }
    if (validation.nextAt <= now) {
      validation.waitMs *= 2;
      validation.nextAt = after(now, validation.waitMs);
      this.#challengeOwed = true;
    }
    return false;
  }

  /** Every challenge is new (§8.2.1); a datagram that holds one, or an answer, has the whole size if it may (§8.2.2). */
  writeFrames(builder: PacketBuilder): void {
    if (!this.isPending) return;
    const isWhole = builder.size + builder.room >= BASE_BYTES;
    if (this.#challengeOwed) {
      const challenge = { data: this.#random.bytes(8), isWhole };
      if (builder.add({ type: 'path-challenge', data: challenge.data }, this, challenge)) {
        this.#challengeOwed = false;
        this.#challenges.push(challenge);
        if (this.#challenges.length > CHALLENGES_MAX) this.#challenges.shift();
      }
    }
    // §13.3: a response is sent once; who did not get it challenges again.
    while (this.#responses[0] && builder.add({ type: 'path-response', data: this.#responses[0] })) {
      this.#responses.shift();
    }
    builder.padTo(BASE_BYTES);
  }

  acked(): void {}

  /** The timer asks again: as seldom as a first packet is repeated, however soon a loss is found (§8.2.1). */
  lost(): void {}
}
