import type { Random } from '../base/random.ts';
import { concat } from '../bytes/concat.ts';
import { equalBytes } from '../bytes/equal.ts';
import { utf8 } from '../bytes/utf8.ts';
import type { Suite } from '../crypto/suite.ts';

/** A connection id of ours, and the token that ends its connection once we have forgotten it. */
export type OwnId = { readonly id: Uint8Array; readonly resetToken: Uint8Array };

const RANDOM_BYTES = 4;
const TOKEN_BYTES = 16;
const TOKEN_LABEL = utf8('token');

/**
 * Connection ids that we know again without remembering them: 4 random bytes || HMAC(resetKey, them)[0..4]
 * (docs/protocol.md §1.1). Only a packet with such an id may be answered when its connection is gone.
 */
export class IdMint {
  readonly #suite: Suite;
  readonly #resetKey: Uint8Array;
  readonly #random: Random;

  constructor(suite: Suite, resetKey: Uint8Array, random: Random) {
    this.#suite = suite;
    this.#resetKey = resetKey;
    this.#random = random;
  }

  mint(): OwnId {
    const random = this.#random.bytes(RANDOM_BYTES);
    const id = concat(random, this.#check(random));
    return { id, resetToken: this.resetToken(id) };
  }

  isOurs(id: Uint8Array): boolean {
    return equalBytes(id.subarray(RANDOM_BYTES), this.#check(id.subarray(0, RANDOM_BYTES)));
  }

  /** HMAC(resetKey, "token" || id)[0..16] (RFC 9000 §10.3.2). */
  resetToken(id: Uint8Array): Uint8Array {
    return this.#suite.hmac(this.#resetKey, TOKEN_LABEL, id).slice(0, TOKEN_BYTES);
  }

  #check(random: Uint8Array): Uint8Array {
    return this.#suite.hmac(this.#resetKey, random).subarray(0, RANDOM_BYTES);
  }
}

/** The random half of an id as a number: unique among ours, so that it can be a map key without making a string. */
export const idKey = (id: Uint8Array): number => id[0]! * 0x1000000 + id[1]! * 0x10000 + id[2]! * 0x100 + id[3]!;
