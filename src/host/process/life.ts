import { SCREEN_GRACE_MS } from '../../core/base/limits.ts';

/**
 * How long a node lives (docs/commands.md, starting).
 *
 * It ends when its last screen says goodbye. When that one vanished instead (killed, terminal gone), or nobody came after the start,
 * it waits `graceMs` for another. A node that was told to stay ends only when it is told to.
 */
export class Life {
  readonly #graceMs: number;
  readonly #end: (why: string) => void;
  readonly #screens = new Set<object>();
  #waiting: NodeJS.Timeout | undefined;
  #stays: boolean;

  constructor({ graceMs = SCREEN_GRACE_MS, stays = false, end }: LifeOptions) {
    this.#graceMs = graceMs;
    this.#end = end;
    this.#stays = stays;
    this.#wait('no screen came');
  }

  get stays(): boolean {
    return this.#stays;
  }

  /** Screens that are there. */
  get screens(): number {
    return this.#screens.size;
  }

  attached(screen: object): void {
    this.#screens.add(screen);
    clearTimeout(this.#waiting);
  }

  /** A screen leaves on purpose. */
  goodbye(screen: object): void {
    this.#screens.delete(screen);
    if (this.#screens.size === 0 && !this.#stays) this.#end('the last screen left');
  }

  /** A screen is gone. If it said goodbye before, nothing follows. */
  vanished(screen: object): void {
    if (this.#screens.delete(screen)) this.#wait('no screen came back');
  }

  stay(): void {
    this.#stays = true;
    clearTimeout(this.#waiting);
  }

  /** Ends at once, whoever is there. */
  stop(): void {
    this.#end('it was told to stop');
  }

  /** Ends all waiting: the node is stopping. */
  over(): void {
    clearTimeout(this.#waiting);
  }

  #wait(why: string): void {
    if (this.#screens.size > 0 || this.#stays) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#end(why), this.#graceMs);
  }
}

type LifeOptions = {
  readonly graceMs?: number;
  readonly stays?: boolean;
  readonly end: (why: string) => void;
};
