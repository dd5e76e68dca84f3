import { FAILED_OPENS_MAX, KEY_UPDATE_PACKETS, PACKET_NUMBER_MAX, SEALED_PACKETS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import type { Suite } from '../crypto/suite.ts';
import type { ShortPacket } from '../wire/packet.ts';
import { type Opened, PacketProtection } from './protection.ts';
import { KEY_PHASE_BIT, ReceiveKeys } from './receive-keys.ts';

/** Bits of a short header that are zero until a later version says otherwise (RFC 9000 §17.3.1). */
const RESERVED_BITS = 0x18;

/** How long keys last. */
type Wear = {
  /** Packets sealed under one key, after which it is updated, and after which it must not be used. */
  readonly updateAfter: number;
  readonly sealedMax: number;
  /** Packets that did not open, under all keys together. */
  readonly failedMax: number;
  /** The highest packet number. */
  readonly numberMax: number;
};

const WEAR: Wear = {
  updateAfter: KEY_UPDATE_PACKETS,
  sealedMax: SEALED_PACKETS_MAX,
  failedMax: FAILED_OPENS_MAX,
  numberMax: PACKET_NUMBER_MAX,
};

/**
 * The keys of one connection, both ways, their updates (RFC 9001 §6) and how much they have been used.
 *
 * Each direction has a phase of its own. Ours is that of the peer, or one ahead: when we begin an update, until the peer's first
 * packet of the new phase. When the peer begins one, ours follows before anything else is sealed.
 */
export class Keys {
  readonly #receive: ReceiveKeys;
  readonly #wear: Wear;
  readonly #probeMs: () => number;
  #send: PacketProtection;
  #sendPhase = 0;
  /** Number of the first packet sealed in this phase. */
  #sealedFrom = Number.POSITIVE_INFINITY;
  #sealed = 0;
  #highest = -1;
  /** Packets sealed in this phase from which on an update is due. */
  #updateAfter: number;
  /** Whether the peer has acknowledged a packet of this phase, and so has followed into it. */
  #isAcknowledged = false;
  #failed = 0;
  #payloadBytes = 0;

  /**
   * @param secrets - of this side: what it sends with, and what it receives with.
   * @param probeMs - the probe timeout, in milliseconds
   */
  constructor(
    suite: Suite,
    secrets: { readonly send: Uint8Array; readonly receive: Uint8Array },
    probeMs: () => number,
    wear: Partial<Wear> = {},
  ) {
    this.#send = new PacketProtection(suite, secrets.send);
    this.#receive = new ReceiveKeys(new PacketProtection(suite, secrets.receive));
    this.#probeMs = probeMs;
    this.#wear = { ...WEAR, ...wear };
    this.#updateAfter = this.#wear.updateAfter;
  }

  /**
   * Whether so much has been sealed or has failed to open, or so many packet numbers are used up, that the connection must end
   * (RFC 9001 §6.6, RFC 9000 §12.3).
   */
  get wornOut(): boolean {
    const { sealedMax, failedMax, numberMax } = this.#wear;
    return this.#sealed >= sealedMax || this.#failed >= failedMax || this.#highest >= numberMax;
  }

  /** Bytes of payload sealed and opened, under all keys together. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** How often the keys that we send with have been updated. */
  get phase(): number {
    return this.#sendPhase;
  }

  /** The next packet that may be sealed with newer keys will be: when the peer has followed the update before. */
  update(now: Instant): void {
    this.#receive.elapse(now);
    this.#updateAfter = 0;
  }

  /** A protected packet, for which the key phase is set in `header`. */
  seal(header: Uint8Array, packetNumber: number, payload: Uint8Array): Uint8Array {
    if (this.#sealed >= this.#updateAfter && this.#isAcknowledged && !this.#receive.isUpdating) this.#advance();
    if (this.#sealed++ === 0) this.#sealedFrom = packetNumber;
    this.#highest = packetNumber;
    this.#payloadBytes += payload.length;
    this.#receive.answered();
    if (this.#sendPhase % 2 === 1) header[0]! |= KEY_PHASE_BIT;
    return this.#send.seal(header, packetNumber, payload);
  }

  /**
   * @returns `undefined` for a packet that the peer did not make
   * @throws PeerError('forbidden') for one that it made with reserved bits set
   * @throws PeerError('keyUpdate') for one that it made with keys that it must not use for it
   * @throws PeerError('aeadLimit') for one whose number is too high
   */
  open(packet: ShortPacket, largest: number, now: Instant): Opened | undefined {
    this.#receive.elapse(now);
    const opened = this.#receive.open(packet, largest, now, this.#probeMs());
    if (!opened) {
      this.#failed++;
      return undefined;
    }
    if (opened.firstByte & RESERVED_BITS) throw new PeerError('forbidden', 'reserved bits are set');
    if (opened.packetNumber > this.#wear.numberMax) throw new PeerError('aeadLimit', 'the packet numbers are used up');
    if (this.#receive.phase > this.#sendPhase) this.#advance();
    this.#payloadBytes += opened.payload.length;
    return opened;
  }

  /**
   * The peer has received the packet with this number.
   *
   * @throws PeerError('keyUpdate') when it was sealed with keys that the peer has, and does not use
   */
  acknowledged(packetNumber: number): void {
    if (this.#isAcknowledged || packetNumber < this.#sealedFrom) return;
    if (this.#receive.phase < this.#sendPhase) throw new PeerError('keyUpdate', 'acknowledged, and not followed');
    this.#isAcknowledged = true;
  }

  #advance(): void {
    this.#send = this.#send.next();
    this.#sendPhase++;
    this.#sealed = 0;
    this.#sealedFrom = Number.POSITIVE_INFINITY;
    this.#updateAfter = this.#wear.updateAfter;
    this.#isAcknowledged = false;
  }
}
