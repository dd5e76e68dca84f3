import { describe, expect, test } from 'vitest';
import { Pair } from '../../support/pair.ts';

describe('§1.1 handshake', () => {
  test('two round trips, and both sides are confirmed', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    expect(pair.now - 1_000).toBe(40);
    expect(client.peer).toBe(pair.server.endpoint.id);
    expect(server.peer).toBe(pair.client.endpoint.id);
    expect(server.alpn).toBe('quicprochat/p2p/1');
    expect(client.rttMs).toBe(20);
    expect(server.rttMs).toBe(20);
    expect(pair.client.of('confirmed')).toHaveLength(1);
    expect(pair.server.of('confirmed')).toHaveLength(1);
  });
});
