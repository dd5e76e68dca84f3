import { scryptSync } from 'node:crypto';
import type { Random } from '../../core/base/random.ts';
import { type Timestamp, timestamp } from '../../core/base/time.ts';
import { utf8 } from '../../core/bytes/utf8.ts';
import { type Identity, identityOf, SEED_BYTES } from '../../core/crypto/identity.ts';
import { openX, sealX } from '../../core/crypto/noble-suite.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import { IdentityError } from './identity-error.ts';
import { DamageError, type PlainJson, type PlainObject, readPlainJson } from './plain-json.ts';

/** What an identity file says (docs/protocol.md §0): the seed as it is, or in a box that a passphrase opens. */
export type StoredIdentity = {
  /** The id, as text. */
  readonly publicKey: string;
  readonly created: Timestamp;
  readonly secret: { readonly seed: Uint8Array } | { readonly sealed: Sealed };
};

type Sealed = Work & { readonly salt: Uint8Array; readonly nonce: Uint8Array; readonly box: Uint8Array };

/** How much scrypt (RFC 7914) works: n × r × 128 bytes of memory, p times. */
export type Work = { readonly n: number; readonly r: number; readonly p: number };

/** 128 MiB and about half a second: what a person waits for at a start, and a guesser for each guess. */
const WORK: Work = { n: 131_072, r: 8, p: 1 };

/** What a file may ask for at most: 2 GiB. A file is read before anything vouches for it, so more is refused before any work. */
const WORK_MAX: Work = { n: 2 ** 20, r: 16, p: 4 };

const SALT_BYTES = 16;
const NONCE_BYTES = 24;
const BOX_BYTES = SEED_BYTES + 16;

const DAMAGED_HINT = 'restore it with: qpc identity restore';

/** The text of the file. */
export function formatIdentity({ publicKey, created, secret }: StoredIdentity): string {
  const head = { version: 1, publicKey, created };
  const value =
    'seed' in secret
      ? { ...head, seed: base64(secret.seed) }
      : { ...head, sealed: { ...sealedHead(secret.sealed), box: base64(secret.sealed.box) } };
  return `${JSON.stringify(value)}\n`;
}

/**
 * Reads the text of the file; the seed of a sealed one is still in its box.
 *
 * @throws IdentityError
 */
export function parseIdentity(bytes: Uint8Array): StoredIdentity {
  try {
    const value = readPlainJson(bytes);
    const version = uint(value, 'version');
    if (version > 1) {
      throw new IdentityError('newer', `identity.json was made by a newer qpc (version ${version})`, 'update qpc');
    }
    return version === 1 ? readVersion1(value) : damaged(`there is no version ${version}`);
  } catch (error) {
    if (error instanceof DamageError) return damaged(error.message);
    throw error;
  }
}

/**
 * The identity behind what is stored.
 *
 * @throws IdentityError when the passphrase is missing or wrong, or when seed and public key do not belong together.
 */
export function openIdentity(suite: Suite, stored: StoredIdentity, passphrase: string | undefined): Identity {
  const seed = 'seed' in stored.secret ? stored.secret.seed : unseal(stored, stored.secret.sealed, passphrase);
  const identity = identityOf(suite, seed);
  return identity.id === stored.publicKey ? identity : damaged('its public key is not that of its seed');
}

/** The identity as it is to be stored: sealed when there is a passphrase. */
export function storeIdentity(
  identity: Identity,
  created: Timestamp,
  lock?: { readonly passphrase: string; readonly random: Random; readonly work?: Work },
): StoredIdentity {
  const open = { publicKey: identity.id as string, created, secret: { seed: identity.seed } };
  if (!lock) return open;
  const { n, r, p } = lock.work ?? WORK;
  const empty = { n, r, p, salt: lock.random.bytes(SALT_BYTES), nonce: lock.random.bytes(NONCE_BYTES) };
  const box = sealX({ ...boxInput(open, empty, lock.passphrase), plaintext: identity.seed });
  return { ...open, secret: { sealed: { ...empty, box } } };
}

function readVersion1(value: PlainObject): StoredIdentity {
  const head = { publicKey: text(value, 'publicKey', /^[a-z2-7]{52}$/), created: timestamp(uint(value, 'created')) };
  const { seed, sealed } = value;
  only(value, ['version', 'publicKey', 'created', sealed === undefined ? 'seed' : 'sealed']);
  if (sealed === undefined) return { ...head, secret: { seed: bytes(value, 'seed', SEED_BYTES) } };
  if (seed !== undefined || typeof sealed !== 'object') return damaged('sealed is not as it should be');
  return { ...head, secret: { sealed: readSealed(sealed) } };
}

function readSealed(sealed: PlainObject): Sealed {
  only(sealed, ['kdf', 'n', 'r', 'p', 'salt', 'nonce', 'box']);
  text(sealed, 'kdf', /^scrypt$/);
  const work = { n: uint(sealed, 'n'), r: uint(sealed, 'r'), p: uint(sealed, 'p') };
  if (work.n > WORK_MAX.n || work.r > WORK_MAX.r || work.p > WORK_MAX.p) {
    const asked = `n ${work.n}, r ${work.r}, p ${work.p}`;
    throw new IdentityError(
      'too-much-work',
      `identity.json asks for too much work to open it (${asked})`,
      DAMAGED_HINT,
    );
  }
  // RFC 7914 §2: n is a power of two greater than 1.
  if (work.n < 2 || !Number.isInteger(Math.log2(work.n)) || work.r < 1 || work.p < 1)
    return damaged('n, r or p is wrong');
  return {
    ...work,
    salt: bytes(sealed, 'salt', SALT_BYTES),
    nonce: bytes(sealed, 'nonce', NONCE_BYTES),
    box: bytes(sealed, 'box', BOX_BYTES),
  };
}

function unseal(stored: StoredIdentity, sealed: Sealed, passphrase: string | undefined): Uint8Array {
  if (passphrase === undefined) {
    throw new IdentityError(
      'passphrase-needed',
      'identity.json is sealed with a passphrase',
      'it is asked for on a terminal',
    );
  }
  const seed = openX({ ...boxInput(stored, sealed, passphrase), ciphertext: sealed.box });
  if (!seed) {
    throw new IdentityError(
      'wrong-passphrase',
      'wrong passphrase · nothing was changed',
      'try again, or qpc identity restore',
    );
  }
  return seed;
}

/** Key, nonce and associated data of the box: all that the file says beside it, as it is written. */
function boxInput({ publicKey, created }: StoredIdentity, sealed: Omit<Sealed, 'box'>, passphrase: string) {
  const { n, r, p, salt, nonce } = sealed;
  // A passphrase is the same however a keyboard composes its letters.
  const key = scryptSync(utf8(passphrase.normalize('NFKC')), salt, 32, { N: n, r, p, maxmem: 256 * r * (n + p) });
  const aad = utf8(JSON.stringify({ version: 1, publicKey, created, sealed: sealedHead(sealed) }));
  return { key: new Uint8Array(key), nonce, aad };
}

const sealedHead = ({ n, r, p, salt, nonce }: Omit<Sealed, 'box'>) => ({
  kdf: 'scrypt',
  n,
  r,
  p,
  salt: base64(salt),
  nonce: base64(nonce),
});

function damaged(what: string): never {
  throw new IdentityError('damaged', `identity.json is damaged (${what}) · nothing was changed`, DAMAGED_HINT);
}

function uint(object: PlainObject, name: string): number {
  const value: PlainJson | undefined = object[name];
  return typeof value === 'number' ? value : damaged(`${name} is missing or no number`);
}

function text(object: PlainObject, name: string, pattern: RegExp): string {
  const value: PlainJson | undefined = object[name];
  return typeof value === 'string' && pattern.test(value) ? value : damaged(`${name} is missing or wrong`);
}

function bytes(object: PlainObject, name: string, length: number): Uint8Array {
  const encoded = text(object, name, /^[A-Za-z0-9+/]*=*$/);
  const decoded = new Uint8Array(Buffer.from(encoded, 'base64'));
  return decoded.length === length && base64(decoded) === encoded ? decoded : damaged(`${name} is wrong`);
}

function only(object: PlainObject, names: readonly string[]): void {
  for (const name of Object.keys(object)) if (!names.includes(name)) damaged(`it has no place for ${name}`);
}

const base64 = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
