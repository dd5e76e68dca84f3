import { DELIVERIES_TIMED_MAX } from '../base/limits.ts';
import { Counter, Distribution, type Metric } from '../base/metric.ts';
import type { Instant } from '../base/time.ts';
import type { TransportEvent } from '../transport/event.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { ControlMessage, PushAnswer } from '../wire/mesh-message.ts';
import type { NodeEvent } from './event.ts';

/** Counts what happens in a node since it started, and measures how long it takes. It decides nothing. */
export class Tally {
  readonly #closed = new Counter('connections_closed_total', 'Connections that ended, by the reason.', 'reason');
  readonly #confirmed = new Counter('connections_confirmed_total', 'Connections, by who called.', 'by');
  readonly #said = new Counter('control_messages_sent_total', 'Control messages to neighbours.', 'type');
  readonly #heard = new Counter('control_messages_received_total', 'Control messages of neighbours.', 'type');
  readonly #datagrams = new Counter('mesh_datagrams_received_total', 'Datagrams of neighbours.', 'type');
  readonly #given = new Counter('pushes_given_total', 'Envelopes pushed to neighbours, by their answer.', 'answer');
  readonly #taken = new Counter('pushes_taken_total', 'Envelopes that neighbours pushed, by our answer.', 'answer');
  readonly #messages = new Counter('messages_shown_total', 'Messages of others, shown for the first time.', 'kind');
  readonly #states = new Counter('deliveries_total', 'Messages of ours that came to a state.', 'state');
  readonly #hops = new Distribution('message_hops', 'Links that messages crossed to get here.', [1, 2, 3, 4, 6, 8, 16]);
  readonly #deliveryMs = new Distribution('delivery_ms', 'From a message of ours on disk to its receipt.');
  readonly #pongMs = new Distribution('ping_ms', 'Answers to pings.');
  /** When messages of ours began, for as many as are timed; oldest first. */
  readonly #begunAt = new Map<EnvelopeId, Instant>();

  happened(event: TransportEvent): void {
    if (event.type === 'closed') this.#closed.add(event.reason);
    if (event.type === 'confirmed') this.#confirmed.add(event.connection.initiator ? 'us' : 'peer');
  }

  said(message: ControlMessage): void {
    this.#said.add(message.type);
  }

  heard(message: ControlMessage): void {
    this.#heard.add(message.type);
  }

  heardDatagram(type: string): void {
    this.#datagrams.add(type);
  }

  given(answer: PushAnswer | 'aborted' | 'gone'): void {
    this.#given.add(nameOf(answer));
  }

  taken(answer: PushAnswer): void {
    this.#taken.add(nameOf(answer));
  }

  told(event: NodeEvent, now: Instant): void {
    if (event.type === 'message') {
      this.#messages.add(event.message.kind);
      this.#hops.add(event.message.hops);
    } else if (event.type === 'pong') this.#pongMs.add(event.rttMs);
    else if (event.type === 'delivery') {
      this.#states.add(event.state);
      if (event.state === 'queued') this.#begin(event.id, now);
      else if (event.state === 'delivered') this.#end(event.id, now);
    }
  }

  get metrics(): Metric[] {
    const counters = [
      this.#closed,
      this.#confirmed,
      this.#said,
      this.#heard,
      this.#datagrams,
      this.#given,
      this.#taken,
    ];
    return [
      ...[...counters, this.#messages, this.#states].flatMap(({ metrics }) => metrics),
      ...[this.#hops, this.#deliveryMs, this.#pongMs].map(({ metric }) => metric),
    ];
  }

  #begin(id: EnvelopeId, now: Instant): void {
    this.#begunAt.set(id, now);
    if (this.#begunAt.size > DELIVERIES_TIMED_MAX) this.#begunAt.delete(this.#begunAt.keys().next().value!);
  }

  #end(id: EnvelopeId, now: Instant): void {
    const begunAt = this.#begunAt.get(id);
    if (begunAt !== undefined) this.#deliveryMs.add(now - begunAt);
    this.#begunAt.delete(id);
  }
}

const nameOf = (answer: PushAnswer | 'aborted' | 'gone'): string =>
  typeof answer === 'string' ? answer : answer.type === 'refused' ? `refused ${answer.reason}` : answer.type;
