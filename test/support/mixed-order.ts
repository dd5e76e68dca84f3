import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../../src/core/bytes/concat.ts';

const { Point } = ed25519;
/** A point of order 8. */
const TORSION = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const SECRET = 0x1234_5678_9abc_def0n;

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
const scalarBytes = (scalar: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((scalar >> BigInt(8 * i)) & 255n));

const KEY = Point.BASE.multiply(SECRET).add(TORSION);

/** A key of mixed order, which no honest node has: its signatures can be made to verify, its key is no NodeId. */
export const mixedOrderKey: Uint8Array = KEY.toBytes();

/** A signature under `mixedOrderKey` that passes the equation of docs/protocol.md §0. */
export function mixedOrderSignature(message: Uint8Array): Uint8Array {
  for (let nonce = 1n; ; nonce++) {
    const R = Point.BASE.multiply(nonce).toBytes();
    const k = Point.Fn.create(littleEndian(sha512(concat(R, mixedOrderKey, message))));
    // Then [k] takes the torsion away, and the rest is an ordinary signature.
    if (k % 8n === 0n) return concat(R, scalarBytes(Point.Fn.create(nonce + k * SECRET)));
  }
}
