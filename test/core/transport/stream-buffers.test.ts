import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { Reassembly } from '../../../src/core/transport/reassembly.ts';
import { SendBuffer } from '../../../src/core/transport/send-buffer.ts';

/** How many runs of consecutive numbers there are. */
const runs = (numbers: readonly number[]): number => numbers.filter((number) => !numbers.includes(number - 1)).length;

const whole = Uint8Array.from({ length: 300 }, (_, i) => i * 7);

describe('a stream’s bytes on arrival', () => {
  test('pieces in any order, overlapping, again and again, come out once and in order', () => {
    const piece = fc.tuple(fc.nat(299), fc.nat(80), fc.boolean());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const reassembly = new Reassembly();
        const out: Uint8Array[] = [];
        const seen = new Set<number>();
        for (const [start, length, read] of pieces) {
          reassembly.insert(start, whole.subarray(start, start + length));
          for (let i = start; i < Math.min(300, start + length); i++) seen.add(i);
          if (read) out.push(reassembly.take());
        }
        out.push(reassembly.take());
        let contiguous = 0;
        while (seen.has(contiguous)) contiguous++;
        expect(concat(...out)).toEqual(whole.subarray(0, contiguous));
        expect(reassembly.taken).toBe(contiguous);
        expect(reassembly.isReadable).toBe(false);
        expect(reassembly.gaps).toBe(runs([...seen].filter((at) => at >= contiguous)));
      }),
    );
  });

  test('long streams too, when pieces are cut small and large', () => {
    const long = Uint8Array.from({ length: 20_000 }, (_, i) => i * 7 + (i >> 8));
    const piece = fc.tuple(fc.nat(19_999), fc.oneof(fc.nat(3), fc.nat(600), fc.nat(5_000)), fc.nat(9));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 150 }), (pieces) => {
        const reassembly = new Reassembly();
        const out: Uint8Array[] = [];
        for (const [start, length, read] of pieces) {
          reassembly.insert(start, long.subarray(start, start + length));
          if (read === 0) out.push(reassembly.take());
        }
        reassembly.insert(0, long);
        out.push(reassembly.take());
        expect(Buffer.compare(concat(...out), long)).toBe(0);
        expect(reassembly.gaps).toBe(0);
      }),
    );
  });

  test('what was taken is never given again, and what lies behind a gap can be given up', () => {
    const reassembly = new Reassembly();
    reassembly.insert(0, whole.subarray(0, 10));
    reassembly.insert(20, whole.subarray(20, 30));
    expect(reassembly.gaps).toBe(1);
    reassembly.clearGaps();
    expect(reassembly.gaps).toBe(0);
    expect(reassembly.take()).toEqual(whole.subarray(0, 10));
    reassembly.insert(0, whole.subarray(0, 10));
    expect(reassembly.isReadable).toBe(false);
    reassembly.insert(5, whole.subarray(5, 30));
    expect(reassembly.take()).toEqual(whole.subarray(10, 30));
  });
});

describe('a stream’s bytes on their way out', () => {
  test('any stretch can be had again until it is released', () => {
    const cut = fc.tuple(fc.nat(30), fc.nat(300), fc.nat(300), fc.nat(300));
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 20 }), (cuts) => {
        const buffer = new SendBuffer();
        let end = 0;
        let start = 0;
        for (const [length, a, b, release] of cuts) {
          buffer.append(whole.subarray(end, end + length));
          end = Math.min(300, end + length);
          start = Math.max(start, Math.min(release % 40, end));
          buffer.release(start);
          expect([buffer.end, buffer.size]).toEqual([end, end - start]);
          const from = start + (a % (end - start + 1));
          const to = from + (b % (end - from + 1));
          expect(concat(...buffer.slice(from, to))).toEqual(whole.subarray(from, to));
        }
      }),
    );
  });
});
