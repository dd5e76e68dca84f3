import { FAILED_OPENS_MAX, SEALED_PACKETS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Suite } from '../crypto/suite.ts';
import type { ShortPacket } from '../wire/packet.ts';
import { type Opened, PacketProtection } from './protection.ts';

/** Bits of a short header that are zero until a later version says otherwise (RFC 9000 §17.3.1). */
const RESERVED_BITS = 0x18;
/** The key phase (RFC 9001 §6). There is one phase so far, and it is 0. */
const KEY_PHASE_BIT = 0x04;

/** How much may be sealed under one key, and how much may fail to open. */
type Wear = { readonly sealedMax: number; readonly failedMax: number };

const WEAR: Wear = { sealedMax: SEALED_PACKETS_MAX, failedMax: FAILED_OPENS_MAX };

/**
 * The keys of one connection, both ways, and how much they have been used.
 * Key update (RFC 9001 §6) will add epochs here; until then a packet of another phase is one that does not open.
 */
export class Keys {
  readonly #send: PacketProtection;
  readonly #receive: PacketProtection;
  readonly #wear: Wear;
  #sealed = 0;
  #failed = 0;

  /** @param secrets - of this side: what it sends with, and what it receives with. */
  constructor(suite: Suite, secrets: { readonly send: Uint8Array; readonly receive: Uint8Array }, wear = WEAR) {
    this.#send = new PacketProtection(suite, secrets.send);
    this.#receive = new PacketProtection(suite, secrets.receive);
    this.#wear = wear;
  }

  /** Whether so much has been sealed or has failed to open that the connection must end (RFC 9001 §6.6). */
  get wornOut(): boolean {
    return this.#sealed >= this.#wear.sealedMax || this.#failed >= this.#wear.failedMax;
  }

  seal(header: Uint8Array, packetNumber: number, payload: Uint8Array): Uint8Array {
    this.#sealed++;
    return this.#send.seal(header, packetNumber, payload);
  }

  /**
   * @returns `undefined` for a packet that the peer did not make
   * @throws PeerError('forbidden') for one that it made with reserved bits set
   */
  open(packet: ShortPacket, largest: number): Opened | undefined {
    const opened = this.#receive.open(packet.bytes, packet.packetNumberAt, largest);
    if (!opened || opened.firstByte & KEY_PHASE_BIT) {
      this.#failed++;
      return undefined;
    }
    if (opened.firstByte & RESERVED_BITS) throw new PeerError('forbidden', 'reserved bits are set');
    return opened;
  }
}
