import { RECONCILE_IDS_MAX, RECONCILE_RANGES_MAX, RECONCILE_ROUNDS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Cbor } from '../bytes/cbor.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import { asArray, asBytes, asUint } from '../bytes/shape.ts';

/*
 * How two neighbours find out which posts of a channel only one of them has (docs/protocol.md §2.5): range-based set
 * reconciliation, after A. Meyer, "Range-Based Set Reconciliation" (SRDS 2023).
 */

/** A place in the order (created, id): above every post that was created earlier, or then and has a smaller id than these hexadecimal digits. */
export type Bound = { readonly created: number; readonly prefix: string };

/** Below every post, and above. */
const BEGIN: Bound = { created: 0, prefix: '' };
export const END: Bound = { created: Number.MAX_SAFE_INTEGER + 1, prefix: '' };

/** Whether a post is below a bound. So is a bound, when its digits are taken for an id. */
export const isBelow = ({ created, id }: { readonly created: number; readonly id: string }, bound: Bound): boolean =>
  created < bound.created || (created === bound.created && id < bound.prefix);

/** What is said of the posts in a range. An id is given by its first 8 bytes, as 16 hexadecimal digits. */
export type Claim =
  /** Nothing: it is settled. */
  | { readonly type: 'same' }
  /** The fingerprint of those that the sender has. */
  | { readonly type: 'fingerprint'; readonly fingerprint: Uint8Array }
  /** The same, and all of their ids. */
  | { readonly type: 'list'; readonly fingerprint: Uint8Array; readonly ids: readonly string[] }
  /** Those that the sender has and the receiver seems to lack, and those that are wanted of it. */
  | { readonly type: 'difference'; readonly offered: readonly string[]; readonly wanted: readonly string[] };

/** From where the range before ended, at first from below all posts, up to a bound. */
export type Range = { readonly upTo: Bound; readonly claim: Claim };

/** Compares what two neighbours have of a channel (docs/protocol.md §2.5). */
export type Reconcile = {
  readonly type: 'reconcile';
  readonly channel: Uint8Array;
  /** 0 from whoever begins, and one more in each answer, up to RECONCILE_ROUNDS_MAX - 1. */
  readonly round: number;
  readonly ranges: readonly Range[];
};

/** Bytes of a fingerprint. */
export const FINGERPRINT_BYTES = 16;

/** Bytes of an id by which it is told from the others of its range. */
const SHORT_ID_BYTES = 8;

/** The digits by which a post is named in a claim. */
export const shortId = (id: string): string => id.slice(0, 2 * SHORT_ID_BYTES);

/** What follows the type number of the message. */
export const reconcileFields = ({ channel, round, ranges }: Reconcile): Cbor[] => [
  channel,
  round,
  ranges.map(({ upTo, claim }) => [encodeBound(upTo), ...encodeClaim(claim)]),
];

/** @throws PeerError('malformed') also when the ranges do not follow each other. */
export function asReconcile([channel, round, ranges]: readonly Cbor[]): Reconcile {
  const read = asArray(ranges, 'ranges', RECONCILE_RANGES_MAX).map(readRange);
  for (const [i, { upTo }] of read.entries()) {
    const { created, prefix: id } = i === 0 ? BEGIN : read[i - 1]!.upTo;
    if (!isBelow({ created, id }, upTo)) throw new PeerError('malformed', 'ranges out of order');
  }
  return {
    type: 'reconcile',
    channel: asBytes(channel, 'channel', 32),
    round: asUint(round, 'round', RECONCILE_ROUNDS_MAX - 1),
    ranges: read,
  };
}

const CLAIMS = ['same', 'fingerprint', 'list', 'difference'] as const;

function encodeClaim(claim: Claim): Cbor[] {
  const type = CLAIMS.indexOf(claim.type);
  switch (claim.type) {
    case 'same':
      return [type];
    case 'fingerprint':
      return [type, claim.fingerprint];
    case 'list':
      return [type, claim.fingerprint, encodeIds(claim.ids)];
    case 'difference':
      return [type, encodeIds(claim.offered), encodeIds(claim.wanted)];
  }
}

function readRange(value: Cbor): Range {
  const [bound, code, first, second] = asArray(value, 'range', 8);
  const upTo = readBound(bound);
  const type = CLAIMS[asUint(code, 'claim')];
  if (!type) throw new PeerError('malformed', 'a claim of unknown type');
  switch (type) {
    case 'same':
      return { upTo, claim: { type: 'same' } };
    case 'fingerprint':
      return { upTo, claim: { type: 'fingerprint', fingerprint: readFingerprint(first) } };
    case 'list':
      return { upTo, claim: { type: 'list', fingerprint: readFingerprint(first), ids: readIds(second) } };
    case 'difference':
      return { upTo, claim: { type: 'difference', offered: readIds(first), wanted: readIds(second) } };
  }
}

const encodeBound = ({ created, prefix }: Bound): Cbor => (created === END.created ? [] : [created, fromHex(prefix)!]);

function readBound(value: Cbor | undefined): Bound {
  const parts = asArray(value, 'bound', 2);
  if (parts.length === 0) return END;
  return { created: asUint(parts[0], 'created'), prefix: hex(asBytes(parts[1], 'prefix', { max: 32 })) };
}

const readFingerprint = (value: Cbor | undefined): Uint8Array => asBytes(value, 'fingerprint', FINGERPRINT_BYTES);

const encodeIds = (ids: readonly string[]): Uint8Array => fromHex(ids.join(''))!;

function readIds(value: Cbor | undefined): string[] {
  const digits = hex(asBytes(value, 'ids', { max: RECONCILE_IDS_MAX * SHORT_ID_BYTES }));
  if (digits.length % (2 * SHORT_ID_BYTES) !== 0) throw new PeerError('malformed', 'half an id');
  return Array.from({ length: digits.length / (2 * SHORT_ID_BYTES) }, (_, i) =>
    digits.slice(2 * SHORT_ID_BYTES * i, 2 * SHORT_ID_BYTES * (i + 1)),
  );
}
