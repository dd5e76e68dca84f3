import { INDEXED_AT_ONCE } from '../../core/base/limits.ts';
import type { Database } from '../database/database.ts';
import type { Undertaking, Undertakings } from './undertakings.ts';

/** How long everything else has its turn between two parts of the work, and how long a disk that takes nothing is left alone: in milliseconds. */
const PAUSE_MS = 10;
const AGAIN_MS = 1_000;

/** Makes the index for searching out of lines of an earlier version, a few at a time, while the node does its work. */
export class Indexing {
  readonly #database: Database;
  readonly #undertakings: Undertakings;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, undertakings: Undertakings) {
    this.#database = database;
    this.#undertakings = undertakings;
  }

  /** Begins, if there is anything to do. */
  start(): void {
    const left = this.#database.indexing();
    if (!left) return;
    const undertaking = this.#undertakings.begin('making the index for /search', 'lines', left.of);
    this.#later(PAUSE_MS, { undertaking, of: left.of });
  }

  /** What is left is done at the next start. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #later(ms: number, work: Work): void {
    this.#timer = setTimeout(() => this.#goOn(work), ms).unref();
  }

  #goOn({ undertaking, of }: Work): void {
    const isTaken = this.#database.indexMore(INDEXED_AT_ONCE);
    const left = this.#database.indexing();
    if (isTaken && !left) {
      undertaking.reached(of);
      undertaking.ended();
      return;
    }
    if (left) undertaking.reached(left.done, left.of);
    this.#later(isTaken ? PAUSE_MS : AGAIN_MS, { undertaking, of: left?.of ?? of });
  }
}

/** What is under way, and how many lines there are. */
type Work = { readonly undertaking: Undertaking; readonly of: number };
