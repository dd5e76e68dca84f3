import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import { type Hash, mark, Trace } from '../../src/sim/trace.ts';

const sha256: Hash = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

function digestOf(lines: readonly string[]): string {
  const trace = new Trace(sha256);
  for (const line of lines) trace.note(instant(1), 'x', line);
  return trace.digest();
}

describe('trace', () => {
  test('its digest is the chain of hashes that the documentation says', () => {
    const lines = Array.from({ length: 1_500 }, (_, i) => `line ${i}`);
    const text = (from: number, to: number) =>
      Buffer.from(
        lines
          .slice(from, to)
          .map((line) => `      1.000 x ${line}\n`)
          .join(''),
      );
    const first = sha256(new Uint8Array(32), text(0, 1024));
    expect(digestOf(lines)).toBe(Buffer.from(sha256(first, text(1024, 1500))).toString('hex'));
  });

  test('a line more, a line less, another order: another digest', () => {
    const digests = [[], ['a'], ['a', 'b'], ['b', 'a'], ['ab']].map(digestOf);
    expect(new Set(digests).size).toBe(5);
  });

  test('shows each line as it comes', () => {
    const seen: string[] = [];
    const trace = new Trace(sha256, (line) => seen.push(line));
    trace.note(instant(1234.5), '  7', 'wakes');
    expect(seen).toEqual(['   1234.500   7 wakes']);
    expect(trace.count).toBe(1);
  });

  test('marks tell bytes of one length apart', () => {
    expect(mark(new Uint8Array([1, 2]))).not.toBe(mark(new Uint8Array([2, 1])));
    expect(mark(new Uint8Array())).toBe('811c9dc5');
  });
});
