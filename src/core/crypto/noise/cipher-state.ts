import { assert } from '../../base/assert.ts';
import type { Aead } from '../suite.ts';

/** More messages than a handshake has, and few enough for the counter to be written as 32 bits. */
const MESSAGES_MAX = 2 ** 32;

/** A key and its message counter (Noise §5.1). While there is no key, bytes pass unchanged. */
export class CipherState {
  readonly #aead: Aead | undefined;
  #counter: number;

  constructor(aead?: Aead, counter = 0) {
    this.#aead = aead;
    this.#counter = counter;
  }

  copy(): CipherState {
    return new CipherState(this.#aead, this.#counter);
  }

  /** Ciphertext and 16-byte tag, or the plaintext itself while there is no key. */
  encrypt(aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return this.#aead ? this.#aead.seal(this.#nonce(this.#counter++), aad, plaintext) : plaintext;
  }

  /** The plaintext, or `undefined` when the tag does not fit; the counter moves only when it does. */
  decrypt(aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    if (!this.#aead) return ciphertext;
    const plaintext = this.#aead.open(this.#nonce(this.#counter), aad, ciphertext);
    if (plaintext) this.#counter++;
    return plaintext;
  }

  /** Noise §12.3: 32 zero bits, then the counter as 64 bits, little-endian. */
  #nonce(counter: number): Uint8Array {
    assert(counter < MESSAGES_MAX, 'a handshake key is used for a handful of messages');
    const nonce = new Uint8Array(12);
    for (let i = 0; i < 4; i++) nonce[4 + i] = counter >>> (8 * i);
    return nonce;
  }
}
