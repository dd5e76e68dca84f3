import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RECONCILE_ROUNDS_MAX } from '../../../src/core/base/limits.ts';
import { type Post, Posts } from '../../../src/core/store/posts.ts';
import { answering, comparing, costOf, type Side } from '../../../src/core/store/reconciling.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { decodeControl, encodeControl } from '../../../src/core/wire/mesh-message.ts';
import { END, type Range, type Reconcile, shortId } from '../../../src/core/wire/reconcile.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { somePosts } from '../../support/posts.ts';

/** A node with some posts: what it is given goes among them. */
class Holder implements Side {
  readonly suite = suite;
  readonly posts = new Posts();
  readonly byId = new Map<EnvelopeId, Post>();
  tells = true;
  readonly asked: string[] = [];

  constructor(posts: Iterable<Post>) {
    for (const post of posts) this.take(post);
  }

  readonly wants = (id: string): boolean => {
    this.asked.push(id);
    return true;
  };

  take(post: Post): void {
    if (!this.byId.has(post.id)) this.posts.add(post);
    this.byId.set(post.id, post);
  }

  get ids(): string[] {
    return [...this.byId.keys()].toSorted();
  }
}

/** What a comparison took. */
type Course = { readonly rounds: number; readonly bytes: number; readonly given: number };

/** One comparison, begun by `a`. What is given arrives at once; `roundsMax` is where the connection is lost. */
function compare(a: Holder, b: Holder, roundsMax = RECONCILE_ROUNDS_MAX): Course {
  let ranges = comparing(a);
  let course: Course = { rounds: 0, bytes: 0, given: 0 };
  for (let round = 0; ranges.length > 0 && round < roundsMax; round++) {
    const [from, to] = round % 2 === 0 ? [a, b] : [b, a];
    const sent = encodeControl({ type: 'reconcile', channel: new Uint8Array(32), round, ranges });
    const answer = answering(to, (decodeControl(sent) as Reconcile).ranges);
    for (const id of [...answer.give, ...answer.show]) from.take(to.byId.get(id)!);
    course = {
      rounds: round + 1,
      bytes: course.bytes + sent.length,
      given: course.given + answer.give.length,
    };
    ranges = answer.ranges;
  }
  return course;
}

const { hash } = suite;
const split = <T>(all: readonly T[], isFirst: (index: number) => boolean): [T[], T[]] => [
  all.filter((_, i) => isFirst(i)),
  all.filter((_, i) => !isFirst(i)),
];

describe('§2.5 range-based reconciliation', () => {
  test('of any two sets, each side ends with both, in at most 16 rounds, and is given only what it lacks', () => {
    fc.assert(
      fc.property(
        fc.nat(3_000),
        fc.nat(300),
        fc.nat(300),
        fc.integer({ min: 0, max: 1_500 }),
        (common, ofA, ofB, from) => {
          const a = new Holder([...somePosts({ hash }, common), ...somePosts({ hash }, ofA, 'a', from)]);
          const b = new Holder([...somePosts({ hash }, common), ...somePosts({ hash }, ofB, 'b', from + 7)]);
          const { rounds, given } = compare(a, b);
          expect(a.ids).toEqual(b.ids);
          expect(a.ids).toHaveLength(common + ofA + ofB);
          expect(given).toBe(ofA + ofB);
          expect(rounds).toBeLessThanOrEqual(RECONCILE_ROUNDS_MAX);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('whenever the connection is lost, and however often: the next comparison goes on from what is there', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { maxLength: 8 }), fc.integer({ min: 2, max: 9 }), (lost, share) => {
        const [ofA, ofB] = split(somePosts({ hash }, 2_000), (i) => i % share === 0);
        const a = new Holder([...ofA, ...somePosts({ hash }, 500, 'common')]);
        const b = new Holder([...ofB, ...somePosts({ hash }, 500, 'common')]);
        for (const [i, roundsMax] of lost.entries())
          compare(...((i % 2 === 0 ? [a, b] : [b, a]) as [Holder, Holder]), roundsMax);
        compare(a, b);
        expect(a.ids).toEqual(b.ids);
        expect(a.ids).toHaveLength(2_500);
      }),
      { numRuns: 10 },
    );
  });

  test('equal sets of any size: one message, which is not answered', () => {
    for (const count of [0, 1, 64, 65, 10_000]) {
      const { rounds, bytes } = compare(new Holder(somePosts({ hash }, count)), new Holder(somePosts({ hash }, count)));
      expect(rounds).toBe(1);
      expect(bytes).toBeLessThan(count > 64 ? 70 : 70 + 8 * count);
    }
  });

  test('ten thousand, of which the other side has none, are found as well; and the other way round', () => {
    const all = somePosts({ hash }, 10_000);
    for (const [a, b] of [
      [new Holder(all), new Holder([])],
      [new Holder([]), new Holder(all)],
    ] as const) {
      // What does not fit into the answers of one comparison is for the next.
      for (let i = 0; i < 3; i++) expect(compare(a, b).rounds).toBeLessThanOrEqual(RECONCILE_ROUNDS_MAX);
      expect(a.ids).toEqual(b.ids);
    }
  });

  test('of 10,000, the newest 1,000 are missing: less than 20 bytes for each; a random tenth: less than 110', () => {
    const all = somePosts({ hash }, 10_000);
    const newest = compare(new Holder(all), new Holder(all.slice(0, 9_000)));
    const random = compare(
      new Holder(all),
      new Holder(all.filter(({ id }) => Number.parseInt(id.slice(0, 4), 16) % 10 !== 0)),
    );
    expect(newest.given).toBe(1_000);
    expect(newest.bytes / newest.given).toBeLessThan(20);
    expect(random.bytes / random.given).toBeLessThan(110);
  });

  test('what is given is in the order of creation', () => {
    const all = somePosts({ hash }, 900);
    const give: EnvelopeId[] = [];
    const here = new Holder(all);
    const other = new Holder([]);
    let ranges: readonly Range[] = comparing(other);
    for (let side = 0; ranges.length > 0; side = 1 - side) {
      const answer = answering(side === 0 ? here : other, ranges);
      give.push(...answer.give);
      ranges = answer.ranges;
    }
    const at = new Map(all.map((post) => [post.id, post.created]));
    expect(give).toHaveLength(900);
    expect(give.map((id) => at.get(id)!)).toEqual(give.map((id) => at.get(id)!).toSorted((x, y) => x - y));
  });

  test('who may not be told is told nothing: to it this side is empty, and takes what it is offered', () => {
    const a = new Holder(somePosts({ hash }, 300));
    const b = new Holder([...somePosts({ hash }, 100), ...somePosts({ hash }, 100, 'b')]);
    b.tells = false;
    const { given } = compare(a, b);
    expect(given).toBe(200);
    expect(a.ids).toHaveLength(300);
    expect(b.ids).toHaveLength(400);
  });

  test('two ids that begin alike are told apart by showing them whole', () => {
    const one = { created: 1, id: `${'ab'.repeat(8)}${'00'.repeat(24)}` as EnvelopeId };
    const other = { created: 1, id: `${'ab'.repeat(8)}${'11'.repeat(24)}` as EnvelopeId };
    expect(shortId(one.id)).toBe(shortId(other.id));
    const [a, b] = [new Holder([one]), new Holder([other])];
    const { show, ranges } = answering(b, comparing(a));
    expect({ show, ranges }).toEqual({ show: [other.id], ranges: [] });
  });

  test('an answer has a bound: what is beyond it is said as one fingerprint', () => {
    const here = new Holder(somePosts({ hash }, 50_000));
    const parts = 200;
    const nothing = new Posts().fingerprint(suite, 0, 0);
    const ranges = Array.from(
      { length: parts },
      (_, i): Range => ({
        upTo: { created: (i + 1) * 250 * 60_000, prefix: '' },
        claim: { type: 'list', fingerprint: nothing, ids: [] },
      }),
    );
    const answer = answering(here, ranges);
    const bytes = encodeControl({ type: 'reconcile', channel: new Uint8Array(32), round: 1, ranges: answer.ranges });
    expect(bytes.length).toBeLessThan(48 * 1024);
    expect(answer.ranges.at(-1)).toMatchObject({ upTo: ranges.at(-1)!.upTo, claim: { type: 'fingerprint' } });
  });

  test('what an answer costs is known before', () => {
    const here = new Holder(somePosts({ hash }, 1_000));
    const empty: Range = {
      upTo: END,
      claim: { type: 'list', fingerprint: new Uint8Array(16), ids: [] },
    };
    expect(costOf(here.posts, [empty])).toBeGreaterThanOrEqual(1_000);
    expect(costOf(here.posts, comparing(here))).toBeLessThan(200);
  });
});
