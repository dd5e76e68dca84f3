import type { Address } from '../base/address.ts';
import type { Finding } from '../base/fault.ts';
import type { Metric } from '../base/metric.ts';
import type { Instant, Timestamp } from '../base/time.ts';
import type { Coverage, CoveredLine, Having } from '../chat/members.ts';
import type { ChannelRecord, ContactRecord, MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerSource } from '../mesh/record.ts';
import type { Saying } from '../wire/content.ts';
import type { EnvelopeId, Hop } from '../wire/envelope.ts';
import type { Push, PushAnswer } from '../wire/mesh-message.ts';
import type { Particulars } from './particulars.ts';
import type { ReadLetter } from './readings.ts';
import type { Tells } from './tells.ts';
import type { Suspect } from './track-record.ts';
import type { Why } from './why.ts';

/** Why a command was not done; the host turns it into words. */
export type CommandError = {
  readonly why:
    | 'too-large'
    | 'blocked'
    | 'unknown-channel'
    | 'bad-topic'
    | 'bad-invite'
    | 'unknown-message'
    | 'too-many'
    | 'self';
  readonly detail?: string;
};

/** What a person says: words that answer a line or change one, or just a text. */
export type Said = string | Saying;

/** What was made of a message: its id. The `delivery` event `queued` follows when it is on disk; `refused` if it could not be. */
export type Sent = { readonly id: EnvelopeId; readonly to: string } | CommandError;

/** A peer as the node knows it now. */
export type PeerView = {
  readonly id: NodeId;
  /** Text from a stranger, empty when it gave none. */
  readonly selfName: string;
  readonly addresses: readonly Address[];
  readonly source: PeerSource;
  readonly state: 'discovered' | 'connected' | 'known';
  readonly roles: readonly string[];
  readonly rttMs: number | undefined;
  /** Which share of our packets the link to it loses, while it is connected; 0 to 1. */
  readonly lossShare: number | undefined;
  /** Links to it: 1 when connected, more by the selected route, `undefined` when there is no way now. */
  readonly hops: number | undefined;
  readonly named: boolean;
  /** 0 when it was never heard. */
  readonly lastSeen: Timestamp;
  /** When it said goodbye, if it did not come back since. */
  readonly goodbyeAt: Timestamp | undefined;
};

/** A way to a node, over one neighbour. */
export type RouteView = {
  readonly to: NodeId;
  readonly nextHop: NodeId;
  readonly hops: number;
  readonly metric: number;
  /** Of the link to the next hop, as `lossShare`. */
  readonly rttMs: number | undefined;
  readonly lossShare: number | undefined;
  readonly ageMs: number;
  readonly selected: boolean;
};

/** What this node keeps, for whom, and what it did not keep. */
export type StoreView = {
  readonly outbox: { readonly envelopes: number; readonly bytes: number; readonly oldestMs: number };
  readonly carried: { readonly envelopes: number; readonly bytes: number };
  /** What is carried, by whose it is: no lane takes room from another (docs/protocol.md §3). */
  readonly lanes: readonly {
    readonly lane: 'contact' | 'neighbour' | 'stranger';
    readonly envelopes: number;
    readonly bytes: number;
    readonly bytesMax: number;
  }[];
  readonly seen: number;
  readonly perRecipient: readonly {
    readonly to: string;
    readonly kind: 'direct' | 'channel';
    readonly envelopes: number;
    readonly bytes: number;
    readonly oldestMs: number;
    readonly expiresInMs: number;
  }[];
  readonly expired: number;
  readonly evicted: number;
  readonly refused: ReadonlyMap<string, number>;
};

/** How many there are of what grows with the mesh and with what it brings. Each is bounded (limits.ts). */
export type Sizes = {
  readonly neighbours: number;
  readonly peers: number;
  /** Nodes that there is, or may be, a way to. */
  readonly destinations: number;
  /** Origins whose newest announcement is remembered. */
  readonly sources: number;
};

/** An envelope that is kept, and the hop that its next holder is told. */
export type HeldView = { readonly id: EnvelopeId; readonly to: string; readonly hop: Hop };

/** What the owner may ask of a node, beside driving it as a `DurableMachine`. All effects come out of the `poll…` methods. */
export interface NodeCommands {
  readonly id: NodeId;
  /** First 16 bytes of the network's hash (docs/protocol.md, notation). */
  readonly network: Uint8Array;
  readonly name: string;

  /**
   * Seals words for a node and queues them. A text has at most `TEXT_BYTES_MAX` bytes of UTF-8, to be kept for 1 to `TTL_SECONDS_MAX`.
   * Whether an amendment counts is for those who read it to say: the node does not look whose its line is.
   */
  send(to: NodeId, said: Said, now: Instant, ttlSeconds?: number): Sent;
  /** Publishes to a channel that is subscribed; says to how many neighbours that read it or lead to readers. */
  publish(
    channel: string,
    said: Said,
    now: Instant,
    ttlSeconds?: number,
  ): (Sent & { readonly neighbours?: number }) | CommandError;
  /** Joins an open channel by topic, a private one by invite, or makes a private one. */
  subscribe(
    how: { readonly topic: string; readonly private?: boolean; readonly invite?: string },
    now: Instant,
  ): ChannelRecord | CommandError;
  unsubscribe(channel: string, now: Instant): ChannelRecord | CommandError;
  channels(): readonly (ChannelRecord & { readonly invite: string | undefined; readonly neighbours: number })[];
  /** The others in a channel, as far as they wrote or marked something in the last 30 days; the latest first. */
  members(channel: string, now: Instant): readonly { readonly id: NodeId; readonly lastSeen: Timestamp }[];
  /** How many of them are known to have a line of ours; `undefined` when nobody is known, or the line is none of this node's. */
  coverage(line: CoveredLine, now: Instant): Coverage | undefined;
  /** The same by name, the member heard last first; empty where coverage says nothing. */
  having(line: CoveredLine, now: Instant): readonly Having[];

  /** Somebody may be at these addresses: remembered, and dialled at once when `dial`. */
  connect(
    peer: NodeId,
    addresses: readonly Address[],
    source: PeerSource,
    now: Instant,
  ): 'connecting' | 'connected' | CommandError;
  disconnect(peer: NodeId, now: Instant): boolean;
  /** mDNS says: `id` calls itself `name` and is at `addresses`. A claim until the handshake proves it. */
  discovered(
    found: { readonly id: NodeId; readonly name: string; readonly addresses: readonly Address[] },
    now: Instant,
  ): void;
  /** mDNS says: gone, or not heard for too long. */
  vanished(id: NodeId, now: Instant): void;
  /** The machine's addresses changed, or are known for the first time: what `hello` tells neighbours. */
  reachableAt(addresses: readonly Address[], now: Instant): void;
  /**
   * Packets may take other ways than before: addresses or routes changed, the machine slept, the socket is another one. What
   * waits for an answer that will not come is tried again at once.
   */
  networkChanged(now: Instant): void;
  /** The system sends no datagram of so many bytes to this address: none that large will arrive. */
  datagramRefused(address: Address, bytes: number): void;
  /** Asks a connected peer for an answer; the `pong` event carries `token`. False when it is not connected. */
  ping(peer: NodeId, token: number, now: Instant): boolean;

  /**
   * Asks every node on the way to a peer and back to sign that it is there; the `traced` event carries `token`. False when no way leads
   * there from here.
   */
  trace(peer: NodeId, token: number, now: Instant): boolean;

  /** The user writes, to a node or in a channel: said to neighbours whom it is about, at most every 3 s. To be called at each key. */
  writes(where: string, now: Instant): void;
  /** The user has read these letters: their authors are told, unless that is switched off or they are strangers. */
  read(letters: readonly ReadLetter[], now: Instant): void;
  /** Changes what others are told of what the user does, and says what that is. */
  tell(what: Partial<Tells>): Tells;

  setName(name: string, now: Instant): void;
  putContact(contact: ContactRecord, now: Instant): void;
  /** Whether this user has neither named nor written to somebody. */
  isStranger(id: NodeId): boolean;
  contact(id: NodeId): ContactRecord | undefined;
  contacts(): readonly ContactRecord[];

  /** Tries again at once what is still queued; false when there is no such message of ours. */
  retry(id: EnvelopeId, now: Instant): boolean;
  /** Gives up a message of ours; its state becomes `refused`, "discarded". False when there is none, or its recipient or readers have it. */
  discard(id: EnvelopeId, now: Instant): boolean;

  /**
   * Takes back lines of ours that nobody can have, the newest first, for good: their texts leave the disk, and the number of the last is free
   * again. False, and nothing is done, when anybody may have one of them, for all that this life of the node knows: then only an amendment reaches it.
   */
  withdraw(lines: readonly MessageRecord[], now: Instant): boolean;

  peers(): readonly PeerView[];
  routes(to?: NodeId): readonly RouteView[];
  store(now: Instant): StoreView;
  /** Everybody it has a session with. */
  neighbours(): Iterable<NodeId>;
  /** Whom it hands on to now what is for `to`: a neighbour gets its own straight. `undefined` when there is no way. */
  nextHop(to: NodeId): NodeId | undefined;
  /** Without making a list of any of it: as quick for a thousand destinations as for one. */
  sizes(): Sizes;
  /** Everything kept for others to have, as the next holder is told of it: what a file can carry, and so may be out from here on. */
  held(now: Instant): readonly HeldView[];
  /** A person brings an envelope; `answered` is told what came of it, once that is on disk. Bytes that are none are refused as `invalid`. */
  bring(push: Push, answered: (answer: PushAnswer) => void, now: Instant): void;
  /** Why a message of ours, or a peer, is in the state it is in, by what this node has seen; `undefined` for a message it does not know. */
  why(what: EnvelopeId | NodeId, now: Instant): Why | undefined;
  /** Who was given a message, who has it, and how long it is kept. */
  particulars(id: EnvelopeId, now: Instant): Particulars;
  /** What is wrong between this node and others, by what it has seen. */
  diagnose(now: Instant): readonly Finding[];
  /** Figures of every layer, for those who watch. */
  metrics(now: Instant): readonly Metric[];
  /** Neighbours that take mail for others, and bring no receipts: they are used last. */
  suspects(now: Instant): readonly Suspect[];
  /** How many of our own messages wait for somebody to take them. */
  queued(): number;
  /** Datagrams and messages dropped, by reason. */
  dropped(): ReadonlyMap<string, number>;
  /**
   * Says goodbye to all neighbours, to each once it has what was written to it, which takes 2 s at most. To be asked again after
   * every turn until it is done: `true`.
   */
  stop(now: Instant): boolean;
}
