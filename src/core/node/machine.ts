import type { Machine } from '../base/machine.ts';
import type { Instant, Timestamp } from '../base/time.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { RecordNumber, StoreRecord } from './record.ts';

/** Something the core must look up on disk: the bytes of an envelope before it is sent, or whether an id was ever shown. */
export type ReadRequest =
  | { readonly want: 'envelope'; readonly id: EnvelopeId }
  | { readonly want: 'shown'; readonly id: EnvelopeId };

/** The stored bytes of an envelope, their hash checked: `undefined` when they are gone or wrong, `unreadable` when the disk cannot say now. */
export type Loaded = Uint8Array | 'unreadable' | undefined;

/** Whether a message of some id was ever shown here, or that the disk cannot say now. */
export type Known = boolean | 'unreadable';

/** A machine that also keeps things. What it may say only after a write, it says only after `committed`. */
export interface DurableMachine<Event> extends Machine<Event> {
  /** The next record to write. Records are numbered from 1 in the order in which they are polled. */
  pollRecord(): StoreRecord | undefined;
  /** All records up to this number are on disk and survive a power cut. */
  committed(upTo: RecordNumber, now: Instant): void;
  /** The records from this number on were not written. */
  refused(from: RecordNumber, why: 'full' | 'io', now: Instant): void;
  pollRead(): ReadRequest | undefined;
  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void;
  known(id: EnvelopeId, shown: Known, now: Instant): void;
  /** What the calendar says, at start and whenever it moved against the monotonic clock. */
  calendar(is: Timestamp, now: Instant): void;
}
