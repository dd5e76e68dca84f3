import { AFTER_IDS_MAX, CHANNEL_AUTHORS_MAX, CHANNEL_IDS_MAX, RANK_AHEAD_MAX } from '../base/limits.ts';
import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { ConversationTail, MessageRecord } from './record.ts';

/** How far an author has come in a conversation. */
type Run = {
  readonly epoch: string;
  /** The run before this one, whose late messages are shown as they come. */
  readonly before: string | undefined;
  readonly seq: number;
  readonly last: EnvelopeId;
  /** Whether this node has shown something of the author since it started. */
  readonly heard: boolean;
};

/**
 * What has been shown of one conversation, as far as order needs it (docs/protocol.md §4.2): each author's last number, and
 * the newest messages, which what is written next comes after.
 */
export class Conversation {
  readonly #whole: boolean;
  readonly #runs = new Map<NodeId, Run>();
  /** Ids shown in a channel, oldest first. Between two people numbers are enough. */
  readonly #shown = new Set<EnvelopeId>();
  #newest: EnvelopeId[] = [];
  #rank: number;
  /** The highest rank of a line of ours. */
  #ownRank = 0;

  /** @param whole - whether its beginning is known, so that a first number above 1 is a gap and not a late start. @param rank - no line has a higher one. */
  constructor(whole: boolean, rank: number) {
    this.#whole = whole;
    this.#rank = rank;
  }

  /** The highest rank that a line has here. */
  get rank(): number {
    return this.#rank;
  }

  /** The rank of what we write next: above all lines here, but never above the calendar, lest others not believe it. */
  nextRank(calendar: Timestamp): number {
    return Math.max(this.#ownRank + 1, Math.min(this.#rank + 1, calendar));
  }

  /**
   * The rank that a line gets which says `claimed`: just that, unless it says none, or more than can be (`RANK_AHEAD_MAX`). Then
   * the line comes after what is here, in this reader's own order.
   */
  rankOf(claimed: number | undefined, calendar: Timestamp): number {
    const believed = claimed !== undefined && claimed <= calendar + RANK_AHEAD_MAX;
    const rank = believed ? claimed : this.#rank + 1;
    this.#rank = Math.max(this.#rank, rank);
    return rank;
  }

  /** The newest messages shown that no other shown one follows, at most `AFTER_IDS_MAX`. */
  get newest(): readonly EnvelopeId[] {
    return this.#newest;
  }

  /** Something that was shown before this node started. */
  resume({ author, epoch, seq, last, rank }: ConversationTail, own: boolean): void {
    this.#runs.set(author, { epoch, before: undefined, seq, last, heard: false });
    this.#rank = Math.max(this.#rank, rank);
    if (own) this.#ownRank = Math.max(this.#ownRank, rank);
    this.#remember(last);
    this.#newest = [...this.#newest, last].slice(-AFTER_IDS_MAX);
  }

  /** Whether everything that comes before a message has been shown, as far as can be told. */
  isNext(message: MessageRecord): boolean {
    return this.#missingBefore(message) === 0 && !this.#awaitsCause(message);
  }

  /** Shows a message. Says how many of its author's messages right before it are missing. */
  show(message: MessageRecord): number {
    const { from, id, epoch, seq, after } = message;
    const missing = this.#missingBefore(message);
    const run = this.#runs.get(from);
    this.#remember(id);
    if (run && this.#isLate(message, run)) return missing;
    this.#newest = this.#newest.filter((shown) => shown !== run?.last && !after.includes(shown));
    this.#newest = [...this.#newest, id].slice(-AFTER_IDS_MAX);
    const before = run?.epoch === epoch ? run.before : run?.epoch;
    this.#runs.delete(from);
    this.#runs.set(from, { epoch, before, seq, last: id, heard: true });
    if (this.#runs.size > CHANNEL_AUTHORS_MAX) this.#runs.delete(this.#runs.keys().next().value!);
    return missing;
  }

  /** A message of ours, which comes after everything shown. */
  wrote({ id, rank }: MessageRecord): void {
    this.#remember(id);
    this.#rank = Math.max(this.#rank, rank);
    this.#ownRank = Math.max(this.#ownRank, rank);
    this.#newest = [id];
  }

  /** A message of ours that was never written to disk; `after` is what it came after. */
  withdrew(id: EnvelopeId, after: readonly EnvelopeId[]): void {
    this.#newest = [...this.#newest.filter((shown) => shown !== id), ...after].slice(-AFTER_IDS_MAX);
  }

  #missingBefore(message: MessageRecord): number {
    const run = this.#runs.get(message.from);
    if (run && this.#isLate(message, run)) return 0;
    if (run?.epoch === message.epoch) return message.seq - run.seq - 1;
    // A reader of a channel begins anywhere; between two people every run begins at 1.
    return this.#whole && message.kind === 'direct' ? message.seq - 1 : 0;
  }

  #isLate({ epoch, seq }: MessageRecord, run: Run): boolean {
    return epoch === run.before || (epoch === run.epoch && seq <= run.seq);
  }

  /**
   * Whether a message follows another author's that is not here. Only asked of who has been heard: what they saw before we
   * listened we may never get.
   */
  #awaitsCause({ kind, from, after }: MessageRecord): boolean {
    return kind === 'channel' && this.#runs.get(from)?.heard === true && after.some((id) => !this.#shown.has(id));
  }

  #remember(id: EnvelopeId): void {
    this.#shown.add(id);
    if (this.#shown.size > CHANNEL_IDS_MAX) this.#shown.delete(this.#shown.values().next().value!);
  }
}
