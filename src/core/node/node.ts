import type { Datagram } from '../base/address.ts';
import { CALENDAR_TRUSTED_MS } from '../base/limits.ts';
import { earliest, type Instant, type Timestamp } from '../base/time.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { Commands } from './asked.ts';
import type { NodeEvent } from './event.ts';
import type { DurableMachine, Known, Loaded, ReadRequest } from './machine.ts';
import { type NodeOptions, type Organs, organsOf } from './organs.ts';
import type { RecordNumber, StoreRecord } from './record.ts';

/**
 * A whole qpc node without any I/O: the only place where transport, mesh, store and chat meet.
 *
 * The owner drives it as a `DurableMachine` and asks things of it as `NodeCommands`; after each call it drains the `poll…` methods.
 */
export class Node extends Commands implements DurableMachine<NodeEvent> {
  readonly #organs: Organs;
  readonly #events: NodeEvent[];
  /** Of the last turn. */
  protected now: Instant;
  readonly #wayChanged: NodeOptions['wayChanged'];
  #stopped = false;

  /** @param build puts the parts together; the laboratory has nodes that cheat with them. */
  constructor(options: NodeOptions, build: typeof organsOf = organsOf) {
    const events: NodeEvent[] = [];
    const organs = build(options, (event) => events.push(event));
    super(organs);
    this.#events = events;
    this.#organs = organs;
    this.now = options.instant;
    this.#wayChanged = options.wayChanged;
    this.settle(options.instant);
  }

  // ——— What happens to it ———————————————————————————————————————————————————————————————————————————————————————————————

  receive(datagram: Datagram, now: Instant): void {
    this.#organs.endpoint.receive(datagram, now);
    // What brings no event changes nothing above the transport, and a flood of it must cost nothing there.
    const event = this.#organs.endpoint.pollEvent();
    if (!event) return;
    this.#organs.sessions.handle(event, now);
    this.settle(now);
  }

  elapse(now: Instant): void {
    this.#organs.endpoint.elapse(now);
    this.#organs.routes.elapse(now);
    this.#organs.interest.elapse(now);
    this.#organs.reconciler.elapse(now);
    this.#organs.conversations.elapse(now);
    this.#organs.attendance.elapse(now);
    this.#organs.custody.elapse(now);
    this.#organs.backlog.elapse(now);
    this.#organs.readings.elapse(now);
    this.#organs.journal.elapse(now);
    this.settle(now);
  }

  deadline(): Instant | undefined {
    if (this.#stopped) return this.#organs.endpoint.deadline();
    return earliest(
      this.#organs.endpoint.deadline(),
      this.#organs.routes.deadline(),
      this.#organs.interest.deadline(),
      this.#organs.reconciler.deadline(),
      this.#organs.conversations.deadline(),
      this.#organs.attendance.deadline(),
      this.#organs.neighbourhood.deadline(),
      this.#organs.backlog.deadline(),
      this.#organs.readings.deadline(),
      this.#organs.journal.deadline(),
      ...this.#organs.custody.deadline(),
    );
  }

  committed(upTo: RecordNumber, now: Instant): void {
    this.#organs.journal.committed(upTo, now);
    this.settle(now);
  }

  refused(from: RecordNumber, why: 'full' | 'io', now: Instant): void {
    this.#organs.journal.refused(from, why, now);
    this.settle(now);
  }

  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void {
    this.#organs.custody.forwarder.loaded(id, bytes, now);
    this.#organs.backlog.loaded(id, bytes, now);
    this.settle(now);
  }

  known(id: EnvelopeId, shown: Known, now: Instant): void {
    this.#organs.intake.known(id, shown, now);
    this.#organs.backlog.known(id, shown, now);
    this.settle(now);
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
    const event = this.#events.shift();
    if (event) this.#organs.tally.told(event, this.now);
    return event;
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

  stop(now: Instant): boolean {
    this.#stopped = true;
    const done = this.#organs.neighbourhood.goodbye(now);
    this.settle(now);
    return done;
  }

  // ——— What follows —————————————————————————————————————————————————————————————————————————————————————————————————————

  protected settle(now: Instant): void {
    this.now = now;
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
      this.#organs.custody.wayChanged(to, now);
      this.#wayChanged?.(to);
    }
    const { interest, reconciler } = this.#organs;
    for (let reader = interest.pollReader(); reader; reader = interest.pollReader()) {
      reconciler.begin(reader.channel, reader.peer, now);
    }
    return busy;
  }

  #settleChat(now: Instant): void {
    for (let show = this.#organs.conversations.pollShow(); show; show = this.#organs.conversations.pollShow()) {
      const { message, missing } = show;
      this.#events.push({ type: 'message', message, ...(missing > 0 ? { missing } : {}) });
      this.#organs.attendance.shown(message, now);
    }
    this.#organs.mail.sendReceipts(now);
  }
}
