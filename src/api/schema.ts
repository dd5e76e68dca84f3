import { z } from 'zod';
import { diagnosis, explanation } from './finding.ts';
import { readingMethods } from './reading.ts';
import {
  channel,
  contact,
  conversation,
  count,
  deliveryState,
  member,
  message,
  metric,
  peer,
  peerSource,
  peerState,
  route,
  status,
  storeLane,
  traced,
} from './shapes.ts';
import { writingMethods } from './writing.ts';

/*
 * What screens and programs may ask of a node, as data (docs/protocol.md §6, docs/commands.md).
 * Every method has a schema for what it takes and one for what it gives; both ends of the socket check against these.
 * Times are milliseconds since 1970, ids are full, text from strangers has been cleaned.
 */

/** Every refusal that a person or program can meet. `exitCode` in `commands/` maps each to an exit code (docs/commands.md). */
export const ERROR_CODES = [
  'E_USAGE',
  'E_UNKNOWN_COMMAND',
  'E_UNKNOWN_PEER',
  'E_AMBIGUOUS_PEER',
  'E_UNKNOWN_CHANNEL',
  'E_UNKNOWN_MESSAGE',
  'E_NO_CONVERSATION',
  'E_NO_FILE',
  'E_NO_WAY',
  'E_TIMEOUT',
  'E_IDENTITY',
  'E_TOO_LARGE',
  'E_BLOCKED',
  'E_FULL',
  'E_LIMIT',
  'E_NOT_STORED',
  'E_NODE_GONE',
  'E_TAKEN',
  'E_INTERNAL',
] as const;
/** A stable word for why something was not done, for programs. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The shape of a refusal. */
export const apiError = z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string().optional() });
/** Why something was not done, in lower case, and what to do next. */
export type ApiError = z.infer<typeof apiError>;

/** What every method answers: a person's mistake is a value, never an exception. */
export type Outcome<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: ApiError };

const none = z.object({});
const byPeer = z.object({ peer: z.string() });

/** Every method of NodeApi: what it takes and what it gives. Results of the eight `/mesh` commands are those of docs/commands.md. */
export const METHODS = {
  status: { params: none, result: status },
  /** Figures of every layer, as Prometheus gets them. */
  metrics: { params: none, result: z.object({ metrics: z.array(metric) }) },

  peers: { params: z.object({ scan: z.boolean().default(false) }), result: z.object({ peers: z.array(peer) }) },
  server: {
    params: z.object({ address: z.string(), id: z.string().optional() }),
    result: z.object({
      address: z.string(),
      id: z.string().optional(),
      state: z.enum(['noted', 'connecting', 'connected']),
      /** Set when the id is only a claim, or when none is known. */
      warning: z.string().optional(),
    }),
  },
  connect: {
    params: z.object({ peer: z.string() }),
    result: z.object({ id: z.string(), address: z.string().optional(), state: z.enum(['connecting', 'connected']) }),
  },
  disconnect: {
    params: byPeer,
    result: z.object({ id: z.string(), state: z.enum(['disconnected', 'not connected']) }),
  },
  ...writingMethods,
  subscribe: {
    params: z.object({ topic: z.string(), private: z.boolean().default(false), key: z.string().optional() }),
    result: z.object({ channel: z.string(), id: z.string(), open: z.boolean(), invite: z.string().optional() }),
  },
  unsubscribe: { params: z.object({ topic: z.string() }), result: z.object({ channel: z.string(), id: z.string() }) },
  channels: { params: none, result: z.object({ channels: z.array(channel) }) },
  /** The others in a channel, as far as they wrote there or said what they have, the one heard last first. */
  members: {
    params: z.object({ topic: z.string() }),
    result: z.object({ channel: z.string(), members: z.array(member) }),
  },
  route: { params: z.object({ peer: z.string().optional() }), result: z.object({ routes: z.array(route) }) },
  identity: {
    params: none,
    result: z.object({
      id: z.string(),
      peerId: z.string(),
      name: z.string(),
      uri: z.string(),
      fingerprint: z.string(),
      /** Six words of the BIP-39 list, for comparing aloud. */
      words: z.string(),
      home: z.string(),
      peers: count,
    }),
  },
  store: {
    params: none,
    result: z.object({
      outbox: z.object({ envelopes: count, bytes: count, oldestMs: count }),
      carried: z.object({ envelopes: count, bytes: count }),
      lanes: z.array(storeLane),
      seen: count,
      bytes: count,
      limits: z.object({ perRecipientEnvelopes: count, perRecipientBytes: count, carriedBytes: count }),
      perRecipient: z.array(
        z.object({
          to: z.string(),
          kind: z.enum(['direct', 'channel']),
          name: z.string(),
          envelopes: count,
          bytes: count,
          oldestMs: count,
          expiresInMs: count,
        }),
      ),
      expired: count,
      evicted: count,
      refused: z.record(z.string(), count),
    }),
  },
  /** Writes the sealed mail that is kept here to a new file, or what is kept for one peer, to be carried to other nodes. */
  storeExport: {
    params: z.object({ file: z.string().min(1), peer: z.string().optional() }),
    result: z.object({ file: z.string(), envelopes: count, bytes: count }),
  },
  /** Takes sealed mail out of such a file, as if a neighbour had brought it. `whole` is false when the file was cut off or damaged. */
  storeImport: {
    params: z.object({ file: z.string().min(1) }),
    result: z.object({
      file: z.string(),
      taken: count,
      known: count,
      refused: z.record(z.string(), count),
      whole: z.boolean(),
    }),
  },
  /** Each node on the way to a peer and back signs that it was there (docs/protocol.md §2.4). */
  trace: { params: byPeer, result: traced },
  ping: { params: byPeer, result: z.object({ id: z.string(), rttMs: z.number(), hops: count }) },
  /** Why a message or peer is in the state it is in, from what this node has seen. */
  why: { params: z.object({ what: z.string() }), result: explanation },
  /** What is wrong with this node, its machine and its network, and what is not. */
  doctor: { params: none, result: diagnosis },

  contacts: { params: none, result: z.object({ contacts: z.array(contact) }) },
  add: {
    params: z.object({ who: z.string(), name: z.string().optional() }),
    result: z.object({ id: z.string(), name: z.string(), addresses: z.array(z.string()) }),
  },
  rename: {
    params: z.object({ peer: z.string(), name: z.string() }),
    result: z.object({ id: z.string(), name: z.string() }),
  },
  verify: { params: byPeer, result: z.object({ id: z.string(), name: z.string(), fingerprint: z.string() }) },
  block: { params: byPeer, result: z.object({ id: z.string(), name: z.string(), blocked: z.boolean() }) },
  /** Somebody whose messages waited is one to be shown from now on. */
  accept: { params: byPeer, result: z.object({ id: z.string(), name: z.string() }) },
  /** Strangers whose messages wait, with the newest of each (`--requests`). */
  requests: {
    params: none,
    result: z.object({
      requests: z.array(
        z.object({ id: z.string(), name: z.string(), messages: count, lastAt: z.number(), text: z.string() }),
      ),
    }),
  },
  nick: { params: z.object({ name: z.string() }), result: z.object({ name: z.string() }) },

  /** Conversations with what is unread, newest first. */
  conversations: { params: none, result: z.object({ conversations: z.array(conversation) }) },
  /** Finds the conversation that a person means: a PEER, or a TOPIC with `#`. */
  resolve: {
    params: z.object({ where: z.string() }),
    result: z.object({ id: z.string(), kind: z.enum(['direct', 'channel']), name: z.string() }),
  },
  ...readingMethods,
  /** One message, by id or a prefix of 4 or more characters. */
  message: { params: z.object({ id: z.string() }), result: message },
  retry: { params: z.object({ id: z.string() }), result: z.object({ id: z.string(), state: deliveryState }) },
  discard: { params: z.object({ id: z.string() }), result: z.object({ id: z.string(), state: deliveryState }) },
  /** Names for completion: peers, channels and messages of ours that begin with `prefix`. */
  complete: {
    params: z.object({ kind: z.enum(['peer', 'topic', 'where', 'message']), prefix: z.string() }),
    result: z.object({ names: z.array(z.object({ name: z.string(), about: z.string() })) }),
  },

  /** A screen says what it is and what it started with; the node answers with settings that differ. Events flow from here on. */
  attach: {
    params: z.object({
      version: z.string(),
      /** Options this screen was started with, to be compared with the running node's. */
      settings: z.record(z.string(), z.string()).default({}),
      /** Whether messages that no screen has shown yet come first, as events. */
      replay: z.boolean().default(false),
      /** Whether a person sees the messages that come as events: false for a command that only waits for its own. */
      shows: z.boolean().default(true),
    }),
    result: z.object({ status, notices: z.array(z.string()) }),
  },
  /** A screen leaves on purpose. The node of a last screen stops, unless it was told to stay. */
  goodbye: { params: none, result: none },
  /** `qpc up`: stay when the last screen leaves. */
  stay: { params: none, result: z.object({ pid: count }) },
  /** `qpc down`: stop now, in order. */
  down: { params: none, result: z.object({ pid: count }) },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

/** The name of a method. */
export type Method = keyof typeof METHODS;
/** What a method takes; what has a default may be left out. */
export type Params<M extends Method> = z.input<(typeof METHODS)[M]['params']>;
/** What a method gives. */
export type Result<M extends Method> = z.output<(typeof METHODS)[M]['result']>;

/** What happens, as screens and programs are told (docs/commands.md, line mode). */
export const apiEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), ...message.shape }),
  /** A line that was told before is another now: all of it anew, and what was done by whom. */
  z.object({
    type: z.literal('changed'),
    ...message.shape,
    by: z.object({
      from: z.string(),
      fromName: z.string(),
      what: z.enum(['edited', 'deleted', 'reacted', 'unreacted']),
      /** What it was reacted with. */
      sign: z.string().optional(),
    }),
  }),
  /** Somebody is writing in a conversation at this moment. */
  z.object({
    type: z.literal('typing'),
    from: z.string(),
    fromName: z.string(),
    /** The conversation: a full NodeId or ChannelId. */
    where: z.string(),
    at: z.number(),
  }),
  /** Something that takes longer than a second: how far it is. Told at most every 200 ms, and once when it is over. */
  z.object({
    type: z.literal('progress'),
    /** Which undertaking; the same in all that is told of it. */
    task: z.string(),
    /** As people say it: `writing mail.qpc`. */
    what: z.string(),
    unit: z.enum(['bytes', 'messages', 'lines']),
    done: count,
    /** How many in all, where that is known. */
    of: count.optional(),
    startedAt: z.number(),
    at: z.number(),
    over: z.boolean(),
  }),
  /** What is missing right before a line of somebody else, told before the line, and again each time some of it comes, down to 0. */
  z.object({
    type: z.literal('gap'),
    id: z.string(),
    from: z.string(),
    fromName: z.string(),
    to: z.string(),
    channel: z.string().optional(),
    missing: count,
  }),
  z.object({
    type: z.literal('delivery'),
    id: z.string(),
    to: z.string(),
    state: deliveryState,
    hops: count.optional(),
    detail: z.string().optional(),
    at: z.number(),
  }),
  z.object({
    type: z.literal('peer'),
    id: z.string(),
    name: z.string(),
    state: peerState,
    address: z.string().optional(),
    source: peerSource,
    at: z.number(),
  }),
  z.object({
    type: z.literal('notice'),
    level: z.enum(['info', 'warn', 'error']),
    code: z.string(),
    message: z.string(),
  }),
]);
/** Something that happened, as screens and programs are told. */
export type ApiEvent = z.infer<typeof apiEvent>;

/** Everything a screen can do with a node, in process or over the local socket. */
export interface NodeApi {
  call<M extends Method>(method: M, params: Params<M>): Promise<Outcome<Result<M>>>;
  /** Events since `attach`, in order, until the returned function is called. */
  onEvent(listener: (event: ApiEvent) => void): () => void;
  /** Called once when the node is gone: it stopped, or the socket broke. */
  onClose(listener: (why: string) => void): void;
  close(): void;
}
