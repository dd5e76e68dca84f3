import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { STREAM_WINDOW_BYTES } from '../../../src/core/base/limits.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import type { Frame, StreamId } from '../../../src/core/wire/frame.ts';
import { stream } from '../../support/frames.ts';
import { Pair } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;
const id = (number: number): StreamId => number as StreamId;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapMegabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

/** A caller that is confirmed, and may say anything. */
function peer(): { readonly pair: Pair; readonly caller: Stranger } {
  const pair = new Pair();
  return { pair, caller: new Stranger(pair, pair.server, at('192.0.2.66')).call().prove() };
}

describe('a peer that sends without end', () => {
  test('gaps spread over many streams have a bound too: forbidden', () => {
    const { caller } = peer();
    let gaps = 0;
    for (; gaps < 10_000 && caller.closeCode === undefined; gaps += 100) {
      const number = 4 * Math.floor(gaps / 900);
      const from = gaps % 900;
      caller.send(
        caller.packet(Array.from({ length: 100 }, (_, i) => stream(number, 2 * (from + i) + 1, Uint8Array.of(1)))),
      );
    }
    expect(caller.closeCode).toBe(CLOSE_REASONS.forbidden.code);
    expect(gaps).toBeGreaterThan(5_000);
    expect(gaps).toBeLessThan(5_300);
  });

  const flood: readonly (readonly [string, (i: number) => Frame])[] = [
    ['PING', () => ({ type: 'ping' })],
    ['PATH_CHALLENGE', (i) => ({ type: 'path-challenge', data: new Uint8Array(8).fill(i) })],
    ['PATH_RESPONSE', (i) => ({ type: 'path-response', data: new Uint8Array(8).fill(i) })],
    ['NEW_CONNECTION_ID', () => newId(1)],
    ['RETIRE_CONNECTION_ID', () => ({ type: 'retire-connection-id', sequence: 1 })],
    ['RESET_STREAM', (i) => ({ type: 'reset-stream', id: id(4 * (i % 128)), code: 1, finalSize: 0 })],
    ['STOP_SENDING', (i) => ({ type: 'stop-sending', id: id(4 * (i % 128)), code: 1 })],
    ['MAX_DATA', (i) => ({ type: 'max-data', limit: 2 ** 20 + i })],
    ['MAX_STREAM_DATA', (i) => ({ type: 'max-stream-data', id: id(4 * (i % 128)), limit: 2 ** 20 + i })],
    ['MAX_STREAMS', (i) => ({ type: 'max-streams', kind: 'bidirectional', limit: 200 + i })],
    ['DATA_BLOCKED', (limit) => ({ type: 'data-blocked', limit })],
    ['STREAM_DATA_BLOCKED', (i) => ({ type: 'stream-data-blocked', id: id(4 * (i % 128)), limit: i })],
    ['STREAMS_BLOCKED', (limit) => ({ type: 'streams-blocked', kind: 'unidirectional', limit })],
    ['STREAM without a byte', (i) => stream(4 * (i % 128), 0, new Uint8Array(0))],
    ['STREAM with the same byte', (i) => stream(4 * (i % 128), 7, new Uint8Array(1))],
    ['IMMEDIATE_ACK', () => ({ type: 'immediate-ack' })],
    [
      'OBSERVED_ADDRESS',
      (i) => ({ type: 'observed-address', sequence: i, address: at('192.0.2.1', 1 + (i % 65_535)) }),
    ],
  ];
  test.each(flood)(
    '20,000 of %s, and nothing of ours acknowledged: nothing more is kept, and less is said than heard',
    (_, frame) => {
      const { pair, caller } = peer();
      const bytes = { heard: 0, said: 0 };
      const flooding = (from: number, to: number): void => {
        for (let i = from; i < to && caller.closeCode === undefined; i += 500) {
          const packet = caller.packet(Array.from({ length: 500 }, (_, n) => frame(i + n)));
          caller.send(packet);
          pair.drive({ forMs: 1 });
          bytes.heard += packet.length;
          bytes.said += caller.received.reduce((sum, { length }) => sum + length, 0);
          pair.server.events.length = caller.heard.length = caller.received.length = 0;
        }
      };
      flooding(0, 5_000);
      const before = heapMegabytes();
      flooding(5_000, 20_000);
      expect(heapMegabytes() - before).toBeLessThan(0.5);
      expect(bytes.said).toBeLessThan(bytes.heard);
      expect(caller.closeCode).toBeUndefined();
    },
  );

  test('a question in each packet, and no answer acknowledged: few answers are on their way, and remembered', () => {
    const { pair, caller } = peer();
    const { link } = [...pair.server.endpoint.connections()][0]!;
    let most = 0;
    for (let i = 0; i < 300; i++) {
      caller.send(caller.packet([{ type: 'path-challenge', data: new Uint8Array(8).fill(i) }]));
      most = Math.max(most, link.loss.packetsInFlight);
    }
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThan(30);
    expect(caller.closeCode).toBeUndefined();
  });

  test('a peer that sends tiny pieces without end delays nobody else', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive({ forMs: 5_000 });
    pair.server.onEvent = (event) => {
      if (event.type !== 'readable') return;
      const got = event.connection.read(event.stream);
      if (event.connection.peer !== pair.client.endpoint.id || !got) return;
      event.connection.write(event.stream, got.bytes);
    };
    const asking = client.openStream('bidirectional')!;
    const echoMs = (): number => {
      const from = pair.now;
      client.write(asking, utf8('ping'));
      pair.drive({ until: () => client.read(asking) !== undefined, forMs: 5_000 });
      return pair.now - from;
    };
    const calm = echoMs();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66')).call().prove();
    let offset = 0;
    const tiny = (): void => {
      // 1,000 bytes, each in a frame of its own, in every millisecond.
      for (let packets = 0; packets < 5; packets++) {
        const frames = Array.from({ length: 200 }, () => stream(0, offset++, Uint8Array.of(7)));
        caller.send(caller.packet([...frames, caller.ack]));
      }
    };
    let last = pair.now;
    const waits = Array.from({ length: 8 }, () => {
      const from = pair.now;
      client.write(asking, utf8('ping'));
      while (client.read(asking) === undefined && pair.now - from < 5_000) {
        for (; last < pair.now; last++) tiny();
        pair.drive({ forMs: 1 });
      }
      return pair.now - from;
    });
    expect(caller.closeCode).toBeUndefined();
    expect(offset).toBeGreaterThan(STREAM_WINDOW_BYTES);
    expect(Math.max(...waits)).toBeLessThanOrEqual(calm + 2);
  });
});

function newId(sequence: number): Frame {
  const bytes = new Uint8Array(16).fill(sequence);
  return { type: 'new-connection-id', sequence, retirePriorTo: 0, id: bytes.subarray(8), resetToken: bytes };
}
