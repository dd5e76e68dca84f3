import { randomFillSync } from 'node:crypto';
import type { Random } from '../core/base/random.ts';

/** Drawn from the system at once for what is small: one call costs more than the bytes that it brings. */
const POOL_BYTES = 4096;

/**
 * Keys, salts and nonces, which have so many bytes or more, come from the system when they are wanted: what lies in a pool lies in
 * both copies of a virtual machine that is restored twice, while the system's own generator begins anew in each.
 */
const POOLED_BYTES_MAX = 15;

/**
 * The system's entropy. Every byte is handed out once, and forgotten here when it is.
 *
 * @param fill - how the system is asked; tests count it
 */
export function entropy(fill: (bytes: Uint8Array) => Uint8Array = randomFillSync): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(count) {
      if (count > POOLED_BYTES_MAX) return fill(new Uint8Array(count));
      if (used + count > POOL_BYTES) {
        fill(pool);
        used = 0;
      }
      const bytes = pool.slice(used, used + count);
      pool.fill(0, used, used + count);
      used += count;
      return bytes;
    },
  };
}
