import {
  AFTER_IDS_MAX,
  HOPS_MAX,
  MARK_RANGES_MAX,
  NAME_UNITS_MAX,
  RECEIPT_IDS_MAX,
  SIGN_BYTES_MAX,
  TEXT_BYTES_MAX,
} from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { type Timestamp, timestamp } from '../base/time.ts';
import { type Cbor, type CborMap, decodeCbor, encodeCbor } from '../bytes/cbor.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import { asArray, asBoolean, asBytes, asMap, asText, asUint } from '../bytes/shape.ts';
import type { EnvelopeId } from './envelope.ts';
import { REFUSALS, type Refusal } from './mesh-message.ts';

/** What every content has that is a line of a conversation (docs/protocol.md §4.1). */
export type Line = {
  /** The exact time, by the author's clock. For display only. */
  readonly created: Timestamp;
  /** 8 random bytes: which run of numbers `seq` belongs to. */
  readonly epoch: Uint8Array;
  /** The author's number of this line in this conversation, from 1. */
  readonly seq: number;
  /** The newest messages of the conversation that the author had seen; at most `AFTER_IDS_MAX`. */
  readonly after: readonly EnvelopeId[];
  /** What the author calls itself, empty when it does not say: who is several hops away says no hello. */
  readonly name: string;
  /** Lamport's number: 1 + the highest that the author had in the conversation. Lines of versions before have none. */
  readonly rank?: number;
};

/** What somebody wrote: at most `TEXT_BYTES_MAX` bytes of UTF-8, as signed; `re` is the line that it answers. */
export type Text = { readonly type: 'text'; readonly text: string; readonly re?: EnvelopeId };

/**
 * What somebody does to the line `re` of the same conversation (docs/protocol.md §4.5): its author words it anew or takes it back, anybody
 * gives it a sign of at most `SIGN_BYTES_MAX` bytes, in place of his last one; an empty one takes that back.
 */
export type Amendment =
  | { readonly type: 'edit'; readonly re: EnvelopeId; readonly text: string }
  | { readonly type: 'delete'; readonly re: EnvelopeId }
  | { readonly type: 'reaction'; readonly re: EnvelopeId; readonly sign: string };

/** What a person says, without its place in the conversation. */
export type Saying = Text | Amendment;

/** A text with its place in the conversation. */
export type TextContent = Line & Text;
/** An amendment with its own place in the conversation. */
export type AmendmentContent = Line & Amendment;

/** Says that envelopes came, were read, or will never be taken. No line of a conversation, and never acknowledged itself (docs/protocol.md §3.2). */
export type ReceiptContent = {
  readonly type: 'receipt';
  /** 1 to `RECEIPT_IDS_MAX` envelopes of the node it goes to. */
  readonly ids: readonly EnvelopeId[];
  /** For each of `ids`, how many links it crossed. */
  readonly hops: readonly number[];
  readonly read: boolean;
  /** Why their recipient will never take them; absent when it has. */
  readonly refused?: Refusal;
};

/** Lines of one author: a stretch of one run of numbers, without a hole. */
export type Stretch = {
  /** Which author and epoch, 16 hexadecimal digits (`runOf`). */
  readonly run: string;
  readonly first: number;
  readonly last: number;
};

/**
 * A member's mark of what it has shown of a channel (docs/protocol.md §4.4). No line: it has no number, and nothing follows it.
 */
export type SeenContent = {
  readonly type: 'seen';
  readonly created: Timestamp;
  readonly name: string;
  /** The highest rank that the member has in the channel: of two marks the one with the higher rank is newer. */
  readonly rank: number;
  /** 1 to `MARK_RANGES_MAX`. */
  readonly has: readonly Stretch[];
};

/** A line of a kind, or of a version, that we do not know: kept as it is and shown as "unsupported". */
export type UnsupportedContent = Line & {
  readonly type: 'unsupported';
  readonly kind: number;
  /** The whole content as it came. */
  readonly bytes: Uint8Array;
};

/** What is inside the seal (docs/protocol.md §4.1). */
export type Content = LineContent | ReceiptContent | SeenContent;

/** What takes a place in its conversation, as opposed to receipts and marks. */
export type LineContent = TextContent | AmendmentContent | UnsupportedContent;

/** Whether it takes a place in its conversation. */
export const isLine = (content: Content): content is LineContent =>
  content.type !== 'receipt' && content.type !== 'seen';

/** What a content can be; the rest of the numbers is for later versions. */
export const CONTENT_KINDS = { text: 1, receipt: 2, seen: 3, edit: 4, delete: 5, reaction: 6 } as const;

const VERSION = 1;
const EPOCH_BYTES = 8;
const RUN_BYTES = 8;

/** The map's keys. Those up to `after`, `name` and `rank` mean the same in all versions and kinds. */
const KEYS = {
  version: 0,
  kind: 1,
  created: 2,
  epoch: 3,
  seq: 4,
  after: 5,
  text: 6,
  receipts: 7,
  read: 8,
  name: 9,
  rank: 10,
  refused: 11,
  re: 12,
  sign: 13,
  has: 20,
} as const;

/** The deterministic CBOR of a content. */
export function encodeContent(content: Content): Uint8Array {
  switch (content.type) {
    case 'text':
    case 'edit':
    case 'delete':
    case 'reaction':
      return encodeMap([...lineEntries(content, CONTENT_KINDS[content.type]), ...sayingEntries(content)]);
    case 'receipt':
      return encodeMap([
        [KEYS.version, VERSION],
        [KEYS.kind, CONTENT_KINDS.receipt],
        [KEYS.receipts, content.ids.map((id, i) => [idBytes(id), content.hops[i] ?? 0])],
        [KEYS.read, content.read],
        ...(content.refused ? [[KEYS.refused, REFUSALS.indexOf(content.refused)] as const] : []),
      ]);
    case 'seen':
      return encodeMap([
        [KEYS.version, VERSION],
        [KEYS.kind, CONTENT_KINDS.seen],
        [KEYS.created, content.created],
        ...(content.name === '' ? [] : [[KEYS.name, content.name] as const]),
        [KEYS.rank, content.rank],
        [KEYS.has, content.has.map(({ run, first, last }) => [fromHex(run)!, first, last])],
      ]);
    case 'unsupported':
      return content.bytes;
  }
}

const encodeMap = (entries: readonly (readonly [number, Cbor])[]): Uint8Array =>
  encodeCbor(new Map<number, Cbor>(entries));

const lineEntries = ({ created, epoch, seq, after, name, rank }: Line, kind: number): (readonly [number, Cbor])[] => [
  [KEYS.version, VERSION],
  [KEYS.kind, kind],
  [KEYS.created, created],
  [KEYS.epoch, epoch],
  [KEYS.seq, seq],
  [KEYS.after, after.map(idBytes)],
  ...(name === '' ? [] : [[KEYS.name, name] as const]),
  ...(rank === undefined ? [] : [[KEYS.rank, rank] as const]),
];

const sayingEntries = (saying: Saying): (readonly [number, Cbor])[] => [
  ...('text' in saying ? [[KEYS.text, saying.text] as const] : []),
  ...(saying.re === undefined ? [] : [[KEYS.re, idBytes(saying.re)] as const]),
  ...('sign' in saying ? [[KEYS.sign, saying.sign] as const] : []),
];

/**
 * Reads a content. Keys that we do not know are passed over.
 *
 * @throws PeerError('malformed'). It is the author who is to blame, not the neighbour who brought the envelope.
 */
export function decodeContent(bytes: Uint8Array): Content {
  const map = asMap(decodeCbor(bytes), 'content');
  const version = asUint(map.get(KEYS.version), 'version');
  const kind = asUint(map.get(KEYS.kind), 'kind');
  if (version === VERSION && kind === CONTENT_KINDS.receipt) return readReceipt(map);
  if (version === VERSION && kind === CONTENT_KINDS.seen) return readSeen(map);
  const line = readLine(map);
  const saying = version === VERSION ? readSaying(map, kind) : undefined;
  return saying ? { ...line, ...saying } : { type: 'unsupported', ...line, kind, bytes };
}

/** What a line says; `undefined` for a kind that we do not know. */
function readSaying(map: CborMap, kind: number): Saying | undefined {
  const text = (): string => asText(map.get(KEYS.text), 'text', TEXT_BYTES_MAX);
  const re = (): EnvelopeId => readId(map.get(KEYS.re));
  switch (kind) {
    case CONTENT_KINDS.text:
      return { type: 'text', text: text(), ...(map.has(KEYS.re) ? { re: re() } : {}) };
    case CONTENT_KINDS.edit:
      return { type: 'edit', re: re(), text: text() };
    case CONTENT_KINDS.delete:
      return { type: 'delete', re: re() };
    case CONTENT_KINDS.reaction:
      return { type: 'reaction', re: re(), sign: asText(map.get(KEYS.sign), 'sign', SIGN_BYTES_MAX) };
    default:
      return undefined;
  }
}

function readLine(map: CborMap): Line {
  const rank = map.get(KEYS.rank);
  return {
    created: timestamp(asUint(map.get(KEYS.created), 'created')),
    epoch: asBytes(map.get(KEYS.epoch), 'epoch', EPOCH_BYTES),
    seq: asNumber(map.get(KEYS.seq), 'seq'),
    after: asArray(map.get(KEYS.after), 'after', AFTER_IDS_MAX).map(readId),
    name: asText(map.get(KEYS.name) ?? '', 'name', NAME_UNITS_MAX),
    ...(rank === undefined ? {} : { rank: asNumber(rank, 'rank') }),
  };
}

/** A number that counts from 1. */
function asNumber(value: Cbor | undefined, what: string): number {
  const number = asUint(value, what);
  if (number === 0) throw new PeerError('malformed', `a ${what} of 0`);
  return number;
}

function readReceipt(map: CborMap): ReceiptContent {
  const receipts = asArray(map.get(KEYS.receipts), 'receipts', RECEIPT_IDS_MAX);
  if (receipts.length === 0) throw new PeerError('malformed', 'a receipt for nothing');
  const ids: EnvelopeId[] = [];
  const hops: number[] = [];
  for (const receipt of receipts) {
    const [id, crossed] = asArray(receipt, 'receipt', 2);
    ids.push(readId(id));
    hops.push(asUint(crossed, 'hops', HOPS_MAX + 1));
  }
  const read = asBoolean(map.get(KEYS.read), 'read');
  const refused = map.has(KEYS.refused) && readRefusal(map.get(KEYS.refused));
  return { type: 'receipt', ids, hops, read, ...(refused && { refused }) };
}

/** A reason that we do not know is one that does not change by itself. */
const readRefusal = (value: Cbor | undefined): Refusal => REFUSALS[asUint(value, 'refused')] ?? 'unsupported';

function readSeen(map: CborMap): SeenContent {
  const has = asArray(map.get(KEYS.has), 'has', MARK_RANGES_MAX).map((stretch) => {
    const [run, from, to] = asArray(stretch, 'stretch', 3);
    const [first, last] = [asNumber(from, 'first'), asNumber(to, 'last')];
    if (first > last) throw new PeerError('malformed', 'a stretch that ends before it begins');
    return { run: hex(asBytes(run, 'run', RUN_BYTES)), first, last };
  });
  if (has.length === 0) throw new PeerError('malformed', 'a mark of nothing');
  return {
    type: 'seen',
    created: timestamp(asUint(map.get(KEYS.created), 'created')),
    name: asText(map.get(KEYS.name) ?? '', 'name', NAME_UNITS_MAX),
    rank: asNumber(map.get(KEYS.rank), 'rank'),
    has,
  };
}

const readId = (value: Cbor | undefined): EnvelopeId => hex(asBytes(value, 'id', 32)) as EnvelopeId;

const idBytes = (id: EnvelopeId): Uint8Array => fromHex(id)!;
