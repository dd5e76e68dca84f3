import { expandLabel } from '../crypto/kdf.ts';
import { type Aead, type Suite, TAG_BYTES } from '../crypto/suite.ts';
import { decodePacketNumber } from '../wire/packet.ts';

/** A packet without its protection. */
export type Opened = {
  readonly packetNumber: number;
  /** The first byte, with the bits that were hidden. */
  readonly firstByte: number;
  readonly payload: Uint8Array;
};

/** A packet whose header can be read, and whose payload is still sealed. */
export type Unmasked = {
  /** The header as it was sealed with, the packet number its end. */
  readonly header: Uint8Array;
  readonly packetNumber: number;
  /** The first byte, with the bits that were hidden. */
  readonly firstByte: number;
};

const SECRET_BYTES = 32;
const KEY_BYTES = 32;
const IV_BYTES = 12;
const SAMPLE_BYTES = 16;
/** Bits of the first byte that header protection hides: of a short header, and of a long one (RFC 9001 §5.4.1). */
const HIDDEN = { short: 0x1f, long: 0x0f } as const;
/** Header protection samples from here after the packet number's first byte, whatever its length (RFC 9001 §5.4.2). */
const SAMPLE_AT = 4;

/** One direction's packet protection under one traffic secret: AEAD_CHACHA20_POLY1305 and header protection (RFC 9001 §5). */
export class PacketProtection {
  readonly #suite: Suite;
  readonly #secret: Uint8Array;
  readonly #aead: Aead;
  readonly #iv: Uint8Array;
  readonly #nonce: Uint8Array;
  readonly #mask: (sample: Uint8Array) => Uint8Array;

  /**
   * @param secret - 32 bytes: the application_traffic_secret of this direction.
   * @param mask - of the header, when it is not that of this secret
   */
  constructor(suite: Suite, secret: Uint8Array, mask?: (sample: Uint8Array) => Uint8Array) {
    this.#suite = suite;
    this.#secret = secret;
    this.#aead = suite.aead(expandLabel(suite, secret, 'quic key', KEY_BYTES));
    this.#iv = expandLabel(suite, secret, 'quic iv', IV_BYTES);
    this.#nonce = this.#iv.slice();
    this.#mask = mask ?? suite.headerMask(expandLabel(suite, secret, 'quic hp', KEY_BYTES));
  }

  /** The protection of the next key phase, whose header protection is the same (RFC 9001 §6.1). */
  next(): PacketProtection {
    const secret = expandLabel(this.#suite, this.#secret, 'quic ku', SECRET_BYTES);
    return new PacketProtection(this.#suite, secret, this.#mask);
  }

  /**
   * A protected packet. `header` ends with the packet number, as many bytes of it as the two lowest bits of its first byte
   * say, less one. Number and payload together have at least 4 bytes.
   */
  seal(header: Uint8Array, packetNumber: number, payload: Uint8Array): Uint8Array {
    const sealed = this.#aead.seal(this.#nonceOf(packetNumber), header, payload);
    const packet = new Uint8Array(header.length + sealed.length);
    packet.set(header);
    packet.set(sealed, header.length);
    const numberLength = (header[0]! & 0x03) + 1;
    const numberAt = header.length - numberLength;
    const mask = this.#mask(packet.subarray(numberAt + SAMPLE_AT, numberAt + SAMPLE_AT + SAMPLE_BYTES));
    packet[0]! ^= mask[0]! & hiddenBits(packet[0]!);
    for (let i = 0; i < numberLength; i++) packet[numberAt + i]! ^= mask[1 + i]!;
    return packet;
  }

  /** Takes the mask off a header, which authenticates nothing yet. @returns `undefined` when the packet is too short for one. */
  unmask(packet: Uint8Array, numberAt: number, largest: number): Unmasked | undefined {
    if (packet.length < numberAt + SAMPLE_AT + TAG_BYTES) return undefined;
    const mask = this.#mask(packet.subarray(numberAt + SAMPLE_AT, numberAt + SAMPLE_AT + SAMPLE_BYTES));
    const firstByte = packet[0]! ^ (mask[0]! & hiddenBits(packet[0]!));
    const numberLength = (firstByte & 0x03) + 1;
    const header = packet.slice(0, numberAt + numberLength);
    header[0] = firstByte;
    let truncated = 0;
    for (let i = 0; i < numberLength; i++) {
      header[numberAt + i]! ^= mask[1 + i]!;
      truncated = truncated * 0x100 + header[numberAt + i]!;
    }
    return { header, packetNumber: decodePacketNumber(truncated, numberLength, largest), firstByte };
  }

  /** @returns `undefined` when the packet is not of this key, which takes as long as when it is (RFC 9001 §9.5). */
  openUnmasked({ header, packetNumber }: Unmasked, packet: Uint8Array): Uint8Array | undefined {
    return this.#aead.open(this.#nonceOf(packetNumber), header, packet.subarray(header.length));
  }

  /** Both in one, for who has one key only. */
  open(packet: Uint8Array, numberAt: number, largest: number): Opened | undefined {
    const unmasked = this.unmask(packet, numberAt, largest);
    const payload = unmasked && this.openUnmasked(unmasked, packet);
    return payload && { packetNumber: unmasked.packetNumber, firstByte: unmasked.firstByte, payload };
  }

  /** The IV, with the packet number added in without carry at its end (RFC 9001 §5.3). In one place of memory: good until the next. */
  #nonceOf(packetNumber: number): Uint8Array {
    const low = packetNumber >>> 0;
    const high = Math.floor(packetNumber / 2 ** 32);
    for (let i = 0; i < 4; i++) {
      this.#nonce[11 - i] = this.#iv[11 - i]! ^ (low >>> (8 * i));
      this.#nonce[7 - i] = this.#iv[7 - i]! ^ (high >>> (8 * i));
    }
    return this.#nonce;
  }
}

const hiddenBits = (firstByte: number): number => (firstByte & 0x80 ? HIDDEN.long : HIDDEN.short);
