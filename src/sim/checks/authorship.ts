import type { MessageRecord } from '../../core/chat/record.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member, type Taken } from './check.ts';

/** Everything that is shown or kept as a line of a conversation was written by the one it is shown as from, to that place, in these words. */
export class Authorship implements Check {
  readonly name = 'authorship';
  readonly #taken = new Map<EnvelopeId, Taken>();
  readonly #ids = new Map<number, string>();

  taken(message: Taken): void {
    this.#taken.set(message.id, message);
  }

  event(at: Member, event: NodeEvent): void {
    if (event.type === 'message') this.#look(at, event.message);
  }

  stored(at: Member, records: readonly StoreRecord[]): void {
    if (at.node) this.#ids.set(at.index, at.node.id);
    for (const record of records) if ('put' in record && record.put === 'message') this.#look(at, record.message);
  }

  #look(at: Member, { id, kind, from, to, text }: MessageRecord): void {
    const taken = this.#taken.get(id);
    claim(taken !== undefined, () => `${at.index} has a message that nobody wrote: "${text}"`);
    const isSame =
      taken.kind === kind && taken.to === to && taken.text === text && this.#ids.get(taken.author) === from;
    claim(isSame, () => `"${taken.text}" of ${taken.author} became "${text}" at ${at.index}`);
  }
}
