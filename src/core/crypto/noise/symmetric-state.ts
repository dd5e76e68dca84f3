import { utf8 } from '../../bytes/utf8.ts';
import type { Suite } from '../suite.ts';
import { CipherState } from './cipher-state.ts';

/** Exactly 32 bytes, so it is the first handshake hash as it stands (Noise §5.2, InitializeSymmetric). */
const PROTOCOL_NAME = utf8('Noise_IK_25519_ChaChaPoly_SHA256');

const EMPTY = new Uint8Array(0);
const ONE = new Uint8Array([1]);
const TWO = new Uint8Array([2]);

/** The chaining key, the handshake hash and the current cipher of a handshake (Noise §5.2). */
export class SymmetricState {
  readonly #suite: Suite;
  #chainingKey: Uint8Array = PROTOCOL_NAME;
  #hash: Uint8Array = PROTOCOL_NAME;
  #cipher = new CipherState();

  constructor(suite: Suite) {
    this.#suite = suite;
  }

  /** An independent state with the same values. The arrays are shared, for they are replaced and never written to. */
  copy(): SymmetricState {
    const copy = new SymmetricState(this.#suite);
    copy.#chainingKey = this.#chainingKey;
    copy.#hash = this.#hash;
    copy.#cipher = this.#cipher.copy();
    return copy;
  }

  /** 32 bytes that name everything said so far. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#suite.hash(this.#hash, data);
  }

  /**
   * MixKey(DH(secret, publicKey)).
   *
   * @returns false when the shared secret is all zero; the handshake is over then.
   */
  mixAgreement(secret: Uint8Array, publicKey: Uint8Array): boolean {
    const extracted = this.#suite.agree({ secret, publicKey, salt: this.#chainingKey });
    if (!extracted) return false;
    const [chainingKey, key] = this.#twoKeys(extracted);
    this.#chainingKey = chainingKey;
    this.#cipher = new CipherState(this.#suite.aead(key));
    return true;
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher.encrypt(this.#hash, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** The plaintext, or `undefined` when the tag does not fit. */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#cipher.decrypt(this.#hash, ciphertext);
    if (plaintext) this.mixHash(ciphertext);
    return plaintext;
  }

  /** Two 32-byte secrets: initiator to responder, responder to initiator (Noise §5.2, Split). */
  split(): readonly [Uint8Array, Uint8Array] {
    return this.#twoKeys(this.#suite.hmac(this.#chainingKey, EMPTY));
  }

  /** The second half of Noise's HKDF with two outputs (§4.3). */
  #twoKeys(extracted: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const first = this.#suite.hmac(extracted, ONE);
    return [first, this.#suite.hmac(extracted, first, TWO)];
  }
}
