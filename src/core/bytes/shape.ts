import { PeerError } from '../base/peer-error.ts';
import type { Cbor, CborMap } from './cbor.ts';

/*
 * Typed access to decoded CBOR: one function per kind, each a check with a name for what was wanted.
 * All throw PeerError('malformed').
 */

const refuse = (what: string, wanted: string): never => {
  throw new PeerError('malformed', `${what} is not ${wanted}`);
};

/** An unsigned integer of at most `max`. */
export function asUint(value: Cbor | undefined, what: string, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || value < 0 || value > max) return refuse(what, `an unsigned integer up to ${max}`);
  return value;
}

/** A byte string: exactly `length` bytes, or any number up to `length.max`. */
export function asBytes(value: Cbor | undefined, what: string, length: number | { readonly max: number }): Uint8Array {
  if (!(value instanceof Uint8Array)) return refuse(what, 'a byte string');
  const fits = typeof length === 'number' ? value.length === length : value.length <= length.max;
  return fits ? value : refuse(what, typeof length === 'number' ? `${length} bytes` : `at most ${length.max} bytes`);
}

/** Text of at most `unitsMax` UTF-16 units. */
export function asText(value: Cbor | undefined, what: string, unitsMax: number): string {
  if (typeof value !== 'string' || value.length > unitsMax) return refuse(what, `text of at most ${unitsMax} units`);
  return value;
}

/** True or false. */
export function asBoolean(value: Cbor | undefined, what: string): boolean {
  return typeof value === 'boolean' ? value : refuse(what, 'true or false');
}

/** An array of at most `max` items. */
export function asArray(value: Cbor | undefined, what: string, max: number): readonly Cbor[] {
  if (!Array.isArray(value) || value.length > max) return refuse(what, `an array of at most ${max} items`);
  return value;
}

/** A map. */
export function asMap(value: Cbor | undefined, what: string): CborMap {
  return value instanceof Map ? value : refuse(what, 'a map');
}
