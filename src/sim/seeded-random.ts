import type { Random } from '../core/base/random.ts';

/**
 * Chance that repeats: the same seed gives the same bytes on every machine. For simulations and tests, never for keys
 * of real people.
 *
 * Blackman and Vigna's xoshiro128**, its state filled from the seed by splitmix32.
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed - any number, of which 32 bits count, or a name. */
  constructor(seed: number | string) {
    const next = splitmix(typeof seed === 'number' ? seed : hashName(seed));
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1; // All zero would stay zero.
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += 4) {
      const word = this.word();
      bytes[at] = word;
      if (at + 1 < count) bytes[at + 1] = word >>> 8;
      if (at + 2 < count) bytes[at + 2] = word >>> 16;
      if (at + 3 < count) bytes[at + 3] = word >>> 24;
    }
    return bytes;
  }

  /** The next 32 bits, as a number in [0, 2^32). */
  word(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  /** Another generator, whose numbers do not depend on how many this one gives later. */
  fork(): SeededRandom {
    return new SeededRandom(this.word());
  }
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

function splitmix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
}

/** FNV-1a over the UTF-16 units. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
