import {
  CHANNEL_IDS_MAX,
  LINE_RANGES_MAX,
  MARK_AGAIN_MS,
  MARK_RANGES_MAX,
  MARK_WAIT_MS_MAX,
  MARK_WAIT_MS_MIN,
  MARKS_SENT,
} from '../base/limits.ts';
import { fraction, type Random } from '../base/random.ts';
import { RangeSet } from '../base/range-set.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { MessageRecord } from './record.ts';

/** A line of somebody else, as far as marks need it. */
export type MarkedLine = Pick<MessageRecord, 'id' | 'conversation' | 'from' | 'epoch' | 'seq'>;

/** Lines of one author that are shown here, without a hole between `first` and `last`. */
export type ShownStretch = {
  readonly from: NodeId;
  readonly epoch: string;
  readonly first: number;
  readonly last: number;
};

type Run = { readonly from: NodeId; readonly epoch: string; readonly shown: RangeSet };

type Channel = {
  /** What is shown, by author and epoch; the one not heard for longest is first. Beyond MARK_RANGES_MAX one of who has most of them is forgotten. */
  readonly runs: Map<string, Run>;
  /** Shown, and neither marked nor named by a line of ours. Beyond the bound it is only known that there are more. */
  readonly unmarked: Set<EnvelopeId>;
  more: boolean;
  dueAt: Instant | undefined;
  notBefore: Instant;
  readonly sent: TokenBucket;
};

/**
 * When this node marks what it has shown of a channel, and what it says then (docs/protocol.md §4.4): half a minute to a minute
 * after it showed something that no line of its own has named since, and no more often than it may.
 */
export class Marks {
  readonly #random: Random;
  readonly #channels = new Map<string, Channel>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A line of somebody else is shown in a channel. */
  shown(line: MarkedLine, now: Instant): void {
    const channel = this.remember(line, now);
    if (channel.unmarked.size < CHANNEL_IDS_MAX) channel.unmarked.add(line.id);
    else channel.more = true;
    channel.dueAt ??= this.#due(channel, now);
  }

  /** A line of somebody else was shown before this node started, and marked. */
  remember({ conversation, from, epoch, seq }: MarkedLine, now: Instant): Channel {
    const channel = this.#of(conversation, now);
    const key = `${from} ${epoch}`;
    const run = channel.runs.get(key) ?? { from, epoch, shown: new RangeSet() };
    if (!run.shown.has(seq)) run.shown.add(seq, seq + 1);
    run.shown.keepHighest(LINE_RANGES_MAX);
    channel.runs.delete(key);
    channel.runs.set(key, run);
    if (channel.runs.size > MARK_RANGES_MAX) channel.runs.delete(mostCrowded(channel.runs));
    return channel;
  }

  /** A line of ours names what we had seen last: who reads it knows that we have that. */
  wrote({ conversation, after: named }: Pick<MessageRecord, 'conversation' | 'after'>): void {
    const channel = this.#channels.get(conversation);
    for (const id of named) channel?.unmarked.delete(id);
    if (channel?.unmarked.size === 0 && !channel.more) channel.dueAt = undefined;
  }

  /** A channel is not read any more. */
  left(channel: string): void {
    this.#channels.delete(channel);
  }

  /** A channel whose mark is due. It is due again only when something else is shown. */
  pollDue(now: Instant): string | undefined {
    for (const [id, channel] of this.#channels) {
      if (channel.dueAt === undefined || channel.dueAt > now) continue;
      channel.dueAt = undefined;
      channel.unmarked.clear();
      channel.more = false;
      return id;
    }
    return undefined;
  }

  /**
   * What a mark says: of the authors heard last, what is shown of each, the newest lines first. One stretch of each comes before the second
   * of any: who leaves holes between his lines leaves no less room for others.
   */
  stretches(channel: string): readonly ShownStretch[] {
    const runs = [...(this.#channels.get(channel)?.runs.values() ?? [])].reverse();
    const all = runs.flatMap(({ from, epoch, shown }) =>
      shown.ranges.toReversed().map(({ start, end }, place) => ({ place, from, epoch, first: start, last: end - 1 })),
    );
    const first = all.toSorted((a, b) => a.place - b.place).slice(0, MARK_RANGES_MAX);
    return first.map(({ place: _, ...stretch }) => stretch);
  }

  /** A mark was written: the next one comes later. */
  marked(id: string, now: Instant): void {
    const channel = this.#of(id, now);
    channel.sent.take(1, now);
    const next = channel.sent.readyAt(1, now);
    const again = after(now, MARK_AGAIN_MS);
    channel.notBefore = next > again ? next : again;
  }

  /** The mark could not be kept: it is due once more. */
  failed(id: string, now: Instant): void {
    const channel = this.#channels.get(id);
    if (!channel) return;
    channel.more = true;
    channel.dueAt ??= this.#due(channel, now);
  }

  deadline(): Instant | undefined {
    return earliest(...[...this.#channels.values()].map(({ dueAt }) => dueAt));
  }

  #due({ notBefore }: Channel, now: Instant): Instant {
    const waitMs = MARK_WAIT_MS_MIN + fraction(this.#random) * (MARK_WAIT_MS_MAX - MARK_WAIT_MS_MIN);
    const at = after(now, waitMs);
    return at > notBefore ? at : notBefore;
  }

  #of(id: string, now: Instant): Channel {
    const known = this.#channels.get(id);
    if (known) return known;
    const sent = new TokenBucket(MARKS_SENT, now);
    const channel: Channel = {
      ...{ runs: new Map(), unmarked: new Set(), more: false, dueAt: undefined },
      ...{ notBefore: now, sent },
    };
    this.#channels.set(id, channel);
    return channel;
  }
}

/** The run that makes room: of the author who has the most of them, the one not heard for longest. Epochs cost nothing. */
function mostCrowded(runs: ReadonlyMap<string, Run>): string {
  const oldest = new Map<NodeId, { readonly key: string; count: number }>();
  for (const [key, { from }] of runs) {
    const known = oldest.get(from);
    if (known) known.count++;
    else oldest.set(from, { key, count: 1 });
  }
  return [...oldest.values()].reduce((a, b) => (b.count > a.count ? b : a)).key;
}
