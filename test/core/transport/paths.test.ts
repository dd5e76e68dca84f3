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
