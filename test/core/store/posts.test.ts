import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Post, Posts } from '../../../src/core/store/posts.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { type Bound, END, isBelow } from '../../../src/core/wire/reconcile.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { somePosts } from '../../support/posts.ts';

const id = (number: number | bigint): EnvelopeId => number.toString(16).padStart(64, '0') as EnvelopeId;

const filled = (posts: Iterable<Post>): Posts => {
  const all = new Posts();
  for (const post of posts) all.add(post);
  return all;
};

const inOrder = (posts: readonly Post[]): Post[] =>
  posts.toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));

/** Few times and ids that begin alike, so that bounds fall between equals. */
const post = fc.record({
  created: fc.integer({ min: 0, max: 3 }),
  id: fc.oneof(fc.nat(400), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })).map(id),
});

describe('§2.5 the order (created, id)', () => {
  test('whatever is added and removed: places, runs, bounds and fingerprints are those of a sorted list', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(post, { selector: (one) => one.id, maxLength: 600 }),
        fc.array(fc.nat(599), { maxLength: 300 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.nat(400)), { maxLength: 5 }),
        (added, removed, bounds) => {
          const posts = filled(added);
          const gone = new Set(removed.map((index) => added[index]?.id));
          for (const one of added) if (gone.has(one.id)) posts.remove(one);
          const left = inOrder(added.filter((one) => !gone.has(one.id)));
          expect([...posts.between(0, posts.size)]).toEqual(left);
          for (const [created, prefix] of bounds) {
            const bound: Bound = { created, prefix: id(prefix) };
            const place = left.filter((one) => isBelow(one, bound)).length;
            expect(posts.place(bound)).toBe(place);
            expect(posts.fingerprint(suite, 0, place)).toEqual(
              filled(left.slice(0, place).toReversed()).fingerprint(suite, 0, place),
            );
          }
          for (const place of left.keys()) expect(posts.place(posts.boundAt(place))).toBe(place);
          expect(posts.place(END)).toBe(left.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a fingerprint is of how many and of the sum modulo 2^256, whoever came first', () => {
    const posts = filled([
      { created: 2, id: id(2n ** 256n - 1n) },
      { created: 1, id: id(5) },
    ]);
    const input = new Uint8Array(40);
    input[7] = 2;
    input[39] = 4;
    expect(posts.fingerprint(suite, 0, 2)).toEqual(suite.hash(input).subarray(0, 16));
    expect(posts.fingerprint(suite, 0, 1)).not.toEqual(posts.fingerprint(suite, 1, 2));
  });

  test('a bound has no more digits than tell two posts apart', () => {
    const posts = filled([
      { created: 1, id: `aa11${'0'.repeat(60)}` as EnvelopeId },
      { created: 1, id: `aa12${'0'.repeat(60)}` as EnvelopeId },
      { created: 2, id: id(0) },
    ]);
    expect(posts.boundAt(1)).toEqual({ created: 1, prefix: 'aa12' });
    expect(posts.boundAt(2)).toEqual({ created: 2, prefix: '' });
  });

  test('among 50,000, one more and a fingerprint of all cost less than a tenth of a pass over them', () => {
    const posts = filled(somePosts(suite, 50_000));
    const more = somePosts(suite, 200, 'more');
    const pass = msOf(() => [...posts.between(0, posts.size)].reduce((sum, one) => sum + BigInt(`0x${one.id}`), 0n));
    const each =
      msOf(() => {
        for (const one of more) {
          posts.add(one);
          posts.fingerprint(suite, 10, posts.size - 10);
        }
      }) / more.length;
    expect(each).toBeLessThan(pass / 10);
  });
});

function msOf(run: () => unknown): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}
