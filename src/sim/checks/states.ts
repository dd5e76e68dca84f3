import type { DeliveryState } from '../../core/chat/delivery.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member } from './check.ts';

/** How far each state is: it may go on to any that is farther (docs/protocol.md §4.3). */
const STEP: Readonly<Record<DeliveryState, number>> = {
  queued: 0,
  carried: 1,
  sent: 2,
  expired: 3,
  refused: 3,
  delivered: 4,
  read: 5,
};

/** What is said of a message never goes back, neither on the disk nor on the screen, whatever crashes; and nothing is said that is not on the disk. */
export class States implements Check {
  readonly name = 'states';
  readonly #stored = new Map<EnvelopeId, DeliveryState>();
  readonly #told = new Map<EnvelopeId, DeliveryState>();

  stored(at: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if (!('put' in record) || record.put !== 'delivery') continue;
      const { id, state } = record.delivery;
      goesOn(this.#stored, id, state, `on the disk of ${at.index}`);
    }
  }

  event(at: Member, event: NodeEvent): void {
    if (event.type !== 'delivery') return;
    const { id, state } = event;
    goesOn(this.#told, id, state, `on the screen of ${at.index}`);
    const safe = this.#stored.get(id);
    // That a message could not even be written is said without a record: there is no disk to say it on.
    const isKnown = safe === undefined ? state === 'refused' : STEP[state] <= STEP[safe];
    claim(isKnown, () => `${at.index} says ${state} of ${id.slice(0, 8)}, and has ${safe ?? 'nothing'} on its disk`);
  }
}

function goesOn(known: Map<EnvelopeId, DeliveryState>, id: EnvelopeId, state: DeliveryState, where: string): void {
  const before = known.get(id) ?? state;
  claim(
    state === before || STEP[state] > STEP[before],
    () => `${id.slice(0, 8)} was ${before} and became ${state} ${where}`,
  );
  known.set(id, state);
}
