import type { Address } from '../base/address.ts';
import { RENEWAL } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Instant, Timestamp } from '../base/time.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import { Channels } from '../chat/channels.ts';
import { Conversations } from '../chat/conversations.ts';
import { Receipts } from '../chat/receipts.ts';
import type { ContactRecord } from '../chat/record.ts';
import { identityOf } from '../crypto/identity.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { networkTag } from '../crypto/purpose.ts';
import type { Suite } from '../crypto/suite.ts';
import { Encounters } from '../mesh/encounters.ts';
import { Interest } from '../mesh/interest.ts';
import { Routes } from '../mesh/routes.ts';
import { Seen } from '../store/seen.ts';
import { Shelf } from '../store/shelf.ts';
import { Endpoint } from '../transport/endpoint.ts';
import type { Tracer } from '../transport/trace.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { FEATURES } from '../wire/mesh-message.ts';
import { Acceptance } from './acceptance.ts';
import { Attempts } from './attempts.ts';
import { Attendance } from './attendance.ts';
import { Backlog } from './backlog.ts';
import { Calendar } from './calendar.ts';
import { Custody } from './custody.ts';
import { Deliveries } from './deliveries.ts';
import { MESH_ALPN } from './dialling.ts';
import { Dials } from './dials.ts';
import type { NodeEvent } from './event.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import { Mail } from './mail.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { PeerBook } from './peer-book.ts';
import { PEER_LIMITS, type PeerLimits } from './peer-limits.ts';
import { Readings } from './readings.ts';
import { Recognition } from './recognition.ts';
import { Reconciler } from './reconciler.ts';
import type { SettingKey, StoredState } from './record.ts';
import { Spreading } from './spreading.ts';
import { Strangers } from './strangers.ts';
import { Tally } from './tally.ts';
import type { Tells } from './tells.ts';
import { Traces } from './traces.ts';
import { Typing } from './typing.ts';

/** What a node is made of: its identity, what it remembers, and the two things that come from outside, cryptography and chance. */
export type NodeOptions = {
  readonly suite: Suite;
  readonly random: Random;
  /** The Ed25519 seed of this node's identity, 32 bytes. */
  readonly seed: Uint8Array;
  readonly networkId: string;
  /** What this node calls itself, unless it has been told another name since. */
  readonly name: string;
  readonly state: StoredState;
  readonly instant: Instant;
  readonly calendar: Timestamp;
  /** Originates no route announcement: reachable by its neighbours only (docs/threat-model.md). */
  readonly unlisted?: boolean;
  /** How many neighbours it wants, and how fast it looks for them; what is not said is as in `PEER_LIMITS`. */
  readonly peers?: Partial<PeerLimits>;
  /** Whether members of its channels are told what it has shown; yes, when it is not said. */
  readonly marks?: boolean;
  /** What others are told of what the user does; all, when it is not said. */
  readonly tells?: Partial<Tells>;
  /** False when this node is to keep no mail for recipients whom it cannot reach. */
  readonly carriage?: boolean;
  /** The largest datagram that can leave this machine for an address, in bytes; without it, the transport goes by the address alone. */
  readonly pathCeiling?: (address: Address) => number;
  /** Who writes down what connections do. */
  readonly tracer?: Tracer;
  /** Is told of each destination whose selected way appeared, goes over another neighbour, or vanished, in the turn in which it did. */
  readonly wayChanged?: (to: NodeId) => void;
};

/** Everything a node consists of, put together: first what holds state, then what acts on it. */
export type Organs = ReturnType<typeof organsOf>;

/** Builds a node's parts from its options and from what the last run left. Each gets only what it needs, by its own `Parts` type. */
export function organsOf(options: NodeOptions, tell: (event: NodeEvent) => void) {
  const { suite, random, seed, state, instant: now } = options;
  const { id, publicKey } = identityOf(suite, seed);
  const network = networkTag(suite, options.networkId);
  const journal = new Journal();
  const calendar = new Calendar(options.calendar, now);
  const self = { id, network, name: state.settings.get('name') ?? options.name };
  const contacts = new Map<NodeId, ContactRecord>(state.contacts.map((contact) => [contact.id, contact]));

  const channels = new Channels({ suite, random, network, records: state.channels });
  const epoch = kept('epoch', 8, options, journal);
  const conversations = new Conversations({ self: id, epoch, tails: state.tails });
  const shelf = new Shelf(state.heads, now, options.calendar);
  const seen = new Seen(state.seen);
  const shown = new Seen(state.shown.map((one) => ({ id: one, at: options.calendar })));
  const deliveries = new Deliveries(state.deliveries, journal, tell);
  const receipts = new Receipts();
  const tried = { attempts: new Attempts(), dials: new Dials() };
  const peers = new PeerBook(state.peers.filter((peer) => peer.id !== id));

  const resetKey = kept('reset-key', 32, options, journal);
  const isKnown = (peer: NodeId): boolean => contacts.has(peer) || peers.get(peer)?.named === true;
  const ceiling = options.pathCeiling && { pathCeiling: options.pathCeiling };
  const tracer = options.tracer && { tracer: options.tracer };
  const endpoint = new Endpoint({
    suite,
    random,
    seed,
    network,
    alpn: [MESH_ALPN],
    resetKey,
    isKnown,
    renewal: RENEWAL,
    ...ceiling,
    ...tracer,
  });
  const seqno = Number(state.settings.get('route-seqno') ?? 0);
  const unlisted = options.unlisted ?? false;
  const routes = new Routes({ suite, random, seed, self: id, network, seqno, unlisted }, now, options.calendar);
  routes.keep(new Set(contacts.keys()));
  const interest = new Interest({ random }, now);
  for (const channel of channels.all()) interest.subscribe(channel.id, now);

  const memory = { journal, calendar, channels, conversations, shelf, seen, shown, deliveries, receipts, peers };
  const author = { suite, random, seed, id, publicKey, network };
  const contact = (peer: NodeId): ContactRecord | undefined => contacts.get(peer);
  const isStranger = (peer: NodeId): boolean => !contacts.has(peer) && !conversations.hasWritten(peer);
  const tells: Tells = { typing: true, readReceipts: true, ...options.tells };
  const name = (): string => self.name;
  const carriage = options.carriage ?? true;
  const features = carriage ? FEATURES.carriage : 0;
  const tally = new Tally();
  const parts = {
    ...memory,
    ...tried,
    tally,
    name,
    carriage,
    features,
    suite,
    random,
    author,
    contact,
    isStranger,
    tells,
    endpoint,
    routes,
    interest,
    tell,
  };

  const neighbourhood = new Neighbourhood(
    { ...parts, limits: { ...PEER_LIMITS, ...options.peers } },
    {
      arrived: (peer, at) => custody.arrived(peer, at),
      left(peer, at) {
        custody.left(peer, at);
        reconciler.left(peer, at);
      },
      early: (peer, at) => custody.forwarder.early(peer, at),
      roomFor: (peer) => custody.forwarder.pump(peer),
      pushed: (session, push, stream, at) => intake.pushed(session, push, stream, at),
      had: (peer, ids, at) => spreading.had(peer, ids, at),
      wanted: (peer, ids, at) => spreading.wanted(peer, ids, at),
      compared: (peer, message, at) => reconciler.receive(peer, message, at),
      traced: (session, trace, at) => traces.received(session, trace, at),
      datagram: (session, bytes, at) => typing.received(session, bytes, at),
      waitsFor: (peer) => shelf.hasMailFor(peer),
      isBusyWith: (peer) => custody.forwarder.isBusyWith(peer),
    },
    now,
  );
  const { sessions } = neighbourhood;
  const traces = new Traces({ ...parts, sessions });
  const custody = new Custody({ ...parts, sessions, encounters: new Encounters() }, now);
  const recognition = new Recognition({ ...parts, custody });
  const { members, lines } = state;
  const woken = { members, lines, epoch: hex(epoch), marks: options.marks ?? true };
  const spread = (envelope: EnvelopeId, channel: string): void => spreading.spread(envelope, channel);
  const attendance = new Attendance({ ...parts, custody, spread }, woken, now);
  const readings = new Readings(parts);
  const typing = new Typing({ ...parts, sessions, attendance });
  const mail = new Mail({ ...parts, custody, attendance });
  const strangers = new Strangers(parts);
  /** Something suggests that a peer is there, also after it said goodbye: mail that waits for it is reason enough to call. */
  const mayBeBack = (peer: NodeId, at: Instant): void => {
    if (shelf.hasMailFor(peer)) neighbourhood.reachOut(peer, at, true);
  };
  const unwanted = (envelope: EnvelopeId): void => reconciler.unwanted(envelope);
  const acceptance = new Acceptance({
    ...parts,
    mayBeBack,
    sessions,
    custody,
    strangers,
    attendance,
    unwanted,
    spread(envelope, channel, except, at) {
      if (!reconciler.took(envelope, channel, except, at)) spreading.spread(envelope, channel, except);
    },
  });
  const backlog = new Backlog({ ...parts, acceptance });
  const { shownMore } = state;
  const intake = new Intake({
    ...parts,
    sessions,
    custody,
    recognition,
    acceptance,
    strangers,
    shownMore,
    came: (envelope, from, at) => reconciler.came(envelope, from, at),
    unwanted,
  });
  const has = (envelope: EnvelopeId): boolean => recognition.has(envelope);
  const reconciler: Reconciler = new Reconciler({ ...parts, sessions, forwarder: custody.forwarder, has });
  const spreading: Spreading = new Spreading({
    ...parts,
    sessions,
    forwarder: custody.forwarder,
    has,
  });
  // What waits from the last run is reason enough to look for whom it is for.
  for (const to of shelf.recipients()) neighbourhood.reachOut(to as NodeId, now);
  return {
    ...parts,
    mayBeBack,
    self,
    contacts,
    sessions,
    neighbourhood,
    custody,
    attendance,
    mail,
    intake,
    backlog,
    spreading,
    reconciler,
    traces,
    readings,
    typing,
  };
}

/** Random bytes that are drawn at the first start and kept for all others. */
function kept(key: SettingKey, bytes: number, { state, random, instant }: NodeOptions, journal: Journal): Uint8Array {
  const known = fromHex(state.settings.get(key) ?? '');
  if (known?.length === bytes) return known;
  const drawn = random.bytes(bytes);
  journal.keep({ put: 'setting', key, value: hex(drawn) }, instant);
  return drawn;
}
