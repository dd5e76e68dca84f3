import type { DeliveryState } from '../../core/chat/delivery.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member, type Taken, type View } from './check.ts';

/** States in which a message has ended without being shown, and its author was told so. */
const GIVEN_UP: readonly DeliveryState[] = ['expired', 'refused'];

/**
 * Each direct message that its author's node accepted is shown at its recipient exactly once, or ends as expired or refused.
 * Never twice, not even after a crash; and `delivered` is never said of what the recipient does not have.
 */
export class Delivery implements Check {
  readonly name = 'delivery';
  readonly #taken = new Map<EnvelopeId, Taken>();
  readonly #accepted = new Set<EnvelopeId>();
  /** What each computer showed, in all its lives. */
  readonly #shown = new Map<number, Set<EnvelopeId>>();
  readonly #claimed: { readonly author: number; readonly id: EnvelopeId }[] = [];

  /** How many messages were accepted so far. */
  get accepted(): number {
    return this.#accepted.size;
  }

  taken(message: Taken): void {
    if (message.kind === 'direct') this.#taken.set(message.id, message);
  }

  event(at: Member, event: NodeEvent): void {
    const isDamage = event.type === 'notice' && event.code === 'DAMAGED';
    claim(!isDamage, () => `${at.index} took something for damaged, and no disk here damages anything`);
    if (event.type !== 'message') return;
    const shown = this.#shown.get(at.index) ?? new Set();
    claim(!shown.has(event.message.id), () => `${at.index} showed ${short(event.message.id)} twice`);
    this.#shown.set(at.index, shown.add(event.message.id));
  }

  stored(at: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if (!('put' in record) || record.put !== 'delivery' || !this.#taken.has(record.delivery.id)) continue;
      const { id, state } = record.delivery;
      this.#accepted.add(id);
      if (state === 'delivered' || state === 'read') this.#claimed.push({ author: at.index, id });
    }
  }

  second({ world }: View): void {
    for (const { author, id } of this.#claimed.splice(0)) {
      const has = world.computers.some((to) => to.index !== author && to.disk.message(id));
      claim(has, () => `${author} says that ${short(id)} was delivered, and nobody has it`);
    }
  }

  finished(view: View): void {
    this.second(view);
    for (const id of this.#accepted) {
      const { author, to, text } = this.#taken.get(id)!;
      const state = view.world.computer(author).disk.delivery(id)?.state;
      const recipient = view.world.computers.find(({ node }) => node?.id === to);
      const has = recipient?.disk.message(id) !== undefined;
      claim(has || (state !== undefined && GIVEN_UP.includes(state)), () =>
        [
          `"${text}" from ${author} to ${recipient?.index} (${short(id)}, ${state}) never came`,
          ...(view.world.computer(author).node?.why(id, view.world.now) ?? []),
        ].join('\n    '),
      );
      // A crash may come between the disk and the screen; the message is then in the history.
      const seen = this.#shown.get(recipient?.index ?? -1)?.has(id) || (recipient?.lives ?? 0) > 1;
      claim(!has || seen, () => `"${text}" (${short(id)}) is on the disk of ${recipient?.index} and was not shown`);
    }
  }
}

const short = (id: EnvelopeId): string => id.slice(0, 8);
