import { CHANNELS_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Timestamp } from '../base/time.ts';
import { equalBytes } from '../bytes/equal.ts';
import { channelIdentity, openChannelKey } from '../crypto/channel-key.ts';
import type { Suite } from '../crypto/suite.ts';
import { type ChannelInvite, formatInvite, parseInvite } from '../wire/channel-invite.ts';
import { normalTopic } from '../wire/topic.ts';
import type { ChannelRecord } from './record.ts';

/** How somebody wants into a channel: by topic into an open one, by invite into a private one, or by making a private one. */
export type Joining = {
  /** With or without `#`. May be empty beside an invite, which says it too. */
  readonly topic: string;
  readonly private?: boolean;
  readonly invite?: string;
};

/** Why a channel was not joined. */
export type JoinError = {
  readonly why: 'bad-topic' | 'bad-invite' | 'too-many';
  readonly detail?: string;
};

/**
 * The channels this node reads, at most `CHANNELS_MAX` (docs/protocol.md §3.3). Two of them never have the same topic: what
 * is meant for a private channel must not end up in an open one of that name.
 */
export class Channels {
  readonly #suite: Suite;
  readonly #random: Random;
  readonly #network: Uint8Array;
  readonly #byId = new Map<string, ChannelRecord>();
  readonly #byTopic = new Map<string, ChannelRecord>();

  constructor({
    suite,
    random,
    network,
    records,
  }: {
    readonly suite: Suite;
    readonly random: Random;
    readonly network: Uint8Array;
    readonly records: readonly ChannelRecord[];
  }) {
    this.#suite = suite;
    this.#random = random;
    this.#network = network;
    for (const record of records) this.#add(record);
  }

  /** Joins a channel, or gives the one of that topic that was joined before. */
  join(joining: Joining, calendar: Timestamp): ChannelRecord | JoinError {
    const wanted = this.#wanted(joining);
    if ('why' in wanted) return wanted;
    const { topic, key } = wanted;
    const joined = this.#byTopic.get(topic);
    if (joined) {
      const same = key ? equalBytes(key, joined.key) : !joining.private || !joined.open;
      return same ? joined : { why: 'bad-topic', detail: `another channel called #${topic} is joined; leave it first` };
    }
    if (this.#byId.size >= CHANNELS_MAX) return { why: 'too-many', detail: `${CHANNELS_MAX} channels are joined` };
    return this.#add(this.#record(topic, key ?? this.#newKey(topic, joining.private ?? false), calendar));
  }

  /** Leaves a channel; gives what it was. */
  leave(id: string): ChannelRecord | undefined {
    const left = this.#byId.get(id);
    if (!left) return undefined;
    this.#byId.delete(id);
    this.#byTopic.delete(left.topic);
    return left;
  }

  byId(id: string): ChannelRecord | undefined {
    return this.#byId.get(id);
  }

  /** The channel that a person means, with or without `#`, in any spelling of the topic. */
  byTopic(text: string): ChannelRecord | undefined {
    const topic = normalTopic(text);
    return topic === undefined ? undefined : this.#byTopic.get(topic);
  }

  /** What lets others into a private channel; an open one needs none. */
  invite({ topic, key, open }: ChannelRecord): string | undefined {
    return open ? undefined : formatInvite(this.#suite, { topic, key });
  }

  /** In the order of joining. */
  all(): readonly ChannelRecord[] {
    return [...this.#byId.values()];
  }

  /** The normal topic, and the key when an invite brings one. */
  #wanted({ topic: text, invite }: Joining): { readonly topic: string; readonly key?: Uint8Array } | JoinError {
    const topic = normalTopic(text);
    if (invite === undefined) {
      return topic === undefined ? { why: 'bad-topic' } : { topic };
    }
    const invited: ChannelInvite | string = parseInvite(this.#suite, invite);
    if (typeof invited === 'string') return { why: 'bad-invite', detail: invited };
    if (text !== '' && topic !== invited.topic) return { why: 'bad-invite', detail: `it is for #${invited.topic}` };
    return invited;
  }

  #newKey(topic: string, isPrivate: boolean): Uint8Array {
    return isPrivate ? this.#random.bytes(32) : openChannelKey(this.#suite, this.#network, topic);
  }

  #record(topic: string, key: Uint8Array, joined: Timestamp): ChannelRecord {
    const { id } = channelIdentity(this.#suite, this.#network, key);
    // An invite into an open channel is no secret, whatever its sender calls it.
    const open = equalBytes(key, openChannelKey(this.#suite, this.#network, topic));
    return { id, topic, key, open, joined };
  }

  #add(record: ChannelRecord): ChannelRecord {
    this.#byId.set(record.id, record);
    this.#byTopic.set(record.topic, record);
    return record;
  }
}
