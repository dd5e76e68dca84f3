import { below, type Random } from '../../core/base/random.ts';
import type { Instant } from '../../core/base/time.ts';
import { hex } from '../../core/bytes/hex.ts';
import { writeDirect } from '../../core/chat/letter.ts';
import { identityOf, SEED_BYTES } from '../../core/crypto/identity.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Organs } from '../../core/node/organs.ts';
import type { Content } from '../../core/wire/content.ts';
import { type EnvelopeId, encodeEnvelope } from '../../core/wire/envelope.ts';
import { encodePush } from '../../core/wire/mesh-message.ts';
import type { Malice } from './hostile-node.ts';

/** What one neighbour gets at each attack, five times a second: as much as keeps the connection, and no more would be read. */
const LETTERS = 5;
const CHANNELS = 4;

/** Ids in each: a letter has about half a kilobyte. */
const IDS = 8;

/**
 * Fills the mesh with mail of people who do not exist, to whoever there is a way to, and with interest in channels of which nobody
 * has heard: as fast as it may, without breaking a rule that would end its connections.
 */
export class Flooder implements Malice {
  readonly #random: Random;
  readonly #content: Content;

  constructor(random: Random) {
    this.#random = random;
    const ids = Array.from({ length: IDS }, () => hex(random.bytes(32)) as EnvelopeId);
    this.#content = { type: 'receipt', ids, hops: ids.map(() => 1), read: false };
  }

  act(organs: Organs, now: Instant): readonly [] {
    const { sessions, routes } = organs;
    const recipients = routes
      .entries()
      .filter(({ selected }) => selected)
      .map(({ to }) => to);
    for (const session of sessions.all()) {
      for (let i = 0; i < LETTERS && recipients.length > 0; i++) {
        const to = recipients[below(this.#random, recipients.length)]!;
        session.push(this.#letter(organs, to, now), () => {});
      }
      for (let i = 0; i < CHANNELS; i++) {
        const [channel, tag] = [this.#random.bytes(32), this.#random.bytes(8)];
        sessions.send(session.peer, { type: 'interest', channel, tag, hops: 0 }, now);
      }
    }
    return [];
  }

  /** A sealed letter by somebody new: receipts for what nobody sent, of which no screen tells. */
  #letter({ suite, author, calendar }: Organs, to: NodeId, now: Instant): Uint8Array {
    const somebody = { ...author, ...identityOf(suite, this.#random.bytes(SEED_BYTES)) };
    const letter = { to, content: this.#content, calendar: calendar.at(now) };
    const envelope = writeDirect(somebody, letter);
    return encodePush({ envelope: encodeEnvelope(envelope), copies: 1, again: false });
  }
}
