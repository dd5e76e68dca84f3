import { PACKETS_OUTSTANDING_MAX, PROBE_MS_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Range } from '../base/range-set.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import type { Congestion, PacketFate } from './congestion.ts';
import type { SentFrame } from './packet-builder.ts';
import { PacketNumbers } from './packet-numbers.ts';
import { Rtt } from './rtt.ts';

/** A packet on its way that its receiver must acknowledge. */
export type SentPacket = PacketFate & { readonly frames: readonly SentFrame[] };

/** So many later packets acknowledged, and one counts as lost (RFC 9002 §6.1.1). */
const PACKET_THRESHOLD = 3;
/** Probe timeouts without anything coming through, and the window collapses (RFC 9002 §7.6.1). */
const PERSISTENT_PROBES = 3;
const PROBE_PACKETS = 2;

/** What has been sent and not yet acknowledged; finds what was lost and says when to probe (RFC 9002 §6). */
export class Loss {
  readonly rtt = new Rtt();
  readonly numbers: PacketNumbers;
  readonly #congestion: Congestion;
  /** By packet number, in the order of sending. */
  readonly #sent = new Map<number, SentPacket>();
  #bytesInFlight = 0;
  #acknowledged = -1;
  #lastSentAt: Instant | undefined;
  #lossAt: Instant | undefined;
  #timeouts = 0;
  #probes = 0;
  /** The peer's max_ack_delay. */
  maxAckDelayMs = 25;

  constructor(congestion: Congestion, random: Random) {
    this.#congestion = congestion;
    this.numbers = new PacketNumbers(random);
  }

  /** The largest number that the peer has acknowledged; -1 for none. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Packets that must be sent now although the window may be full (RFC 9002 §6.2.4). */
  get probes(): number {
    return this.#probes;
  }

  /** The probe timeout, in milliseconds, without backoff (RFC 9002 §6.2.1). */
  get probeMs(): number {
    return this.rtt.probeMs + this.maxAckDelayMs;
  }

  /** Whether the congestion window has room for a packet of this size. */
  hasRoom(bytes: number): boolean {
    return this.#bytesInFlight + bytes <= this.#congestion.windowBytes && this.#sent.size < PACKETS_OUTSTANDING_MAX;
  }

  /** A packet goes out; `eliciting` ones are remembered until they are acknowledged or lost. */
  sent(packet: SentPacket, eliciting: boolean): void {
    this.numbers.advance();
    if (!eliciting) return;
    this.#sent.set(packet.number, packet);
    this.#bytesInFlight += packet.bytes;
    this.#congestion.sent(packet.number, packet.bytes, packet.sentAt);
    this.#lastSentAt = packet.sentAt;
    if (this.#probes > 0) this.#probes--;
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
    const arrived = this.#take(ranges, largest);
    this.#acknowledged = Math.max(this.#acknowledged, largest);
    const last = arrived.at(-1);
    if (!last) return false;
    if (last.number === largest) this.rtt.sample(now - last.sentAt, Math.min(ackDelayMs, this.maxAckDelayMs));
    const limited = this.#bytesInFlight > this.#congestion.windowBytes / 2;
    for (const packet of arrived) {
      this.#bytesInFlight -= packet.bytes;
      this.#congestion.acked(packet, this.rtt, limited, now);
      for (const { owner, note } of packet.frames) owner.acked(note);
    }
    this.#timeouts = 0;
    this.#probes = 0;
    this.#detect(now);
    return true;
  }

  deadline(): Instant | undefined {
    if (this.#lossAt !== undefined) return this.#lossAt;
    if (this.#sent.size === 0 || this.#lastSentAt === undefined) return undefined;
    return after(this.#lastSentAt, Math.min(PROBE_MS_MAX, this.probeMs * 2 ** this.#timeouts));
  }

  elapse(now: Instant): void {
    const at = this.deadline();
    if (at === undefined || at > now) return;
    if (this.#lossAt !== undefined) this.#detect(now);
    else this.#probe(now);
  }

  /** Takes what `ranges` hold out of what is on its way, lowest number first. */
  #take(ranges: readonly Range[], largest: number): SentPacket[] {
    const taken: SentPacket[] = [];
    let at = ranges.length - 1;
    for (const packet of this.#sent.values()) {
      if (packet.number > largest) break;
      while (at > 0 && ranges[at]!.end <= packet.number) at--;
      const range = ranges[at]!;
      if (packet.number < range.start || packet.number >= range.end) continue;
      this.#sent.delete(packet.number);
      taken.push(packet);
    }
    return taken;
  }

  /** RFC 9002 §6.1: lost is what was sent well before something that has been acknowledged. */
  #detect(now: Instant): void {
    const delayMs = this.rtt.lossDelayMs;
    const lost: SentPacket[] = [];
    this.#lossAt = undefined;
    for (const packet of this.#sent.values()) {
      if (packet.number > this.#acknowledged) break;
      const dueAt = after(packet.sentAt, delayMs);
      if (packet.number <= this.#acknowledged - PACKET_THRESHOLD || dueAt <= now) lost.push(packet);
      else this.#lossAt = earliest(this.#lossAt, dueAt);
    }
    const last = lost.at(-1);
    if (!last) return;
    for (const packet of lost) {
      this.#sent.delete(packet.number);
      this.#bytesInFlight -= packet.bytes;
      for (const { owner, note } of packet.frames) owner.lost(note);
    }
    this.#congestion.lost(last, now);
    if (this.#isPersistent(lost)) this.#congestion.collapsed();
  }

  /** RFC 9002 §7.6.2: a run of packets, all lost, that were sent over three probe timeouts. */
  #isPersistent(lost: readonly SentPacket[]): boolean {
    if (this.rtt.measuredMs === undefined) return false;
    const durationMs = this.probeMs * PERSISTENT_PROBES;
    let first = lost[0]!;
    let previous = first;
    for (const packet of lost) {
      // A number in between was acknowledged, or skipped: either way no harm to begin again.
      if (packet.number > previous.number + 1) first = packet;
      if (packet.sentAt - first.sentAt > durationMs) return true;
      previous = packet;
    }
    return false;
  }

  /** RFC 9002 §6.2.4: nothing was acknowledged for too long, so what is oldest is sent again, beside the window. */
  #probe(now: Instant): void {
    this.#timeouts++;
    this.#probes = PROBE_PACKETS;
    this.#lastSentAt = now;
    let repeated = 0;
    for (const { frames } of this.#sent.values()) {
      for (const { owner, note } of frames) owner.lost(note);
      if (++repeated === PROBE_PACKETS) break;
    }
  }
}
