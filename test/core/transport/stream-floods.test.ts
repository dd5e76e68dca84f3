import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import {
  CONNECTION_GAPS_MAX,
  CONNECTION_WINDOW_BYTES,
  STREAM_GAPS_MAX,
  STREAM_WINDOW_BYTES,
  STREAMS_MAX,
  UNSENT_BYTES_MAX,
} from '../../../src/core/base/limits.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Flow } from '../../../src/core/transport/flow.ts';
import { PacketBuilder, type SentFrame } from '../../../src/core/transport/packet-builder.ts';
import { Reassembly } from '../../../src/core/transport/reassembly.ts';
import { SendStream } from '../../../src/core/transport/send-stream.ts';
import { WindowBudget } from '../../../src/core/transport/window-budget.ts';
import { encodeFrame, type Frame, type StreamId } from '../../../src/core/wire/frame.ts';
import { Pair } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What objects and buffers take, in bytes, after everything that can be forgotten is. */
function memory(): number {
  // The second one waits for what the first one has only begun to free.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const MEBIBYTE = 1024 * 1024;
/** Frames of a packet may take so much. */
const PAYLOAD_BYTES = 1_150;

const id = (number: number): StreamId => number as StreamId;
const piece = (stream: number, offset: number, length: number, fin = false): Frame => ({
  type: 'stream',
  id: id(stream),
  offset,
  data: new Uint8Array(length),
  fin,
});

/** An authenticated client that says what it wants and never acknowledges anything, and the server's end of its connection. */
function starving(): { readonly pair: Pair; readonly caller: Stranger; readonly connection: Connection } {
  const pair = new Pair();
  const caller = new Stranger(pair, pair.server, address('192.0.2.66', 7000)!).call();
  caller.send(caller.packet([{ type: 'ping' }]));
  const { connection } = pair.server.of('confirmed')[0]!;
  return { pair, caller, connection };
}

/** Sends `count` frames, as many in each packet as fit, until it is told off. What was heard is not kept. @returns how many were sent */
function flood(attack: ReturnType<typeof starving>, count: number, frame: (i: number) => Frame): number {
  const { pair, caller } = attack;
  let sent = 0;
  while (sent < count && caller.closeCode === undefined) {
    const frames: Uint8Array[] = [];
    for (let bytes = 0; bytes < PAYLOAD_BYTES && sent < count; sent++) {
      const encoded = encodeFrame(frame(sent));
      bytes += encoded.length;
      frames.push(encoded);
    }
    caller.send(caller.seal(concat(...frames)));
    pair.server.events.length = 0;
    if (caller.closeCode === undefined) caller.heard.length = caller.received.length = 0;
  }
  return sent;
}

describe('a peer that floods with frames about streams, and acknowledges nothing', () => {
  /** A million of each was tried once, with the same result: what is left does not depend on how many. */
  const ofEach = 15_000;
  const floods: readonly (readonly [string, (i: number) => Frame])[] = [
    ['STREAM without data', () => piece(0, 0, 0)],
    ['STREAM of one byte, the same again and again', () => piece(0, 0, 1)],
    ['STREAM of one byte, in order, which nobody reads', (i) => piece(0, i % STREAM_WINDOW_BYTES, 1)],
    ['STREAM with the end, again and again', () => piece(0, 9, 0, true)],
    ['RESET_STREAM', (i) => ({ type: 'reset-stream', id: id(4 * (i % STREAMS_MAX)), code: i, finalSize: 0 })],
    ['STOP_SENDING', (i) => ({ type: 'stop-sending', id: id(4 * (i % STREAMS_MAX)), code: i })],
    ['MAX_DATA', (i) => ({ type: 'max-data', limit: i })],
    ['MAX_STREAM_DATA', (i) => ({ type: 'max-stream-data', id: id(4 * (i % STREAMS_MAX)), limit: i })],
    ['MAX_STREAMS', (i) => ({ type: 'max-streams', kind: 'bidirectional', limit: i })],
    ['DATA_BLOCKED', (i) => ({ type: 'data-blocked', limit: i })],
    ['STREAM_DATA_BLOCKED', (i) => ({ type: 'stream-data-blocked', id: id(4 * (i % STREAMS_MAX)), limit: i })],
    ['STREAMS_BLOCKED', (i) => ({ type: 'streams-blocked', kind: 'unidirectional', limit: i })],
    ['DATAGRAM without data', () => ({ type: 'datagram', data: new Uint8Array(0) })],
  ];
  for (const [what, frame] of floods) {
    test(`${what}: however many, they leave less than 2 MiB behind`, () => {
      const attack = starving();
      const before = memory();
      expect(flood(attack, ofEach, frame)).toBe(ofEach);
      expect(memory() - before).toBeLessThan(2 * MEBIBYTE);
      expect(attack.connection.closed).toBe(false);
      expect(attack.connection.streams.size).toBeLessThanOrEqual(STREAMS_MAX);
    });
  }

  test('streams opened and reset at once: it gets no more than it was allowed to open, and none is left', () => {
    const attack = starving();
    const before = memory();
    const sent = flood(attack, 100_000, (i) => ({ type: 'reset-stream', id: id(4 * i + 2), code: 0, finalSize: 0 }));
    // It is told of more until the window for what it never acknowledges is used up.
    expect(sent).toBeLessThan(100_000);
    expect(attack.caller.closeCode).toBe(CLOSE_REASONS.streamLimit.code);
    expect(memory() - before).toBeLessThan(2 * MEBIBYTE);
    expect(attack.connection.streams.size).toBe(0);
  });

  test('one byte at the far end of the window of each stream it may open: memory for the bytes, not for what lies before them', () => {
    const attack = starving();
    const before = memory();
    const far = Math.floor(CONNECTION_WINDOW_BYTES / (2 * STREAMS_MAX)) - 1;
    const sent = flood(attack, 2 * STREAMS_MAX, (i) =>
      piece(i < STREAMS_MAX ? 4 * i : 4 * (i - STREAMS_MAX) + 2, far, 1),
    );
    expect(sent).toBe(2 * STREAMS_MAX);
    expect(attack.connection.closed).toBe(false);
    expect(memory() - before).toBeLessThan(1.5 * MEBIBYTE);
  });

  test('100,000 bytes with a gap before each: forbidden, on one stream or spread over many', () => {
    for (const [streams, most] of [
      [1, STREAM_GAPS_MAX],
      [50, CONNECTION_GAPS_MAX],
    ] as const) {
      const attack = starving();
      const before = memory();
      const sent = flood(attack, 100_000, (i) => piece(4 * (i % streams), 2 * Math.floor(i / streams) + 1, 1));
      expect(attack.caller.closeCode).toBe(CLOSE_REASONS.forbidden.code);
      expect(sent).toBeGreaterThan(most);
      expect(sent).toBeLessThan(most + 500);
      expect(memory() - before).toBeLessThan(2 * MEBIBYTE);
    }
  });

  test('gaps that are filled byte by byte never make more pieces than bytes explain', () => {
    const reassembly = new Reassembly();
    const byte = new Uint8Array(1);
    const before = memory();
    const bytes = 60_000;
    for (let from = 1; from < bytes; from += 1_000) {
      for (let i = 0; i < 1_000; i += 2) reassembly.insert(from + i, byte);
      for (let i = 998; i > 0; i -= 2) reassembly.insert(from + i + 1 - 2, byte);
      reassembly.insert(from + 999, byte);
    }
    expect(reassembly.gaps).toBe(1);
    // As a piece of its own each would cost 200.
    expect(memory() - before).toBeLessThan(10 * bytes);
  });
});

describe('a peer that acknowledges what costs the most', () => {
  test('every second of some thousand packets; the others are lost, sent again and acknowledged from the end: under half a second of work', () => {
    const stream = new SendStream(id(0), Number.MAX_SAFE_INTEGER, () => {});
    const flow = new Flow(new WindowBudget());
    flow.allow(Number.MAX_SAFE_INTEGER);
    const next = (packetNumber: number): SentFrame => {
      const destination = new Uint8Array(8);
      const builder = new PacketBuilder({
        packetNumber,
        acknowledged: -1,
        destination,
        bytesMax: 1_200,
        scratch: new Writer(),
      });
      stream.writeFrames(builder, flow);
      return builder.sent[0]!;
    };
    const packets: SentFrame[] = [];
    while (stream.write(new Uint8Array(UNSENT_BYTES_MAX)) > 0) {
      while (stream.wants(flow.credit) === 'now') packets.push(next(packets.length));
    }
    expect(packets.length).toBeGreaterThan(3_500);
    const started = process.cpuUsage();
    const fates = packets.map(({ note }, i) => ({ note: note as never, arrived: i % 2 === 1 }));
    for (const { note, arrived } of fates) if (arrived) stream.acked(note);
    for (const { note, arrived } of fates) if (!arrived) stream.lost(note);
    const again: SentFrame[] = [];
    while (stream.wants(flow.credit) === 'now') again.push(next(packets.length + again.length));
    expect(again.length).toBeGreaterThan(packets.length / 2 - 1);
    for (const { note } of again.toReversed()) stream.acked(note as never);
    stream.finish();
    stream.acked(next(0).note as never);
    const { user, system } = process.cpuUsage(started);
    expect(stream.isDone).toBe(true);
    expect((user + system) / 1_000).toBeLessThan(500);
  });
});
