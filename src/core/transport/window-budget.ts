import { WINDOW_GROWTH_BYTES_MAX } from '../base/limits.ts';

/** How far the windows of all connections of an endpoint have grown, and may still grow: what unread data can take is bounded in all. */
export class WindowBudget {
  #left = WINDOW_GROWTH_BYTES_MAX;

  /** A window wants to grow by so much. At most half of what is left is given at a time: something is left for whoever comes next. */
  take(bytes: number): boolean {
    if (bytes > this.#left / 2) return false;
    this.#left -= bytes;
    return true;
  }

  /** A window that had grown by so much is gone. */
  give(bytes: number): void {
    this.#left += bytes;
  }
}
