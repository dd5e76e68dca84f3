import { randomFillSync } from 'node:crypto';
import type { Random } from '../core/base/random.ts';

/** Drawn from the system at once: one call costs more than the bytes that it brings. */
const POOL_BYTES = 4096;

/** The system's entropy. Every byte is handed out once, and forgotten here when it is. */
export function entropy(): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(count) {
      if (count > POOL_BYTES / 4) return randomFillSync(new Uint8Array(count));
      if (used + count > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const bytes = pool.slice(used, used + count);
      pool.fill(0, used, used + count);
      used += count;
      return bytes;
    },
  };
}
