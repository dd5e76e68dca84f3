import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member, type Taken, type View } from './check.ts';

/**
 * Mail that a node has accepted is not given up by anybody before its recipient has it, another node has taken it over, or its author
 * knows that it has ended: nothing that others send takes its place (docs/protocol.md §3, rule 10).
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
      const { computers } = this.#view.world;
      const has = this.#view.world.computer(letter.recipient).disk.message(record.id) !== undefined;
      const isHeld = () => computers.some(({ disk, index }) => index !== at.index && disk.envelope(record.id));
      claim(
        has || isHeld(),
        () => `${at.index} gave up "${letter.text}" of ${letter.author}, which ${letter.recipient} does not have`,
      );
    }
  }

  #note({ id, state }: { readonly id: EnvelopeId; readonly state: string }): void {
    if (state === 'expired' || state === 'refused') this.#ended.add(id);
  }
}
