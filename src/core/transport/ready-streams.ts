import type { Stream } from './stream.ts';

/** Streams of one priority, whose turn comes first in front. */
export type Level = { readonly priority: number; readonly turns: Set<Stream> };

/**
 * Streams with something to send: those of a higher priority before all others, those of the same priority in turn. A stream of
 * a lower one waits for as long as a higher one has something to send and may send it.
 */
export class ReadyStreams {
  /** Highest priority first. A level stays, for there are few. */
  readonly #levels: Level[] = [];

  get isEmpty(): boolean {
    return this.#levels.every(({ turns }) => turns.size === 0);
  }

  /** The levels, highest priority first. */
  get levels(): readonly Level[] {
    return this.#levels;
  }

  /** Its turn comes after those of its priority that are here already. */
  add(stream: Stream): void {
    this.#level(stream.priority).turns.add(stream);
  }

  delete(stream: Stream): void {
    this.#level(stream.priority).turns.delete(stream);
  }

  #level(priority: number): Level {
    let at = 0;
    for (; at < this.#levels.length; at++) {
      const level = this.#levels[at]!;
      if (level.priority === priority) return level;
      if (level.priority < priority) break;
    }
    const level = { priority, turns: new Set<Stream>() };
    this.#levels.splice(at, 0, level);
    return level;
  }
}
