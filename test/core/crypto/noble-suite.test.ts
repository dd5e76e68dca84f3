import { describe, expect, test } from 'vitest';
import { hex } from '../../../src/core/bytes/hex.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { nobleSuite, openX, sealX } from '../../../src/core/crypto/noble-suite.ts';
import { unhex, vectors, type Wycheproof } from '../../support/vectors.ts';
import { suiteCases } from './suite-cases.ts';
import { suiteShape } from './suite-shape.ts';

suiteCases(nobleSuite);
describe('noble: shape', () => suiteShape(nobleSuite, 8));

describe('noble alone', () => {
  test('`verify` without the key check takes 43 cases of CCTV, all with points of mixed order or none', () => {
    type Case = { number: number; key: string; sig: string; msg: string; flags: string[] | null };
    const accepted = vectors<Case[]>('ed25519-cctv/ed25519vectors.json').filter(({ key, msg, sig }) =>
      nobleSuite.verify(unhex(key), utf8(msg), unhex(sig)),
    );
    expect(accepted).toHaveLength(43);
    const flags = new Set(accepted.flatMap((one) => one.flags ?? []));
    expect([...flags].sort()).toEqual(['low_order_component_A', 'low_order_component_R']);
  });

  test('XChaCha20-Poly1305 as in Wycheproof', () => {
    type Group = { ivSize: number };
    type Case = Readonly<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>>;
    const { testGroups } = vectors<Wycheproof<Group, Case>>('wycheproof/xchacha20_poly1305_test.json');
    for (const { tests } of testGroups.filter(({ ivSize }) => ivSize === 192)) {
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
        const input = { key: unhex(key), nonce: unhex(iv), aad: unhex(aad) };
        const opened = openX({ ...input, ciphertext: unhex(ct + tag) });
        expect(opened && hex(opened), `case ${tcId}`).toBe(result === 'valid' ? msg : undefined);
        expect(hex(sealX({ ...input, plaintext: unhex(msg) })) === ct + tag, `case ${tcId}`).toBe(result === 'valid');
      }
    }
  });
});
