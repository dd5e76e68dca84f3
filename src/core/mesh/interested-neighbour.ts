import {
  INTEREST_BURST,
  INTEREST_BURST_TAKEN,
  INTEREST_CHANNELS_MAX,
  INTEREST_HOPS_MAX,
  INTEREST_PER_SECOND,
  INTEREST_PER_SECOND_TAKEN,
  INTEREST_TAGS_MAX,
  UPDATE_INTERVAL_MS,
} from '../base/limits.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { fromBase32 } from '../bytes/base32.ts';
import { fromHex } from '../bytes/hex.ts';
import type { Interest } from '../wire/mesh-message.ts';
import { Retelling } from './retelling.ts';

/** Readers of one channel, by tag (16 hexadecimal digits), and how many hops away they are. */
export type Tags = ReadonlyMap<string, number>;

/** One neighbour's side of the exchange of interest: what it said, what it was told, and what it has yet to be told. */
export class InterestedNeighbour {
  readonly #heard = new Map<string, Map<string, number>>();
  readonly #told = new Map<string, Tags>();
  readonly #due = new Set<string>();
  /** Channels that it has not been told of, because INTEREST_CHANNELS_MAX others are. */
  readonly #waiting = new Set<string>();
  #ready: Interest[] = [];
  readonly #sending: TokenBucket;
  readonly #taking: TokenBucket;
  #sendAt: Instant;
  /** Channels and tags that it had told, when this connection replaced another one. */
  #retelling: Retelling<string> | undefined;

  constructor(now: Instant) {
    this.#sendAt = now;
    this.#sending = new TokenBucket({ burst: INTEREST_BURST, perSecond: INTEREST_PER_SECOND }, now);
    this.#taking = new TokenBucket({ burst: INTEREST_BURST_TAKEN, perSecond: INTEREST_PER_SECOND_TAKEN }, now);
  }

  /** The same neighbour over another connection: it has been told nothing yet, and what it had said stands if it says it again. */
  moved(now: Instant): InterestedNeighbour {
    const neighbour = new InterestedNeighbour(now);
    for (const [channel, tags] of this.#heard) neighbour.#heard.set(channel, new Map(tags));
    const said = [...this.#heard].flatMap(([channel, tags]) => [...tags.keys()].map((tag) => saying(channel, tag)));
    neighbour.#retelling = new Retelling(said, now);
    return neighbour;
  }

  /** Forgets what it has not said again in time. @returns the channels that this is about. */
  elapse(now: Instant): readonly string[] {
    const over = (this.#retelling?.take(now) ?? []).map((said) => said.split(' ') as [string, string]);
    for (const [channel, tag] of over) this.hear(channel, tag, INTEREST_HOPS_MAX + 1);
    return over.map(([channel]) => channel);
  }

  /** Whether it may say something now. */
  takes(now: Instant): boolean {
    return this.#taking.take(1, now);
  }

  /** The neighbour says how far a tag is. False when that changes nothing, or when it has too many channels already. */
  hear(channel: string, tag: string, hops: number): boolean {
    const tags = this.#heard.get(channel) ?? new Map<string, number>();
    this.#retelling?.said(saying(channel, tag));
    if (tags.get(tag) === hops) return false;
    if (hops > INTEREST_HOPS_MAX) {
      if (!tags.delete(tag)) return false;
      if (tags.size === 0) this.#heard.delete(channel);
      return true;
    }
    if (!this.#heard.has(channel) && this.#heard.size >= INTEREST_CHANNELS_MAX) return false;
    this.#heard.set(channel, tags);
    tags.set(tag, hops);
    if (tags.size > INTEREST_TAGS_MAX) tags.delete(farthest(tags));
    return true;
  }

  /** What it said of a channel; `undefined` when it has no interest in it. */
  tags(channel: string): Tags | undefined {
    return this.#heard.get(channel);
  }

  /** The channels that it has interest in. */
  channels(): IterableIterator<string> {
    return this.#heard.keys();
  }

  /** Something about `channel` may have to be told. */
  mark(channel: string): void {
    this.#due.add(channel);
  }

  /** When the next message may leave, or what was not said again is over; `undefined` when there is nothing to come. */
  deadline(now: Instant): Instant | undefined {
    return earliest(this.#sayAt(now), this.#retelling?.deadline());
  }

  /** The next message, if one is due; `telling` says what is to be told of a channel now. */
  poll(now: Instant, telling: (channel: string) => Tags): Interest | undefined {
    const due = this.#sayAt(now);
    if (due === undefined || due > now) return undefined;
    for (const channel of this.#due) {
      if (this.#ready.length > 0) break;
      this.#due.delete(channel);
      this.#ready = this.#changes(channel, telling(channel));
      this.#fillRoom();
    }
    const message = this.#ready.shift();
    if (!message) return undefined;
    this.#sending.take(1, now);
    if (this.#due.size + this.#ready.length === 0) this.#sendAt = after(now, UPDATE_INTERVAL_MS);
    return message;
  }

  /** When the next message may leave; `undefined` when there is nothing to say. */
  #sayAt(now: Instant): Instant | undefined {
    if (this.#due.size + this.#ready.length === 0) return undefined;
    const room = this.#sending.readyAt(1, now);
    return room > this.#sendAt ? room : this.#sendAt;
  }

  /** The difference between what it was told and what is so: the new first, so that interest never seems to end. */
  #changes(channel: string, tags: Tags): Interest[] {
    const told = this.#told.get(channel) ?? NONE;
    const displaced = told.size === 0 && tags.size > 0 ? this.#makeRoom(channel, tags) : [];
    if (!displaced) return [];
    if (tags.size > 0) this.#told.set(channel, tags);
    else this.#told.delete(channel);
    const fresh = [...tags].filter(([tag, hops]) => told.get(tag) !== hops);
    const gone = [...told.keys()].filter((tag) => !tags.has(tag));
    return [
      ...displaced,
      ...fresh.map(([tag, hops]) => interest(channel, tag, hops)),
      ...gone.map((tag) => interest(channel, tag, INTEREST_HOPS_MAX + 1)),
    ];
  }

  /** What must be taken back so that one more channel can be told; `undefined` when it has to wait until another one ends. */
  #makeRoom(channel: string, tags: Tags): Interest[] | undefined {
    if (this.#told.size < INTEREST_CHANNELS_MAX) return [];
    const other = isOwn(tags) ? [...this.#told].find(([, told]) => !isOwn(told)) : undefined;
    this.#waiting.add(other ? other[0] : channel);
    if (!other) return undefined;
    this.#told.delete(other[0]);
    return [...other[1].keys()].map((tag) => interest(other[0], tag, INTEREST_HOPS_MAX + 1));
  }

  #fillRoom(): void {
    const room = INTEREST_CHANNELS_MAX - this.#told.size - this.#due.size;
    for (const channel of [...this.#waiting].slice(0, Math.max(room, 0))) {
      this.#waiting.delete(channel);
      this.#due.add(channel);
    }
  }
}

const NONE: Tags = new Map();

const saying = (channel: string, tag: string): string => `${channel} ${tag}`;

/** Whether the node that tells these tags reads the channel itself. */
const isOwn = (tags: Tags): boolean => [...tags.values()].includes(0);

const interest = (channel: string, tag: string, hops: number): Interest => ({
  type: 'interest',
  channel: fromBase32(channel) ?? new Uint8Array(32),
  tag: fromHex(tag) ?? new Uint8Array(8),
  hops,
});

const farthest = (tags: Tags): string => [...tags].reduce((a, b) => (b[1] >= a[1] ? b : a))[0];
