import { REPLAY_WINDOW_NUMBERS } from '../base/limits.ts';

/** Packet numbers that one word of the ring stands for. */
const WORD_BITS = 32;
/** One word more than the window, so that the numbers of the highest word push out none that still belong to it. */
const RING_BITS = REPLAY_WINDOW_NUMBERS + WORD_BITS;
const WORDS = RING_BITS / WORD_BITS;

/**
 * Which packet numbers have been read, so that none is read twice (RFC 9000 §12.3): a ring of bits that goes along with the
 * highest number and never has to be shifted (RFC 6479). 1 KiB; each call takes the same time, but for the words between
 * the highest number so far and a new one.
 */
export class ReplayWindow {
  readonly #ring = new Uint32Array(WORDS);
  #highest = -1;

  /** Whether this number was added, or is too far below the highest to tell. */
  has(number: number): boolean {
    if (number > this.#highest) return false;
    if (this.#highest - number > REPLAY_WINDOW_NUMBERS) return true;
    return (this.#ring[wordOf(number)]! & bitOf(number)) !== 0;
  }

  /** A packet of this number, which `has` did not know, has been read. */
  add(number: number): void {
    if (number > this.#highest) this.#moveTo(number);
    this.#ring[wordOf(number)]! |= bitOf(number);
  }

  /** The words from that of the highest number to that of the new one are of numbers that have not come yet. */
  #moveTo(number: number): void {
    const steps = Math.floor(number / WORD_BITS) - Math.floor(this.#highest / WORD_BITS);
    if (steps >= WORDS) this.#ring.fill(0);
    else for (let back = 0; back < steps; back++) this.#ring[wordOf(number - back * WORD_BITS)] = 0;
    this.#highest = number;
  }
}

// The ring has a power of two of bits, so that its place in it is in the low bits of a number, however large: `>>>` keeps 32 of them.
const wordOf = (number: number): number => (number >>> 5) % WORDS;
const bitOf = (number: number): number => 1 << (number & 31);
