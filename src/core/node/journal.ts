import { assert } from '../base/assert.ts';
import { KEEP_AGAIN_MS_MAX, KEEP_AGAIN_MS_MIN } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { RecordNumber, StoreRecord } from './record.ts';

type Then = (now: Instant) => void;
type Otherwise = (why: 'full' | 'io', now: Instant) => void;
type Fact = { readonly record: StoreRecord; readonly then: Then };
type Waiting = { readonly upTo: number; readonly then: Then } & ({ readonly otherwise: Otherwise } | Fact);

/**
 * The records that a node wants written, and what waits for them: whatever must be true on disk before it is said
 * (`accepted`, a receipt, `queued`) is said from `then`.
 *
 * There are two kinds. A promise (`write`) that the disk refuses is not made: who waits for it takes it back. A fact (`keep`)
 * stays true whatever the disk says, and is written again until it is there.
 */
export class Journal {
  readonly #records: StoreRecord[] = [];
  readonly #waiting: Waiting[] = [];
  #written = 0;
  /** Records up to this number are on disk, or were refused. */
  #settled = 0;
  /** Facts that the disk refused, by what they are about. */
  readonly #owed = new Map<string, Fact>();
  #againAt: Instant | undefined;
  #againMs = KEEP_AGAIN_MS_MIN;

  write(...records: readonly StoreRecord[]): void {
    // What was owed of the same thing is old now.
    if (this.#owed.size > 0) for (const record of records) this.#owed.delete(subjectOf(record));
    this.#records.push(...records);
    this.#written += records.length;
  }

  /** Writes a fact, if need be again and again, until it or a later one of the same thing is on disk. `then` runs when it is. */
  keep(record: StoreRecord, now: Instant, then: Then = NOTHING): void {
    this.write(record);
    this.#wait({ upTo: this.#written, record, then }, now);
  }

  /** Whether there are facts that the disk does not have yet because it refused them. */
  get isBehind(): boolean {
    return this.#owed.size > 0;
  }

  /** Whether nothing is on its way to the disk: all is there, or was refused. */
  get isSettled(): boolean {
    return this.#settled === this.#written;
  }

  /** Calls `then` when everything written so far is on disk, which may be at once, or `otherwise` when some of it could not be. */
  afterCommit(now: Instant, then: Then, otherwise: Otherwise = NOTHING): void {
    this.#wait({ upTo: this.#written, then, otherwise }, now);
  }

  poll(): StoreRecord | undefined {
    return this.#records.shift();
  }

  committed(upTo: RecordNumber, now: Instant): void {
    assert(upTo <= this.#written, 'only what was written can be on disk');
    this.#settled = upTo;
    this.#againMs = KEEP_AGAIN_MS_MIN;
    if (this.isBehind) this.#againAt = now;
    while (this.#waiting[0] && this.#waiting[0].upTo <= upTo) this.#waiting.shift()!.then(now);
  }

  /**
   * Everything that was polled, from this record on, was not written. What was written since has not been tried yet.
   * The last promise is taken back first, for it may rest on those before it.
   */
  refused(from: RecordNumber, why: 'full' | 'io', now: Instant): void {
    assert(from > this.#settled, 'what is on disk is not refused');
    this.#settled = this.#written - this.#records.length;
    const count = this.#waiting.findIndex(({ upTo }) => upTo > this.#settled);
    const broken = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    // Whoever takes a promise back writes what is so then: that is later than every fact here.
    for (const waiting of broken) if ('record' in waiting) this.#owe(waiting, now);
    for (const waiting of broken.toReversed()) if ('otherwise' in waiting) waiting.otherwise(why, now);
    this.#againMs = Math.min(KEEP_AGAIN_MS_MAX, this.#againMs * 2);
  }

  deadline(): Instant | undefined {
    return this.#againAt;
  }

  /** Writes again what the disk refused, when it is time for it. */
  elapse(now: Instant): void {
    if (this.#againAt === undefined || this.#againAt > now) return;
    this.#againAt = undefined;
    const facts = [...this.#owed.values()];
    for (const { record, then } of facts) this.keep(record, now, then);
  }

  #wait(waiting: Waiting, now: Instant): void {
    if (this.isSettled) waiting.then(now);
    else this.#waiting.push(waiting);
  }

  #owe({ record, then }: Fact, now: Instant): void {
    this.#owed.set(subjectOf(record), { record, then });
    this.#againAt ??= after(now, this.#againMs);
  }
}

const NOTHING = (): void => {};

/** What a record is about: of two about the same thing only the later one counts. */
function subjectOf(record: StoreRecord): string {
  if ('delete' in record && record.delete === 'member') return `member ${record.channel} ${record.id}`;
  if ('delete' in record) return `${record.delete} ${record.id}`;
  switch (record.put) {
    case 'envelope':
    case 'head':
      return `envelope ${record.head.id}`;
    case 'message':
      return `message ${record.message.id}`;
    case 'delivery':
      return `delivery ${record.delivery.id}`;
    case 'seen':
      return `seen ${record.id}`;
    case 'contact':
      return `contact ${record.contact.id}`;
    case 'channel':
      return `channel ${record.channel.id}`;
    case 'member':
      return `member ${record.member.channel} ${record.member.id}`;
    case 'peer':
      return `peer ${record.peer.id}`;
    case 'setting':
      return `setting ${record.key}`;
  }
}
