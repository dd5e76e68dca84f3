import { DELIVERIES_LOADED_MAX } from '../base/limits.ts';
import type { Instant, Timestamp } from '../base/time.ts';
import { type DeliveryState, supersedes } from '../chat/delivery.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { NodeEvent } from './event.ts';
import type { Journal } from './journal.ts';
import type { DeliveryRecord } from './record.ts';

/** What is known about our own messages on their way. The database has it for ever, memory only what may still change. */
export class Deliveries {
  readonly #journal: Journal;
  readonly #tell: (event: NodeEvent) => void;
  /** What something is awaited for. */
  readonly #open = new Map<EnvelopeId, DeliveryRecord>();
  /** The newest of the others: a receipt that comes after we gave up still counts. */
  readonly #ended = new Map<EnvelopeId, DeliveryRecord>();

  constructor(records: readonly DeliveryRecord[], journal: Journal, tell: (event: NodeEvent) => void) {
    this.#journal = journal;
    this.#tell = tell;
    for (const record of records) this.#remember(record);
  }

  get(id: EnvelopeId): DeliveryRecord | undefined {
    return this.#open.get(id) ?? this.#ended.get(id);
  }

  /** Those of which more is awaited. */
  open(): Iterable<DeliveryRecord> {
    return this.#open.values();
  }

  /** Those of which nothing more is awaited, as far as they are remembered; the newest last. */
  ended(): Iterable<DeliveryRecord> {
    return this.#ended.values();
  }

  /** A message of ours begins: `queued`, as soon as the caller's records are on disk with this one. */
  begin(id: EnvelopeId, to: string, at: Timestamp, now: Instant): void {
    const record: DeliveryRecord = { id, to, state: 'queued', at };
    this.#remember(record);
    this.#journal.write({ put: 'delivery', delivery: record });
    this.#journal.afterCommit(now, () => this.#tell({ type: 'delivery', ...record }));
  }

  /** New evidence. It is written, and then told; evidence for less than is known changes nothing. */
  evidence(id: EnvelopeId, state: DeliveryState, at: Timestamp, now: Instant, more: More = {}): void {
    const known = this.get(id);
    if (!known) return;
    const moreCarriers = state === 'carried' && known.state === 'carried' && known.detail !== more.detail;
    if (!supersedes(state, known.state) && !moreCarriers) return;
    const record: DeliveryRecord = { id, to: known.to, state, at, ...more };
    this.#remember(record);
    this.#journal.keep({ put: 'delivery', delivery: record }, now, () => this.#tell({ type: 'delivery', ...record }));
  }

  /** Nothing more can be known of a post: what is known stays in the database, and no receipt for it counts. */
  end(id: EnvelopeId): void {
    this.#open.delete(id);
  }

  /** The message could not be written: nothing of it is on disk, and nothing will be sent. */
  neverWritten(id: EnvelopeId, detail: string, at: Timestamp): void {
    const known = this.get(id);
    if (!known) return;
    this.#open.delete(id);
    this.#ended.delete(id);
    this.#tell({ type: 'delivery', id, to: known.to, state: 'refused', at, detail });
  }

  #remember(record: DeliveryRecord): void {
    if (FINAL.has(record.state)) this.#end(record);
    else this.#open.set(record.id, record);
  }

  #end(record: DeliveryRecord): void {
    this.#open.delete(record.id);
    this.#ended.delete(record.id);
    this.#ended.set(record.id, record);
    if (this.#ended.size > DELIVERIES_LOADED_MAX) this.#ended.delete(this.#ended.keys().next().value!);
  }
}

type More = { readonly hops?: number; readonly detail?: string };

/** States after which nothing is waited for. A late receipt still counts: `delivered` outranks `expired` (supersedes). */
const FINAL: ReadonlySet<DeliveryState> = new Set(['delivered', 'read', 'refused', 'expired']);
