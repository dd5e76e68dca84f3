import { OLD_KEYS_MS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { after, type Instant } from '../base/time.ts';
import type { ShortPacket } from '../wire/packet.ts';
import type { Opened, PacketProtection } from './protection.ts';

/** The key phase, in the first byte of a short header (RFC 9001 §6). */
export const KEY_PHASE_BIT = 0x04;
/** The keys of the phase before are kept for so many probe timeouts, for packets that were overtaken (RFC 9001 §6.5). */
const OLD_KEYS_PROBES = 3;

/** The keys of one phase, and which packets have been opened with them. */
type Phase = { readonly protection: PacketProtection; lowest: number; highest: number };

/**
 * The keys that the peer's packets open with (RFC 9001 §6): those of this phase, those of the phase before for a while, and
 * those of the next phase, made beforehand. Every packet is tried with one of them, and only one: neither its key phase nor
 * an update can be told from how long that takes (§6.3, §9.5).
 */
export class ReceiveKeys {
  #previous: Phase | undefined;
  #previousUntil: Instant | undefined;
  #current: Phase;
  #next: Phase;
  #phaseBit = 0;
  #phase = 0;
  /** Whether we have said anything since this phase began: until then the peer knows of no ACK, and must not begin another. */
  #answered = false;

  constructor(protection: PacketProtection) {
    this.#current = unused(protection);
    this.#next = unused(protection.next());
  }

  /** How often the peer has updated its keys. */
  get phase(): number {
    return this.#phase;
  }

  /** Whether packets that the last update overtook may still come: it is too early for another one (RFC 9001 §6.5). */
  get isUpdating(): boolean {
    return this.#previous !== undefined;
  }

  /** We have sent a packet. */
  answered(): void {
    this.#answered = true;
  }

  /** Forgets the keys before when their time is up. */
  elapse(now: Instant): void {
    if (this.#previousUntil === undefined || now < this.#previousUntil) return;
    this.#previous = undefined;
    this.#previousUntil = undefined;
  }

  /**
   * @param probeMs - the probe timeout, in milliseconds
   * @returns `undefined` for a packet that the peer did not make
   * @throws PeerError('keyUpdate') when it made it with keys that it must not use for it
   */
  open(packet: ShortPacket, largest: number, now: Instant, probeMs: number): Opened | undefined {
    const unmasked = this.#current.protection.unmask(packet.bytes, packet.packetNumberAt, largest);
    if (!unmasked) return undefined;
    const { packetNumber, firstByte } = unmasked;
    const phase = (firstByte & KEY_PHASE_BIT) === this.#phaseBit ? this.#current : this.#otherPhase(packetNumber);
    const payload = phase.protection.openUnmasked(unmasked, packet.bytes);
    if (!payload) return undefined;
    this.#checkOrder(phase, packetNumber);
    if (phase === this.#next) this.#advance(now, probeMs);
    if (packetNumber < phase.lowest) phase.lowest = packetNumber;
    if (packetNumber > phase.highest) phase.highest = packetNumber;
    return { packetNumber, firstByte, payload };
  }

  /** Which keys a packet with the other key phase bit is tried with. */
  #otherPhase(packetNumber: number): Phase {
    if (!this.#previous) return this.#next;
    if (packetNumber < this.#current.lowest) return this.#previous;
    // Before we have answered, no honest peer sends this. It went back to old keys, or went on too early: the numbers decide
    // which of the two is looked for, so that a peer which does either for long is found out, at the price of one attempt each.
    return !this.#answered && packetNumber % 2 === 0 ? this.#previous : this.#next;
  }

  /** RFC 9001 §6.4: a higher number has the same or newer keys. §6.2: no update before the last one was acknowledged. */
  #checkOrder(phase: Phase, packetNumber: number): void {
    const isBackward =
      phase === this.#previous
        ? packetNumber > this.#current.lowest
        : packetNumber < (phase === this.#current ? (this.#previous?.highest ?? -1) : this.#current.highest);
    if (isBackward) throw new PeerError('keyUpdate', 'an older key for a higher packet number');
    if (phase === this.#next && !this.#answered) throw new PeerError('keyUpdate', 'two updates without an ACK between');
  }

  #advance(now: Instant, probeMs: number): void {
    this.#previous = this.#current;
    this.#previousUntil = after(now, Math.min(OLD_KEYS_MS_MAX, OLD_KEYS_PROBES * probeMs));
    this.#current = this.#next;
    this.#next = unused(this.#current.protection.next());
    this.#phaseBit ^= KEY_PHASE_BIT;
    this.#phase++;
    this.#answered = false;
  }
}

const unused = (protection: PacketProtection): Phase => ({
  protection,
  lowest: Number.POSITIVE_INFINITY,
  highest: -1,
});
