/** The largest value a varint may have here: RFC 9000 §16 allows 2^62 − 1, a JavaScript number is exact to 2^53 − 1. */
export const VARINT_MAX = Number.MAX_SAFE_INTEGER;

/** How many bytes the shortest encoding of `value` takes: 1, 2, 4 or 8 (RFC 9000 §16). */
export function varintLength(value: number): 1 | 2 | 4 | 8 {
  if (value < 0x40) return 1;
  if (value < 0x4000) return 2;
  return value < 0x40000000 ? 4 : 8;
}
