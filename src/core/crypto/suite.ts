/**
 * The primitives that everything above is built from (docs/protocol.md, notation and identity). Synchronous.
 *
 * Every implementation gives the same bytes, accepts the same inputs and refuses the same inputs: `test/core/crypto/suite-cases.ts`
 * holds them to it with the published vectors. A raw Diffie-Hellman output never leaves a suite; it goes straight into HMAC.
 */
export interface Suite {
  readonly name: string;

  /** SHA-256: 32 bytes. */
  hash(...parts: readonly Uint8Array[]): Uint8Array;

  /** HMAC-SHA-256 (RFC 2104): 32 bytes. */
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;

  /** The Ed25519 public key, 32 bytes, of a 32-byte seed (RFC 8032 §5.1.5). */
  publicKey(seed: Uint8Array): Uint8Array;

  /** An Ed25519 signature, 64 bytes, by the key of a 32-byte seed (RFC 8032 §5.1.6). */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;

  /**
   * Whether `signature` is valid under docs/protocol.md §0: S < L, R is not the identity, and the encoding of
   * [S]B − [k]A is R, no cofactor.
   * `publicKey` must have passed `isNodeKey`.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

  /** Whether these 32 bytes are the canonical encoding of a point of prime order that is not the identity (docs/protocol.md §0). */
  isNodeKey(publicKey: Uint8Array): boolean;

  /** The X25519 public key of an Ed25519 public key: the Edwards-to-Montgomery map (RFC 7748 §4.1). */
  agreementKey(publicKey: Uint8Array): Uint8Array;

  /** The X25519 secret scalar of an Ed25519 seed: SHA-512(seed)[0..32], clamped. */
  agreementSecret(seed: Uint8Array): Uint8Array;

  /** The X25519 public key, 32 bytes, of a 32-byte secret (RFC 7748). */
  agreementPublicKey(secret: Uint8Array): Uint8Array;

  /**
   * HMAC-SHA-256(salt, prefix || X25519(secret, publicKey)), which is HKDF-Extract: what Noise's MixKey and HPKE's DHKEM begin with.
   *
   * @returns 32 bytes, or `undefined` when the shared secret is all zero (RFC 7748 §6.1).
   */
  agree(input: {
    readonly secret: Uint8Array;
    readonly publicKey: Uint8Array;
    readonly salt: Uint8Array;
    readonly prefix?: Uint8Array;
  }): Uint8Array | undefined;

  /** ChaCha20-Poly1305 (RFC 8439) under a 32-byte key, with what can be prepared for that key prepared once. */
  aead(key: Uint8Array): Aead;

  /** The header protection of RFC 9001 §5.4.4 under a 32-byte key: 5 mask bytes from a 16-byte sample. */
  headerMask(key: Uint8Array): (sample: Uint8Array) => Uint8Array;
}

/** One ChaCha20-Poly1305 key. The caller never uses a nonce twice. */
export interface Aead {
  /** Ciphertext and 16-byte tag. `nonce` is 12 bytes. */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;

  /** The plaintext, or `undefined` when the tag does not fit. */
  open(nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

/** Length of the tag that every sealed thing ends with, in bytes. */
export const TAG_BYTES = 16;
