import { CHANNEL_MEMBERS_MAX, LINE_RANGES_MAX, MEMBER_GONE_MS, MEMBER_SEEN_MS, OWN_LINES_MAX } from '../base/limits.ts';
import { RangeSet } from '../base/range-set.ts';
import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Stretch } from '../wire/content.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { MemberRecord, MessageRecord } from './record.ts';

type Member = {
  readonly id: NodeId;
  lastSeen: Timestamp;
  /** As on disk: it is not written each time. */
  writtenSeen: Timestamp;
  mark: MemberRecord['mark'];
  /** Our lines that it has, by their numbers in our run. */
  readonly has: RangeSet;
};

/** A member as it was told, or is to be forgotten, on disk. */
export type MemberChange =
  | { readonly put: 'member'; readonly member: MemberRecord }
  | { readonly delete: 'member'; readonly channel: string; readonly id: NodeId };

/** What says whose line it is, and which. */
export type CoveredLine = Pick<MessageRecord, 'conversation' | 'from' | 'epoch' | 'seq'>;

/** How many of the known members of a channel are known to have a line. */
export type Coverage = { readonly have: number; readonly of: number };

/** Whether a member is known to have a line. */
export type Having = { readonly id: NodeId; readonly lastSeen: Timestamp; readonly has: boolean };

/**
 * Who is in the channels that are read here, as far as it shows, and which of our lines each of them has (docs/protocol.md §4.4).
 * A member is known by what it writes and marks; it has a line that it names, or marks. What changes comes out of `pollChange`.
 */
export class Members {
  readonly #self: NodeId;
  readonly #isKept: (id: NodeId) => boolean;
  /** What our own run is called in marks. */
  readonly #run: string;
  readonly #channels = new Map<string, Map<NodeId, Member>>();
  /** Numbers of our own lines, the oldest first. */
  readonly #ours = new Map<EnvelopeId, number>();
  readonly #changes: MemberChange[] = [];

  /** @param isKept - whom the user named: others are forgotten before them. */
  constructor({
    self,
    run,
    records,
    isKept,
  }: {
    readonly self: NodeId;
    readonly run: string;
    readonly records: readonly MemberRecord[];
    readonly isKept: (id: NodeId) => boolean;
  }) {
    this.#self = self;
    this.#run = run;
    this.#isKept = isKept;
    for (const { channel, id, lastSeen, mark, has } of records) {
      const member = this.#add(channel, { id, lastSeen, writtenSeen: lastSeen, mark, has: new RangeSet() });
      for (const [first, last] of has) member.has.add(first, last + 1);
    }
  }

  /** A line of ours is on disk: who names it has it. */
  wrote({ id, seq }: Pick<MessageRecord, 'id' | 'seq'>): void {
    this.#ours.set(id, seq);
    if (this.#ours.size > OWN_LINES_MAX) this.#ours.delete(this.#ours.keys().next().value!);
  }

  /** Somebody's line is on disk: its author was there at that time, and has what it names. */
  spoke({ conversation, from, after }: MessageRecord, at: Timestamp): void {
    const seqs = after.flatMap((id) => this.#ours.get(id) ?? []);
    this.#heard(conversation, from, at, (member) =>
      this.#hold(
        member,
        seqs.map((seq) => [seq, seq]),
      ),
    );
  }

  /**
   * Somebody marked what it has. Returns whether this is its newest mark, and the one before, which nobody needs any more.
   */
  marked(
    channel: string,
    from: NodeId,
    mark: { readonly id: EnvelopeId; readonly rank: number; readonly has: readonly Stretch[] },
    at: Timestamp,
  ): { readonly newest: boolean; readonly before: EnvelopeId | undefined } {
    const ours = mark.has.filter(({ run }) => run === this.#run).map(({ first, last }) => [first, last] as const);
    let before: EnvelopeId | undefined;
    let newest = false;
    this.#heard(channel, from, at, (member) => {
      newest = member.mark === undefined || mark.rank >= member.mark.rank;
      if (newest) before = member.mark?.id === mark.id ? undefined : member.mark?.id;
      if (newest) member.mark = { id: mark.id, rank: mark.rank };
      return this.#hold(member, ours) || newest;
    });
    return { newest, before };
  }

  /** The others of a channel that were heard in the last 30 days, the latest first. */
  of(channel: string, now: Timestamp): readonly { readonly id: NodeId; readonly lastSeen: Timestamp }[] {
    return this.#present(channel, now)
      .map(({ id, lastSeen }) => ({ id, lastSeen }))
      .sort((a, b) => b.lastSeen - a.lastSeen);
  }

  /** How many of them have our line of this number. */
  coverage(channel: string, seq: number, now: Timestamp): Coverage {
    const present = this.having(channel, seq, now);
    return { have: present.filter(({ has }) => has).length, of: present.length };
  }

  /** Who they are, the latest first, and which of them have it. */
  having(channel: string, seq: number, now: Timestamp): readonly Having[] {
    return this.#present(channel, now)
      .map(({ id, lastSeen, has }) => ({ id, lastSeen, has: has.has(seq) }))
      .sort((a, b) => b.lastSeen - a.lastSeen);
  }

  /** A channel is not read any more. */
  left(channel: string): void {
    for (const id of this.#channels.get(channel)?.keys() ?? []) this.#changes.push({ delete: 'member', channel, id });
    this.#channels.delete(channel);
  }

  /** The next thing to be written. */
  pollChange(): MemberChange | undefined {
    return this.#changes.shift();
  }

  #heard(channel: string, id: NodeId, at: Timestamp, learn: (member: Member) => boolean): void {
    const known = this.#channels.get(channel)?.get(id);
    const member =
      known ?? this.#add(channel, { id, lastSeen: at, writtenSeen: at, mark: undefined, has: new RangeSet() });
    if (at > member.lastSeen) member.lastSeen = at;
    const learned = learn(member);
    if (known && !learned && member.lastSeen - member.writtenSeen < MEMBER_SEEN_MS) return;
    member.writtenSeen = member.lastSeen;
    this.#changes.push({ put: 'member', member: recordOf(channel, member) });
  }

  /** Adds lines that a member has; false when all were known. */
  #hold({ has }: Member, stretches: readonly (readonly [number, number])[]): boolean {
    let news = false;
    for (const [first, last] of stretches) {
      if (has.missing(first, last + 1).length === 0) continue;
      has.add(first, last + 1);
      news = true;
    }
    has.keepHighest(LINE_RANGES_MAX);
    return news;
  }

  #add(channel: string, member: Member): Member {
    const members = this.#channels.get(channel) ?? new Map<NodeId, Member>();
    this.#channels.set(channel, members.set(member.id, member));
    if (members.size > CHANNEL_MEMBERS_MAX) {
      const others = [...members.values()].filter((one) => one !== member && one.id !== this.#self);
      const strangers = others.filter(({ id }) => !this.#isKept(id));
      const { id } = (strangers.length > 0 ? strangers : others).reduce((a, b) => (b.lastSeen < a.lastSeen ? b : a));
      members.delete(id);
      this.#changes.push({ delete: 'member', channel, id });
    }
    return member;
  }

  #present(channel: string, now: Timestamp): Member[] {
    const members = [...(this.#channels.get(channel)?.values() ?? [])];
    return members.filter(({ id, lastSeen }) => id !== this.#self && now - lastSeen < MEMBER_GONE_MS);
  }
}

const recordOf = (channel: string, { id, lastSeen, mark, has }: Member): MemberRecord => ({
  ...{ channel, id, lastSeen, mark },
  has: has.ranges.map(({ start, end }) => [start, end - 1]),
});
