/** Where chance comes from: the system's entropy in the host, a seed in the simulator. Handed in once, by constructor. */
export interface Random {
  /** `count` fresh random bytes, which the caller owns. */
  bytes(count: number): Uint8Array;
}

/** A number in [0, 1), with 32 bits of resolution. */
export function fraction(random: Random): number {
  const [a, b, c, d] = random.bytes(4) as unknown as [number, number, number, number];
  return (a * 0x1000000 + b * 0x10000 + c * 0x100 + d) / 0x100000000;
}

/** A whole number in [0, limit). */
export const below = (random: Random, limit: number): number => Math.floor(fraction(random) * limit);

/** `ms`, moved by up to `share` of itself either way (0.2 is ± 20 %), so that timers of many nodes do not beat together. */
export const jitter = (random: Random, ms: number, share: number): number =>
  ms * (1 - share + 2 * share * fraction(random));
