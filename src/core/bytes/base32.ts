import { base32nopad } from '@scure/base';

/** Lower-case base32 without padding (RFC 4648 §6). 32 bytes are 52 letters. */
export const base32 = (bytes: Uint8Array): string => base32nopad.encode(bytes).toLowerCase();

/** The bytes of base32 text, either case; `undefined` when it is not the canonical encoding of any bytes. */
export function fromBase32(text: string): Uint8Array | undefined {
  if (!/^[a-z2-7]*$/i.test(text)) return undefined;
  try {
    const bytes = base32nopad.decode(text.toUpperCase());
    return base32(bytes) === text.toLowerCase() ? bytes : undefined;
  } catch {
    return undefined; // The library throws for lengths and trailing bits that no bytes encode to.
  }
}
