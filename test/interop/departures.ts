/** Something that happens when its time has come. */
type Departure = { readonly at: number; readonly go: () => void };

/**
 * What leaves a cable when, in real time: a timer of Node is a millisecond or more, so what is nearer is met by going round the loop.
 * Times are milliseconds since the first thing happened.
 */
export class Departures {
  /** How many left more than a millisecond after their time, and how many in all: what the machine did to the cable. */
  readonly punctuality = { late: 0, all: 0 };
  /** Earliest first. */
  readonly #waiting: Departure[] = [];
  #startedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #spin: NodeJS.Immediate | undefined;
  #stopped = false;

  elapsed(): number {
    this.#startedAt ??= performance.now();
    return performance.now() - this.#startedAt;
  }

  add(at: number, go: () => void): void {
    let place = this.#waiting.length;
    while (place > 0 && this.#waiting[place - 1]!.at > at) place--;
    this.#waiting.splice(place, 0, { at, go });
    if (place === 0) this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#spin);
  }

  readonly #work = (): void => {
    this.#spin = undefined;
    const now = this.elapsed();
    while (this.#waiting[0] && this.#waiting[0].at <= now) {
      const { at, go } = this.#waiting.shift()!;
      this.punctuality.all++;
      if (now - at > 1) this.punctuality.late++;
      go();
    }
    this.#arm();
  };

  #arm(): void {
    const next = this.#waiting[0];
    if (this.#stopped || !next || this.#spin) return;
    clearTimeout(this.#timer);
    const waitMs = next.at - this.elapsed();
    if (waitMs < 2) this.#spin = setImmediate(this.#work);
    else this.#timer = setTimeout(this.#work, Math.floor(waitMs) - 1);
  }
}
