import { HOPS_DEFAULT, MARK_TTL_SECONDS, MARKING_MEMBERS_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import type { Channels } from '../chat/channels.ts';
import type { Conversations } from '../chat/conversations.ts';
import { type Author, writeToChannel } from '../chat/letter.ts';
import { Marks } from '../chat/marks.ts';
import { type Coverage, type CoveredLine, type Having, Members } from '../chat/members.ts';
import type { ChannelRecord, ContactRecord, MemberRecord, MessageRecord } from '../chat/record.ts';
import { runOf } from '../chat/run.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Shelf } from '../store/shelf.ts';
import type { SeenContent } from '../wire/content.ts';
import { type EnvelopeId, encodeEnvelope } from '../wire/envelope.ts';
import type { Calendar } from './calendar.ts';
import type { Custody } from './custody.ts';
import type { Journal } from './journal.ts';
import { headOf } from './new-head.ts';
import type { Post } from './offer.ts';
import type { ChannelLine } from './record.ts';

type Parts = {
  readonly author: Author;
  readonly random: Random;
  readonly calendar: Calendar;
  readonly channels: Channels;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly conversations: Conversations;
  readonly custody: Custody;
  readonly journal: Journal;
  readonly shelf: Shelf;
  /** Pushes a post to every neighbour that leads to readers. */
  readonly spread: (id: EnvelopeId, channel: string) => void;
  /** What this node calls itself. */
  readonly name: () => string;
};

/** What a node knows of its channels when it wakes up, and whether it is to be counted. */
type Memory = {
  readonly members: readonly MemberRecord[];
  /** The newest lines, oldest first. */
  readonly lines: readonly ChannelLine[];
  /** The run that our own lines belong to. */
  readonly epoch: string;
  readonly marks: boolean;
};

/** Who is in the channels that are read here, and who has which of our lines: by what members write, and by marks (docs/protocol.md §4.4). */
export class Attendance {
  readonly #parts: Parts;
  readonly #members: Members;
  readonly #marks: Marks;
  readonly #epoch: string;
  readonly #isMarking: boolean;

  constructor(parts: Parts, { members, lines, epoch, marks }: Memory, now: Instant) {
    const { author, contact, random } = parts;
    this.#parts = parts;
    this.#epoch = epoch;
    this.#isMarking = marks;
    this.#members = new Members({
      self: author.id,
      run: runOf(author.suite, author.id, epoch),
      records: members,
      isKept: (id) => contact(id) !== undefined,
    });
    this.#marks = new Marks(random);
    const markedAt = new Map(
      members.flatMap(({ id, channel, lastSeen }) => (id === author.id ? [[channel, lastSeen]] : [])),
    );
    for (const line of lines) this.#resume(line, markedAt.get(line.conversation), now);
  }

  /** A line of ours is on disk. */
  wrote(message: MessageRecord): void {
    if (message.kind !== 'channel') return;
    this.#members.wrote(message);
    this.#marks.wrote(message);
  }

  /** Somebody's line in a channel is on disk, written so long ago as its carriers know. */
  spoke(message: MessageRecord, ageSeconds: number, now: Instant): void {
    this.#members.spoke(message, this.#ago(ageSeconds, now));
    this.#keep(now);
  }

  /** Somebody's line is shown. */
  shown(message: MessageRecord, now: Instant): void {
    if (message.kind === 'channel') this.#marks.shown(message, now);
  }

  /** Takes a mark. Whether others need it: an older one than is known here says nothing new to them. */
  marked(
    { envelope, from }: Pick<Post, 'envelope' | 'from'>,
    channel: string,
    { rank, has }: SeenContent,
    now: Instant,
  ): boolean {
    const at = this.#ago(envelope.hop.ageSeconds, now);
    const { newest, before } = this.#members.marked(channel, from, { id: envelope.id, rank, has }, at);
    if (before !== undefined) this.#parts.custody.superseded(before, now);
    this.#keep(now);
    return newest;
  }

  /** A channel is not read any more. */
  left(channel: string, now: Instant): void {
    this.#marks.left(channel);
    this.#members.left(channel);
    this.#keep(now);
  }

  /** Those who wrote or marked something in a channel in the last 30 days, the latest first. */
  membersOf(channel: string, now: Instant): readonly { readonly id: NodeId; readonly lastSeen: Timestamp }[] {
    return this.#members.of(channel, this.#parts.calendar.at(now));
  }

  /** How many of them are known to have a line of ours; `undefined` when it is no line of this node's time, or nobody is known. */
  coverage({ conversation, epoch, seq, from }: CoveredLine, now: Instant): Coverage | undefined {
    if (from !== this.#parts.author.id || epoch !== this.#epoch) return undefined;
    const coverage = this.#members.coverage(conversation, seq, this.#parts.calendar.at(now));
    return coverage.of > 0 ? coverage : undefined;
  }

  /** Who they are, the latest first; nobody, when it is no line of this node's time. */
  having({ conversation, epoch, seq, from }: CoveredLine, now: Instant): readonly Having[] {
    if (from !== this.#parts.author.id || epoch !== this.#epoch) return [];
    return this.#members.having(conversation, seq, this.#parts.calendar.at(now));
  }

  deadline(): Instant | undefined {
    return this.#isMarking ? this.#marks.deadline() : undefined;
  }

  elapse(now: Instant): void {
    if (!this.#isMarking) return;
    for (let due = this.#marks.pollDue(now); due !== undefined; due = this.#marks.pollDue(now)) {
      const channel = this.#parts.channels.byId(due);
      // In a crowd nobody is counted: marks that all send to all would be most of what there is.
      if (channel && this.membersOf(due, now).length < MARKING_MEMBERS_MAX) this.#mark(channel, now);
    }
  }

  #mark(channel: ChannelRecord, now: Instant): void {
    const { author, calendar, conversations, custody, shelf, spread, name } = this.#parts;
    const has = this.#marks
      .stretches(channel.id)
      .map(({ from, epoch, first, last }) => ({ run: runOf(author.suite, from, epoch), first, last }));
    if (has.length === 0) return;
    const at = calendar.at(now);
    const { rank } = conversations.next(channel.id, at);
    const content: SeenContent = { type: 'seen', created: at, name: name(), rank, has };
    const envelope = writeToChannel(author, {
      ...{ channel, content, calendar: at },
      ttlSeconds: MARK_TTL_SECONDS,
      hopsMax: HOPS_DEFAULT,
    });
    const how = { lane: 'own', silent: true, copies: 1, size: encodeEnvelope(envelope).length } as const;
    const head = headOf(envelope, { from: author.id, to: channel.id }, how, at);
    this.#marks.marked(channel.id, now);
    const failed = (): void => this.#marks.failed(channel.id, now);
    if (shelf.roomFor(head, 1) === undefined) {
      failed();
      return;
    }
    custody.take(
      head,
      envelope,
      now,
      (later) => {
        this.marked({ envelope, from: author.id }, channel.id, { ...content, has: [] }, later);
        spread(envelope.id, channel.id);
      },
      failed,
    );
  }

  #resume(line: ChannelLine, markedAt: Timestamp | undefined, now: Instant): void {
    if (line.from === this.#parts.author.id) {
      if (line.epoch === this.#epoch) this.#members.wrote(line);
      this.#marks.wrote(line);
    } else if (markedAt === undefined || line.received > markedAt) this.#marks.shown(line, now);
    else this.#marks.remember(line, now);
  }

  #ago(seconds: number, now: Instant): Timestamp {
    return timestamp(this.#parts.calendar.at(now) - seconds * 1000);
  }

  #keep(now: Instant): void {
    const { journal } = this.#parts;
    for (let change = this.#members.pollChange(); change; change = this.#members.pollChange())
      journal.keep(change, now);
  }
}
