import { describe, expect, test } from 'vitest';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { suiteShape } from '../core/crypto/suite-shape.ts';

describe('paper: shape', () => suiteShape(paperSuite, 200));

describe('paper alone', () => {
  test('no two of 50,000 short inputs have one hash', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 50_000; i++) {
      seen.add(paperSuite.hash(Uint8Array.of(i, i >> 8, i >> 16), new Uint8Array(i % 5)).toString());
    }
    expect(seen.size).toBe(50_000);
  });

  test('random bytes are no key of a node', () => {
    const random = new SeededRandom('keys');
    for (let i = 0; i < 1000; i++) expect(paperSuite.isNodeKey(random.bytes(32))).toBe(false);
  });
});
