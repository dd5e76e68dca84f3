import type { Instant } from '../base/time.ts';
import type { Channels } from '../chat/channels.ts';
import type { Author } from '../chat/letter.ts';
import { nodeIdOf } from '../crypto/node-id.ts';
import type { Shelf } from '../store/shelf.ts';
import { decodeEnvelope, ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
import type { Acceptance } from './acceptance.ts';
import type { Known, Loaded, ReadRequest } from './machine.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  readonly channels: Channels;
  readonly acceptance: Acceptance;
};

/**
 * Posts that this node carried before it read their channel: nobody offers them again to whom holds them, so they are read from
 * its own shelf. Each is looked up first, for it may have been shown when the channel was read before.
 */
export class Backlog {
  readonly #parts: Parts;
  readonly #asked = new Set<EnvelopeId>();
  readonly #wanted = new Set<EnvelopeId>();
  readonly #reads: ReadRequest[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A channel is read from now on. */
  begin(channel: string): void {
    const { author, shelf } = this.#parts;
    for (const { head, kept } of shelf.waitingFor(channel)) {
      if (!kept || head.kind !== ENVELOPE_KINDS.channel || head.from === author.id) continue;
      this.#asked.add(head.id);
      this.#reads.push({ want: 'shown', id: head.id });
    }
  }

  pollRead(): ReadRequest | undefined {
    return this.#reads.shift();
  }

  known(id: EnvelopeId, shown: Known): void {
    if (!this.#asked.delete(id) || shown !== false) return;
    this.#wanted.add(id);
    this.#reads.push({ want: 'envelope', id });
  }

  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void {
    if (!this.#wanted.delete(id) || !(bytes instanceof Uint8Array)) return;
    const { author, channels, acceptance } = this.#parts;
    const envelope = decodeEnvelope(author.suite, bytes);
    const from = nodeIdOf(envelope.signed.from);
    const channel = channels.byId(nodeIdOf(envelope.signed.to));
    if (channel) acceptance.readLate(channel, { envelope, from, to: channel.id }, now);
  }
}
