/*
 * Bytes as text, a character for a byte (ISO 8859-1): what is kept by the thousand and seldom looked at. 64 bytes are 80 in
 * memory, and 270 as an array with all that belongs to one.
 */

/** The text of some bytes. */
export const latin1 = (bytes: Uint8Array): string => String.fromCharCode.apply(undefined, bytes as unknown as number[]);

/** The bytes of such a text. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Whether a text is that of these bytes, in time that depends on their lengths only. */
export function isLatin1Of(text: string, bytes: Uint8Array): boolean {
  if (text.length !== bytes.length) return false;
  let difference = 0;
  for (let i = 0; i < bytes.length; i++) difference |= text.charCodeAt(i) ^ bytes[i]!;
  return difference === 0;
}
