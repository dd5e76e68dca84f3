import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { DIALS_REMEMBERED_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { Dials } from '../../../src/core/node/dials.ts';
import { author } from '../../support/authors.ts';

const bob = author('bob').id;
const there = [address('10.7.0.2', 7000)!];
const silence = { reason: 'unreachable', detail: 'no answer to the handshake', answered: false } as const;

describe('what came of calling a peer', () => {
  test('calls that lead to nothing add up, with how the last one ended', () => {
    const dials = new Dials();
    dials.began(bob, there, instant(10));
    dials.failed(bob, silence);
    dials.began(bob, there, instant(90));
    expect(dials.of(bob)).toEqual({ addresses: there, count: 2, firstAt: 10, lastAt: 90, failure: silence });
  });

  test('a connection ends the count, and is remembered', () => {
    const dials = new Dials();
    dials.began(bob, there, instant(10));
    dials.connected(bob, instant(20));
    expect(dials.of(bob)).toBeUndefined();
    dials.began(bob, there, instant(50));
    expect([dials.of(bob)?.count, dials.connectedAt(bob)]).toEqual([1, 20]);
  });

  test('what the user says of its place counts as said until it is connected', () => {
    const dials = new Dials();
    dials.claim(bob, there);
    dials.began(bob, there, instant(10));
    expect(dials.claimed(bob)).toEqual(there);
    dials.connected(bob, instant(20));
    expect(dials.claimed(bob)).toEqual([]);
  });

  test('who was called longest ago is forgotten first', () => {
    const dials = new Dials();
    dials.began(bob, there, instant(0));
    for (let n = 0; n < DIALS_REMEMBERED_MAX; n++) dials.began(`peer ${n}` as NodeId, there, instant(n));
    expect(dials.of(bob)).toBeUndefined();
    expect(dials.of('peer 0' as NodeId)).toBeDefined();
  });
});
