import { COMMIT_RECORDS_MAX, COMMIT_WAIT_MS } from '../core/base/limits.ts';
import type { Instant } from '../core/base/time.ts';
import type { DurableMachine } from '../core/node/machine.ts';
import type { RecordNumber, StoreRecord } from '../core/node/record.ts';
import type { Database } from './database/database.ts';
import { StoreFull } from './database/database-error.ts';
import type { Meter } from './metrics/meter.ts';

/**
 * Group commit (docs/adr/0006-sqlite.md): an fsync costs the same for one record as for many. The first records after a pause are
 * written when the event loop comes round, with everything that the same round brought; those that follow wait for each other,
 * 5 ms or 64 records, whichever is first. So one message is as fast as the disk, and a thousand share its time.
 */
export class Commits {
  readonly #node: DurableMachine<unknown>;
  readonly #database: Pick<Database, 'apply'>;
  readonly #turn: (done: (now: Instant) => void) => void;
  readonly #onState: (failure: Error | undefined) => void;
  readonly #meter: Meter | undefined;
  #pending: StoreRecord[] = [];
  /** The number of the last record that was written or refused. */
  #settled = 0;
  /** Why the last commit failed. */
  #failure: Error | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /**
   * @param turn - runs what is to be told to the node as a turn of its own
   * @param meter - told how long each commit took
   * @param onState - told why nothing can be written, and `undefined` when it can be again; not told the same twice
   */
  constructor(
    node: DurableMachine<unknown>,
    database: Pick<Database, 'apply'>,
    turn: (done: (now: Instant) => void) => void,
    onState: (failure: Error | undefined) => void,
    meter?: Meter,
  ) {
    this.#node = node;
    this.#database = database;
    this.#turn = turn;
    this.#onState = onState;
    this.#meter = meter;
  }

  /** Whether records wait to be written. */
  get waiting(): boolean {
    return this.#pending.length > 0;
  }

  /** Takes the node's records, in order. Whether there were any. */
  collect(): boolean {
    const before = this.#pending.length;
    for (let record = this.#node.pollRecord(); record; record = this.#node.pollRecord()) this.#pending.push(record);
    return this.#pending.length > before;
  }

  /** Sees to it that what was collected is written in time. */
  schedule(): void {
    if (!this.waiting || this.#immediate) return;
    const waitMs = this.#lastAt + COMMIT_WAIT_MS - performance.now();
    if (waitMs <= 0 || this.#pending.length >= COMMIT_RECORDS_MAX) this.#immediate = setImmediate(this.commit);
    else this.#timer ??= setTimeout(this.commit, waitMs);
  }

  /** Writes now, in one transaction, everything that has been collected, and tells the node. */
  readonly commit = (): void => {
    this.clear();
    const records = this.#pending;
    if (records.length === 0) return;
    this.#pending = [];
    const from = (this.#settled + 1) as RecordNumber;
    const upTo = (this.#settled + records.length) as RecordNumber;
    this.#settled = upTo;
    const beganAt = performance.now();
    const failure = this.#write(records);
    this.#lastAt = performance.now();
    this.#meter?.committed(records.length, this.#lastAt - beganAt);
    if (failure?.constructor !== this.#failure?.constructor) this.#onState(failure);
    this.#failure = failure;
    this.#turn((now) => {
      if (failure === undefined) this.#node.committed(upTo, now);
      else this.#node.refused(from, failure instanceof StoreFull ? 'full' : 'io', now);
    });
  };

  /** What went wrong, if anything did. A mistake of ours counts too: nothing was written, and the node must not think it was. */
  #write(records: readonly StoreRecord[]): Error | undefined {
    try {
      this.#database.apply(records);
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }

  /** Forgets the time that was set; what was collected stays. */
  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }
}
