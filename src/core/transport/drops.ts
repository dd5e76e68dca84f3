import type { DropReason } from '../base/drop-reason.ts';

/** Counts what is dropped, by reason. */
export class Drops {
  readonly #counts = new Map<DropReason, number>();

  /** Reasons that have occurred, and how often. */
  get counts(): ReadonlyMap<DropReason, number> {
    return this.#counts;
  }

  count(reason: DropReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }
}
