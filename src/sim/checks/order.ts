import type { MessageRecord } from '../../core/chat/record.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import { type Check, claim, type Member, type View } from './check.ts';

/** How far one author's lines are here: which numbers are on the disk, and the highest that was shown. */
type Run = { readonly stored: Set<number>; shown: number };

/**
 * Lines stand in the order in which they were written (docs/protocol.md §4.2): what an author had seen stands before what he wrote,
 * and each line at the same place for all. A line that is missing is told where it is missing, and nothing that is there.
 */
export class Order implements Check {
  readonly name = 'order';
  readonly #runs = new Map<string, Run>();

  event(at: Member, event: NodeEvent): void {
    if (event.type !== 'message' || event.message.kind !== 'direct') return;
    const { from, seq } = event.message;
    const run = this.#runOf(at, event.message);
    const absent = missing(run, seq);
    const told = event.missing ?? 0;
    const gap = `before line ${seq} of ${from.slice(0, 8)}, shown at ${at.index}, ${absent} lines are missing`;
    claim(seq <= run.shown || absent === 0 || told > 0, () => `${gap}, and nobody was told`);
    claim(seq <= run.shown || absent > 0 || told === 0, () => `${gap}, and ${told} were told to be`);
    run.shown = Math.max(run.shown, seq);
  }

  stored(at: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if ('put' in record && record.put === 'message') this.#runOf(at, record.message).stored.add(record.message.seq);
    }
  }

  finished({ world, plan }: View): void {
    const ranks = new Map<string, number>();
    for (const { index, disk } of world.computers) {
      if (plan.hostile?.has(index)) continue;
      for (const { id, rank, after } of disk.messages()) {
        const elsewhere = ranks.get(id) ?? rank;
        claim(
          elsewhere === rank,
          () => `line ${id.slice(0, 8)} has rank ${rank} at ${index}, and ${elsewhere} elsewhere`,
        );
        ranks.set(id, rank);
        for (const earlier of after) {
          const before = disk.message(earlier)?.rank ?? 0;
          claim(before < rank, () => `line ${id.slice(0, 8)} stands before one that its author had seen, at ${index}`);
        }
      }
    }
  }

  #runOf({ index }: Member, { conversation, from, epoch }: MessageRecord): Run {
    const key = `${index} ${conversation} ${from} ${epoch}`;
    const run = this.#runs.get(key) ?? { stored: new Set(), shown: 0 };
    this.#runs.set(key, run);
    return run;
  }
}

/** How many lines between the last that was shown and this one are on no disk here. */
function missing({ stored, shown }: Run, seq: number): number {
  let absent = 0;
  for (let number = shown + 1; number < seq; number++) if (!stored.has(number)) absent++;
  return absent;
}
