import type { Address, Datagram } from '../base/address.ts';
import { CALENDAR_TRUSTED_MS } from '../base/limits.ts';
import { earliest, type Instant, type Timestamp } from '../base/time.ts';
import type { ChannelRecord, ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerSource } from '../mesh/record.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { CommandError, NodeCommands, PeerView, RouteView, Sent, StoreView } from './commands.ts';
import type { NodeEvent } from './event.ts';
import type { DurableMachine, Known, Loaded, ReadRequest } from './machine.ts';
import { type NodeOptions, type Organs, organsOf } from './organs.ts';
import type { RecordNumber, StoreRecord } from './record.ts';
import { peerViews, routeViews, storeView } from './views.ts';
import { whyOf } from './why.ts';

/**
 * A whole qpc node without any I/O: the only place where transport, mesh, store and chat meet.
 *
 * The owner drives it as a `DurableMachine` and asks things of it as `NodeCommands`; after each call it drains the `poll…` methods.
 */
export class Node implements DurableMachine<NodeEvent>, NodeCommands {
  readonly id: NodeId;
  readonly network: Uint8Array;

  readonly #events: NodeEvent[] = [];
  readonly #organs: Organs;
  #stopped = false;

  constructor(options: NodeOptions) {
    this.#organs = organsOf(options, (event) => this.#events.push(event));
    this.id = this.#organs.self.id;
    this.network = this.#organs.self.network;
    this.#settle(options.instant);
  }

  // ——— What happens to it ———————————————————————————————————————————————————————————————————————————————————————————————

  receive(datagram: Datagram, now: Instant): void {
    this.#organs.endpoint.receive(datagram, now);
    // What brings no event changes nothing above the transport, and a flood of it must cost nothing there.
    const event = this.#organs.endpoint.pollEvent();
    if (!event) return;
    this.#organs.sessions.handle(event, now);
    this.#settle(now);
  }

  elapse(now: Instant): void {
    this.#organs.endpoint.elapse(now);
    this.#organs.routes.elapse(now);
    this.#organs.interest.elapse(now);
    this.#organs.conversations.elapse(now);
    this.#organs.custody.elapse(now);
    this.#organs.journal.elapse(now);
    this.#settle(now);
  }

  deadline(): Instant | undefined {
    if (this.#stopped) return this.#organs.endpoint.deadline();
    return earliest(
      this.#organs.endpoint.deadline(),
      this.#organs.routes.deadline(),
      this.#organs.interest.deadline(),
      this.#organs.conversations.deadline(),
      this.#organs.neighbourhood.deadline(),
      this.#organs.journal.deadline(),
      ...this.#organs.custody.deadline(),
    );
  }

  committed(upTo: RecordNumber, now: Instant): void {
    this.#organs.journal.committed(upTo, now);
    this.#settle(now);
  }

  refused(from: RecordNumber, why: 'full' | 'io', now: Instant): void {
    this.#organs.journal.refused(from, why, now);
    this.#settle(now);
  }

  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void {
    this.#organs.custody.forwarder.loaded(id, bytes, now);
    this.#organs.backlog.loaded(id, bytes, now);
    this.#settle(now);
  }

  known(id: EnvelopeId, shown: Known, now: Instant): void {
    this.#organs.intake.known(id, shown, now);
    this.#organs.backlog.known(id, shown);
    this.#settle(now);
  }

  calendar(is: Timestamp, now: Instant): void {
    const movedMs = this.#organs.calendar.set(is, now);
    if (Math.abs(movedMs) > CALENDAR_TRUSTED_MS) this.#organs.custody.calendarMoved(now);
  }

  // ——— What it wants done ———————————————————————————————————————————————————————————————————————————————————————————————

  pollTransmit(now: Instant): Datagram | undefined {
    return this.#organs.endpoint.pollTransmit(now);
  }

  pollEvent(): NodeEvent | undefined {
    return this.#events.shift();
  }

  pollRecord(): StoreRecord | undefined {
    return this.#organs.journal.poll();
  }

  pollRead(): ReadRequest | undefined {
    const id = this.#organs.custody.forwarder.pollRead();
    if (id !== undefined) return { want: 'envelope', id };
    const asked = this.#organs.intake.pollRead();
    return asked === undefined ? this.#organs.backlog.pollRead() : { want: 'shown', id: asked };
  }

  // ——— Commands —————————————————————————————————————————————————————————————————————————————————————————————————————————

  get name(): string {
    return this.#organs.self.name;
  }

  send(to: NodeId, text: string, now: Instant): Sent {
    if (to === this.id) return { why: 'self' };
    if (this.#organs.contacts.get(to)?.blocked) return { why: 'blocked' };
    const sent = this.#organs.mail.send(to, text, now, (at) => this.#organs.neighbourhood.reachOut(to, at));
    this.#settle(now);
    return sent;
  }

  publish(channel: string, text: string, now: Instant): (Sent & { readonly neighbours?: number }) | CommandError {
    const record = this.#organs.channels.byId(channel);
    if (!record) return { why: 'unknown-channel' };
    const sent: Sent = this.#organs.mail.publish(record, text, now, () => {
      if ('id' in sent) this.#organs.spreading.spread(sent.id, channel);
    });
    this.#settle(now);
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
    this.#settle(now);
    return joined;
  }

  unsubscribe(channel: string, now: Instant): ChannelRecord | CommandError {
    const record = this.#organs.channels.byId(channel);
    if (!record) return { why: 'unknown-channel' };
    this.#organs.channels.leave(channel);
    this.#organs.journal.keep({ delete: 'channel', id: channel }, now);
    this.#organs.interest.unsubscribe(channel, now);
    this.#settle(now);
    return record;
  }

  channels(): readonly (ChannelRecord & { readonly invite: string | undefined; readonly neighbours: number })[] {
    return [...this.#organs.channels.all()].map((channel) => ({
      ...channel,
      invite: this.#organs.channels.invite(channel),
      neighbours: this.#organs.interest.readers(channel.id).length,
    }));
  }

  connect(
    peer: NodeId,
    addresses: readonly Address[],
    source: PeerSource,
    now: Instant,
  ): 'connecting' | 'connected' | CommandError {
    if (peer === this.id) return { why: 'self' };
    const state = this.#organs.neighbourhood.connect(peer, addresses, source, now);
    this.#settle(now);
    return state;
  }

  disconnect(peer: NodeId, now: Instant): boolean {
    const found = this.#organs.neighbourhood.disconnect(peer, now);
    this.#settle(now);
    return found;
  }

  discovered(
    { id, name, addresses }: { readonly id: NodeId; readonly name: string; readonly addresses: readonly Address[] },
    now: Instant,
  ): void {
    if (id !== this.id) this.#organs.neighbourhood.discovered(id, name, addresses, now);
    this.#settle(now);
  }

  vanished(id: NodeId, now: Instant): void {
    this.#organs.neighbourhood.vanished(id, now);
    this.#settle(now);
  }

  reachableAt(addresses: readonly Address[], now: Instant): void {
    this.#organs.neighbourhood.reachableAt(addresses, now);
    this.#settle(now);
  }

  networkChanged(now: Instant): void {
    this.#organs.endpoint.networkChanged(now);
    this.#organs.neighbourhood.networkChanged(now);
    this.#settle(now);
  }

  datagramRefused(address: Address, bytes: number): void {
    this.#organs.endpoint.datagramRefused(address, bytes);
  }

  ping(peer: NodeId, token: number, now: Instant): boolean {
    const asked = this.#organs.neighbourhood.ping(peer, token, now);
    this.#settle(now);
    return asked;
  }

  setName(name: string, now: Instant): void {
    this.#organs.self.name = name;
    this.#organs.journal.keep({ put: 'setting', key: 'name', value: name }, now);
    this.#settle(now);
  }

  putContact(contact: ContactRecord, now: Instant): void {
    this.#organs.contacts.set(contact.id, contact);
    this.#organs.journal.keep({ put: 'contact', contact }, now);
    this.#organs.routes.keep(new Set(this.#organs.contacts.keys()));
    if (contact.blocked) this.disconnect(contact.id, now);
    this.#settle(now);
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
    this.#organs.custody.forwarder.refresh(id);
    this.#organs.custody.forwarder.consider(held, now);
    this.#organs.neighbourhood.reachOut(held.head.to as NodeId, now);
    this.#settle(now);
    return true;
  }

  discard(id: EnvelopeId, now: Instant): boolean {
    if (this.#organs.shelf.get(id)?.head.lane !== 'own') return false;
    this.#organs.custody.discard(id, now);
    this.#settle(now);
    return true;
  }

  peers(): readonly PeerView[] {
    return peerViews(this.id, this.#organs.peers, this.#organs.sessions, this.#organs.routes);
  }

  routes(to?: NodeId): readonly RouteView[] {
    return routeViews(this.#organs.routes, this.#organs.sessions, to);
  }

  store(now: Instant): StoreView {
    return storeView(this.#organs.shelf, this.#organs.seen.size, this.#organs.custody.counts, now);
  }

  why(what: EnvelopeId | NodeId, now: Instant): readonly string[] {
    return whyOf(what, this.#organs, now);
  }

  queued(): number {
    return [...this.#organs.deliveries.open()].filter(({ state }) => state === 'queued').length;
  }

  dropped(): ReadonlyMap<string, number> {
    return this.#organs.endpoint.dropped;
  }

  stop(now: Instant): boolean {
    this.#stopped = true;
    const done = this.#organs.neighbourhood.goodbye(now);
    this.#settle(now);
    return done;
  }

  // ——— What follows —————————————————————————————————————————————————————————————————————————————————————————————————————

  /** Carries what has happened through all parts until none of them has anything more to say. */
  #settle(now: Instant): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (let event = this.#organs.endpoint.pollEvent(); event; event = this.#organs.endpoint.pollEvent()) {
        this.#organs.sessions.handle(event, now);
        busy = true;
      }
      if (this.#stopped) continue;
      busy = this.#settleMesh(now) || this.#organs.neighbourhood.elapse(now) || busy;
      this.#settleChat(now);
    }
  }

  #settleMesh(now: Instant): boolean {
    let busy = false;
    for (let seqno = this.#organs.routes.pollSeqno(); seqno !== undefined; seqno = this.#organs.routes.pollSeqno()) {
      const stored = seqno;
      this.#organs.journal.write({ put: 'setting', key: 'route-seqno', value: String(stored) });
      this.#organs.journal.afterCommit(
        now,
        (at) => this.#organs.routes.seqnoStored(stored, at),
        (_why, at) => this.#organs.routes.seqnoRefused(stored, at),
      );
    }
    for (const part of [this.#organs.routes, this.#organs.interest]) {
      for (let out = part.pollMessage(); out; out = part.pollMessage()) {
        this.#organs.sessions.send(out.to, out.message, now);
        busy = true;
      }
    }
    for (let to = this.#organs.routes.pollChange(); to !== undefined; to = this.#organs.routes.pollChange()) {
      this.#organs.custody.forwarder.trigger(to, now);
    }
    const { interest, spreading } = this.#organs;
    for (let reader = interest.pollReader(); reader; reader = interest.pollReader()) {
      spreading.offer(reader.channel, reader.peer, now);
    }
    return busy;
  }

  #settleChat(now: Instant): void {
    for (let show = this.#organs.conversations.pollShow(); show; show = this.#organs.conversations.pollShow()) {
      if (show.missing > 0) {
        const message = `${show.missing} missing before this message`;
        this.#events.push({ type: 'notice', level: 'warn', code: 'GAP', message });
      }
      this.#events.push({ type: 'message', message: show.message });
    }
    this.#organs.mail.sendReceipts(now);
  }
}
