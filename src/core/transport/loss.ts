import { HANDSHAKE_PROBE_MS_MAX, PACKETS_OUTSTANDING_MAX, PROBE_MS_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Range } from '../base/range-set.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import type { PacketFate } from './congestion.ts';
import type { Flight } from './flight.ts';
import type { Mtu } from './mtu.ts';
import type { SentFrame } from './packet-builder.ts';
import { PacketNumbers } from './packet-numbers.ts';
import type { Trace } from './trace.ts';

/** Where packets go. Two of them may share a flight: paths that differ in the port alone (RFC 9000 §9.4). */
type Way = { readonly flight: Flight; readonly mtu: Mtu };

/** What a packet only asks: whether a path is there, or takes so large a datagram. Its loss says nothing of congestion (RFC 9000 §9.4, §14.4). */
export type Aside = 'path' | 'mtu';

/** A packet on its way that its receiver must acknowledge. */
export type SentPacket = PacketFate & {
  readonly frames: readonly SentFrame[];
  /** Where it went. */
  readonly path: Way;
  readonly aside: Aside | undefined;
};

/** So many later packets acknowledged, and one counts as lost (RFC 9002 §6.1.1); on a path that reorders only time counts. */
const PACKET_THRESHOLD = 3;
/** By how much more a path that reorders even so is given time, each time, and at most: factors of the time threshold. */
const PATIENCE = { step: 1.125, most: 2 } as const;
/** Probe timeouts without anything coming through, and the window collapses (RFC 9002 §7.6.1). */
const PERSISTENT_PROBES = 3;
const PROBE_PACKETS = 2;

/** What has been sent and not yet acknowledged; finds what was lost and says when to probe (RFC 9002 §6). */
export class Loss {
  readonly numbers: PacketNumbers;
  readonly #trace: Trace | undefined;
  /** The way that packets take now. */
  #way: Way;
  /** By packet number, in the order of sending. */
  readonly #sent = new Map<number, SentPacket>();
  #acknowledged = -1;
  #lastSentAt: Instant | undefined;
  #lossAt: Instant | undefined;
  #timeouts = 0;
  #unheardSince: Instant | undefined;
  #probes = 0;
  /** The last congestion event: when it was found, and what was lost in it and may still turn out to have arrived. */
  #event: { readonly at: Instant; readonly suspects: Map<number, SentPacket> } | undefined;
  /** Packets overtake each other on this way. */
  #reorders = false;
  #patience = 1;
  /** What the peer said last that it has received. */
  #received: readonly Range[] = [];
  #firstSampleAt: Instant | undefined;
  readonly #maxAckDelayMs: () => number;

  /** @param maxAckDelayMs - how long the peer may delay an ACK now, in milliseconds. */
  constructor(way: Way, random: Random, maxAckDelayMs: () => number, trace?: Trace) {
    this.#way = way;
    this.#maxAckDelayMs = maxAckDelayMs;
    this.#trace = trace;
    this.numbers = new PacketNumbers(random);
  }

  get #flight(): Flight {
    return this.#way.flight;
  }

  /** The largest number that the peer has acknowledged; -1 for none. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Packets that must be sent now although the window may be full (RFC 9002 §6.2.4). */
  get probes(): number {
    return this.#probes;
  }

  /** Probe timeouts since anything was acknowledged. */
  get timeouts(): number {
    return this.#timeouts;
  }

  /** The first of these probe timeouts: since then the peer has not said that anything of ours arrives. */
  get unheardSince(): Instant | undefined {
    return this.#unheardSince;
  }

  /** The probe timeout, in milliseconds, without backoff (RFC 9002 §6.2.1). */
  get probeMs(): number {
    return this.#flight.rtt.probeMs + this.#maxAckDelayMs();
  }

  /** Packets sent and not yet acknowledged or lost. */
  get packetsInFlight(): number {
    return this.#sent.size;
  }

  /** Whether so much is unacknowledged that nothing more is sent. */
  get isFull(): boolean {
    return this.#sent.size >= PACKETS_OUTSTANDING_MAX;
  }

  /** From now on packets take another way, on which nothing has failed yet. */
  moved(way: Way, now: Instant): void {
    this.#way = way;
    this.#timeouts = 0;
    this.#unheardSince = undefined;
    if (this.#lastSentAt !== undefined) this.#lastSentAt = now;
    this.#event = undefined;
    this.#reorders = false;
    this.#patience = 1;
  }

  /** A packet goes out; `eliciting` ones are remembered until they are acknowledged or lost. */
  sent(packet: SentPacket, eliciting: boolean): void {
    this.numbers.advance();
    if (!eliciting) return;
    this.#sent.set(packet.number, packet);
    // One probe is longer than a small window: counted, it would keep everything else back until it is found lost.
    if (packet.aside !== 'mtu') packet.path.flight.sent(packet);
    // What goes another way has timers of its own, but where nothing else is under way, nothing else says when to probe.
    if (packet.path === this.#way || this.#sent.size === 1) this.#lastSentAt = packet.sentAt;
    // A question to another path, or to a larger size, does not say whether this path still answers.
    if (this.#probes > 0 && !packet.aside) this.#probes--;
  }

  /**
   * The peer has received these packets, highest range first.
   *
   * @returns whether one of them was not known to have arrived
   * @throws PeerError('forbidden') when one of them was never sent
   */
  ack(ranges: readonly Range[], ackDelayMs: number, now: Instant): boolean {
    this.numbers.check(ranges);
    const largest = ranges[0]!.end - 1;
    const arrived = takeArrived(this.#sent, ranges);
    if (largest >= this.#acknowledged) this.#received = ranges;
    this.#acknowledged = Math.max(this.#acknowledged, largest);
    this.#clear(ranges, now);
    const last = arrived.at(-1);
    if (!last) return false;
    this.#trace?.({ type: 'packets-acknowledged', numbers: arrived.map(({ number }) => number) }, now);
    if (last.number === largest) {
      // §5.3: before the handshake is confirmed an ACK may be late for other reasons.
      const delayMs = this.#firstSampleAt === undefined ? ackDelayMs : Math.min(ackDelayMs, this.#maxAckDelayMs());
      this.#firstSampleAt ??= now;
      last.path.flight.rtt.sample(now - last.sentAt, delayMs);
    }
    const limited = this.#flight.bytes > this.#flight.congestion.windowBytes / 2;
    for (const packet of arrived) {
      const { flight, mtu } = packet.path;
      flight.heardAt = now;
      if (packet.aside !== 'mtu') {
        flight.landed(packet.bytes);
        flight.congestion.acked(packet, flight.rtt, limited && flight === this.#flight, now);
      }
      if (!packet.aside) {
        mtu.arrived(packet.bytes);
        flight.losses.arrived(now);
      }
      for (const { owner, note } of packet.frames) owner.acked(note);
    }
    if (this.#flight.heardAt === now) {
      this.#timeouts = 0;
      this.#unheardSince = undefined;
      this.#probes = 0;
    }
    this.#detect(now);
    return true;
  }

  deadline(): Instant | undefined {
    if (this.#lossAt !== undefined) return this.#lossAt;
    if (this.#sent.size === 0 || this.#lastSentAt === undefined) return undefined;
    const mostMs = this.#acknowledged < 0 ? Math.max(HANDSHAKE_PROBE_MS_MAX, this.probeMs) : PROBE_MS_MAX;
    return after(this.#lastSentAt, Math.min(mostMs, this.probeMs * 2 ** this.#timeouts));
  }

  elapse(now: Instant): void {
    if (this.#lossAt !== undefined && this.#lossAt <= now) {
      this.#trace?.({ type: 'expired', timer: 'loss' }, now);
      this.#detect(now);
    }
    const at = this.deadline();
    if (at === undefined || at > now) return;
    this.#trace?.({ type: 'expired', timer: 'probe' }, now);
    this.#probe(now);
  }

  /** RFC 9002 §6.1: lost is what was sent well before something that has been acknowledged. */
  #detect(now: Instant): void {
    const delayMs = this.#flight.rtt.lossDelayMs * this.#patience;
    const overtaken = this.#reorders ? -1 : this.#acknowledged - PACKET_THRESHOLD;
    const lost: SentPacket[] = [];
    this.#lossAt = undefined;
    for (const packet of this.#sent.values()) {
      if (packet.number > this.#acknowledged) break;
      const dueAt = after(packet.sentAt, delayMs);
      if (packet.number <= overtaken || dueAt <= now) lost.push(packet);
      else this.#lossAt = earliest(this.#lossAt, dueAt);
    }
    for (const packet of lost) {
      const { number, bytes, aside } = packet;
      const why = number <= overtaken ? 'reordering' : 'time';
      this.#trace?.({ type: 'packet-lost', number, bytes, isMtuProbe: aside === 'mtu', why }, now);
      this.#sent.delete(number);
      if (aside !== 'mtu') packet.path.flight.landed(bytes);
      if (!aside) {
        packet.path.mtu.missed(packet, now);
        packet.path.flight.losses.lost(now);
      }
      for (const { owner, note } of packet.frames) owner.lost(note);
    }
    // What was lost on another way, or for its size, says nothing of how full this one is, not even if they share a window:
    // where a NAT has let the old port go, everything is lost (RFC 9000 §9.4).
    this.#congested(
      lost.filter((packet) => packet.path === this.#way && !packet.aside),
      now,
    );
  }

  #congested(lost: readonly SentPacket[], now: Instant): void {
    const last = lost.at(-1);
    if (!last) return;
    const { congestion } = this.#flight;
    const before = congestion.windowBytes;
    congestion.lost(last, now);
    this.#trace?.({ type: 'congestion', state: 'recovery' }, now);
    // What changed nothing belongs to the reduction before, which is not taken back for it when that was long ago.
    if (congestion.windowBytes < before) this.#event = { at: now, suspects: new Map() };
    for (const packet of lost) this.#event?.suspects.set(packet.number, packet);
    if (this.#isPersistent(lost)) {
      congestion.collapsed();
      this.#event = undefined;
    }
  }

  /**
   * Some of what counted as lost was only late: it is not sent a third time, and on this way packets are no longer counted but
   * given time, as RACK does (RFC 8985 §6.2). When all of a congestion event was late, its answer is taken back (RFC 9438 §4.9).
   */
  #clear(ranges: readonly Range[], now: Instant): void {
    const event = this.#event;
    if (!event) return;
    const { at, suspects } = event;
    const late = takeArrived(suspects, ranges);
    for (const { frames, path } of late) {
      path.flight.losses.late(now);
      for (const { owner, note } of frames) owner.acked(note);
    }
    if (late.length > 0) {
      if (this.#reorders) this.#patience = Math.min(PATIENCE.most, this.#patience * PATIENCE.step);
      this.#reorders = true;
      if (suspects.size === 0) this.#flight.congestion.undo();
    }
    if (suspects.size === 0 || now > after(at, PERSISTENT_PROBES * this.probeMs)) this.#event = undefined;
  }

  /** RFC 9002 §7.6.2: packets lost over three probe timeouts, and nothing that was sent between them has arrived. */
  #isPersistent(lost: readonly SentPacket[]): boolean {
    if (this.#firstSampleAt === undefined) return false;
    const durationMs = this.probeMs * PERSISTENT_PROBES;
    let first: SentPacket | undefined;
    let previous = -1;
    // The lowest range that reaches beyond the lost packet before: both go up together, or thousands of each would be looked at millions of times.
    let at = this.#received.length - 1;
    for (const packet of lost) {
      if (packet.sentAt < this.#firstSampleAt) continue;
      while (at >= 0 && this.#received[at]!.end <= previous + 1) at--;
      const hasArrivedBetween = at >= 0 && this.#received[at]!.start < packet.number;
      if (!first || hasArrivedBetween) first = packet;
      if (packet.sentAt - first.sentAt > durationMs) return true;
      previous = packet.number;
    }
    return false;
  }

  /** RFC 9002 §6.2.4: nothing was acknowledged for too long, so what is oldest is sent again, beside the window. */
  #probe(now: Instant): void {
    this.#timeouts++;
    this.#unheardSince ??= now;
    this.#probes = PROBE_PACKETS;
    this.#lastSentAt = now;
    let repeated = 0;
    for (const { frames } of this.#sent.values()) {
      for (const { owner, note } of frames) owner.lost(note);
      if (++repeated === PROBE_PACKETS) break;
    }
  }
}

/** Takes what `ranges`, highest first, hold out of `packets`, which stand in the order of their numbers. */
function takeArrived(packets: Map<number, SentPacket>, ranges: readonly Range[]): SentPacket[] {
  const taken: SentPacket[] = [];
  const beyond = ranges[0]!.end;
  let at = ranges.length - 1;
  for (const packet of packets.values()) {
    if (packet.number >= beyond) break;
    while (at > 0 && ranges[at]!.end <= packet.number) at--;
    const range = ranges[at]!;
    if (packet.number < range.start || packet.number >= range.end) continue;
    packets.delete(packet.number);
    taken.push(packet);
  }
  return taken;
}
