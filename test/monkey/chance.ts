/** Chance that is the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number of [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.of(WORDS)).join(' ');
  }

  bytes(count: number): string {
    return Buffer.from(Array.from({ length: count }, () => this.below(256))).toString('latin1');
  }
}

const WORDS =
  'the hill node is back up three hops to town now who hears me @ann see https://wiki.example/routes#map 聞こえます 今日は 👋 👩‍👩‍👧‍👦 👍🏽 1️⃣ 🇩🇪 Ωμέγα Zoë שלום مرحبا नमस्ते ไทย naïve … ─ ●'.split(
    ' ',
  );
