import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { Pair } from '../../support/pair.ts';

const at = (host: string): Address => address(host, 7000)!;

function settled() {
  const pair = new Pair();
  const connections = pair.connect();
  pair.drive({ forMs: 2_000 });
  return { pair, ...connections };
}

describe('RFC 9000 §9.5: our side moves', () => {
  test('while many addresses of the peer are asked, no id is used on two ways', () => {
    const { pair, client } = settled();
    client.steer(({ paths }) => paths.offer([1, 2, 3, 4, 5].map((n) => at(`203.0.113.${n}`))));
    const ways = new Map<string, Set<Address>>();
    pair.onSend = ({ bytes }, from, to) => {
      const id = hex(bytes.subarray(1, 9));
      if (from === pair.client) ways.set(id, (ways.get(id) ?? new Set()).add(to));
      return undefined;
    };
    pair.client.address = at('203.0.113.9');
    pair.client.endpoint.networkChanged(pair.now);
    pair.drive({ forMs: 40 });
    expect([...ways.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    expect([...ways.values()].some((to) => to.has(pair.server.address))).toBe(true);
  });
});

describe('RFC 9000 §8.1: an address that is not proved', () => {
  test('what came from there counts on when our own side moves, and no more than that', () => {
    const { pair, client, server } = settled();
    const stream = client.openStream('unidirectional')!;
    client.write(stream, new Uint8Array(200_000));
    pair.drive({ forMs: 25 });
    pair.client.address = at('203.0.113.9');
    pair.drive({ until: () => server.address === pair.client.address });
    pair.drive({ forMs: 5 });
    const { current } = server.link.paths;
    expect([current.address, current.isProved]).toEqual([pair.client.address, false]);
    const room = current.room;
    pair.cut();
    pair.server.address = at('198.51.100.7');
    server.link.networkChanged(pair.now);
    expect(server.link.paths.current).not.toBe(current);
    expect(server.link.paths.current.room).toBe(room);
    pair.drive({ forMs: 3_000 });
    expect([client.address, server.address]).toEqual([pair.server.address, pair.client.address]);
  });
});

describe('docs/protocol.md §1.4: addresses that a peer tells of', () => {
  test('who tells of ever others has sixteen of them asked in half a minute, and no more', () => {
    const { pair, client } = settled();
    const { remoteIds, paths } = client.link;
    let datagrams = 0;
    pair.onSend = (_, __, to) => {
      if (to.startsWith('198.51.100.')) datagrams++;
      return false;
    };
    client.write(client.openStream('unidirectional')!, new Uint8Array(10));
    for (let round = 0; round < 58; round++) {
      // The peer acknowledges that its ids are retired, and nothing else.
      for (let sequence = 0; sequence < 5 + round; sequence++) remoteIds.acked(sequence);
      const fresh = { sequence: 5 + round, id: pair.random.bytes(8), resetToken: pair.random.bytes(16) };
      if (remoteIds.spare < 3) remoteIds.receive({ type: 'new-connection-id', retirePriorTo: 0, ...fresh });
      client.steer(() => paths.offer([1, 2, 3, 4].map((n) => at(`198.51.100.${4 * round + n}`))));
      pair.drive();
    }
    expect(datagrams).toBeGreaterThan(0);
    expect(datagrams).toBeLessThanOrEqual(2 * 2 * 16);
  });
});
