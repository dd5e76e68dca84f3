import { type Address, parseAddress } from '../base/address.ts';
import { HOPS_MAX, INTEREST_HOPS_MAX, NAME_UNITS_MAX, ROUTE_LIFETIME_SECONDS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { type Timestamp, timestamp } from '../base/time.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../bytes/cbor.ts';
import { asArray, asBoolean, asBytes, asText, asUint } from '../bytes/shape.ts';
import { asReconcile, type Reconcile, reconcileFields } from './reconcile.ts';
import { asTrace, type Trace, traceFields } from './trace-message.ts';

/*
 * What neighbours say to each other (docs/protocol.md §2): CBOR arrays that begin with a type number.
 * Control messages go length-prefixed (u32) over stream 0; a push and its answer have a stream of their own.
 */

/** The first message on the control stream, each way. */
export type Hello = {
  readonly type: 'hello';
  /** 8 random bytes per start of a node: two different ones alive at once mean one identity in two places. */
  readonly boot: Uint8Array;
  /** Bits of what this node can do: `FEATURES`. */
  readonly features: number;
  /** Self-chosen name: text from a stranger. */
  readonly name: string;
  readonly roles: readonly string[];
  /** Literal addresses at which this node believes it can be reached. */
  readonly addresses: readonly Address[];
  readonly clock: Timestamp;
};

/** What a node can do, as bits of `features` in its hello. */
export const FEATURES = {
  /** It takes mail for recipients whom it cannot reach, to keep it until it can. */
  carriage: 1,
} as const;

/** A distance to `origin`, announced by a neighbour (docs/protocol.md §2.1). `metric` METRIC_INFINITE is a retraction, unsigned. */
export type Route = {
  readonly origin: Uint8Array;
  readonly seqno: number;
  readonly features: number;
  readonly lifetimeSeconds: number;
  /** The origin's signature over `announcement`, purpose `route`; 64 bytes, empty in a retraction. */
  readonly signature: Uint8Array;
  readonly metric: number;
  readonly hops: number;
};

/** Several routes at once. */
export type Routes = { readonly type: 'routes'; readonly routes: readonly Route[] };

/** Asks for an announcement of `origin` with at least this sequence number (RFC 8966 §3.8.1.2). */
export type SeqnoRequest = {
  readonly type: 'seqno-request';
  readonly origin: Uint8Array;
  readonly seqno: number;
  readonly hopsLeft: number;
};

/** Somebody that way reads this channel. `hops` INTEREST_HOPS_MAX + 1 takes it back. */
export type Interest = {
  readonly type: 'interest';
  readonly channel: Uint8Array;
  /** 8 random bytes of the subscriber, drawn anew every 12 hours and at every start. */
  readonly tag: Uint8Array;
  readonly hops: number;
};

/** These envelopes of a channel are here. */
export type Have = { readonly type: 'have'; readonly ids: readonly Uint8Array[] };
/** These envelopes are wanted. */
export type Want = { readonly type: 'want'; readonly ids: readonly Uint8Array[] };
/** Where the sender can be reached has changed. */
export type Addresses = { readonly type: 'addresses'; readonly addresses: readonly Address[] };
/** The sender stops. */
export type Goodbye = { readonly type: 'goodbye' };
/** Asks for a `pong` with the same token. */
export type Ping = { readonly type: 'ping'; readonly token: number };
/** Answers a `ping`. */
export type Pong = { readonly type: 'pong'; readonly token: number };

/** Everything that is said on the control stream. */
export type ControlMessage =
  | Hello
  | Routes
  | SeqnoRequest
  | Interest
  | Have
  | Want
  | Addresses
  | Goodbye
  | Ping
  | Pong
  | Reconcile
  | Trace;

/** An envelope for the receiver to keep, deliver or carry; on a stream of its own. */
export type Push = {
  /** The encoded envelope. */
  readonly envelope: Uint8Array;
  /** Copies for carriage (docs/protocol.md §2.2); 0 when the receiver is on the way to whom the envelope is for. */
  readonly copies: number;
  /** The giver has had no receipt in time: take it anew even if you gave it on. */
  readonly again: boolean;
};

/** Why a push was not taken. `full` may change by itself, the others do not. */
export const REFUSALS = ['full', 'expired', 'hops', 'invalid', 'unsupported', 'blocked', 'no-route'] as const;
/** The reason of a refusal. */
export type Refusal = (typeof REFUSALS)[number];

/** The answer to a push (docs/protocol.md §2). `accepted` only after the durable commit. */
export type PushAnswer =
  | { readonly type: 'accepted'; readonly copies: number }
  | { readonly type: 'held' }
  | { readonly type: 'passed'; readonly atSeconds: number }
  | { readonly type: 'done' }
  | { readonly type: 'refused'; readonly reason: Refusal };

/** The metric of a route that leads nowhere. */
export const METRIC_INFINITE = 0xffffffff;

/** Longest control message, in bytes: its length prefix is checked against this before anything is kept. */
export const CONTROL_BYTES_MAX = 64 * 1024;

/** Most entries that one list in a message may have. */
const LIST_MAX = 512;

/** What an origin signs: `[nodeId, seqno, features, lifetime]` (docs/protocol.md §2.1). */
export const announcement = (route: Pick<Route, 'origin' | 'seqno' | 'features' | 'lifetimeSeconds'>): Uint8Array =>
  encodeCbor([route.origin, route.seqno, route.features, route.lifetimeSeconds]);

const TYPES = {
  hello: 0,
  routes: 1,
  'seqno-request': 2,
  interest: 3,
  have: 4,
  want: 5,
  addresses: 6,
  goodbye: 7,
  ping: 8,
  pong: 9,
  reconcile: 10,
  trace: 12,
} as const satisfies Record<ControlMessage['type'], number>;

/** The bytes of a control message, without their length prefix. */
export const encodeControl = (message: ControlMessage): Uint8Array =>
  encodeCbor([TYPES[message.type], ...controlFields(message)]);

function controlFields(message: ControlMessage): Cbor[] {
  switch (message.type) {
    case 'hello':
      return [message.boot, message.features, message.name, message.roles, message.addresses, message.clock];
    case 'routes':
      return [
        message.routes.map((r) => [r.origin, r.seqno, r.features, r.lifetimeSeconds, r.signature, r.metric, r.hops]),
      ];
    case 'seqno-request':
      return [message.origin, message.seqno, message.hopsLeft];
    case 'interest':
      return [message.channel, message.tag, message.hops];
    case 'have':
    case 'want':
      return [message.ids];
    case 'addresses':
      return [message.addresses];
    case 'goodbye':
      return [];
    case 'ping':
    case 'pong':
      return [message.token];
    case 'reconcile':
      return reconcileFields(message);
    case 'trace':
      return traceFields(message);
  }
}

/**
 * Reads a control message. A type that we do not know gives `undefined`: a newer node may say more.
 *
 * @throws PeerError('malformed')
 */
export function decodeControl(bytes: Uint8Array): ControlMessage | undefined {
  const [type, ...fields] = asArray(decodeCbor(bytes), 'control message', 16);
  const read = READERS.get(asUint(type, 'message type'));
  return read?.(fields);
}

const READERS: ReadonlyMap<number, (fields: readonly Cbor[]) => ControlMessage> = new Map<
  number,
  (fields: readonly Cbor[]) => ControlMessage
>([
  [TYPES.hello, readHello],
  [TYPES.routes, ([routes]) => ({ type: 'routes', routes: asArray(routes, 'routes', LIST_MAX).map(readRoute) })],
  [
    TYPES['seqno-request'],
    ([origin, seqno, hopsLeft]) => ({
      type: 'seqno-request',
      origin: asBytes(origin, 'origin', 32),
      seqno: asUint(seqno, 'seqno'),
      hopsLeft: asUint(hopsLeft, 'hops left', HOPS_MAX),
    }),
  ],
  [
    TYPES.interest,
    ([channel, tag, hops]) => ({
      type: 'interest',
      channel: asBytes(channel, 'channel', 32),
      tag: asBytes(tag, 'tag', 8),
      hops: asUint(hops, 'hops', INTEREST_HOPS_MAX + 1),
    }),
  ],
  [TYPES.have, ([ids]) => ({ type: 'have', ids: readIds(ids) })],
  [TYPES.want, ([ids]) => ({ type: 'want', ids: readIds(ids) })],
  [TYPES.addresses, ([addresses]) => ({ type: 'addresses', addresses: readAddresses(addresses) })],
  [TYPES.goodbye, () => ({ type: 'goodbye' })],
  [TYPES.ping, ([token]) => ({ type: 'ping', token: asUint(token, 'token') })],
  [TYPES.pong, ([token]) => ({ type: 'pong', token: asUint(token, 'token') })],
  [TYPES.reconcile, asReconcile],
  [TYPES.trace, asTrace],
]);

function readHello([boot, features, name, roles, addresses, clock]: readonly Cbor[]): Hello {
  return {
    type: 'hello',
    boot: asBytes(boot, 'boot', 8),
    features: asUint(features, 'features'),
    name: asText(name, 'name', NAME_UNITS_MAX),
    roles: asArray(roles, 'roles', 16).map((role) => asText(role, 'role', 32)),
    addresses: readAddresses(addresses),
    clock: timestamp(asUint(clock, 'clock')),
  };
}

function readRoute(value: Cbor): Route {
  const [origin, seqno, features, lifetime, signature, metric, hops] = asArray(value, 'route', 16);
  const signed = asBytes(signature, 'signature', { max: 64 });
  if (signed.length !== 64 && (signed.length !== 0 || metric !== METRIC_INFINITE)) {
    throw new PeerError('malformed', 'a route without its signature');
  }
  return {
    origin: asBytes(origin, 'origin', 32),
    seqno: asUint(seqno, 'seqno'),
    features: asUint(features, 'features'),
    lifetimeSeconds: asUint(lifetime, 'lifetime', ROUTE_LIFETIME_SECONDS_MAX),
    signature: signed,
    metric: asUint(metric, 'metric', METRIC_INFINITE),
    hops: asUint(hops, 'hops', 255),
  };
}

const readIds = (value: Cbor | undefined): Uint8Array[] =>
  asArray(value, 'ids', LIST_MAX).map((id) => asBytes(id, 'id', 32));

/** Addresses that do not parse are passed over: an address family may come that we do not know. */
const readAddresses = (value: Cbor | undefined): Address[] =>
  asArray(value, 'addresses', 16).flatMap((text) => parseAddress(asText(text, 'address', 64)) ?? []);

/** The bytes of a push: `[envelope, copies, again]`. */
export const encodePush = ({ envelope, copies, again }: Push): Uint8Array => encodeCbor([envelope, copies, again]);

/** @throws PeerError('malformed') */
export function decodePush(bytes: Uint8Array): Push {
  const [envelope, copies, again] = asArray(decodeCbor(bytes), 'push', 8);
  return {
    envelope: asBytes(envelope, 'envelope', { max: PUSH_BYTES_MAX }),
    copies: asUint(copies, 'copies', 255),
    again: asBoolean(again, 'again'),
  };
}

/** Longest push, in bytes: the stream is refused when it goes on beyond. */
export const PUSH_BYTES_MAX = 80 * 1024;

const ANSWERS = ['accepted', 'held', 'passed', 'done', 'refused'] as const;

/** The bytes of an answer: an array that begins with its type. */
export function encodeAnswer(answer: PushAnswer): Uint8Array {
  const type = ANSWERS.indexOf(answer.type);
  switch (answer.type) {
    case 'accepted':
      return encodeCbor([type, answer.copies]);
    case 'passed':
      return encodeCbor([type, answer.atSeconds]);
    case 'refused':
      return encodeCbor([type, REFUSALS.indexOf(answer.reason)]);
    case 'held':
    case 'done':
      return encodeCbor([type]);
  }
}

/** @throws PeerError('malformed') */
export function decodeAnswer(bytes: Uint8Array): PushAnswer {
  const [code, detail] = asArray(decodeCbor(bytes), 'answer', 8);
  const type = ANSWERS[asUint(code, 'answer type')];
  if (!type) throw new PeerError('malformed', 'an answer of unknown type');
  switch (type) {
    case 'accepted':
      return { type, copies: asUint(detail, 'copies', 255) };
    case 'passed':
      return { type, atSeconds: asUint(detail, 'at') };
    case 'refused':
      // A reason that we do not know is one that does not change by itself.
      return { type, reason: REFUSALS[asUint(detail, 'reason')] ?? 'unsupported' };
    case 'held':
    case 'done':
      return { type };
  }
}

/** The longest answer, in bytes. */
export const ANSWER_BYTES_MAX = 64;
