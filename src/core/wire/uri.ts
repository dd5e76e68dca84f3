import { base32 } from '../bytes/base32.ts';
import { utf8 } from '../bytes/utf8.ts';
import type { Suite } from '../crypto/suite.ts';

/*
 * What contact URIs and channel invites have in common (RFC 3986 generic syntax).
 */

/** The parameters of a URI in order, by key; values are still escaped, so that each is unescaped by who knows what it is. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** More text than any URI of ours needs: what is longer is refused before any work on it. */
const QUERY_UNITS_MAX = 4096;

/** Reads `a=1&b=2`; `undefined` when it is too long or a part has no `=`. */
export function parseQuery(text: string): Query | undefined {
  if (text.length > QUERY_UNITS_MAX) return undefined;
  const query = new Map<string, string[]>();
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    if (equals < 1) return undefined;
    const key = part.slice(0, equals);
    const values = query.get(key) ?? [];
    values.push(part.slice(equals + 1));
    query.set(key, values);
  }
  return query;
}

/** The text behind `%41`-style escapes, or `undefined` when they are not those of UTF-8. */
export function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // URIError, for escapes that are cut off or no UTF-8.
  }
}

/** Four letters that catch a wrong one: the first of the base32 of SHA-256(label || bytes). */
export const checksum = (suite: Suite, label: string, bytes: Uint8Array): string =>
  base32(suite.hash(utf8(label), bytes)).slice(0, 4);
