import type { Instant, Timestamp } from '../base/time.ts';
import { type DeliveryState, supersedes } from '../chat/delivery.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { NodeEvent } from './event.ts';
import type { Journal } from './journal.ts';
import type { DeliveryRecord } from './record.ts';

/** What is known about our own messages on their way. Final ones leave memory; the database has them for ever. */
export class Deliveries {
  readonly #journal: Journal;
  readonly #tell: (event: NodeEvent) => void;
  readonly #records = new Map<EnvelopeId, DeliveryRecord>();

  constructor(records: readonly DeliveryRecord[], journal: Journal, tell: (event: NodeEvent) => void) {
    this.#journal = journal;
    this.#tell = tell;
    for (const record of records) this.#records.set(record.id, record);
  }

  get(id: EnvelopeId): DeliveryRecord | undefined {
    return this.#records.get(id);
  }

  all(): Iterable<DeliveryRecord> {
    return this.#records.values();
  }

  /** A message of ours begins: `queued`, as soon as the caller's records are on disk with this one. */
  begin(id: EnvelopeId, to: string, at: Timestamp, now: Instant): void {
    this.#put({ id, to, state: 'queued', at }, now);
  }

  /** New evidence. It is written, and then told; evidence for less than is known changes nothing. */
  evidence(id: EnvelopeId, state: DeliveryState, at: Timestamp, now: Instant, more: More = {}): void {
    const known = this.#records.get(id);
    if (!known) return;
    const moreCarriers = state === 'carried' && known.state === 'carried' && known.detail !== more.detail;
    if (supersedes(state, known.state) || moreCarriers) this.#put({ id, to: known.to, state, at, ...more }, now);
  }

  /** The message could not be written: nothing of it is on disk, and nothing will be sent. */
  neverWritten(id: EnvelopeId, detail: string, at: Timestamp): void {
    const known = this.#records.get(id);
    if (!known) return;
    this.#records.delete(id);
    this.#tell({ type: 'delivery', id, to: known.to, state: 'refused', at, detail });
  }

  #put(record: DeliveryRecord, now: Instant): void {
    this.#records.set(record.id, record);
    this.#journal.write({ put: 'delivery', delivery: record });
    this.#journal.afterCommit(now, () => {
      this.#tell({ type: 'delivery', ...record });
      if (FINAL.has(record.state)) this.#records.delete(record.id);
    });
  }
}

type More = { readonly hops?: number; readonly detail?: string };

/** States after which nothing is waited for. A late receipt still counts: `delivered` outranks `expired` (supersedes). */
const FINAL: ReadonlySet<DeliveryState> = new Set(['delivered', 'read', 'refused', 'expired']);
