import type { DeliveryState } from '../../core/chat/delivery.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { areTogether, type Check, claim, HONEST_SHARE, type Member, type Taken, type View } from './check.ts';

/** States in which a message has ended without being shown, and its author was told so. */
const GIVEN_UP: readonly DeliveryState[] = ['expired', 'refused'];

/** States of which no better one is awaited. */
const ENDED: readonly DeliveryState[] = [...GIVEN_UP, 'delivered', 'read'];

/**
 * Each direct message that its author's node accepted is shown at its recipient exactly once, which its author learns, or ends as
 * expired or refused.
 * Never twice, not even after a crash; and `delivered` is never said of what the recipient does not have.
 */
export class Delivery implements Check {
  readonly name = 'delivery';
  readonly #taken = new Map<EnvelopeId, Taken>();
  readonly #accepted = new Set<EnvelopeId>();
  /** What each computer showed, in all its lives. */
  readonly #shown = new Map<number, Set<EnvelopeId>>();
  readonly #claimed: { readonly author: number; readonly id: EnvelopeId }[] = [];

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
    const due = [...this.#accepted]
      .map((id) => this.#taken.get(id)!)
      .filter(({ author, recipient }) => recipient !== undefined && areTogether(view, author, recipient));
    const missing = due.map((taken) => whyMissing(view, taken)).filter((why) => why !== undefined);
    const missingMax = view.plan.hostile ? Math.floor(due.length * (1 - HONEST_SHARE)) : 0;
    claim(missing.length <= missingMax, () => `${missing.length} of ${due.length} letters are missing: ${missing[0]}`);
    for (const { id, text, recipient } of due) {
      const { disk, lives } = view.world.computer(recipient!);
      // A crash may come between the disk and the screen; the message is then in the history.
      const seen = this.#shown.get(recipient!)?.has(id) || lives > 1;
      claim(
        !disk.message(id) || seen,
        () => `"${text}" (${short(id)}) is on the disk of ${recipient} and was not shown`,
      );
    }
    const unsaid = due.filter(({ id, author, recipient }) => {
      const state = view.world.computer(author).disk.delivery(id)?.state;
      return view.world.computer(recipient!).disk.message(id) && (state === undefined || !ENDED.includes(state));
    });
    claim(unsaid.length <= missingMax, () => {
      const [{ text, author, recipient } = due[0]!] = unsaid;
      return `${recipient} has "${text}" of ${author}, who was never told so, and ${unsaid.length - 1} more of ${due.length}`;
    });
  }
}

/** Why a letter counts as missing: it is neither on its recipient's disk nor was its author told that it has ended. */
function whyMissing({ world }: View, { id, author, recipient, text }: Taken): string | undefined {
  const state = world.computer(author).disk.delivery(id)?.state;
  if (world.computer(recipient!).disk.message(id) || (state !== undefined && GIVEN_UP.includes(state)))
    return undefined;
  return [
    `"${text}" from ${author} to ${recipient} (${short(id)}, ${state}) never came`,
    ...(world.computer(author).node?.why(id, world.now)?.sentences ?? []),
  ].join('\n    ');
}

const short = (id: EnvelopeId): string => id.slice(0, 8);
