import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import type { Connection } from '../../../src/core/transport/connection.ts';
import type { StreamId } from '../../../src/core/wire/frame.ts';
import { Pair, type Side, seeded } from '../../support/pair.ts';

/** Collects what streams bring, and notes which have ended. */
function collect(side: Side): { readonly bytes: Map<StreamId, Uint8Array[]>; readonly ended: Set<StreamId> } {
  const bytes = new Map<StreamId, Uint8Array[]>();
  const ended = new Set<StreamId>();
  side.onEvent = (event) => {
    if (event.type !== 'readable') return;
    for (let got = event.connection.read(event.stream); got; got = event.connection.read(event.stream)) {
      bytes.set(event.stream, [...(bytes.get(event.stream) ?? []), got.bytes]);
      if (got.fin) ended.add(event.stream);
    }
  };
  return { bytes, ended };
}

/** Writes all of it, as much at a time as is taken, and then the end. */
function pour(side: Side, connection: Connection, stream: StreamId, bytes: Uint8Array): void {
  let at = 0;
  const on = (): void => {
    if (at === bytes.length) return;
    at += connection.write(stream, bytes.subarray(at));
    if (at === bytes.length) connection.finish(stream);
  };
  const before = side.onEvent;
  side.onEvent = (event) => {
    before(event);
    if (event.type === 'writable' && event.stream === stream) on();
  };
  on();
}

describe('§1.3 streams', () => {
  for (const [what, weather, seconds] of [
    ['a calm wire', {}, 5],
    ['5 % loss', { loss: 0.05 }, 60],
    ['everything at once', { loss: 0.03, corrupt: 0.02, duplicate: 0.05, jitterMs: 15 }, 60],
  ] as const) {
    test(`1 MB over ${what}, byte for byte, both ways at once`, () => {
      const pair = new Pair({ weather });
      const { client, server } = pair.connect();
      const there = pair.random.bytes(1_000_000);
      const back = pair.random.bytes(300_000);
      const [atServer, atClient] = [collect(pair.server), collect(pair.client)];
      const stream = client.openStream('bidirectional')!;
      pour(pair.client, client, stream, there);
      pair.drive({ until: () => atServer.bytes.has(stream), forMs: 5_000 });
      pour(pair.server, server, stream, back);
      pair.drive({ until: () => atServer.ended.size + atClient.ended.size === 2, forMs: seconds * 1_000 });
      expect(Buffer.compare(concat(...atServer.bytes.get(stream)!), there)).toBe(0);
      expect(Buffer.compare(concat(...atClient.bytes.get(stream)!), back)).toBe(0);
      pair.drive({ forMs: 2_000 });
      expect([client.streams.size, server.streams.size]).toEqual([0, 0]);
    });
  }

  test('1,999 streams, one after another as fast as they are allowed: each whole, none remembered', () => {
    const pair = new Pair({ weather: { loss: 0.01 } });
    const { client, server } = pair.connect();
    const answers = new Map<StreamId, string>();
    let next = 0;
    pair.server.onEvent = (event) => {
      if (event.type !== 'readable') return;
      const got = event.connection.read(event.stream)!;
      event.connection.write(event.stream, got.bytes);
      if (got.fin) event.connection.finish(event.stream);
    };
    const open = (): void => {
      for (; next < 1_999; next++) {
        const stream = client.openStream('bidirectional');
        if (stream === undefined) return;
        client.write(stream, utf8(`file ${stream}`));
        client.finish(stream);
      }
    };
    pair.client.onEvent = (event) => {
      if (event.type === 'streams-available') open();
      if (event.type !== 'readable') return;
      const got = event.connection.read(event.stream)!;
      answers.set(event.stream, (answers.get(event.stream) ?? '') + Buffer.from(got.bytes).toString());
    };
    open();
    expect(next).toBeGreaterThanOrEqual(100);
    expect(next).toBeLessThan(1_000);
    pair.drive({ forMs: 60_000 });
    expect(answers.size).toBe(1_999);
    for (const [stream, answer] of answers) expect(answer).toBe(`file ${stream}`);
    expect([client.streams.size, server.streams.size]).toEqual([0, 0]);
  });

  test('several streams are served in turn: none waits for another to end', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const { bytes } = collect(pair.server);
    const streams = [1, 2, 3, 4].map(() => client.openStream('unidirectional')!);
    for (const stream of streams) client.write(stream, new Uint8Array(200_000));
    pair.drive({ forMs: 100 });
    const amounts = streams.map((stream) => concat(...(bytes.get(stream) ?? [])).length);
    expect(Math.min(...amounts)).toBeGreaterThan(0.7 * Math.max(...amounts));
  });

  test('a stream of a higher priority is served before all others, whoever came first, and the others get what it leaves', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const { bytes, ended } = collect(pair.server);
    const streams = [0, 0, 1].map((priority) => {
      const stream = client.openStream('unidirectional')!;
      client.setPriority(stream, priority);
      client.write(stream, new Uint8Array(100_000));
      client.finish(stream);
      return stream;
    });
    pair.drive({ until: () => ended.has(streams[2]!) });
    const amounts = streams.map((stream) => concat(...(bytes.get(stream) ?? [])).length);
    expect(amounts[2]).toBe(100_000);
    // What went out behind its end, in the same round trip.
    expect(Math.max(amounts[0]!, amounts[1]!)).toBeLessThan(40_000);
    pair.drive({ until: () => ended.size === 3 });
    expect(ended.size).toBe(3);
  });

  test('a priority may change while a stream is under way, and waits for nobody when it is lowered', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const { ended } = collect(pair.server);
    const [first, second] = [1, 2].map(() => client.openStream('unidirectional')!) as [StreamId, StreamId];
    for (const stream of [first, second]) {
      client.write(stream, new Uint8Array(100_000));
      client.finish(stream);
    }
    client.setPriority(first, -7);
    pair.drive({ until: () => ended.size === 1 });
    expect([...ended]).toEqual([second]);
    client.setPriority(first, 7);
    client.setPriority(second, 3);
    pair.drive({ until: () => ended.size === 2 });
    expect(ended.size).toBe(2);
    expect(() => client.setPriority(first, 8)).toThrow('-7 to 7');
  });

  test('many small writes share packets', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    let packets = 0;
    pair.onSend = (_, from) => {
      if (from === pair.client) packets++;
      return true;
    };
    const stream = client.openStream('unidirectional')!;
    for (let i = 0; i < 100; i++) client.write(stream, utf8('0123456789'));
    pair.flush();
    expect(packets).toBe(1);
  });

  test('a slow reader stops the writer, and loses nothing', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    const stream = client.openStream('unidirectional')!;
    const whole = pair.random.bytes(900_000);
    pour(pair.client, client, stream, whole);
    pair.drive({ forMs: 5_000 });
    const parts: Uint8Array[] = [];
    let fin = false;
    for (let i = 0; i < 200 && !fin; i++) {
      const got = server.read(stream);
      if (got) parts.push(got.bytes);
      fin = got?.fin ?? false;
      expect(got?.bytes.length ?? 0).toBeLessThanOrEqual(256 * 1024);
      pair.drive({ forMs: 100 });
    }
    expect(Buffer.compare(concat(...parts), whole)).toBe(0);
  });

  test('a reset reaches the reader, a stop the writer, and both forget the stream', () => {
    const pair = new Pair({ weather: { loss: 0.1 } });
    const { client, server } = pair.connect();
    const given = client.openStream('unidirectional')!;
    client.write(given, utf8('never mind'));
    client.resetStream(given, 42);
    const unwanted = client.openStream('bidirectional')!;
    client.write(unwanted, new Uint8Array(100_000));
    pair.drive({ forMs: 5_000 });
    server.stopSending(unwanted, 43);
    server.finish(unwanted);
    pair.drive({ forMs: 5_000 });
    expect(pair.server.of('stream-reset')).toEqual([expect.objectContaining({ stream: given, code: 42 })]);
    expect(pair.client.of('stream-stopped')).toEqual([expect.objectContaining({ stream: unwanted, code: 43 })]);
    expect(client.read(unwanted)).toEqual({ bytes: new Uint8Array(0), fin: true });
    pair.drive({ forMs: 5_000 });
    expect([client.streams.size, server.streams.size]).toEqual([0, 0]);
    // A stream that is over takes everything and keeps nothing.
    expect(client.write(unwanted, utf8('gone'))).toBe(4);
    expect(client.read(unwanted)).toBeUndefined();
  });

  test('unread data of streams that were reset or stopped give their flow control back', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    for (let i = 0; i < 30; i++) {
      const stream = client.openStream('unidirectional')!;
      client.write(stream, new Uint8Array(200_000));
      pair.drive({ forMs: 400 });
      if (i % 2) client.resetStream(stream, 1);
      else server.stopSending(stream, 1);
      pair.drive({ forMs: 400 });
    }
    const { ended } = collect(pair.server);
    const last = client.openStream('unidirectional')!;
    pour(pair.client, client, last, new Uint8Array(500_000));
    pair.drive({ forMs: 5_000 });
    expect([...ended]).toEqual([last]);
  });

  test('any sequence of writes, ends, resets, stops and reads leaves two sides that agree', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const pair = new Pair({ seed, weather: { loss: 0.1, duplicate: 0.1, jitterMs: 20 } });
      const { client, server } = pair.connect();
      const random = seeded(seed + 1_000);
      const sides = [
        { side: pair.client, connection: client, streams: new Set<StreamId>() },
        { side: pair.server, connection: server, streams: new Set<StreamId>() },
      ];
      for (const { side, streams } of sides) {
        side.onEvent = (event) => event.type === 'stream' && streams.add(event.stream);
      }
      for (let step = 0; step < 120; step++) {
        const [who, what, which, amount] = random.bytes(4) as unknown as [number, number, number, number];
        const { connection, streams } = sides[who % 2]!;
        const stream = [...streams][which % Math.max(1, streams.size)];
        if (what < 60 || stream === undefined) {
          const opened = connection.openStream(which % 2 ? 'bidirectional' : 'unidirectional');
          if (opened !== undefined) streams.add(opened);
        } else if (what < 130) connection.write(stream, new Uint8Array(amount * 40));
        else if (what < 160) connection.finish(stream);
        else if (what < 170) connection.resetStream(stream, amount);
        else if (what < 180) connection.stopSending(stream, amount);
        else if (what < 240) connection.read(stream);
        else pair.drive({ forMs: amount });
      }
      for (let i = 0; i < 40; i++) {
        for (const { connection, streams } of sides) {
          for (const stream of streams) {
            connection.finish(stream);
            connection.read(stream);
          }
        }
        pair.drive({ forMs: 1_000 });
      }
      expect([client.closed, server.closed], `seed ${seed}`).toEqual([false, false]);
      expect([client.streams.size, server.streams.size], `seed ${seed}`).toEqual([0, 0]);
    }
  });
});

describe('RFC 9002 recovery', () => {
  test('the window grows while it is used: a long transfer needs far fewer round trips than packets', () => {
    const pair = new Pair({ weather: { latencyMs: 50 } });
    const { client } = pair.connect();
    const { ended } = collect(pair.server);
    const from = pair.now;
    pour(pair.client, client, client.openStream('unidirectional')!, new Uint8Array(1_000_000));
    pair.drive({ until: () => ended.size === 1, forMs: 30_000 });
    expect(pair.now - from).toBeLessThan(1_500);
    expect(client.rttMs).toBeGreaterThan(99);
    expect(client.rttMs).toBeLessThan(130);
  });

  test('the last packet lost is found by a probe within a few round trips', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    const { ended } = collect(pair.server);
    let lost = 0;
    pair.onSend = (_, from) => from !== pair.client || lost++ > 0;
    const stream = client.openStream('unidirectional')!;
    client.write(stream, utf8('tail'));
    client.finish(stream);
    pair.drive({ forMs: 200 });
    expect(ended.size).toBe(1);
  });

  test('what asks for no acknowledgement gets none: two sides at rest stay at rest', () => {
    const pair = new Pair();
    pair.connect();
    pair.drive({ forMs: 5_000 });
    let packets = 0;
    pair.onSend = () => {
      packets++;
      return true;
    };
    pair.drive({ forMs: 10_000 });
    expect(packets).toBe(0);
  });

  test('every second packet lost for a long time: slow, but whole, and the ACKs stay small', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const { ended } = collect(pair.server);
    let count = 0;
    let largest = 0;
    pair.onSend = ({ bytes }, from) => {
      // The server looks for larger datagrams, too; what it answers is smaller than any of these.
      if (from === pair.server && bytes.length <= 1_200) largest = Math.max(largest, bytes.length);
      return from === pair.server || count++ % 2 === 0;
    };
    pour(pair.client, client, client.openStream('unidirectional')!, new Uint8Array(100_000));
    pair.drive({ until: () => ended.size === 1, forMs: 300_000 });
    expect(ended.size).toBe(1);
    expect(largest).toBeLessThan(200);
  });
});
