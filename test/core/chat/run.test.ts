import { expect, test } from 'vitest';
import { runOf } from '../../../src/core/chat/run.ts';
import { nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';

test('a run has a name of its own for each author and epoch', () => {
  const [ann, bob] = [1, 2].map((n) => nodeIdOf(nodeSuite.publicKey(new Uint8Array(32).fill(n))));
  // SHA-256("qpc run v1" || 00 || 8a88e3dd…0f6f5c || 0102030405060708), computed elsewhere.
  expect(runOf(nodeSuite, ann!, '0102030405060708')).toBe('30e7cb0938e78cdf');
  expect(runOf(nodeSuite, bob!, '0102030405060708')).not.toBe('30e7cb0938e78cdf');
  expect(runOf(nodeSuite, ann!, '0102030405060709')).not.toBe('30e7cb0938e78cdf');
});
