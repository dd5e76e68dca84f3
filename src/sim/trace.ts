import type { Instant } from '../core/base/time.ts';
import { concat } from '../core/bytes/concat.ts';
import { hex } from '../core/bytes/hex.ts';
import { utf8 } from '../core/bytes/utf8.ts';

/** SHA-256, handed in: a simulation may run on sham cryptography, its digest does not. */
export type Hash = (...parts: readonly Uint8Array[]) => Uint8Array;

/** How many lines go into one link of the digest's chain. */
const LINES_PER_LINK = 1024;

/**
 * One line for each thing that happens: virtual time, who, what. Two runs did the same when their digests are equal.
 *
 * digest(0) = 32 zero bytes; digest(n) = SHA-256(digest(n − 1) || the next 1,024 lines, or those that are left).
 */
export class Trace {
  readonly #hash: Hash;
  readonly #echo: ((line: string) => void) | undefined;
  #digest: Uint8Array = new Uint8Array(32);
  #lines: string[] = [];
  #count = 0;

  /** @param echo - is shown every line, for a person who looks for a fault. */
  constructor(hash: Hash, echo?: (line: string) => void) {
    this.#hash = hash;
    this.#echo = echo;
  }

  /** How many lines there are. */
  get count(): number {
    return this.#count;
  }

  /** Notes that something happened. */
  note(at: Instant, who: string, what: string): void {
    const line = `${at.toFixed(3).padStart(11)} ${who} ${what}`;
    this.#echo?.(line);
    this.#lines.push(line);
    this.#count++;
    if (this.#lines.length === LINES_PER_LINK) this.#link();
  }

  /** The digest of all lines so far, in hexadecimal. Nothing is noted after it. */
  digest(): string {
    if (this.#lines.length > 0) this.#link();
    return hex(this.#digest);
  }

  #link(): void {
    this.#digest = this.#hash(concat(this.#digest, utf8(`${this.#lines.join('\n')}\n`)));
    this.#lines = [];
  }
}

/** A short mark of some bytes, so that a trace tells datagrams of the same length apart (FNV-1a, 32 bits). */
export function mark(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
