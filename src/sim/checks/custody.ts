import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member, type Taken, type View } from './check.ts';

/**
 * A letter that was accepted is not given up before its recipient has it or its author knows that it has ended: never by its author,
 * and by others only while somebody honest has it still. Nothing that others send takes its place (docs/protocol.md §3, rule 10).
 */
export class Custody implements Check {
  readonly name = 'custody';
  readonly #view: View;
  /** A calendar that jumps while its computer is off makes what it keeps look old; expiry is then as it should be. */
  readonly #clocksJump: boolean;
  readonly #letters = new Map<EnvelopeId, Taken>();
  readonly #ended = new Set<EnvelopeId>();

  constructor(view: View) {
    this.#view = view;
    this.#clocksJump = view.plan.actions.some((action) => action.do === 'clock');
  }

  taken(message: Taken): void {
    if (message.kind === 'direct') this.#letters.set(message.id, message);
  }

  event(_at: Member, event: NodeEvent): void {
    if (event.type === 'delivery' && (event.state === 'expired' || event.state === 'refused'))
      this.#ended.add(event.id);
  }

  stored(at: Member, records: readonly StoreRecord[]): void {
    if (this.#clocksJump) return;
    for (const record of records) {
      if ('put' in record && record.put === 'delivery') this.#note(record.delivery);
      if (!('delete' in record) || record.delete !== 'envelope') continue;
      const letter = this.#letters.get(record.id);
      if (!letter || letter.recipient === undefined || this.#ended.has(record.id)) continue;
      const isSafe =
        this.#hasCome(letter) || (at.index !== letter.author && this.#isHeldElsewhere(letter.id, at.index));
      claim(
        isSafe,
        () => `${at.index} gave up "${letter.text}" of ${letter.author}, which ${letter.recipient} does not have`,
      );
    }
  }

  #hasCome({ id, recipient }: Taken): boolean {
    return this.#view.world.computer(recipient!).disk.message(id) !== undefined;
  }

  /** A carrier may hand its copy on to a better one: somebody honest has it still, its author at least. */
  #isHeldElsewhere(id: EnvelopeId, except: number): boolean {
    const { world, plan } = this.#view;
    return world.computers.some(
      ({ index, disk }) => index !== except && !plan.hostile?.has(index) && disk.envelope(id) !== undefined,
    );
  }

  #note({ id, state }: { readonly id: EnvelopeId; readonly state: string }): void {
    if (state === 'expired' || state === 'refused') this.#ended.add(id);
  }
}
