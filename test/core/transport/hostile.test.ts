import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { CONNECTION_WINDOW_BYTES, STREAM_WINDOW_BYTES } from '../../../src/core/base/limits.ts';
import { CLOSE_REASONS, type CloseReason } from '../../../src/core/base/peer-error.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import { encodeFrame, type Frame, type StreamId } from '../../../src/core/wire/frame.ts';
import { anyFrame, stream } from '../../support/frames.ts';
import { Pair } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const id = (number: number): StreamId => number as StreamId;
const range = (start: number, end: number): Frame => ({ type: 'ack', delay: 0, ranges: [{ start, end }] });
const newId = (sequence: number, retirePriorTo = 0): Frame => ({
  type: 'new-connection-id',
  sequence,
  retirePriorTo,
  id: new Uint8Array(8).fill(sequence + 1),
  resetToken: new Uint8Array(16).fill(sequence + 1),
});

/** An authenticated client that may say anything, confirmed. */
function peer(): { readonly pair: Pair; readonly caller: Stranger } {
  const pair = new Pair();
  const caller = new Stranger(pair, pair.server, address('192.0.2.66', 7000)!).call();
  caller.send(caller.packet([{ type: 'ping' }]));
  return { pair, caller };
}

describe('an authenticated peer that breaks the rules is told which', () => {
  const cases: readonly (readonly [string, CloseReason, readonly (readonly Frame[])[]])[] = [
    ['an ACK of a packet that was not sent', 'forbidden', [[range(0, 5_000)]]],
    ['two ACKs in one packet', 'forbidden', [[range(0, 1), range(0, 1)]]],
    ['one byte more than the stream allows', 'flowControl', [[stream(0, STREAM_WINDOW_BYTES, 1)]]],
    [
      'one byte more than the connection allows',
      'flowControl',
      [[0, 4, 8, 12].map((number) => stream(number, CONNECTION_WINDOW_BYTES / 4 - 1, 1)), [stream(16, 0, 1)]],
    ],
    ['two ends of one stream', 'finalSize', [[stream(0, 0, 5, true)], [stream(0, 0, 4, true)]]],
    ['bytes behind the end', 'finalSize', [[stream(0, 0, 5, true), stream(0, 5, 1)]]],
    ['an end before what was sent', 'finalSize', [[stream(0, 9, 1), stream(0, 5, 0, true)]]],
    [
      'a reset to another size',
      'finalSize',
      [[stream(0, 5, 0, true), { type: 'reset-stream', id: id(0), code: 0, finalSize: 4 }]],
    ],
    [
      'a reset beyond flow control',
      'flowControl',
      [[{ type: 'reset-stream', id: id(0), code: 0, finalSize: STREAM_WINDOW_BYTES + 1 }]],
    ],
    ['a stream over the limit', 'streamLimit', [[stream(4 * 128, 0, 1)]]],
    [
      'a stream that it will be allowed, but has not been told of',
      'streamLimit',
      [
        Array.from(
          { length: 129 },
          (_, index): Frame => ({ type: 'reset-stream', id: id(4 * index + 2), code: 0, finalSize: 0 }),
        ),
      ],
    ],
    ['a stream of ours that we never opened', 'streamState', [[stream(1, 0, 1)]]],
    ['data on our one-way stream', 'streamState', [[stream(3, 0, 1)]]],
    ['a limit for its own one-way stream', 'streamState', [[{ type: 'max-stream-data', id: id(2), limit: 1 }]]],
    [
      'a stop for a stream of ours that we never opened',
      'streamState',
      [[{ type: 'stop-sending', id: id(1), code: 0 }]],
    ],
    ['an id that was never issued retired', 'forbidden', [[{ type: 'retire-connection-id', sequence: 77 }]]],
    [
      'ids retired that the peer cannot have heard of yet',
      'forbidden',
      [Array.from({ length: 9 }, (_, sequence): Frame => ({ type: 'retire-connection-id', sequence }))],
    ],
    ['nine connection ids', 'connectionIds', [[1, 2, 3, 4, 5, 6, 7, 8].map((sequence) => newId(sequence))]],
    ['one sequence number for two ids', 'forbidden', [[newId(1), { ...newId(1), id: new Uint8Array(8) } as Frame]]],
  ];
  for (const [what, reason, packets] of cases) {
    test(`${what}: ${reason}`, () => {
      const { pair, caller } = peer();
      for (const frames of packets) {
        expect(caller.closeCode).toBeUndefined();
        caller.send(caller.packet(frames));
      }
      expect(caller.closeCode).toBe(CLOSE_REASONS[reason].code);
      expect(pair.server.of('closed')).toEqual([expect.objectContaining({ reason, byPeer: false })]);
    });
  }

  test('transport parameters in a packet: forbidden', () => {
    const { caller } = peer();
    caller.send(caller.packet([{ type: 'transport-parameters', parameters: caller.parameters }]));
    expect(caller.closeCode).toBe(CLOSE_REASONS.forbidden.code);
  });

  test('a packet without frames, with reserved bits, or with bytes that do not parse', () => {
    for (const [payload, firstByte, reason] of [
      ['', 0x43, 'forbidden'],
      ['01', 0x4b, 'forbidden'],
      ['01', 0x53, 'forbidden'],
      ['1e', 0x43, 'malformed'],
      ['0103', 0x43, 'malformed'],
      ['08', 0x43, 'malformed'],
    ] as const) {
      const { caller } = peer();
      caller.send(caller.seal(fromHex(payload)!, undefined, firstByte));
      expect(caller.closeCode, payload).toBe(CLOSE_REASONS[reason].code);
    }
  });

  test('more than 1,000 gaps in one stream: forbidden; a thousand are borne', () => {
    const { caller } = peer();
    for (let sent = 0; sent < 1_000; sent += 100) {
      caller.send(caller.packet(Array.from({ length: 100 }, (_, i) => stream(0, 2 * (sent + i) + 1, 1))));
    }
    expect(caller.closeCode).toBeUndefined();
    caller.send(caller.packet([stream(0, 2_001, 1)]));
    expect(caller.closeCode).toBe(CLOSE_REASONS.forbidden.code);
  });

  test('an ACK of a number that was skipped: forbidden', () => {
    const { pair, caller } = peer();
    const { connection } = pair.server.of('confirmed')[0]!;
    const out = connection.openStream('bidirectional')!;
    let sent = 0;
    for (; sent < 300 && caller.closeCode === undefined; sent++) {
      connection.write(out, new Uint8Array(10));
      pair.flush();
      caller.send(caller.packet([range(0, sent + 1)]));
    }
    expect(caller.closeCode).toBe(CLOSE_REASONS.forbidden.code);
    expect(sent).toBeGreaterThan(1);
  });

  test('nothing is half done: a good frame before a bad one in the same packet has no effect and no ACK', () => {
    const { pair, caller } = peer();
    const acks = caller.heard.filter(({ type }) => type === 'ack').length;
    caller.send(caller.seal(concat(encodeFrame(stream(0, 0, 5)), new Uint8Array([0x1e]))));
    expect(pair.server.of('stream')).toEqual([]);
    expect(caller.heard.filter(({ type }) => type === 'ack')).toHaveLength(acks);
  });

  test('any frames at all are read, or close with a reason: never more than that', () => {
    const packets = fc.array(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), { maxLength: 12 });
    fc.assert(
      fc.property(packets, fc.boolean(), (sent, talkative) => {
        const { pair, caller } = peer();
        const { connection } = pair.server.of('confirmed')[0]!;
        if (talkative) {
          for (const kind of ['bidirectional', 'unidirectional'] as const) {
            const own = connection.openStream(kind);
            if (own !== undefined) connection.write(own, new Uint8Array(3_000));
          }
          pair.server.onEvent = (event) => {
            if ('stream' in event) event.connection.read(event.stream);
          };
        }
        for (const frames of sent) caller.send(caller.packet(frames));
        pair.drive({ forMs: 3_000 });
        expect(pair.server.of('closed').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  test('any payload at all is read, or closes with a reason: never more than that', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 }), (payloads) => {
        const { pair, caller } = peer();
        for (const payload of payloads) caller.send(caller.seal(payload));
        pair.drive({ forMs: 2_000 });
        expect(pair.server.of('closed').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });
});

describe('§1.2 several packets in one datagram', () => {
  const ping = new Uint8Array([1, 0, 0, 0]);

  test('are read one by one, each with its length but the last', () => {
    const { caller } = peer();
    const packets = [0x63, 0x63, 0x43].map((firstByte) => caller.seal(ping, undefined, firstByte));
    caller.send(concat(...packets));
    expect(caller.heard.findLast(({ type }) => type === 'ack')).toMatchObject({ ranges: [{ start: 0, end: 4 }] });
  });

  test('one that does not open ends the reading, and 65 are one too many', () => {
    const { pair, caller } = peer();
    const bad = caller.seal(ping, undefined, 0x63);
    bad[20]! ^= 1;
    caller.send(concat(bad, caller.seal(ping)));
    expect(pair.server.endpoint.dropped.get('unopened')).toBe(1);
    const many = Array.from({ length: 65 }, () => caller.seal(ping, undefined, 0x63));
    caller.send(concat(...many));
    expect(pair.server.endpoint.dropped.get('coalesced')).toBe(1);
    expect(caller.heard.findLast(({ type }) => type === 'ack')).toMatchObject({
      ranges: [{ end: 67 }, { start: 0, end: 1 }],
    });
  });
});

describe('an authenticated peer that tries to wear us out', () => {
  test('a packet that comes again is not read again, however late', () => {
    const { pair, caller } = peer();
    const packet = caller.packet([stream(0, 0, 5)]);
    for (let i = 0; i < 3; i++) caller.send(packet);
    for (let i = 0; i < 500; i++) caller.send(caller.packet([{ type: 'ping' }]));
    caller.send(packet);
    expect(pair.server.of('stream')).toHaveLength(1);
    const { connection } = pair.server.of('stream')[0]!;
    expect(connection.read(id(0))?.bytes.length).toBe(5);
    expect(connection.read(id(0))).toBeUndefined();
  });

  test('packets with gaps between all their numbers: ACKs stay within one bound', () => {
    const { caller } = peer();
    for (let i = 0; i < 3_000; i++) caller.send(caller.packet([{ type: 'ping' }], 10 + 2 * i));
    const largest = Math.max(...caller.heard.map((frame) => (frame.type === 'ack' ? frame.ranges.length : 0)));
    expect(largest).toBe(32);
  });

  test('1,000 packets that only acknowledge are answered by nothing', () => {
    const { pair, caller } = peer();
    pair.drive({ forMs: 100 });
    caller.send(caller.packet([range(0, 1)]));
    pair.drive({ forMs: 20 });
    const before = caller.received.length;
    for (let i = 0; i < 1_000; i++) caller.send(caller.packet([range(0, 1)]));
    expect(caller.received).toHaveLength(before);
  });

  test('ids that make us retire ids, while our answers are never acknowledged: connectionIds', () => {
    const { caller } = peer();
    for (let sequence = 1; sequence < 100 && caller.closeCode === undefined; sequence++) {
      caller.send(caller.packet([newId(sequence, sequence)]));
    }
    expect(caller.closeCode).toBe(CLOSE_REASONS.connectionIds.code);
  });

  test('PATH_CHALLENGE by the thousand: each packet answers at most four, and nothing is kept', () => {
    const { pair, caller } = peer();
    for (let i = 0; i < 50; i++) {
      caller.send(
        caller.packet(Array.from({ length: 100 }, () => ({ type: 'path-challenge', data: new Uint8Array(8) }))),
      );
    }
    pair.drive({ forMs: 1_000 });
    const responses = caller.heard.filter(({ type }) => type === 'path-response').length;
    expect(responses).toBeGreaterThan(0);
    expect(responses).toBeLessThanOrEqual(200);
  });

  test('all ids retired by a copy of one that was retired before: connectionIds', () => {
    const { pair, caller } = peer();
    caller.send(caller.packet([newId(1), newId(2)]));
    pair.server.of('confirmed')[0]!.connection.link.remoteIds.retire(2);
    caller.send(caller.packet([newId(2, 2)]));
    expect(caller.closeCode).toBe(CLOSE_REASONS.connectionIds.code);
  });

  test('our ids retired again and again: it gets new ones, and there are never more than it keeps', () => {
    const { pair, caller } = peer();
    const issued = (): Set<number> =>
      new Set(caller.heard.flatMap((frame) => (frame.type === 'new-connection-id' ? [frame.sequence] : [])));
    // It acknowledges nothing, so the window closes, and the last ones never reach it.
    for (let sequence = 1; issued().has(sequence); sequence++) {
      caller.send(caller.packet([{ type: 'retire-connection-id', sequence }]));
    }
    expect(caller.closeCode).toBeUndefined();
    expect(issued().size).toBeGreaterThan(4);
    expect(pair.server.of('confirmed')[0]!.connection.localIds.size).toBe(2);
  });

  test('late frames for streams that are over, and limits for them, are read over', () => {
    const { pair, caller } = peer();
    pair.server.onEvent = (event) => {
      if (event.type !== 'readable') return;
      event.connection.read(event.stream);
      event.connection.resetStream(event.stream, 0);
    };
    caller.send(caller.packet([stream(0, 0, 5, true)]));
    const acks = pair.server.of('confirmed')[0]!.connection;
    caller.send(caller.packet([range(0, caller.received.length - 1)]));
    expect(acks.streams.size).toBe(0);
    const late: Frame[] = [
      stream(0, 0, 5, true),
      { type: 'reset-stream', id: id(0), code: 1, finalSize: 5 },
      { type: 'stop-sending', id: id(0), code: 1 },
      { type: 'max-stream-data', id: id(0), limit: 9 },
      { type: 'stream-data-blocked', id: id(0), limit: 9 },
      { type: 'data-blocked', limit: 9 },
      { type: 'streams-blocked', kind: 'bidirectional', limit: 9 },
    ];
    pair.server.events.length = 0;
    caller.send(caller.packet(late));
    expect(caller.closeCode).toBeUndefined();
    expect(pair.server.events).toEqual([]);
  });

  test('100,000 short streams leave nothing behind', () => {
    const { pair, caller } = peer();
    const { connection } = pair.server.of('confirmed')[0]!;
    pair.server.onEvent = (event) => {
      if (event.type === 'readable') event.connection.read(event.stream);
    };
    for (let n = 0; n < 100_000; n += 50) {
      caller.send(caller.packet(Array.from({ length: 50 }, (_, i) => stream(4 * (n + i) + 2, 0, 3, true))));
      // Else it would not be told that it may open more.
      if (n % 250 === 0) caller.send(caller.packet([caller.ack]));
      if (n % 1_000 === 0) {
        pair.server.events.length = 0;
        caller.heard.length = caller.received.length = 0;
      }
    }
    expect(caller.closeCode).toBeUndefined();
    expect(connection.streams.size).toBe(0);
  });
});
