import type { ApiEvent } from '../api/schema.ts';
import { SCREEN_TASKS_MAX } from '../core/base/limits.ts';

type Progress = Extract<ApiEvent, { type: 'progress' }>;

/**
 * Progress that is worth a line to whoever reads lines: at a quarter, a half, three quarters, and when it is over. Remembers as many
 * undertakings as a screen does; one that is forgotten is told of again.
 */
export class Quarters {
  readonly #told = new Map<string, number>();

  /** The percent that were passed since the last time; 100 when it is over; `undefined` when there is nothing new to say. */
  passed({ task, done, of, over }: Progress): number | undefined {
    const percent = over ? 100 : of === undefined || of === 0 ? 0 : Math.floor((done / of) * 4) * 25;
    if (percent <= (this.#told.get(task) ?? 0) || (percent === 100 && !over)) return undefined;
    this.#told.delete(task);
    if (!over) this.#told.set(task, percent);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= SCREEN_TASKS_MAX) break;
      this.#told.delete(oldest);
    }
    return percent;
  }
}
