import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/core/base/address.ts';
import { PEER_ADDRESSES_MAX, PEERS_MAX } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { PeerBook } from '../../../src/core/node/peer-book.ts';

const bob = 'bob' as NodeId;
const at = (n: number) => parseAddress(`192.0.2.${n}:7000`)!;

describe('the peer book', () => {
  test('puts what is new in front and keeps few addresses', () => {
    const book = new PeerBook([]);
    for (let n = 1; n <= PEER_ADDRESSES_MAX + 2; n++) book.learn(bob, { addresses: [at(n)] }, timestamp(n));
    expect(book.get(bob)?.addresses).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map(at));
  });

  test('what anybody may claim displaces nothing that was proved, or given by the user, and finds a place beside it', () => {
    const book = new PeerBook([]);
    book.learn(bob, { sure: [at(1)] }, timestamp(0));
    book.learn(bob, { sure: [at(2)] }, timestamp(0));
    for (let n = 3; n <= 20; n++) book.learn(bob, { addresses: [at(n)] }, timestamp(n));
    expect(book.get(bob)?.addresses).toEqual([2, 1, 20, 19, 18, 17, 16, 15].map(at));
    for (let n = 21; n <= 30; n++) book.learn(bob, { sure: [at(n)] }, timestamp(n));
    book.learn(bob, { addresses: [at(31)] }, timestamp(31));
    expect(book.get(bob)?.addresses).toEqual([30, 29, 28, 27, 31, 26, 25, 24].map(at));
  });

  test('after a restart neither', () => {
    const before = new PeerBook([]);
    const record = before.learn(bob, { sure: [at(1)], addresses: [at(2)] }, timestamp(0))!;
    const book = new PeerBook([record]);
    for (let n = 3; n <= 20; n++) book.learn(bob, { addresses: [at(n)] }, timestamp(n));
    expect(book.get(bob)?.addresses).toContain(at(1));
  });

  test('asks for a write only when something changed that outlives a restart', () => {
    const book = new PeerBook([]);
    expect(book.learn(bob, { name: 'bob' }, timestamp(1_000))).toMatchObject({ id: bob, name: 'bob' });
    expect(book.learn(bob, { nearby: true }, timestamp(2_000))).toBeUndefined();
    expect(book.learn(bob, { named: true }, timestamp(3_000))).toMatchObject({ named: true });
    expect(book.learn(bob, {}, timestamp(3_000 + 60_000))).toMatchObject({ lastSeen: 63_000 });
  });

  test('who was only named was never seen', () => {
    const book = new PeerBook([]);
    book.learn(bob, { named: true, heard: false }, timestamp(1_000));
    expect(book.get(bob)?.lastSeen).toBe(0);
    book.learn(bob, { name: 'bob' }, timestamp(2_000));
    book.learn(bob, { addresses: [at(1)], heard: false }, timestamp(3_000));
    expect(book.get(bob)?.lastSeen).toBe(2_000);
  });

  test('remembers a goodbye until the peer is back, whatever is heard of it by others', () => {
    const book = new PeerBook([]);
    book.learn(bob, { goodbye: true }, timestamp(1_000));
    book.learn(bob, { nearby: false }, timestamp(2_000));
    book.learn(bob, { name: 'bob' }, timestamp(3_000));
    expect(book.get(bob)?.goodbyeAt).toBe(1_000);
    book.learn(bob, { goodbye: false }, timestamp(4_000));
    expect(book.get(bob)?.goodbyeAt).toBeUndefined();
  });

  test('is bounded, and forgets nobody whom the user named', () => {
    const book = new PeerBook([]);
    book.learn(bob, { named: true }, timestamp(0));
    book.learn('stranger 0' as NodeId, { boots: ['0011223344556677'] }, timestamp(0));
    for (let n = 0; n < PEERS_MAX + 10; n++) book.learn(`stranger ${n}` as NodeId, {}, timestamp(n));
    expect(book.size).toBe(PEERS_MAX);
    expect(book.get(bob)).toBeDefined();
    // All that is remembered of a peer is remembered here, and goes with it.
    expect(book.get('stranger 0' as NodeId)?.boots).toBeUndefined();
  });
});
