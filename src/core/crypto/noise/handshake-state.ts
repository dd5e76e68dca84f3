import { assert } from '../../base/assert.ts';
import { concat } from '../../bytes/concat.ts';
import { type Suite, TAG_BYTES } from '../suite.ts';
import { SymmetricState } from './symmetric-state.ts';

/*
 * Noise_IK_25519_ChaChaPoly_SHA256 (Noise §7.5):
 *
 *     <- s
 *     ...
 *     -> e, es, s, ss
 *     <- e, ee, se
 *
 * A message is read on a copy of the state, which is kept only when the whole message was right: a forged one changes nothing.
 */

/** An X25519 key pair, 32 bytes each. */
export type KeyPair = { readonly secret: Uint8Array; readonly publicKey: Uint8Array };

/** What both sides share at the end, 32 bytes each (Noise §5.2, Split). */
export type Secrets = {
  readonly clientToServer: Uint8Array;
  readonly serverToClient: Uint8Array;
  /** Names the whole handshake; both sides have the same. */
  readonly hash: Uint8Array;
};

const KEY_BYTES = 32;

/** Message 1 without its payload: e, sealed s, and the tag of the payload. */
export const MESSAGE_1_OVERHEAD_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES + TAG_BYTES;
/** Message 2 without its payload: e, and the tag of the payload. */
export const MESSAGE_2_OVERHEAD_BYTES = KEY_BYTES + TAG_BYTES;

/** The key pair of a secret. */
export const keyPair = (suite: Suite, secret: Uint8Array): KeyPair => ({
  secret,
  publicKey: suite.agreementPublicKey(secret),
});

/** The side that knows whom it calls. */
export class Initiator {
  readonly #own: KeyPair;
  readonly #ephemeral: KeyPair;
  readonly #server: Uint8Array;
  readonly #state: SymmetricState;

  /** @param options.ephemeral - fresh for this one object: a second message 1 under it would repeat a nonce. */
  constructor(options: {
    readonly suite: Suite;
    readonly prologue: Uint8Array;
    readonly own: KeyPair;
    readonly ephemeral: KeyPair;
    /** The server's X25519 public key. */
    readonly server: Uint8Array;
  }) {
    this.#own = options.own;
    this.#ephemeral = options.ephemeral;
    this.#server = options.server;
    this.#state = begin(options.suite, options.prologue, options.server);
  }

  /** e, es, s, ss and the payload. Called once. */
  writeMessage1(payload: Uint8Array): Uint8Array {
    const state = this.#state;
    state.mixHash(this.#ephemeral.publicKey);
    assert(state.mixAgreement(this.#ephemeral.secret, this.#server), 'a valid server key agrees');
    const sealedStatic = state.encryptAndHash(this.#own.publicKey);
    assert(state.mixAgreement(this.#own.secret, this.#server), 'a valid server key agrees');
    return concat(this.#ephemeral.publicKey, sealedStatic, state.encryptAndHash(payload));
  }

  /** What message 2 carries, or `undefined` when it is not the server's answer to our message 1. Nothing is kept of either. */
  readMessage2(message: Uint8Array): { readonly payload: Uint8Array; readonly secrets: Secrets } | undefined {
    if (message.length < MESSAGE_2_OVERHEAD_BYTES) return undefined;
    const state = this.#state.copy();
    const ephemeral = message.subarray(0, KEY_BYTES);
    state.mixHash(ephemeral);
    if (!state.mixAgreement(this.#ephemeral.secret, ephemeral)) return undefined;
    if (!state.mixAgreement(this.#own.secret, ephemeral)) return undefined;
    const payload = state.decryptAndHash(message.subarray(KEY_BYTES));
    return payload && { payload, secrets: secretsOf(state) };
  }
}

/** The side that learns who calls. */
export class Responder {
  readonly #own: KeyPair;
  #state: SymmetricState;
  #client: { readonly ephemeral: Uint8Array; readonly key: Uint8Array } | undefined;

  constructor(options: { readonly suite: Suite; readonly prologue: Uint8Array; readonly own: KeyPair }) {
    this.#own = options.own;
    this.#state = begin(options.suite, options.prologue, options.own.publicKey);
  }

  /**
   * Who calls (an X25519 public key) and what message 1 carries, or `undefined` when it is forged or not for us.
   * It may still be a replay.
   */
  readMessage1(message: Uint8Array): { readonly client: Uint8Array; readonly payload: Uint8Array } | undefined {
    if (message.length < MESSAGE_1_OVERHEAD_BYTES) return undefined;
    const state = this.#state.copy();
    const staticEnd = KEY_BYTES + KEY_BYTES + TAG_BYTES;
    const ephemeral = message.slice(0, KEY_BYTES);
    state.mixHash(ephemeral);
    if (!state.mixAgreement(this.#own.secret, ephemeral)) return undefined;
    const client = state.decryptAndHash(message.subarray(KEY_BYTES, staticEnd));
    if (!client || !state.mixAgreement(this.#own.secret, client)) return undefined;
    const payload = state.decryptAndHash(message.subarray(staticEnd));
    if (!payload) return undefined;
    this.#state = state;
    this.#client = { ephemeral, key: client };
    return { client, payload };
  }

  /** e, ee, se and the payload. Called once, after `readMessage1`. */
  writeMessage2(ephemeral: KeyPair, payload: Uint8Array): { readonly message: Uint8Array; readonly secrets: Secrets } {
    const client = this.#client;
    assert(client !== undefined, 'message 2 answers message 1');
    const state = this.#state;
    state.mixHash(ephemeral.publicKey);
    // Keys that agree to zero do so with every secret, and would not have passed message 1.
    assert(state.mixAgreement(ephemeral.secret, client.ephemeral), 'the ephemeral key agreed before');
    assert(state.mixAgreement(ephemeral.secret, client.key), 'the static key agreed before');
    const message = concat(ephemeral.publicKey, state.encryptAndHash(payload));
    return { message, secrets: secretsOf(state) };
  }
}

function begin(suite: Suite, prologue: Uint8Array, server: Uint8Array): SymmetricState {
  const state = new SymmetricState(suite);
  state.mixHash(prologue);
  state.mixHash(server);
  return state;
}

function secretsOf(state: SymmetricState): Secrets {
  const [clientToServer, serverToClient] = state.split();
  return { clientToServer, serverToClient, hash: state.hash };
}
