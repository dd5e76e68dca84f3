import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { Reassembly } from '../../../src/core/transport/reassembly.ts';
import { SendBuffer } from '../../../src/core/transport/send-buffer.ts';

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
      }),
    );
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
