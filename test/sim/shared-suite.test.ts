import { describe, expect, test } from 'vitest';
import type { Suite } from '../../src/core/crypto/suite.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { sharedSuite } from '../../src/sim/shared-suite.ts';

const seed = new Uint8Array(32).fill(7);
const publicKey = nodeSuite.publicKey(seed);
const message = new Uint8Array([1, 2, 3]);

/** The suite, and how often it was really asked. */
function counted() {
  const asked = { times: 0 };
  const inner: Suite = {
    ...nodeSuite,
    verify(...what) {
      asked.times++;
      return nodeSuite.verify(...what);
    },
  };
  return { asked, suite: sharedSuite(inner) };
}

describe('a suite that many nodes share', () => {
  test('verifies a signature once, and says the same again', () => {
    const { asked, suite } = counted();
    const signature = suite.sign(seed, message);
    for (let node = 0; node < 5; node++) expect(suite.verify(publicKey, message, signature)).toBe(true);
    const forged = signature.slice();
    forged[40]! ^= 1;
    for (let node = 0; node < 5; node++) expect(suite.verify(publicKey, message, forged)).toBe(false);
    expect(asked.times).toBe(2);
  });

  test('never gives the answer of one message, or of one key, for another', () => {
    const { suite } = counted();
    const signature = suite.sign(seed, message);
    expect(suite.verify(publicKey, message, signature)).toBe(true);
    expect(suite.verify(publicKey, new Uint8Array([1, 2, 4]), signature)).toBe(false);
    expect(suite.verify(nodeSuite.publicKey(new Uint8Array(32).fill(8)), message, signature)).toBe(false);
    expect(suite.verify(publicKey, message, signature)).toBe(true);
  });

  test('what it was asked about may change afterwards', () => {
    const { suite } = counted();
    const [mine, signature] = [message.slice(), suite.sign(seed, message)];
    expect(suite.verify(publicKey, mine, signature)).toBe(true);
    mine[0] = 9;
    expect(suite.verify(publicKey, mine, signature)).toBe(false);
    expect(suite.verify(publicKey, message, signature)).toBe(true);
  });
});
