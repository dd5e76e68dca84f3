import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import {
  CONNECTIONS_KEPT_MAX,
  CONNECTIONS_OF_STRANGERS_MAX,
  CONNECTIONS_PER_BLOCK_MAX,
  DUPLICATE_FINISH_MS,
  HALF_OPEN_MAX,
} from '../../../src/core/base/limits.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { StreamId } from '../../../src/core/wire/frame.ts';
import { Pair, type Side } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;

/** A hub that knows some peers, and people who call it from anywhere. */
class Hub {
  readonly pair = new Pair();
  readonly known = new Set<NodeId>();
  readonly side: Side;

  constructor(connectionsMax?: number) {
    const isKnown = (peer: NodeId): boolean => this.known.has(peer);
    this.side = this.pair.add('hub', '192.0.2.5', { isKnown, ...(connectionsMax && { connectionsMax }) });
  }

  /** Somebody calls, and proves itself if it is let in. */
  caller(host: string, port = 7000): Stranger {
    const one = new Stranger(this.pair, this.side, at(host, port));
    // As often as strangers may: the door has its own tests.
    this.pair.now = (this.pair.now + 100) as typeof this.pair.now;
    one.send(one.initial());
    if (!one.answered) one.callWithToken();
    if (one.closeCode === undefined) one.prove();
    return one;
  }

  callers(count: number, host: (i: number) => string): Stranger[] {
    return Array.from({ length: count }, (_, i) => this.caller(host(i), 7001 + i));
  }

  /** A whole endpoint that calls. */
  friend(host: string): Side {
    const friend = this.pair.add(`friend at ${host}`, host);
    this.known.add(friend.endpoint.id);
    return friend;
  }

  get size(): number {
    return [...this.side.endpoint.connections()].length;
  }
}

const stays = (caller: Stranger): boolean => caller.answered && caller.closeCode === undefined;

describe('§1.1 denial of service: places for connections', () => {
  test('five hosts that take all they can get keep out neither a contact nor a stranger from elsewhere', () => {
    const hub = new Hub();
    const hoarders = Array.from({ length: 5 }, (_, host) =>
      hub.callers(CONNECTIONS_PER_BLOCK_MAX, () => `203.${host}.0.1`),
    ).flat();
    expect(hub.size).toBe(CONNECTIONS_OF_STRANGERS_MAX);
    const honest = hub.caller('198.51.100.1');
    expect(stays(honest)).toBe(true);
    expect(hub.size).toBe(CONNECTIONS_OF_STRANGERS_MAX);
    expect(hub.pair.connect(hub.friend('203.0.0.1'), hub.side).server.confirmed).toBe(true);
    expect(hub.size).toBe(CONNECTIONS_OF_STRANGERS_MAX + 1);
    const moved = hoarders.filter((one) => one.closeCode === CLOSE_REASONS.refused.code);
    expect(moved).toHaveLength(hoarders.length + 1 - CONNECTIONS_OF_STRANGERS_MAX);
    expect(stays(honest)).toBe(true);
  });

  test('the youngest of the most crowded region makes room; where all are crowded alike, the caller is refused', () => {
    const hub = new Hub(4);
    const [a1, a2, b1, b2] = ['203.0.0.1', '203.0.1.1', '203.1.0.1', '203.1.1.1'].map((host) => hub.caller(host));
    const c1 = hub.caller('198.51.100.1');
    const c2 = hub.caller('198.51.101.1');
    expect([a1, a2, b1, b2, c1, c2].map((one) => stays(one!))).toEqual([true, false, true, true, true, false]);
    expect(hub.size).toBe(4);
  });

  test('whoever is known takes the place of a stranger, and no stranger that of who is known or was dialled', () => {
    const hub = new Hub(3);
    hub.pair.connect(hub.friend('198.51.100.1'), hub.side);
    hub.pair.connect(hub.side, hub.pair.client);
    const stranger = hub.caller('203.0.0.1');
    const late = hub.caller('203.7.0.1');
    expect([stays(stranger), stays(late)]).toEqual([true, false]);
    hub.pair.connect(hub.friend('198.51.100.2'), hub.side);
    hub.pair.drive();
    expect(stays(stranger)).toBe(false);
    expect(hub.size).toBe(3);
    const friend = hub.friend('198.51.100.3');
    hub.pair.dial(friend, hub.side);
    hub.pair.drive();
    expect(friend.of('closed').map(({ reason }) => reason)).toEqual(['refused']);
  });

  test('whoever only says that it has moved crowds nobody out there, and takes nobody’s place', () => {
    const hub = new Hub(CONNECTIONS_PER_BLOCK_MAX + 1);
    const victim = '198.51.100.1';
    const crowd = hub.callers(CONNECTIONS_PER_BLOCK_MAX, (i) => `203.${i}.0.1`);
    for (const one of crowd) one.send(one.packet([{ type: 'ping' }]), at(victim, one.nextNumber));
    const honest = hub.caller(victim);
    const other = hub.caller('198.51.100.2');
    expect([stays(honest), stays(other)]).toEqual([true, false]);
    expect(crowd.every(stays)).toBe(true);
  });

  test('nor does who never shows where it is', () => {
    const hub = new Hub();
    const victim = at('198.51.100.1');
    for (let i = 0; i < CONNECTIONS_PER_BLOCK_MAX; i++) {
      hub.pair.drive({ forMs: 100 });
      const one = new Stranger(hub.pair, hub.side, at(`203.${i}.0.1`));
      const initial = one.initial();
      one.send(initial);
      one.send(initial, victim);
      one.send(one.packet([{ type: 'ping' }]), victim);
    }
    expect([...hub.side.endpoint.connections()].every(({ address }) => address === victim)).toBe(true);
    expect(stays(hub.caller('198.51.100.1', 9_000))).toBe(true);
  });

  test('who is known and calls again and again, with something left to finish each time, keeps nobody out', () => {
    const hub = new Hub(8);
    const honest = hub.caller('198.51.100.1');
    const seed = hub.pair.random.bytes(32);
    for (let i = 0; i < 20; i++) {
      hub.pair.drive({ forMs: 100 });
      const one = new Stranger(hub.pair, hub.side, at('203.0.0.1', 7_001 + i), seed).call().prove();
      hub.known.add(hub.side.of('confirmed').at(-1)!.connection.peer);
      one.send(one.packet([{ type: 'stream', id: 0 as StreamId, offset: 0, data: new Uint8Array(1), fin: false }]));
    }
    // All places, and the one that the last call replaces.
    expect(hub.size).toBe(8 + 1);
    expect(hub.pair.connect(hub.friend('203.0.0.2'), hub.side).server.confirmed).toBe(true);
    expect(stays(honest)).toBe(true);
    hub.pair.drive({ forMs: DUPLICATE_FINISH_MS });
    expect(hub.size).toBe(3);
  });

  test('nobody makes room for a first packet alone: only for who has proved itself', () => {
    const hub = new Hub(2);
    const [one, two] = [hub.caller('203.0.0.1'), hub.caller('203.0.1.1')];
    const other = new Stranger(hub.pair, hub.side, at('198.51.100.1')).call();
    hub.pair.drive();
    expect([stays(one), stays(two), other.answered]).toEqual([true, true, true]);
    other.prove();
    expect([stays(one), stays(two), stays(other)]).toEqual([true, false, true]);
  });

  test('many who are let in at once and prove themselves together are no more than there are places', () => {
    const hub = new Hub(4);
    const callers = Array.from({ length: 8 }, (_, i) => new Stranger(hub.pair, hub.side, at(`203.${i}.0.1`)).call());
    for (const one of callers) one.prove();
    expect(hub.size).toBe(4);
    expect(callers.map(stays)).toEqual([true, true, true, true, false, false, false, false]);
  });

  test('a stranger that restarted is let in again, though its block is full', () => {
    const hub = new Hub();
    const seed = hub.pair.random.bytes(32);
    const before = new Stranger(hub.pair, hub.side, at('203.0.0.1'), seed).call().prove();
    hub.callers(CONNECTIONS_PER_BLOCK_MAX - 1, () => '203.0.0.1');
    expect(stays(hub.caller('203.0.0.1', 9_000))).toBe(false);
    const after = new Stranger(hub.pair, hub.side, at('203.0.0.1', 9_001), seed).call().prove();
    expect(stays(after)).toBe(true);
    expect(before.closeCode).toBe(CLOSE_REASONS.duplicate.code);
  });

  test('a stranger that renews its connection takes nobody’s place, and has been there as long as before', () => {
    const hub = new Hub(2);
    const seed = hub.pair.random.bytes(32);
    const first = new Stranger(hub.pair, hub.side, at('203.0.0.1'), seed).call().prove();
    const second = hub.caller('203.0.1.1');
    const renewed = new Stranger(hub.pair, hub.side, at('203.0.0.1', 7_001), seed).call().prove();
    expect([first, second, renewed].map(stays)).toEqual([false, true, true]);
    expect(stays(hub.caller('198.51.100.1'))).toBe(true);
    expect([second, renewed].map(stays)).toEqual([false, true]);
  });

  test('connections that are over are kept for a while, and never more than so many in all', () => {
    const hub = new Hub();
    const seeds = Array.from({ length: HALF_OPEN_MAX }, () => hub.pair.random.bytes(32));
    /** Callers who look slow, so that their connections are kept for nine seconds after they are over. */
    const come = (round: number): Stranger[] => {
      const callers = seeds.map((seed, i) => {
        const one = new Stranger(hub.pair, hub.side, at(`${10 + round}.${i % 2}.${i}.1`), seed);
        one.send(one.initial());
        if (!one.answered) one.callWithToken();
        return one;
      });
      hub.pair.drive({ forMs: 1_000 });
      for (const one of callers) one.prove();
      return callers;
    };
    const leave = (): void => {
      for (const one of hub.side.endpoint.connections()) one.close('none', '', hub.pair.now);
      hub.pair.flush();
    };
    const [first] = come(0);
    leave();
    const { onSend } = hub.pair;
    for (let kept = seeds.length; kept < CONNECTIONS_KEPT_MAX; kept += seeds.length) {
      hub.pair.onSend = onSend;
      first!.prove();
      expect(hub.side.endpoint.dropped.get('forgotten')).toBeUndefined();
      come(kept / seeds.length);
      leave();
    }
    come(100);
    first!.prove();
    expect(hub.side.endpoint.dropped.get('forgotten')).toBe(1);
  });
});
