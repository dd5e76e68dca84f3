import { hex as codec } from '@scure/base';

/** Lower-case hexadecimal. */
export const hex = (bytes: Uint8Array): string => codec.encode(bytes);

/** The bytes of a hexadecimal string, either case; `undefined` when it is not one. */
export function fromHex(text: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})*$/i.test(text) ? codec.decode(text.toLowerCase()) : undefined;
}
