import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex, hex } from '../../../src/core/bytes/hex.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import {
  decodeFrames,
  encodeFrame,
  type Frame,
  streamDataRoom,
  writeStreamHeader,
} from '../../../src/core/wire/frame.ts';
import { anyFrame as frame, anyNumber as number, anyStreamId as streamId } from '../../support/frames.ts';

const refusal = (bytes: string | Uint8Array): string => {
  try {
    decodeFrames(typeof bytes === 'string' ? fromHex(bytes)! : bytes);
    return 'nothing';
  } catch (error) {
    return error instanceof PeerError ? error.reason : String(error);
  }
};

describe('§1.3 frames', () => {
  test('every sequence of frames survives the round trip, with PADDING anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(frame, fc.nat(3))), (frames) => {
        const parts = frames.flatMap(([one, padding]) => [encodeFrame(one), new Uint8Array(padding)]);
        expect(decodeFrames(concat(...parts))).toEqual(frames.map(([one]) => one));
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (wild) => {
        expect(['nothing', 'malformed', 'parameters']).toContain(refusal(wild));
      }),
      { numRuns: 3_000 },
    );
  });

  test('every frame, cut anywhere, blames the peer or is whole without the rest', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (one, cut) => {
        const whole = encodeFrame(one);
        expect(['nothing', 'malformed', 'parameters']).toContain(refusal(whole.subarray(0, cut % whole.length)));
      }),
    );
  });

  test('an ACK is written as RFC 9000 §19.3 says', () => {
    const ack: Frame = {
      type: 'ack',
      delay: 5,
      ranges: [
        { start: 8, end: 11 },
        { start: 2, end: 4 },
        { start: 0, end: 1 },
      ],
    };
    // largest 10, delay 5, 2 more ranges, first range 3 numbers; gap 4 (7…4), 2 numbers; gap 1 (1), 1 number.
    expect(hex(encodeFrame(ack))).toBe('020a05020203010000');
    expect(decodeFrames(fromHex('030a05020203010000010203')!)).toEqual([ack]);
  });

  test('an ACK below zero, or with more ranges than bytes, is malformed', () => {
    expect(refusal('0202000003')).toBe('malformed');
    expect(refusal('020500010205')).toBe('malformed');
    expect(refusal('020500bfffffff0000')).toBe('malformed');
  });

  test('a type that is unknown, in a long form, or needs more than 2^53 is malformed', () => {
    for (const wrong of ['06', '07', '1e', '32', '4001', '40ff', 'c000000000000001', 'ffffffffffffffff']) {
      expect(refusal(wrong)).toBe('malformed');
    }
  });

  test('1,024 frames are read, and one more is forbidden', () => {
    const pings = (count: number): Uint8Array => new Uint8Array(count).fill(0x01);
    expect(decodeFrames(concat(pings(1_024), new Uint8Array(500)))).toHaveLength(1_024);
    expect(refusal(pings(1_025))).toBe('forbidden');
  });

  test('an id that retires itself, has another length, or a stream beyond all numbers is malformed', () => {
    const rest = '00'.repeat(24);
    expect(refusal(`18010208${rest}`)).toBe('malformed');
    expect(refusal(`18010007${rest}`)).toBe('malformed');
    expect(refusal('0c00c01fffffffffffff01')).toBe('malformed');
  });

  test('streamDataRoom leaves exactly so much that header and data fit', () => {
    fc.assert(
      fc.property(streamId, number, fc.integer({ min: 30, max: 1_200 }), (id, offset, room) => {
        const length = streamDataRoom(id, offset, room);
        const header = writeStreamHeader(new Writer(), { id, offset, length, fin: true }).length;
        expect(header + length).toBeLessThanOrEqual(room);
        expect(header + length).toBeGreaterThan(room - 3);
      }),
    );
  });
});
