import { z } from 'zod';

/*
 * What the methods and events of NodeApi are made of. Times are milliseconds since 1970, ids are full, text from strangers has been cleaned.
 */

/** How far a message of ours has come, by evidence on this machine. */
export const deliveryState = z.enum(['queued', 'carried', 'sent', 'delivered', 'read', 'expired', 'refused']);

/** How the node stands to a peer, when that changes. */
export const peerState = z.enum(['discovered', 'connected', 'disconnected', 'gone']);
/** Where an address came from. */
export const peerSource = z.enum(['mdns', 'manual', 'hub', 'remembered', 'inbound', 'route']);
/** How many. */
export const count = z.number().int().nonnegative();

/** The beginning of a line that another one answers: `QUOTE_CHARACTERS_MAX` of it, nothing of one taken back; `id` alone when the line is not here. */
export const quoted = z.object({
  id: z.string(),
  from: z.string().optional(),
  fromName: z.string().optional(),
  text: z.string().optional(),
});

/** What an author did to a line of its own after it was written. */
const amended = z.object({
  /** The amendment's own id. */
  id: z.string(),
  at: z.number(),
  /** How far it has come, when it is ours; `delivery` events tell of it by `id`. */
  state: deliveryState.optional(),
});

export const reaction = z.object({
  /** One emoji or a short word. */
  sign: z.string(),
  count,
  mine: z.boolean(),
  /** The first `REACTION_NAMES_MAX` of those who reacted so, ourselves left out. */
  names: z.array(z.string()),
});
/** How often a line was answered with one sign. */
export type Reaction = z.infer<typeof reaction>;

export const message = z.object({
  id: z.string(),
  kind: z.enum(['direct', 'channel']),
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  /** The topic, for a channel message. */
  channel: z.string().optional(),
  text: z.string(),
  created: z.number(),
  received: z.number(),
  hops: count,
  /** Lines of one conversation are in the order of `rank`, then `id`. */
  rank: z.number().int(),
  /** How many of its author's lines right before it are not here; set when there are any. */
  missing: count.optional(),
  /** Set on messages of our own. */
  state: deliveryState.optional(),
  /** Why, for `refused` and `expired`. */
  detail: z.string().optional(),
  /** The line that this one answers. */
  re: quoted.optional(),
  /** Its author wrote it anew; `text` is the newest wording. */
  edited: amended.optional(),
  /** Its author took it back; `text` is empty. */
  deleted: amended.optional(),
  reactions: z.array(reaction).optional(),
  /** Of a channel message of our own: how many of the members that are known are known to have it. */
  coverage: z.object({ have: count, of: count }).optional(),
});
/** A line of a conversation, as screens get it. */
export type Message = z.infer<typeof message>;

export const peer = z.object({
  id: z.string(),
  /** Petname, else `~name.k7qd`. */
  name: z.string(),
  address: z.string().optional(),
  source: peerSource,
  state: z.enum(['discovered', 'connected', 'known']),
  roles: z.array(z.string()),
  rttMs: z.number().optional(),
  /** Which share of our packets the link to it loses lately, 0 to 1, while it is connected. */
  loss: z.number().optional(),
  hops: count.optional(),
  /** 0 when it was never heard, only named. */
  lastSeen: z.number(),
  /** When it said goodbye, if it did not come back since. */
  goodbyeAt: z.number().optional(),
});
/** A node that this one knows of. */
export type Peer = z.infer<typeof peer>;

export const route = z.object({
  to: z.string(),
  name: z.string(),
  nextHop: z.string(),
  nextHopName: z.string(),
  hops: count,
  metric: count,
  /** Of the link to the next hop, as `loss`. */
  rttMs: z.number().optional(),
  loss: z.number().optional(),
  ageMs: count,
  selected: z.boolean(),
});
/** A way to a node. */
export type Route = z.infer<typeof route>;

export const traceHop = z.object({
  id: z.string(),
  name: z.string(),
  /** The round trip of the link that led to it, as the node before it measured that. */
  rttMs: z.number(),
  /** Whether it has signed that it was there, and all before it too. */
  signed: z.boolean(),
});
/** A node on the way of a trace. */
export type TraceHop = z.infer<typeof traceHop>;

export const traced = z.object({
  id: z.string(),
  name: z.string(),
  /** Where it turned round, and why: at the peer, where no way led on, or after too many links. `forged`: the signatures do not hold. */
  end: z.enum(['reached', 'no-route', 'hops', 'forged']),
  /** From the question to the answer. */
  rttMs: z.number(),
  /** From the first neighbour to the node where it turned round. */
  there: z.array(traceHop),
  /** From the one after that to this node. */
  back: z.array(traceHop),
});
/** What a trace found. */
export type Traced = z.infer<typeof traced>;

export const contact = z.object({
  id: z.string(),
  name: z.string(),
  petname: z.string(),
  verified: z.boolean(),
  blocked: z.boolean(),
  added: z.number(),
});
/** Somebody this user has named, verified or blocked. */
export type Contact = z.infer<typeof contact>;

export const channel = z.object({
  channel: z.string(),
  id: z.string(),
  open: z.boolean(),
  invite: z.string().optional(),
  neighbours: count,
  /** How many others are known to be in it. */
  members: count,
});
/** A channel that this node reads. */
export type Channel = z.infer<typeof channel>;

export const member = z.object({
  id: z.string(),
  name: z.string(),
  /** When it gave a sign of life in the channel. */
  lastSeen: z.number(),
  /** Whether it is a neighbour now, or there is a way to it, or neither. */
  state: z.enum(['connected', 'reachable', 'away']),
});
/** Somebody in a channel. */
export type Member = z.infer<typeof member>;

export const conversation = z.object({
  /** A full NodeId or ChannelId. */
  id: z.string(),
  kind: z.enum(['direct', 'channel']),
  /** `#topic`, petname or `~name.k7qd`. */
  name: z.string(),
  unread: count,
  /** The first line that was not read, when there is one. */
  fresh: z.string().optional(),
  /** Whether it gives no notice while nobody looks. */
  muted: z.boolean().optional(),
  lastAt: z.number().optional(),
});
/** A conversation with what is unread in it. */
export type Conversation = z.infer<typeof conversation>;

export const storeLane = z.object({
  lane: z.enum(['contact', 'neighbour', 'stranger']),
  envelopes: count,
  bytes: count,
  bytesMax: count,
});
/** What is carried for one kind of people, and how much room there is for them. */
export type StoreLane = z.infer<typeof storeLane>;

const histogram = z.object({
  /** Upper bounds of the buckets, rising; the last bucket has none. */
  bounds: z.array(z.number()),
  counts: z.array(count),
  sum: z.number(),
  count: count,
});

export const metric = z.object({
  name: z.string(),
  kind: z.enum(['counter', 'gauge', 'histogram']),
  labels: z.record(z.string(), z.string()).optional(),
  /** Of a counter or gauge. */
  value: z.number().optional(),
  histogram: histogram.optional(),
});
/** A figure that a node tells about itself. */
export type MetricView = z.infer<typeof metric>;

export const status = z.object({
  id: z.string(),
  name: z.string(),
  home: z.string(),
  pid: count,
  version: z.string(),
  network: z.string(),
  startedAt: z.number(),
  /** Addresses the node listens on. */
  addresses: z.array(z.string()),
  connected: count,
  queued: count,
  carried: count,
  mdns: z.enum(['on', 'off', 'no multicast']),
  /** Where metrics are served, when they are (`--metrics`). */
  metricsUrl: z.string().optional(),
  /** Whether the node stays when its last screen leaves (`qpc up`). */
  stays: z.boolean(),
  /** What is wrong at the moment, a sentence each; empty when nothing is. */
  troubles: z.array(z.string()),
  /** Datagrams dropped, by reason. */
  dropped: z.record(z.string(), count),
});
/** How the node is. */
export type Status = z.infer<typeof status>;
