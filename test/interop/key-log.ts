import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { concat } from '../../src/core/bytes/concat.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import { utf8 } from '../../src/core/bytes/utf8.ts';
import type { Suite } from '../../src/core/crypto/suite.ts';
import { decodePacketNumber, type ShortPacket } from '../../src/core/wire/packet.ts';

/*
 * What SSLKEYLOGFILE is to the interop runner: the traffic secrets of an endpoint, so that somebody else can read its packets.
 * The reader is written on node:crypto alone: it agrees with the transport by the RFC, not by sharing its code.
 */

const HEADER_KEY_LABEL = utf8('tls13 quic hp');

/** A suite that tells the first traffic secret of each direction of each connection, which is what header keys are made from. */
export function withKeyLog(suite: Suite, log: (secret: string) => void): Suite {
  return {
    ...suite,
    hmac(key, ...parts) {
      if (parts.some((part) => includes(part, HEADER_KEY_LABEL))) log(hex(key));
      return suite.hmac(key, ...parts);
    },
  };
}

/** Whether `bytes` is HKDF-Expand-Label's input for a label (RFC 8446 §7.1): length, label, no context. */
const includes = (bytes: Uint8Array, label: Uint8Array): boolean =>
  bytes.length === label.length + 4 && Buffer.compare(bytes.subarray(3, 3 + label.length), label) === 0;

/** A packet that was opened. */
export type ReadPacket = {
  readonly number: number;
  /** How often the keys had been renewed. */
  readonly generation: number;
  readonly payload: Uint8Array;
};

const TAG_BYTES = 16;

/** Reads the 1-RTT packets of one direction of one connection, over key updates (RFC 9001 §5, §6). */
export class PacketReader {
  readonly #headerKey: KeyObject;
  readonly #generations: Generation[];
  #current = 0;
  #largest = -1;

  /** @param secret - the application_traffic_secret of this direction, 32 bytes. */
  constructor(secret: Uint8Array) {
    this.#headerKey = createSecretKey(expandLabel(secret, 'quic hp', 32));
    this.#generations = [new Generation(secret)];
  }

  /** @returns `undefined` when the packet is not of this connection and direction */
  read({ bytes, packetNumberAt }: ShortPacket): ReadPacket | undefined {
    const sample = bytes.subarray(packetNumberAt + 4, packetNumberAt + 20);
    const mask = createCipheriv('chacha20', this.#headerKey, sample).update(Buffer.alloc(5));
    const first = bytes[0]! ^ (mask[0]! & 0x1f);
    const numberBytes = (first & 0x03) + 1;
    const header = Buffer.from(bytes.subarray(0, packetNumberAt + numberBytes));
    header[0] = first;
    for (let i = 0; i < numberBytes; i++) header[packetNumberAt + i]! ^= mask[1 + i]!;
    const number = decodePacketNumber(header.readUIntBE(packetNumberAt, numberBytes), numberBytes, this.#largest);
    for (const generation of this.#candidates((first >> 2) & 1)) {
      const payload = this.#generation(generation).open(number, header, bytes.subarray(header.length));
      if (!payload) continue;
      this.#current = Math.max(this.#current, generation);
      this.#largest = Math.max(this.#largest, number);
      return { number, generation, payload };
    }
    return undefined;
  }

  /** Which generations a packet of this key phase may be of: the current, the one before, the next. */
  #candidates(phase: number): readonly number[] {
    const current = this.#current;
    return current % 2 === phase ? [current] : [current + 1, ...(current > 0 ? [current - 1] : [])];
  }

  #generation(index: number): Generation {
    while (this.#generations.length <= index) this.#generations.push(this.#generations.at(-1)!.next());
    return this.#generations[index]!;
  }
}

/** The keys between two key updates. */
class Generation {
  readonly #secret: Uint8Array;
  readonly #key: KeyObject;
  readonly #iv: Buffer;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.#key = createSecretKey(expandLabel(secret, 'quic key', 32));
    this.#iv = expandLabel(secret, 'quic iv', 12);
  }

  next(): Generation {
    return new Generation(expandLabel(this.#secret, 'quic ku', 32));
  }

  open(number: number, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const nonce = Buffer.from(this.#iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(number), 4);
    const decipher = createDecipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(header, { plaintextLength: sealed.length - TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const payload = decipher.update(sealed.subarray(0, -TAG_BYTES));
    try {
      decipher.final();
      return new Uint8Array(payload);
    } catch {
      return undefined; // `final` throws when the tag does not fit.
    }
  }
}

/** RFC 8446 §7.1 with an empty context, of at most 32 bytes: one block of HKDF-Expand. */
function expandLabel(secret: Uint8Array, name: string, length: number): Buffer {
  const label = utf8(`tls13 ${name}`);
  const info = concat(Uint8Array.of(0, length, label.length), label, Uint8Array.of(0, 1));
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}
