import { KEEP_AGAIN_MS_MAX } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { Channels } from '../chat/channels.ts';
import type { Author } from '../chat/letter.ts';
import { nodeIdOf } from '../crypto/node-id.ts';
import type { Seen } from '../store/seen.ts';
import { ageSeconds, isPost, type Shelf } from '../store/shelf.ts';
import { decodeEnvelope, type EnvelopeId } from '../wire/envelope.ts';
import type { Acceptance } from './acceptance.ts';
import type { Known, Loaded, ReadRequest } from './machine.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  /** Ids of messages shown. */
  readonly shown: Seen;
  readonly channels: Channels;
  readonly acceptance: Acceptance;
};

/**
 * Posts that this node carried before it read their channel: nobody offers them again to whom holds them, so they are read from
 * its own shelf. Each is looked up first, for it may have been shown when the channel was read before. What the disk could not give
 * or keep is read later, and what the last run did not come to when the next begins.
 */
export class Backlog {
  readonly #parts: Parts;
  readonly #asked = new Set<EnvelopeId>();
  readonly #wanted = new Set<EnvelopeId>();
  readonly #reads: ReadRequest[] = [];
  /** Channels that are to be looked through once more. */
  readonly #again = new Timers<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const { id } of parts.channels.all()) this.begin(id);
  }

  /** A channel is read from now on. */
  begin(channel: string): void {
    const { author, shelf, shown } = this.#parts;
    for (const { head, kept } of shelf.waitingFor(channel)) {
      const { id, from } = head;
      if (!kept || !isPost(head) || from === author.id || shown.at(id) !== undefined) continue;
      if (this.#asked.has(id) || this.#wanted.has(id)) continue;
      this.#asked.add(id);
      this.#reads.push({ want: 'shown', id });
    }
  }

  deadline(): Instant | undefined {
    return this.#again.next;
  }

  elapse(now: Instant): void {
    for (let channel = this.#again.take(now); channel !== undefined; channel = this.#again.take(now)) {
      if (this.#parts.channels.byId(channel)) this.begin(channel);
    }
  }

  pollRead(): ReadRequest | undefined {
    return this.#reads.shift();
  }

  known(id: EnvelopeId, shown: Known, now: Instant): void {
    if (!this.#asked.delete(id) || shown === true) return;
    if (shown === 'unreadable') {
      this.#later(id, now);
      return;
    }
    this.#wanted.add(id);
    this.#reads.push({ want: 'envelope', id });
  }

  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void {
    if (!this.#wanted.delete(id)) return;
    const { author, channels, acceptance, shelf } = this.#parts;
    const held = shelf.get(id);
    const channel = held && channels.byId(held.head.to);
    if (!channel) return;
    if (!(bytes instanceof Uint8Array)) {
      if (bytes === 'unreadable') this.#later(id, now);
      return;
    }
    const { hop, ...rest } = decodeEnvelope(author.suite, bytes);
    const envelope = { ...rest, hop: { ...hop, ageSeconds: ageSeconds(held, now) } };
    const { size, via } = held.head;
    const post = { envelope, from: nodeIdOf(envelope.signed.from), to: channel.id, size, via };
    acceptance.readLate(channel, post, now, (at) => this.#later(id, at));
  }

  #later(id: EnvelopeId, now: Instant): void {
    const held = this.#parts.shelf.get(id);
    if (held) this.#again.schedule(held.head.to, after(now, KEEP_AGAIN_MS_MAX));
  }
}
