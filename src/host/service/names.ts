import { done, failed } from '../../api/answer.ts';
import type { Outcome } from '../../api/schema.ts';
import { PEERS_MAX } from '../../core/base/limits.ts';
import { type Book, displayName, resolvePeer } from '../../core/chat/names.ts';
import type { ChannelRecord, ContactRecord } from '../../core/chat/record.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import type { NodeCommands } from '../../core/node/commands.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import { normalTopic } from '../../core/wire/topic.ts';

/** Somebody or something to write to. */
export type Place = { readonly id: string; readonly kind: 'direct' | 'channel'; readonly name: string };

/**
 * What the names of people and channels mean, and how they are shown. A copy of what the node knows, kept in step by the service:
 * events need names, and an event is no moment to ask the node.
 */
export class Names {
  readonly self: NodeId;
  readonly #suite: Suite;
  readonly #contacts = new Map<NodeId, ContactRecord>();
  readonly #channels = new Map<string, ChannelRecord>();
  readonly #peers = new Map<NodeId, Book['peers'][number]>();
  readonly #shown = new Map<NodeId, string>();
  #ownName: string;
  #book: Book | undefined;

  constructor(suite: Suite, node: NodeCommands) {
    this.#suite = suite;
    this.self = node.id;
    this.#ownName = node.name;
    for (const contact of node.contacts()) this.#contacts.set(contact.id, contact);
    for (const channel of node.channels()) this.#channels.set(channel.id, channel);
    this.refresh(node);
  }

  /** Petname, else `~name.k7qd`; our own name for ourselves. */
  of(id: NodeId): string {
    if (id === this.self) return this.#ownName;
    const shown = this.#shown.get(id);
    if (shown !== undefined) return shown;
    const name = displayName(id, this.#inBook());
    this.#shown.set(id, name);
    return name;
  }

  /** The name of a conversation by its NodeId or ChannelId. A channel that was left keeps only letters of its id. */
  ofConversation(id: string, kind: 'direct' | 'channel' = 'direct'): string {
    const channel = this.#channels.get(id);
    if (channel) return `#${channel.topic}`;
    return kind === 'channel' ? `#?${id.slice(0, 8)}` : this.of(id as NodeId);
  }

  topic(channel: string): string | undefined {
    return this.#channels.get(channel)?.topic;
  }

  /** Whom a person means (docs/commands.md, PEER). Anything but exactly one is refused, with what it may have been. */
  find(text: string): Outcome<NodeId> {
    const meant = resolvePeer(this.#suite, text, this.#inBook());
    if ('found' in meant) return done(meant.found);
    if ('ambiguous' in meant) {
      const names = meant.ambiguous.map(({ name }) => name).join(', ');
      return failed('E_AMBIGUOUS_PEER', `${text} is not clear: ${names}`, 'type one more letter or the id');
    }
    const near = 'offer' in meant ? [meant.offer.name] : meant.near;
    const count = [...this.#contacts.values()].filter(({ petname }) => petname !== '').length;
    const hints = [...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []), `/contacts lists ${count}`];
    return failed('E_UNKNOWN_PEER', `nobody called ${text}`, hints.join(' · '));
  }

  /** The channel of a topic, with or without `#`, or of a ChannelId; only one that is joined. */
  channel(text: string): ChannelRecord | undefined {
    const topic = normalTopic(text);
    return this.#channels.get(text) ?? this.channels().find((channel) => channel.topic === topic);
  }

  /** The channel of a topic, or the refusal that names those there are. */
  joinedChannel(text: string): Outcome<ChannelRecord> {
    const channel = this.channel(text);
    if (channel) return done(channel);
    const topics = this.channels().map(({ topic }) => `#${topic}`);
    const joined = topics.length > 0 ? `you are in ${topics.slice(0, 5).join(', ')}` : 'you are in no channel yet';
    const topic = `#${text.replace(/^#/, '')}`;
    return failed('E_UNKNOWN_CHANNEL', `you have not joined ${topic}`, `/mesh subscribe ${topic} · ${joined}`);
  }

  /** The conversation that a person or screen means: `#topic`, the id of a channel, or a PEER. */
  where(text: string): Outcome<Place> {
    if (text.startsWith('#') || this.#channels.has(text)) {
      const channel = this.joinedChannel(text);
      return channel.ok ? done({ id: channel.result.id, kind: 'channel', name: `#${channel.result.topic}` }) : channel;
    }
    const peer = this.find(text);
    return peer.ok ? done({ id: peer.result, kind: 'direct', name: this.of(peer.result) }) : peer;
  }

  contacts(): readonly ContactRecord[] {
    return [...this.#contacts.values()];
  }

  contact(id: NodeId): ContactRecord | undefined {
    return this.#contacts.get(id);
  }

  channels(): readonly ChannelRecord[] {
    return [...this.#channels.values()];
  }

  // ——— Keeping in step ——————————————————————————————————————————————————————————————————————————————————————————————————

  knows(contact: ContactRecord): void {
    this.#contacts.set(contact.id, contact);
    this.#changed();
  }

  joined(channel: ChannelRecord): void {
    this.#channels.set(channel.id, channel);
    this.#changed();
  }

  left(id: string): void {
    this.#channels.delete(id);
    this.#changed();
  }

  /** Takes over what the node knows of peers at this moment. */
  refresh(node: NodeCommands): void {
    this.#ownName = node.name;
    this.#peers.clear();
    for (const { id, selfName, named } of node.peers()) this.#peers.set(id, { id, selfName, named });
    this.#changed();
  }

  /** Takes over what an event says about a peer. */
  heard(event: NodeEvent): void {
    if (event.type !== 'peer') return;
    const known = this.#peers.get(event.id);
    if (known?.selfName === event.name) return;
    this.#peers.delete(event.id);
    this.#peers.set(event.id, { id: event.id, selfName: event.name, named: known?.named ?? event.source === 'manual' });
    if (this.#peers.size > PEERS_MAX) this.#forgetOne();
    this.#changed();
  }

  /** The one heard first that nobody named. What the node still knows of it comes back with `refresh`. */
  #forgetOne(): void {
    for (const { id, named } of this.#peers.values()) {
      if (named) continue;
      this.#peers.delete(id);
      return;
    }
  }

  #inBook(): Book {
    this.#book ??= { contacts: this.contacts(), peers: [...this.#peers.values()], channels: this.channels() };
    return this.#book;
  }

  #changed(): void {
    this.#book = undefined;
    this.#shown.clear();
  }
}
