import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CONNECTION_WINDOW_BYTES,
  CONNECTION_WINDOW_BYTES_MAX,
  SEND_BUFFER_BYTES_MAX,
  STREAM_WINDOW_BYTES,
  UNSENT_BYTES_MAX,
  WINDOW_GROWTH_BYTES_MAX,
} from '../../../src/core/base/limits.ts';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Flow } from '../../../src/core/transport/flow.ts';
import { ReceiveWindow } from '../../../src/core/transport/receive-window.ts';
import { WindowBudget } from '../../../src/core/transport/window-budget.ts';
import type { StreamId } from '../../../src/core/wire/frame.ts';
import { Pair, type Side } from '../../support/pair.ts';

/** Writes `total` bytes as they are taken, then the end. */
function pour(side: Side, connection: Connection, stream: StreamId, total: number): void {
  let left = total;
  const on = (): void => {
    for (let taken = 1; left > 0 && taken > 0; left -= taken) {
      taken = connection.write(stream, new Uint8Array(Math.min(left, 100_000)));
    }
    if (left === 0) connection.finish(stream);
  };
  side.onEvent = (event) => event.type === 'writable' && event.stream === stream && on();
  on();
}

/** Reads all that comes, and counts it. */
function drain(side: Side): { bytes: number; ended: number } {
  const got = { bytes: 0, ended: 0 };
  side.onEvent = (event) => {
    const read = event.type === 'readable' ? event.connection.read(event.stream) : undefined;
    got.bytes += read?.bytes.length ?? 0;
    got.ended += read?.fin ? 1 : 0;
  };
  return got;
}

describe('windows that grow', () => {
  test('5 MB over a round trip of 100 ms: the windows, small at first, do not hold up a sender whose reader keeps up', () => {
    const pair = new Pair({ weather: { latencyMs: 50 } });
    const { client } = pair.connect();
    const got = drain(pair.server);
    const from = pair.now;
    pour(pair.client, client, client.openStream('unidirectional')!, 5_000_000);
    pair.drive({ until: () => got.ended === 1, forMs: 60_000 });
    expect(got).toEqual({ bytes: 5_000_000, ended: 1 });
    // Nine round trips of slow start and little more; with the first windows it would be twenty.
    expect(pair.now - from).toBeLessThan(1_500);
  });

  test('without a reader they stay as they are: no more than the first window is ever here, on a stream and in all', () => {
    const pair = new Pair({ weather: { latencyMs: 20 } });
    const { client, server } = pair.connect();
    const alone = client.openStream('unidirectional')!;
    client.write(alone, new Uint8Array(UNSENT_BYTES_MAX));
    pair.drive({ forMs: 1_000 });
    const streams = Array.from({ length: 8 }, () => client.openStream('unidirectional')!);
    for (const stream of streams) client.write(stream, new Uint8Array(UNSENT_BYTES_MAX));
    pair.drive({ forMs: 5_000 });
    const here = [alone, ...streams].map((stream) => server.read(stream)?.bytes.length ?? 0);
    expect(here[0]).toBe(STREAM_WINDOW_BYTES);
    expect(here.reduce((sum, bytes) => sum + bytes)).toBe(CONNECTION_WINDOW_BYTES);
  });

  test('for a reader who always comes late they stay so too', () => {
    const pair = new Pair({ weather: { latencyMs: 5 } });
    const { client, server } = pair.connect();
    const stream = client.openStream('unidirectional')!;
    pour(pair.client, client, stream, 20_000_000);
    for (let i = 0; i < 15; i++) {
      pair.drive({ forMs: 500 });
      expect(server.read(stream)!.bytes.length).toBeLessThanOrEqual(CONNECTION_WINDOW_BYTES / 2);
    }
  });

  test('a peer that fills its window is told a larger one, which doubles once for each that it was told', () => {
    const flow = new Flow(new WindowBudget());
    flow.receive(CONNECTION_WINDOW_BYTES / 2);
    flow.consume(CONNECTION_WINDOW_BYTES / 2);
    expect(flow.streamWindowBytes).toBe(CONNECTION_WINDOW_BYTES / 2);
    flow.receive(CONNECTION_WINDOW_BYTES / 2);
    expect(flow.streamWindowBytes).toBe(CONNECTION_WINDOW_BYTES);
    // Its streams say the same at the same time: that is no news.
    flow.grow();
    expect(flow.streamWindowBytes).toBe(CONNECTION_WINDOW_BYTES);
    flow.acked(CONNECTION_WINDOW_BYTES / 2 + 2 * CONNECTION_WINDOW_BYTES);
    flow.grow();
    expect(flow.streamWindowBytes).toBe(2 * CONNECTION_WINDOW_BYTES);
  });

  test('a byte at the far end of a window is no reason to make it larger', () => {
    const window = new ReceiveWindow(1_000);
    window.receive(1_000);
    expect(window.isTooSmall).toBe(false);
    expect(() => window.receive(1)).toThrow(PeerError);
  });

  test('a limit counts when it is told, and no sooner', () => {
    const window = new ReceiveWindow(1_000);
    window.receive(600);
    expect(window.consume(600, 1_000)).toBe(true);
    expect(window.limit).toBe(1_600);
    const early = (): void => window.receive(500);
    expect(early).toThrow(PeerError);
    window.say();
    expect(() => window.receive(0)).not.toThrow();
  });

  test('whatever is received and read, the limit never falls, and never allows more than the window ahead of the reader', () => {
    const step = fc.tuple(fc.nat(600), fc.nat(600), fc.integer({ min: 1_000, max: 4_000 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = new ReceiveWindow(1_000);
        let [received, consumed, largest, limit, said] = [0, 0, 1_000, 1_000, 1_000];
        for (const [arrive, read, size, hears] of steps) {
          const more = Math.min(arrive, said - received);
          window.receive(more);
          received += more;
          largest = Math.max(largest, size);
          const less = Math.min(read, received - consumed);
          consumed += less;
          window.consume(less, size);
          if (window.isTooSmall) window.raise(size);
          expect(window.limit).toBeGreaterThanOrEqual(limit);
          expect(window.limit).toBeLessThanOrEqual(consumed + largest);
          limit = window.limit;
          if (!hears) continue;
          window.say();
          window.told(limit);
          said = limit;
        }
      }),
    );
  });

  test('all connections together take no more than the budget, and the first ones leave something for the next', () => {
    const budget = new WindowBudget();
    const flows = Array.from({ length: 160 }, () => new Flow(budget));
    const grown = flows.map((flow) => {
      for (let i = 0; i < 10; i++) {
        flow.grow();
        flow.acked(Number.MAX_SAFE_INTEGER);
      }
      return 2 * flow.streamWindowBytes;
    });
    expect(Math.max(...grown)).toBe(CONNECTION_WINDOW_BYTES_MAX);
    const growth = grown.reduce((sum, bytes) => sum + bytes - CONNECTION_WINDOW_BYTES, 0);
    expect(growth).toBeLessThanOrEqual(WINDOW_GROWTH_BYTES_MAX);
    expect(grown.filter((bytes) => bytes > CONNECTION_WINDOW_BYTES).length).toBeGreaterThan(10);
    // Those that end give theirs back.
    for (const flow of flows) flow.end();
    expect(budget.take(WINDOW_GROWTH_BYTES_MAX / 2)).toBe(true);
  });
});

describe('what a writer may leave with a stream', () => {
  test('a path of 100 ms never waits for the writer: what is on its way does not count against what may wait', () => {
    const pair = new Pair({ weather: { latencyMs: 50 } });
    const { client } = pair.connect();
    const got = drain(pair.server);
    pour(pair.client, client, client.openStream('unidirectional')!, 9_000_000);
    pair.drive({ until: () => got.bytes > 3_000_000, forMs: 60_000 });
    const [before, from] = [got.bytes, pair.now];
    pair.drive({ until: () => got.bytes > before + 3_000_000, forMs: 60_000 });
    // 100 Mbit/s would need 240 ms.
    expect(pair.now - from).toBeLessThan(240);
  });

  test('a peer that reads nothing leaves room for so much and no more; one that never has the first byte, for the most there is', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const stream = client.openStream('unidirectional')!;
    let taken = client.write(stream, new Uint8Array(10_000_000));
    expect(taken).toBe(UNSENT_BYTES_MAX);
    for (let i = 0; i < 100; i++) {
      pair.drive({ forMs: 100 });
      taken += client.write(stream, new Uint8Array(10_000_000));
    }
    expect(taken).toBe(UNSENT_BYTES_MAX + STREAM_WINDOW_BYTES);
    expect(taken).toBeLessThan(SEND_BUFFER_BYTES_MAX);
  });
});
