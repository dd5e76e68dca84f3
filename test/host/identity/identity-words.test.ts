import { describe, expect, test } from 'vitest';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import { IdentityError } from '../../../src/host/identity/identity-error.ts';
import { backupWords, comparisonWords, seedOfWords } from '../../../src/host/identity/identity-words.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';

const of = (byte: number) => identityOf(suite, new Uint8Array(32).fill(byte));

describe('§0 backup words', () => {
  // BIP-39's own vectors for 32 bytes of entropy.
  for (const [byte, words] of [
    [0x00, `${'abandon '.repeat(23)}art`],
    [
      0x7f,
      `${'legal winner thank year wave sausage worth useful '.repeat(2)}legal winner thank year wave sausage worth title`,
    ],
    [
      0x80,
      `${'letter advice cage absurd amount doctor acoustic avoid '.repeat(2)}letter advice cage absurd amount doctor acoustic bless`,
    ],
    [0xff, `${'zoo '.repeat(23)}vote`],
  ] as const) {
    test(`a seed of ${byte.toString(16)} is ${words.slice(0, 12)}…`, () => {
      expect(backupWords(of(byte))).toBe(words);
      expect(seedOfWords(words)).toEqual(of(byte).seed);
    });
  }

  test('are read in any case and with any blanks', () => {
    const words = backupWords(of(9));
    expect(seedOfWords(` ${words.toUpperCase().replaceAll(' ', ' \n\t')} `)).toEqual(of(9).seed);
  });

  const words = backupWords(of(9)).split(' ');
  for (const [name, text, message, hint] of [
    ['nothing', '', '0 words were given, a backup has 24', undefined],
    ['one too few', words.slice(1).join(' '), '23 words were given, a backup has 24', undefined],
    ['12 words', `${'abandon '.repeat(11)}about`, '12 words were given, a backup has 24', undefined],
    ['a stray word', words.with(6, 'hoise').join(' '), 'word 7 is not in the list', undefined],
    ['a typing mistake', words.with(6, 'abandoned').join(' '), 'word 7 is not in the list', 'did you mean abandon?'],
    [
      'a wrong word',
      words.with(6, words[6] === 'zoo' ? 'art' : 'zoo').join(' '),
      'these words do not belong together',
      undefined,
    ],
  ] as const) {
    test(`${name}: ${message}`, () => {
      let caught: unknown;
      try {
        seedOfWords(text);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(IdentityError);
      const error = caught as IdentityError;
      expect([error.why, error.hint]).toEqual(['bad-words', hint]);
      expect(error.message).toContain(message);
    });
  }
});

describe('§0 comparison words', () => {
  test('six words say what the fingerprint begins with', () => {
    expect(comparisonWords(suite, of(42).id)).toBe('drill market cupboard original live ill');
    expect(comparisonWords(suite, of(43).id)).not.toBe(comparisonWords(suite, of(42).id));
  });
});
