import type { ApiEvent } from '../../api/schema.ts';
import type { Timestamp } from '../../core/base/time.ts';

type Progress = Extract<ApiEvent, { type: 'progress' }>;

/** Something that may take a while, for who does it. */
export interface Undertaking {
  /** So much has been done; of how many, when that is known only now or has grown. */
  reached(done: number, of?: number): void;
  /** It has ended, as it should or not. */
  ended(): void;
}

/** How long something takes before people are told how far it is, and how long between two such news, in milliseconds. */
const UNTOLD_MS = 1_000;
const BETWEEN_MS = 200;

/** Tells how far things are that take longer than a second: no more often than every 200 ms, and once when they are over. */
export class Undertakings {
  readonly #tell: (progress: Progress) => void;
  readonly #calendar: () => Timestamp;
  /** A clock that no calendar moves, in milliseconds. */
  readonly #clock: () => number;
  #begun = 0;

  constructor(tell: (progress: Progress) => void, calendar: () => Timestamp, clock = () => performance.now()) {
    this.#tell = tell;
    this.#calendar = calendar;
    this.#clock = clock;
  }

  /** Something begins. @param what - as people say it: `writing mail.qpc` */
  begin(what: string, unit: Progress['unit'], of?: number): Undertaking {
    this.#begun++;
    const task = `${this.#begun}`;
    const startedAt = this.#calendar();
    const begunAt = this.#clock();
    let toldAt: number | undefined;
    let reached: { done: number; of: number | undefined; at: Timestamp } = { done: 0, of, at: startedAt };
    const tell = (over: boolean): void => {
      const { done, at, of: all } = reached;
      this.#tell({
        type: 'progress',
        task,
        what,
        unit,
        done,
        ...(all === undefined ? {} : { of: all }),
        startedAt,
        at,
        over,
      });
    };
    return {
      reached: (done, all = reached.of) => {
        reached = { done, of: all, at: this.#calendar() };
        const now = this.#clock();
        if (now - (toldAt ?? begunAt) < (toldAt === undefined ? UNTOLD_MS : BETWEEN_MS)) return;
        toldAt = now;
        tell(false);
      },
      ended: () => {
        // Who was told that it goes on is told that it does not any more.
        if (toldAt !== undefined) tell(true);
        toldAt = undefined;
      },
    };
  }
}
