import { describe, expect, test } from 'vitest';
import { hex } from '../../../src/core/bytes/hex.ts';
import { hpkeOpen, hpkeSeal } from '../../../src/core/crypto/hpke.ts';
import { nobleSuite } from '../../../src/core/crypto/noble-suite.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { unhex, vectors } from '../../support/vectors.ts';

type Vector = {
  readonly setup: Readonly<Record<'info' | 'skEm' | 'pkRm' | 'skRm' | 'enc', string>>;
  readonly encryptions: readonly Readonly<Record<'sequence_number' | 'pt' | 'aad' | 'ct', string>>[];
};

describe('HPKE base mode (RFC 9180 A.2.1)', () => {
  const { setup, encryptions } = vectors<Vector>('hpke/rfc9180-a2-base.json');
  const first = encryptions.find(({ sequence_number }) => sequence_number === '0')!;
  const message = { to: unhex(setup.pkRm), info: unhex(setup.info), aad: unhex(first.aad) };

  for (const suite of [nobleSuite, nodeSuite]) {
    test(`${suite.name} seals and opens the first message of the vector`, () => {
      const sealed = hpkeSeal(suite, { ...message, ephemeral: unhex(setup.skEm), plaintext: unhex(first.pt) })!;
      expect(hex(sealed.enc)).toBe(setup.enc);
      expect(hex(sealed.ciphertext)).toBe(first.ct);
      const opened = hpkeOpen(suite, { ...message, secret: unhex(setup.skRm), ...sealed });
      expect(opened && hex(opened)).toBe(first.pt);
    });
  }

  test('a recipient or an encapsulated key of small order is refused', () => {
    const zero = new Uint8Array(32);
    const ephemeral = unhex(setup.skEm);
    expect(hpkeSeal(nodeSuite, { ...message, to: zero, ephemeral, plaintext: zero })).toBeUndefined();
    const secret = unhex(setup.skRm);
    expect(hpkeOpen(nodeSuite, { ...message, secret, enc: zero, ciphertext: unhex(first.ct) })).toBeUndefined();
  });
});
