/** The smallest padded size, in bytes: a short text and a receipt look the same. */
const PADDED_BYTES_MIN = 256;

/** Marks the end of the content; zeros follow it. */
const END = 0x80;

/**
 * How long `length` bytes of content are when padded: max(256, Padmé(length + 1)) (docs/protocol.md §3.1).
 * Padmé (Nikitin et al., PURBs, PETS 2019) rounds up so that a size tells O(log log) bits, at a price of 12 % at most.
 */
export function paddedLength(length: number): number {
  const size = length + 1;
  if (size <= PADDED_BYTES_MIN) return PADDED_BYTES_MIN;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

/** content || 0x80 || zeros, to `paddedLength`. */
export function pad(content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(content.length));
  padded.set(content);
  padded[content.length] = END;
  return padded;
}

/** The content of what `pad` made, as a view; `undefined` for everything that `pad` would not have made. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (padded[end] !== END || paddedLength(end) !== padded.length) return undefined;
  return padded.subarray(0, end);
}
