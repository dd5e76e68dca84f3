import type { ApiError, ErrorCode } from '../../src/api/schema.ts';
import type { Channel, Contact, Message, Peer } from '../../src/api/shapes.ts';
import { channels, contacts, GENERAL, PEOPLE, past, peers, STORY_BEGINS } from './fake-people.ts';

type DeliveryState = NonNullable<Message['state']>;

/** What ann's fake node knows, and how it finds what a person means by a name. */
export class FakeBook {
  readonly contacts: Contact[] = contacts();
  readonly peers: Peer[] = peers();
  readonly channels: Channel[] = channels();
  /** Every line of every conversation, oldest first. */
  readonly messages: Message[] = past();
  readonly unread = new Map<string, number>();
  /** Conversations that give no notice. */
  readonly muted = new Set<string>();
  name = 'ann';
  stays = false;
  /** Whether the node looks for others nearby. */
  mdns: 'on' | 'off' = 'off';
  /** The clock: milliseconds since 1970. */
  now = STORY_BEGINS;

  /** A second passes. */
  tick(): number {
    this.now += 1000;
    return this.now;
  }

  /** A new channel. */
  join(name: string, open: boolean): Channel {
    const channel: Channel = {
      channel: name,
      id: GENERAL.replace('gene', name.slice(0, 4)),
      open,
      neighbours: 0,
      members: 0,
    };
    this.channels.push(channel);
    return channel;
  }

  /** Changes a contact, or makes one. */
  change(id: string, change: Partial<Contact>): void {
    const at = this.contacts.findIndex((c) => c.id === id);
    const name = this.nameOf(id);
    const was = this.contacts[at] ?? { id, name, petname: name, verified: false, blocked: false, added: this.now };
    this.contacts.splice(at < 0 ? this.contacts.length : at, 1, { ...was, ...change });
  }

  /** Petname, else the name that peers are shown by. */
  nameOf(id: string): string {
    if (id === GENERAL) return '#general';
    return (
      this.contacts.find((c) => c.id === id)?.name ?? this.peers.find((p) => p.id === id)?.name ?? `~${id.slice(0, 8)}`
    );
  }

  /** The id behind a petname, `~name`, full id or prefix of 8 letters, as docs/commands.md orders them. */
  peer(name: string): string {
    const petnamed = this.contacts.find((c) => c.petname === name);
    if (petnamed) return petnamed.id;
    const near = this.peers.filter((p) => p.name === name || p.name.startsWith(`${name}.`));
    if (near[0] && near.length === 1) return near[0].id;
    if (/^[a-z2-7]{52}$/.test(name)) return name;
    const ids = this.#everyone().filter((id) => name.length >= 8 && id.startsWith(name));
    if (ids[0] !== undefined && ids.length === 1) return ids[0];
    const hits = this.contacts.filter((c) => c.petname.startsWith(name)).map((c) => c.petname);
    if (hits.length > 1) throw new Refusal('E_AMBIGUOUS_PEER', `${name} is not clear: ${hits.join(', ')}`);
    const self = this.peers.find((p) => p.name.startsWith(`~${name}.`));
    const hint = self ? `did you mean ${self.name}?` : `/contacts lists ${this.contacts.length}`;
    throw new Refusal('E_UNKNOWN_PEER', `nobody called ${name}`, hint);
  }

  #everyone(): string[] {
    return [...new Set([...this.contacts.map((c) => c.id), ...this.peers.map((p) => p.id)])];
  }

  /** The channel of a topic, with or without `#`, or of an id. */
  channel(topic: string): Channel {
    const name = topic.replace(/^#/, '');
    const channel = this.channels.find((c) => c.channel === name || c.id === name);
    if (!channel) throw new Refusal('E_UNKNOWN_CHANNEL', `no channel #${name}`, `join it: /mesh subscribe ${name}`);
    return channel;
  }

  /** The id of the conversation that a PEER, TOPIC or id means. */
  where(where: string): string {
    if (this.channels.some((c) => c.id === where)) return where;
    return where.startsWith('#') ? this.channel(where).id : this.peer(where);
  }

  /** The message that begins with `prefix`, 4 or more digits. */
  line(prefix: string): Message {
    const found = this.messages.filter((m) => prefix.length >= 4 && m.id.startsWith(prefix));
    const [only] = found;
    if (!only || found.length > 1) throw new Refusal('E_UNKNOWN_MESSAGE', `no message begins with ${prefix}`);
    return only;
  }

  /** The message of ours that begins with `prefix`, 4 or more digits. */
  own(prefix: string): Message & { state: DeliveryState } {
    const found = this.messages.filter((m) => m.state !== undefined && prefix.length >= 4 && m.id.startsWith(prefix));
    const [only] = found;
    if (!only || found.length > 1) throw new Refusal('E_UNKNOWN_MESSAGE', `no message of ours begins with ${prefix}`);
    return only as Message & { state: DeliveryState };
  }
}

/** A refusal inside the fake; becomes the `error` of an Outcome. */
export class Refusal extends Error {
  readonly error: ApiError;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.error = { code, message, ...(hint === undefined ? {} : { hint }) };
  }
}

/** The conversation a line belongs to: the channel, or the other person. */
export const conversationOf = (m: Message): string =>
  m.kind === 'channel' ? m.to : m.from === PEOPLE.ann ? m.to : m.from;
