import type { Address } from '../base/address.ts';
import type { Finding } from '../base/fault.ts';
import { TTL_SECONDS_DEFAULT } from '../base/limits.ts';
import type { Metric } from '../base/metric.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import type { Coverage, CoveredLine } from '../chat/members.ts';
import type { ChannelRecord, ContactRecord, MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerSource } from '../mesh/record.ts';
import { isPost } from '../store/shelf.ts';
import type { Saying } from '../wire/content.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
import type { Push, PushAnswer } from '../wire/mesh-message.ts';
import type {
  CommandError,
  HeldView,
  NodeCommands,
  PeerView,
  RouteView,
  Said,
  Sent,
  Sizes,
  StoreView,
} from './commands.ts';
import { diagnose } from './diagnosis.ts';
import { metricsOf } from './metrics.ts';
import type { Organs } from './organs.ts';
import { type Particulars, particularsOf } from './particulars.ts';
import type { ReadLetter } from './readings.ts';
import type { Tells } from './tells.ts';
import type { Suspect } from './track-record.ts';
import { heldViews, peerViews, routeViews, storeView } from './views.ts';
import { type Why, whyOf } from './why.ts';

/**
 * What is asked of a node by its owner, and so by a person: the half of `Node` that is not driven by the network, the clock or the disk.
 * Commands that cannot be done are values; whatever follows from one that can comes out of the `poll…` methods.
 */
export abstract class Commands implements NodeCommands {
  readonly id: NodeId;
  readonly network: Uint8Array;
  readonly #organs: Organs;

  protected constructor(organs: Organs) {
    this.#organs = organs;
    this.id = organs.self.id;
    this.network = organs.self.network;
  }

  /** Carries what has happened through all parts until none of them has anything more to say. */
  protected abstract settle(now: Instant): void;

  /** Of the last turn. */
  protected abstract readonly now: Instant;

  abstract stop(now: Instant): boolean;

  get name(): string {
    return this.#organs.self.name;
  }

  send(to: NodeId, said: Said, now: Instant, ttlSeconds = TTL_SECONDS_DEFAULT): Sent {
    if (to === this.id) return { why: 'self' };
    if (this.#organs.contacts.get(to)?.blocked) return { why: 'blocked' };
    const sent = this.#organs.mail.send(to, { saying: sayingOf(said), ttlSeconds }, now, (at) =>
      this.#organs.neighbourhood.reachOut(to, at),
    );
    this.settle(now);
    return sent;
  }

  publish(
    channel: string,
    said: Said,
    now: Instant,
    ttlSeconds = TTL_SECONDS_DEFAULT,
  ): (Sent & { readonly neighbours?: number }) | CommandError {
    const record = this.#organs.channels.byId(channel);
    if (!record) return { why: 'unknown-channel' };
    const sent: Sent = this.#organs.mail.publish(record, { saying: sayingOf(said), ttlSeconds }, now, () => {
      if ('id' in sent) this.#organs.spreading.spread(sent.id, channel);
    });
    this.settle(now);
    return 'id' in sent ? { ...sent, neighbours: this.#organs.interest.readers(channel).length } : sent;
  }

  subscribe(
    how: { readonly topic: string; readonly private?: boolean; readonly invite?: string },
    now: Instant,
  ): ChannelRecord | CommandError {
    const joined = this.#organs.channels.join(how, this.#organs.calendar.at(now));
    if ('why' in joined) return joined;
    this.#organs.journal.keep({ put: 'channel', channel: joined }, now);
    this.#organs.interest.subscribe(joined.id, now);
    this.#organs.backlog.begin(joined.id);
    this.#organs.reconciler.joined(joined.id, now);
    this.settle(now);
    return joined;
  }

  unsubscribe(channel: string, now: Instant): ChannelRecord | CommandError {
    const record = this.#organs.channels.byId(channel);
    if (!record) return { why: 'unknown-channel' };
    this.#organs.channels.leave(channel);
    this.#organs.journal.keep({ delete: 'channel', id: channel }, now);
    this.#organs.interest.unsubscribe(channel, now);
    this.#organs.attendance.left(channel, now);
    this.settle(now);
    return record;
  }

  channels(): readonly (ChannelRecord & { readonly invite: string | undefined; readonly neighbours: number })[] {
    return [...this.#organs.channels.all()].map((channel) => ({
      ...channel,
      invite: this.#organs.channels.invite(channel),
      neighbours: this.#organs.interest.readers(channel.id).length,
    }));
  }

  members(channel: string, now: Instant): ReturnType<NodeCommands['members']> {
    return this.#organs.attendance.membersOf(channel, now);
  }

  coverage(line: CoveredLine, now: Instant): Coverage | undefined {
    return this.#organs.attendance.coverage(line, now);
  }

  having(line: CoveredLine, now: Instant): ReturnType<NodeCommands['having']> {
    return this.#organs.attendance.having(line, now);
  }

  connect(
    peer: NodeId,
    addresses: readonly Address[],
    source: PeerSource,
    now: Instant,
  ): 'connecting' | 'connected' | CommandError {
    if (peer === this.id) return { why: 'self' };
    const known = this.#organs.peers.get(peer)?.addresses ?? [];
    const isNews = source === 'manual' && !addresses.some((one) => known.includes(one));
    this.#organs.dials.claim(peer, isNews ? addresses : []);
    const state = this.#organs.neighbourhood.connect(peer, addresses, source, now);
    this.settle(now);
    return state;
  }

  disconnect(peer: NodeId, now: Instant): boolean {
    const found = this.#organs.neighbourhood.disconnect(peer, now);
    this.settle(now);
    return found;
  }

  discovered(
    { id, name, addresses }: { readonly id: NodeId; readonly name: string; readonly addresses: readonly Address[] },
    now: Instant,
  ): void {
    if (id !== this.id) this.#organs.neighbourhood.discovered(id, name, addresses, now);
    this.#organs.mayBeBack(id, now);
    this.settle(now);
  }

  vanished(id: NodeId, now: Instant): void {
    this.#organs.neighbourhood.vanished(id, now);
    this.settle(now);
  }

  reachableAt(addresses: readonly Address[], now: Instant): void {
    this.#organs.neighbourhood.reachableAt(addresses, now);
    this.settle(now);
  }

  networkChanged(now: Instant): void {
    this.#organs.endpoint.networkChanged(now);
    this.#organs.neighbourhood.networkChanged(now);
    for (const to of this.#organs.shelf.recipients()) this.#organs.mayBeBack(to as NodeId, now);
    this.settle(now);
  }

  datagramRefused(address: Address, bytes: number): void {
    this.#organs.endpoint.datagramRefused(address, bytes);
  }

  ping(peer: NodeId, token: number, now: Instant): boolean {
    const asked = this.#organs.neighbourhood.ping(peer, token, now);
    this.settle(now);
    return asked;
  }

  trace(peer: NodeId, token: number, now: Instant): boolean {
    const asked = peer !== this.id && this.#organs.traces.begin(peer, token, now);
    this.settle(now);
    return asked;
  }

  writes(where: string, now: Instant): void {
    this.#organs.typing.writes(where, now);
    this.settle(now);
  }

  read(letters: readonly ReadLetter[], now: Instant): void {
    this.#organs.readings.read(letters, now);
    this.settle(now);
  }

  tell(what: Partial<Tells>): Tells {
    return { ...Object.assign(this.#organs.tells, what) };
  }

  setName(name: string, now: Instant): void {
    this.#organs.self.name = name;
    this.#organs.journal.keep({ put: 'setting', key: 'name', value: name }, now);
    this.settle(now);
  }

  putContact(contact: ContactRecord, now: Instant): void {
    this.#organs.contacts.set(contact.id, contact);
    this.#organs.journal.keep({ put: 'contact', contact }, now);
    this.#organs.routes.keep(new Set(this.#organs.contacts.keys()));
    if (contact.blocked) this.disconnect(contact.id, now);
    this.settle(now);
  }

  isStranger(id: NodeId): boolean {
    return this.#organs.isStranger(id);
  }

  contact(id: NodeId): ContactRecord | undefined {
    return this.#organs.contacts.get(id);
  }

  contacts(): readonly ContactRecord[] {
    return [...this.#organs.contacts.values()];
  }

  retry(id: EnvelopeId, now: Instant): boolean {
    const held = this.#organs.shelf.get(id);
    if (held?.head.lane !== 'own') return false;
    if (held.head.kind === ENVELOPE_KINDS.channel) this.#organs.spreading.spread(id, held.head.to);
    else {
      this.#organs.custody.forwarder.refresh(id);
      this.#organs.custody.forwarder.consider(held, now);
      this.#organs.neighbourhood.reachOut(held.head.to as NodeId, now);
    }
    this.settle(now);
    return true;
  }

  discard(id: EnvelopeId, now: Instant): boolean {
    const head = this.#organs.shelf.get(id)?.head;
    if (head?.lane !== 'own') return false;
    // Its recipient has it, or the readers of a channel: it would be called refused, and be read.
    const hasCome = isPost(head) ? head.handedTo.length > 0 : this.#organs.deliveries.get(id)?.state === 'sent';
    if (hasCome) return false;
    this.#organs.custody.discard(id, now);
    this.settle(now);
    return true;
  }

  withdraw(lines: readonly MessageRecord[], now: Instant): boolean {
    const { conversations, custody, journal, shelf } = this.#organs;
    const isHere = ({ id }: MessageRecord): boolean =>
      shelf.get(id)?.head.lane === 'own' && custody.forwarder.ungiven.has(id);
    if (!lines.every(isHere)) return false;
    for (const line of lines) {
      custody.discard(line.id, now);
      conversations.withdrew(line);
      journal.keep({ delete: 'message', id: line.id }, now);
    }
    this.settle(now);
    return true;
  }

  peers(): readonly PeerView[] {
    return peerViews(this.id, this.#organs, this.#organs.calendar.at(this.now));
  }

  routes(to?: NodeId): readonly RouteView[] {
    return routeViews(this.#organs.routes, this.#organs.sessions, to);
  }

  store(now: Instant): StoreView {
    return storeView(this.#organs.shelf, this.#organs.seen.size, this.#organs.custody.counts, now);
  }

  neighbours(): Iterable<NodeId> {
    return this.#organs.sessions.here();
  }

  nextHop(to: NodeId): NodeId | undefined {
    return this.#organs.sessions.isHere(to) ? to : this.#organs.routes.nextHop(to);
  }

  sizes(): Sizes {
    const { sessions, peers, routes } = this.#organs;
    return { neighbours: sessions.size, peers: peers.size, destinations: routes.size, sources: routes.sources };
  }

  held(now: Instant): readonly HeldView[] {
    const held = heldViews(this.#organs.shelf, now);
    for (const { id } of held) this.#organs.custody.forwarder.ungiven.given(id);
    return held;
  }

  bring(push: Push, answered: (answer: PushAnswer) => void, now: Instant): void {
    const giver = { peer: undefined, proved: true, takes: () => true, answer: answered };
    try {
      this.#organs.intake.brought(giver, push, now);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      answered(this.#organs.custody.refuse('invalid'));
    }
    this.settle(now);
  }

  why(what: EnvelopeId | NodeId, now: Instant): Why | undefined {
    return whyOf(what, this.#organs, now);
  }

  particulars(id: EnvelopeId, now: Instant): Particulars {
    return particularsOf(id, this.#organs, now);
  }

  diagnose(now: Instant): readonly Finding[] {
    return diagnose(this.#organs, now);
  }

  metrics(now: Instant): readonly Metric[] {
    return metricsOf(this.#organs, now);
  }

  suspects(now: Instant): readonly Suspect[] {
    return this.#organs.custody.trackRecord.suspects(now);
  }

  queued(): number {
    return [...this.#organs.deliveries.open()].filter(({ state }) => state === 'queued').length;
  }

  dropped(): ReadonlyMap<string, number> {
    return this.#organs.endpoint.dropped;
  }
}

const sayingOf = (said: Said): Saying => (typeof said === 'string' ? { type: 'text', text: said } : said);
