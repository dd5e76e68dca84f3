import { utf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import type { Suite } from './suite.ts';

/** HKDF-Extract with SHA-256 (RFC 5869 §2.2): 32 bytes. An empty salt is allowed. */
const extract = (suite: Suite, salt: Uint8Array, inputKey: Uint8Array): Uint8Array => suite.hmac(salt, inputKey);

/** HKDF-Expand with SHA-256 (RFC 5869 §2.3): `length` bytes, at most 8,160. */
export function expand(suite: Suite, key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, counter = 1; at < length; at += 32, counter++) {
    block = suite.hmac(key, block, info, new Uint8Array([counter]));
    output.set(block.subarray(0, length - at), at);
  }
  return output;
}

/** HKDF with SHA-256 (RFC 5869): extract, then expand. */
export const hkdf = (
  suite: Suite,
  input: { readonly key: Uint8Array; readonly salt: Uint8Array; readonly info: Uint8Array },
  length: number,
): Uint8Array => expand(suite, extract(suite, input.salt, input.key), input.info, length);

/** HKDF-Expand-Label of TLS 1.3 with an empty context (RFC 8446 §7.1), as RFC 9001 §5.1 uses it. */
export function expandLabel(suite: Suite, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = utf8(`tls13 ${label}`);
  const info = new Writer().u16(length).u8(name.length).bytes(name).u8(0).finish();
  return expand(suite, secret, info, length);
}
