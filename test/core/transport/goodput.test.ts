import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Bottleneck } from '../../support/bottleneck.ts';
import { Pair, type Side } from '../../support/pair.ts';

/** What a stream has brought, in bytes; it is read as it comes. */
function reading(side: Side): { bytes: number } {
  const got = { bytes: 0 };
  side.onEvent = (event) => {
    if (event.type !== 'readable') return;
    const { connection, stream } = event;
    for (let part = connection.read(stream); part; part = connection.read(stream)) got.bytes += part.bytes.length;
  };
  return got;
}

/** Writes so many bytes as fast as they are taken. */
function pour(side: Side, connection: Connection, bytes: number): void {
  const stream = connection.openStream('bidirectional')!;
  const block = new Uint8Array(65_536);
  let left = bytes;
  const on = (): void => {
    for (let taken = 1; taken > 0 && left > 0; left -= taken) {
      taken = connection.write(stream, block.subarray(0, Math.min(left, block.length)));
    }
  };
  side.onEvent = (event) => {
    if (event.type === 'writable' && event.stream === stream) on();
  };
  on();
}

describe('10 Mbit/s, 15 ms one way, a queue of 25 packets', () => {
  test('10 MB of application bytes arrive at 9.2 Mbit/s', () => {
    const pair = new Pair({ weather: { latencyMs: 15 } });
    const link = { bitsPerSecond: 10_000_000, queuePackets: 25 };
    pair.client.uplink = new Bottleneck(link);
    pair.server.uplink = new Bottleneck(link);
    const { client } = pair.connect();
    const got = reading(pair.server);
    const start = pair.now;
    pour(pair.client, client, 10_000_000);
    pair.drive({ until: () => got.bytes === 10_000_000, forMs: 20_000 });
    expect(got.bytes).toBe(10_000_000);
    const seconds = (pair.now - start) / 1_000;
    expect(80 / seconds).toBeGreaterThan(9.2);
  });
});
