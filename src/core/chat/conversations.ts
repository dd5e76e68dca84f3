import { CONVERSATIONS_MAX, GAP_WAIT_MS, WAITING_MESSAGES_MAX } from '../base/limits.ts';
import { after, type Instant, type Timestamp } from '../base/time.ts';
import { hex } from '../bytes/hex.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { Conversation } from './conversation.ts';
import type { ConversationTail, MessageRecord } from './record.ts';

/** A message that may be shown now, and how many of its author's right before it are missing, by the author's count. */
export type Shown = { readonly message: MessageRecord; readonly missing: number };

type Waiting = { readonly message: MessageRecord; readonly until: Instant };

/**
 * The order of conversations (docs/protocol.md §4.2): our own messages are numbered, those of others are shown in their
 * authors' order and after what they follow. A message that came too early waits `GAP_WAIT_MS` for what is missing; then it
 * is shown, and the gap is told. Nothing is refused or dropped for its number, whatever it says.
 */
export class Conversations {
  readonly #epoch: string;
  /** Our own last number in each conversation, in this epoch. Grows only by what this user writes. */
  readonly #written = new Map<string, number>();
  /** The one unused longest is first. */
  readonly #conversations = new Map<string, Conversation>();
  /** In order of arrival, which is the order of deadlines. */
  readonly #waiting: Waiting[] = [];
  readonly #shows: Shown[] = [];
  #forgotten = false;
  /** No forgotten conversation had a line of a higher rank. */
  #rankForgotten = 0;

  /** @param epoch - 8 random bytes: the run that our own numbers belong to. @param tails - where each conversation stands. */
  constructor({
    self,
    epoch,
    tails,
  }: {
    readonly self: NodeId;
    readonly epoch: Uint8Array;
    readonly tails: readonly ConversationTail[];
  }) {
    this.#epoch = hex(epoch);
    for (const tail of tails) {
      if (tail.author === self && tail.epoch === this.#epoch) this.#written.set(tail.conversation, tail.seq);
      this.#of(tail.conversation).resume(tail, tail.author === self);
    }
  }

  /** Number, rank and predecessors of the message that we write next; it counts once it is given to `wrote`. */
  next(conversation: string, calendar: Timestamp): Pick<MessageRecord, 'epoch' | 'seq' | 'rank' | 'after'> {
    const seq = (this.#written.get(conversation) ?? 0) + 1;
    const known = this.#of(conversation);
    return { epoch: this.#epoch, seq, rank: known.nextRank(calendar), after: known.newest };
  }

  /** The rank of a line that has just been read and says `claimed` (docs/protocol.md §4.2). */
  rankOf(conversation: string, claimed: number | undefined, calendar: Timestamp): number {
    return this.#of(conversation).rankOf(claimed, calendar);
  }

  /** Whether we ever wrote in this conversation, since this node's database was made. */
  hasWritten(conversation: string): boolean {
    return (this.#written.get(conversation) ?? 0) > 0;
  }

  /** We wrote a message with the numbers of `next`. */
  wrote(message: MessageRecord): void {
    this.#written.set(message.conversation, message.seq);
    this.#of(message.conversation).wrote(message);
  }

  /** A message of ours could not be kept and was never sent: its number is free again, when no later one was written. */
  withdrew({ conversation, seq, id, after }: MessageRecord): void {
    if (this.#written.get(conversation) === seq) this.#written.set(conversation, seq - 1);
    this.#of(conversation).withdrew(id, after);
  }

  /** Somebody's message, new and on disk. What may be shown now comes out of `pollShow`. */
  arrived(message: MessageRecord, now: Instant): void {
    this.#waiting.push({ message, until: after(now, GAP_WAIT_MS) });
    this.#settle(message.conversation);
    if (this.#waiting.length > WAITING_MESSAGES_MAX) this.#stopWaiting(this.#waiting[0]!.message);
  }

  /** The next message to show, in order. */
  pollShow(): Shown | undefined {
    return this.#shows.shift();
  }

  /** Shows what has waited long enough. */
  elapse(now: Instant): void {
    for (let first = this.#waiting[0]; first && first.until <= now; first = this.#waiting[0]) {
      this.#stopWaiting(first.message);
    }
  }

  deadline(): Instant | undefined {
    return this.#waiting[0]?.until;
  }

  /** Shows every waiting message of a conversation whose turn has come. */
  #settle(id: string): void {
    const conversation = this.#of(id);
    const isNext = ({ message }: Waiting): boolean => message.conversation === id && conversation.isNext(message);
    for (let at = this.#waiting.findIndex(isNext); at >= 0; at = this.#waiting.findIndex(isNext)) this.#show(at);
  }

  /** Shows a message whose time is up, and before it what its author wrote before it. */
  #stopWaiting({ conversation, from, epoch, seq }: MessageRecord): void {
    for (;;) {
      let first = -1;
      this.#waiting.forEach(({ message }, at) => {
        if (message.conversation !== conversation || message.from !== from || message.epoch !== epoch) return;
        if (message.seq <= seq && (first < 0 || message.seq < this.#waiting[first]!.message.seq)) first = at;
      });
      if (first < 0) break;
      this.#show(first);
    }
    this.#settle(conversation);
  }

  #show(at: number): void {
    for (const { message } of this.#waiting.splice(at, 1)) {
      this.#shows.push({ message, missing: this.#of(message.conversation).show(message) });
    }
  }

  #of(id: string): Conversation {
    const known = this.#conversations.get(id) ?? new Conversation(!this.#forgotten, this.#rankForgotten);
    this.#conversations.delete(id);
    this.#conversations.set(id, known);
    if (this.#conversations.size > CONVERSATIONS_MAX) {
      const [oldest, { rank }] = this.#conversations.entries().next().value!;
      this.#conversations.delete(oldest);
      this.#forgotten = true;
      this.#rankForgotten = Math.max(this.#rankForgotten, rank);
    }
    return known;
  }
}
