import type { Address, Datagram } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import { earliest, type Instant, type Timestamp } from '../base/time.ts';
import { fromBase32 } from '../bytes/base32.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import { Channels } from '../chat/channels.ts';
import { Conversations } from '../chat/conversations.ts';
import { Receipts } from '../chat/receipts.ts';
import type { ChannelRecord, ContactRecord } from '../chat/record.ts';
import { identityOf } from '../crypto/identity.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { networkTag } from '../crypto/purpose.ts';
import type { Suite } from '../crypto/suite.ts';
import { Interest } from '../mesh/interest.ts';
import type { PeerSource } from '../mesh/record.ts';
import { Routes } from '../mesh/routes.ts';
import { Seen } from '../store/seen.ts';
import { Shelf } from '../store/shelf.ts';
import { Endpoint } from '../transport/endpoint.ts';
import type { StreamId } from '../transport/event.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Push } from '../wire/mesh-message.ts';
import { Calendar } from './calendar.ts';
import type { CommandError, NodeCommands, PeerView, RouteView, Sent, StoreView } from './commands.ts';
import { Custody } from './custody.ts';
import { Deliveries } from './deliveries.ts';
import type { NodeEvent } from './event.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import type { DurableMachine, ReadRequest } from './machine.ts';
import { Mail } from './mail.ts';
import { MESH_ALPN, Neighbourhood, type NeighbourhoodOwner } from './neighbourhood.ts';
import { PeerBook } from './peer-book.ts';
import type { RecordNumber, SettingKey, StoredState, StoreRecord } from './record.ts';
import type { Session } from './session.ts';
import { Spreading } from './spreading.ts';
import { peerViews, routeViews, storeView } from './views.ts';
import { whyMessage, whyPeer } from './why.ts';

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
};

/**
 * A whole qpc node without any I/O: the only place where transport, mesh, store and chat meet.
 *
 * The owner drives it as a `DurableMachine` and asks things of it as `NodeCommands`; after each call it drains the `poll…` methods.
 */
export class Node implements DurableMachine<NodeEvent>, NodeCommands, NeighbourhoodOwner {
  readonly id: NodeId;
  readonly network: Uint8Array;

  readonly #random: Random;
  readonly #calendar: Calendar;
  readonly #journal = new Journal();
  readonly #events: NodeEvent[] = [];
  readonly #endpoint: Endpoint;
  readonly #routes: Routes;
  readonly #interest: Interest;
  readonly #peers: PeerBook;
  readonly #contacts: Map<NodeId, ContactRecord>;
  readonly #channels: Channels;
  readonly #conversations: Conversations;
  readonly #receipts = new Receipts();
  readonly #shelf: Shelf;
  readonly #seen: Seen;
  readonly #deliveries: Deliveries;
  readonly #neighbourhood: Neighbourhood;
  readonly #custody: Custody;
  readonly #mail: Mail;
  readonly #intake: Intake;
  readonly #spreading: Spreading;
  #name: string;
  #stopped = false;

  constructor(options: NodeOptions) {
    const { suite, random, seed, state, instant: now, calendar } = options;
    const { id, publicKey } = identityOf(suite, seed);
    const network = networkTag(suite, options.networkId);
    this.id = id;
    this.network = network;
    this.#random = random;
    this.#calendar = new Calendar(calendar, now);
    this.#name = state.settings.get('name') ?? options.name;
    const author = { suite, random, seed, id, publicKey, network };
    const tell = (event: NodeEvent): void => void this.#events.push(event);

    this.#contacts = new Map(state.contacts.map((contact) => [contact.id, contact]));
    this.#peers = new PeerBook(state.peers.filter((peer) => peer.id !== id));
    this.#channels = new Channels({ suite, random, network, records: state.channels });
    const epoch = fromHex(this.#setting(state, 'epoch', 8))!;
    this.#conversations = new Conversations({ epoch, tails: state.tails });
    this.#shelf = new Shelf(state.heads, now, calendar);
    this.#seen = new Seen(state.seen);
    this.#deliveries = new Deliveries(state.deliveries, this.#journal, tell);

    const resetKey = fromHex(this.#setting(state, 'reset-key', 32))!;
    this.#endpoint = new Endpoint({ suite, random, seed, network, alpn: [MESH_ALPN], resetKey });
    const seqno = Number(state.settings.get('route-seqno') ?? 0);
    const unlisted = options.unlisted ?? false;
    this.#routes = new Routes({ suite, random, seed, self: id, network, seqno, unlisted }, now, calendar);
    this.#routes.keep(new Set(this.#contacts.keys()));
    this.#interest = new Interest({ random }, now);
    for (const channel of this.#channels.all()) this.#interest.subscribe(channel.id, now);

    const parts = {
      suite,
      random,
      author,
      self: id,
      tell,
      name: () => this.#name,
      contact: (peer: NodeId) => this.#contacts.get(peer),
      calendar: this.#calendar,
      journal: this.#journal,
      endpoint: this.#endpoint,
      routes: this.#routes,
      interest: this.#interest,
      peers: this.#peers,
      channels: this.#channels,
      conversations: this.#conversations,
      receipts: this.#receipts,
      shelf: this.#shelf,
      seen: this.#seen,
      deliveries: this.#deliveries,
    };
    this.#neighbourhood = new Neighbourhood(parts, this, now);
    const sessions = this.#neighbourhood.sessions;
    this.#custody = new Custody({ ...parts, sessions });
    const { forwarder } = this.#custody;
    this.#mail = new Mail({ ...parts, custody: this.#custody });
    this.#intake = new Intake({
      ...parts,
      sessions,
      custody: this.#custody,
      shown: new Seen(state.shown.map((shown) => ({ id: shown, at: calendar }))),
      shownMore: state.shownMore,
      spread: (envelope, channel, except) => this.#spreading.spread(envelope, channel, except),
    });
    this.#spreading = new Spreading({ ...parts, sessions, forwarder, has: (envelope) => this.#intake.has(envelope) });
    this.#settle(now);
  }

  // ——— What happens to it ———————————————————————————————————————————————————————————————————————————————————————————————

  receive(datagram: Datagram, now: Instant): void {
    this.#endpoint.receive(datagram, now);
    this.#settle(now);
  }

  elapse(now: Instant): void {
    this.#endpoint.elapse(now);
    this.#routes.elapse(now);
    this.#interest.elapse(now);
    this.#conversations.elapse(now);
    this.#custody.elapse(now);
    this.#settle(now);
  }

  deadline(): Instant | undefined {
    if (this.#stopped) return this.#endpoint.deadline();
    return earliest(
      this.#endpoint.deadline(),
      this.#routes.deadline(),
      this.#interest.deadline(),
      this.#conversations.deadline(),
      this.#neighbourhood.deadline(),
      ...this.#custody.deadline(),
    );
  }

  committed(upTo: RecordNumber, now: Instant): void {
    this.#journal.committed(upTo, now);
    this.#settle(now);
  }

  refused(from: RecordNumber, why: 'full' | 'io', now: Instant): void {
    this.#journal.refused(from, why, now);
    this.#settle(now);
  }

  loaded(id: EnvelopeId, bytes: Uint8Array | undefined, now: Instant): void {
    this.#custody.forwarder.loaded(id, bytes, now);
    this.#settle(now);
  }

  known(id: EnvelopeId, shown: boolean, now: Instant): void {
    this.#intake.known(id, shown, now);
    this.#settle(now);
  }

  calendar(is: Timestamp, now: Instant): void {
    this.#calendar.set(is, now);
  }

  // ——— What it wants done ———————————————————————————————————————————————————————————————————————————————————————————————

  pollTransmit(now: Instant): Datagram | undefined {
    return this.#endpoint.pollTransmit(now);
  }

  pollEvent(): NodeEvent | undefined {
    return this.#events.shift();
  }

  pollRecord(): StoreRecord | undefined {
    return this.#journal.poll();
  }

  pollRead(): ReadRequest | undefined {
    const id = this.#custody.forwarder.pollRead();
    if (id !== undefined) return { want: 'envelope', id };
    const asked = this.#intake.pollRead();
    return asked === undefined ? undefined : { want: 'shown', id: asked };
  }

  // ——— Commands —————————————————————————————————————————————————————————————————————————————————————————————————————————

  get name(): string {
    return this.#name;
  }

  send(to: NodeId, text: string, now: Instant): Sent {
    if (to === this.id) return { why: 'self' };
    if (this.#contacts.get(to)?.blocked) return { why: 'blocked' };
    const sent = this.#mail.send(to, text, now);
    if ('id' in sent) this.#neighbourhood.reachOut(to, now);
    this.#settle(now);
    return sent;
  }

  publish(channel: string, text: string, now: Instant): (Sent & { readonly neighbours?: number }) | CommandError {
    const record = this.#channels.byId(channel);
    if (!record) return { why: 'unknown-channel' };
    const sent: Sent = this.#mail.publish(record, text, now, () => {
      if ('id' in sent) this.#spreading.spread(sent.id, channel);
    });
    this.#settle(now);
    return 'id' in sent ? { ...sent, neighbours: this.#interest.readers(channel).length } : sent;
  }

  subscribe(
    how: { readonly topic: string; readonly private?: boolean; readonly invite?: string },
    now: Instant,
  ): ChannelRecord | CommandError {
    const joined = this.#channels.join(how, this.#calendar.at(now));
    if ('why' in joined) return joined;
    this.#journal.write({ put: 'channel', channel: joined });
    this.#interest.subscribe(joined.id, now);
    this.#settle(now);
    return joined;
  }

  unsubscribe(channel: string, now: Instant): ChannelRecord | CommandError {
    const record = this.#channels.byId(channel);
    if (!record) return { why: 'unknown-channel' };
    this.#channels.leave(channel);
    this.#journal.write({ delete: 'channel', id: channel });
    this.#interest.unsubscribe(channel, now);
    this.#settle(now);
    return record;
  }

  channels(): readonly (ChannelRecord & { readonly invite: string | undefined; readonly neighbours: number })[] {
    return [...this.#channels.all()].map((channel) => ({
      ...channel,
      invite: this.#channels.invite(channel),
      neighbours: this.#interest.readers(channel.id).length,
    }));
  }

  connect(
    peer: NodeId,
    addresses: readonly Address[],
    source: PeerSource,
    now: Instant,
  ): 'connecting' | 'connected' | CommandError {
    if (peer === this.id) return { why: 'self' };
    const state = this.#neighbourhood.connect(peer, addresses, source, now);
    this.#settle(now);
    return state;
  }

  disconnect(peer: NodeId, now: Instant): boolean {
    const found = this.#neighbourhood.disconnect(peer, now);
    this.#settle(now);
    return found;
  }

  discovered(
    { id, name, addresses }: { readonly id: NodeId; readonly name: string; readonly addresses: readonly Address[] },
    now: Instant,
  ): void {
    if (id !== this.id) this.#neighbourhood.discovered(id, name, addresses, now);
    this.#settle(now);
  }

  vanished(id: NodeId, now: Instant): void {
    this.#neighbourhood.vanished(id, now);
    this.#settle(now);
  }

  reachableAt(addresses: readonly Address[], now: Instant): void {
    this.#neighbourhood.reachableAt(addresses, now);
    this.#settle(now);
  }

  ping(peer: NodeId, token: number, now: Instant): boolean {
    const asked = this.#neighbourhood.ping(peer, token, now);
    this.#settle(now);
    return asked;
  }

  setName(name: string, now: Instant): void {
    this.#name = name;
    this.#journal.write({ put: 'setting', key: 'name', value: name });
    this.#settle(now);
  }

  putContact(contact: ContactRecord, now: Instant): void {
    this.#contacts.set(contact.id, contact);
    this.#journal.write({ put: 'contact', contact });
    this.#routes.keep(new Set(this.#contacts.keys()));
    if (contact.blocked) this.disconnect(contact.id, now);
    this.#settle(now);
  }

  contact(id: NodeId): ContactRecord | undefined {
    return this.#contacts.get(id);
  }

  contacts(): readonly ContactRecord[] {
    return [...this.#contacts.values()];
  }

  retry(id: EnvelopeId, now: Instant): boolean {
    const held = this.#shelf.get(id);
    if (held?.head.lane !== 'own') return false;
    this.#custody.forwarder.refresh(id);
    this.#custody.forwarder.consider(held, now);
    this.#neighbourhood.reachOut(held.head.to as NodeId, now);
    this.#settle(now);
    return true;
  }

  discard(id: EnvelopeId, now: Instant): boolean {
    if (this.#shelf.get(id)?.head.lane !== 'own') return false;
    this.#custody.discard(id, now);
    this.#settle(now);
    return true;
  }

  peers(): readonly PeerView[] {
    return peerViews(this.id, this.#peers, this.#neighbourhood.sessions, this.#routes);
  }

  routes(to?: NodeId): readonly RouteView[] {
    return routeViews(this.#routes, this.#neighbourhood.sessions, to);
  }

  store(now: Instant): StoreView {
    return storeView(this.#shelf, this.#seen.size, this.#custody.counts, now);
  }

  why(what: EnvelopeId | NodeId, now: Instant): readonly string[] {
    const parts = {
      shelf: this.#shelf,
      deliveries: this.#deliveries,
      sessions: this.#neighbourhood.sessions,
      routes: this.#routes,
      peers: this.#peers,
    };
    return fromBase32(what)?.length === 32
      ? whyPeer(what as NodeId, parts)
      : whyMessage(what as EnvelopeId, parts, now);
  }

  queued(): number {
    let count = 0;
    for (const { state } of this.#deliveries.all()) if (state === 'queued') count++;
    return count;
  }

  dropped(): ReadonlyMap<string, number> {
    return this.#endpoint.dropped;
  }

  stop(now: Instant): void {
    this.#neighbourhood.goodbye(now);
    this.#endpoint.close(now, 'goodbye');
    this.#stopped = true;
    this.#settle(now);
  }

  // ——— What its neighbourhood tells it ——————————————————————————————————————————————————————————————————————————————————

  arrived(peer: NodeId, now: Instant): void {
    this.#custody.forwarder.pump(peer);
    this.#custody.retry(peer, now);
  }

  left(peer: NodeId, now: Instant): void {
    this.#custody.forwarder.gone(peer, now);
  }

  roomFor(peer: NodeId): void {
    this.#custody.forwarder.pump(peer);
  }

  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void {
    this.#intake.pushed(session, push, stream, now);
  }

  had(peer: NodeId, ids: readonly Uint8Array[], now: Instant): void {
    this.#spreading.had(peer, ids, now);
  }

  wanted(peer: NodeId, ids: readonly Uint8Array[]): void {
    this.#spreading.wanted(peer, ids);
  }

  // ——— What follows —————————————————————————————————————————————————————————————————————————————————————————————————————

  /** Carries what has happened through all parts until none of them has anything more to say. */
  #settle(now: Instant): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (let event = this.#endpoint.pollEvent(); event; event = this.#endpoint.pollEvent()) {
        this.#neighbourhood.sessions.handle(event, now);
        busy = true;
      }
      if (this.#stopped) continue;
      busy = this.#settleMesh(now) || this.#neighbourhood.elapse(now) || busy;
      this.#settleChat(now);
    }
  }

  #settleMesh(now: Instant): boolean {
    let busy = false;
    for (let seqno = this.#routes.pollSeqno(); seqno !== undefined; seqno = this.#routes.pollSeqno()) {
      const stored = seqno;
      this.#journal.write({ put: 'setting', key: 'route-seqno', value: String(stored) });
      this.#journal.afterCommit(now, (at) => this.#routes.seqnoStored(stored, at));
    }
    for (const part of [this.#routes, this.#interest]) {
      for (let out = part.pollMessage(); out; out = part.pollMessage()) {
        this.#neighbourhood.sessions.send(out.to, out.message, now);
        busy = true;
      }
    }
    for (let to = this.#routes.pollChange(); to !== undefined; to = this.#routes.pollChange()) {
      this.#custody.forwarder.trigger(to, now);
    }
    for (let channel = this.#interest.pollChange(); channel !== undefined; channel = this.#interest.pollChange()) {
      this.#spreading.offer(channel, now);
    }
    return busy;
  }

  #settleChat(now: Instant): void {
    for (let show = this.#conversations.pollShow(); show; show = this.#conversations.pollShow()) {
      if (show.missing > 0) {
        const message = `${show.missing} missing before this message`;
        this.#events.push({ type: 'notice', level: 'warn', code: 'GAP', message });
      }
      this.#events.push({ type: 'message', message: show.message });
    }
    this.#mail.sendReceipts(now);
  }

  /** A random value that is drawn at the first start and kept. */
  #setting(state: StoredState, key: SettingKey, bytes: number): string {
    const known = state.settings.get(key);
    if (known !== undefined) return known;
    const drawn = hex(this.#random.bytes(bytes));
    this.#journal.write({ put: 'setting', key, value: drawn });
    return drawn;
  }
}
