import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/core/base/address.ts';
import { fraction } from '../../../src/core/base/random.ts';
import { instant } from '../../../src/core/base/time.ts';
import { datagramCeiling, Mtu } from '../../../src/core/transport/mtu.ts';
import { seeded } from '../../support/pair.ts';

const BASE = 1_200;
const MOST = 16_384;
const TEN_MINUTES = 600_000;

/** A search on a path: each probe passes, or is lost, as `passes` says; the host refuses what is longer than `host`. */
class Search {
  readonly mtu: Mtu;
  readonly probed: number[] = [];
  now = instant(1_000);
  passes: (bytes: number) => boolean;
  readonly host: number;

  constructor(ceiling: number, passes: (bytes: number) => boolean, host = Number.POSITIVE_INFINITY) {
    this.mtu = new Mtu({ ceiling });
    this.passes = passes;
    this.host = host;
  }

  /** Probes until nothing is left to try. */
  run(): number {
    for (let probes = 0; probes < 5_000; probes++) {
      const bytes = this.mtu.probe(this.now);
      if (bytes === undefined) return this.mtu.bytesMax;
      this.probed.push(bytes);
      this.mtu.probeSent(bytes);
      expect(this.mtu.probe(this.now)).toBeUndefined();
      this.now = instant(this.now + 50);
      if (bytes > this.host) this.mtu.refused(bytes);
      if (bytes <= this.host && this.passes(bytes)) this.mtu.acked(bytes);
      else this.mtu.lost(bytes);
    }
    throw new Error('it searches for ever');
  }

  /** The same, ten minutes later. */
  later(): number {
    this.now = instant(this.now + TEN_MINUTES);
    return this.run();
  }
}

const upTo =
  (real: number) =>
  (bytes: number): boolean =>
    bytes <= real;

describe('RFC 8899: the search', () => {
  test('begins at 1200, and one probe of the ceiling is enough where the path takes it', () => {
    const search = new Search(1_472, upTo(1_472));
    expect(search.mtu.bytesMax).toBe(BASE);
    expect(search.run()).toBe(1_472);
    expect(search.probed).toEqual([1_472]);
    expect(search.mtu.deadline()).toBeUndefined();
    expect(search.later()).toBe(1_472);
    expect(search.probed).toHaveLength(1);
  });

  test('a ceiling of 1200 or less leaves nothing to search', () => {
    const search = new Search(900, upTo(MOST));
    expect(search.run()).toBe(BASE);
    expect(search.probed).toEqual([]);
    expect(search.mtu.deadline()).toBeUndefined();
  });

  test('without loss it ends at most 20 bytes below what the path takes, and never above', () => {
    fc.assert(
      fc.property(fc.integer({ min: BASE, max: MOST }), fc.integer({ min: BASE, max: MOST }), (real, ceiling) => {
        const search = new Search(ceiling, upTo(real));
        const found = search.run();
        expect(found).toBeLessThanOrEqual(Math.min(real, ceiling));
        expect(found).toBeGreaterThanOrEqual(Math.min(real + 1 - 20, ceiling));
        expect(search.probed.length).toBeLessThanOrEqual(14);
      }),
      { numRuns: 500 },
    );
  });

  test('on paths that there are, few probes are needed', () => {
    const spent = (real: number, ceiling: number): number => {
      const search = new Search(ceiling, upTo(real));
      search.run();
      return search.probed.length;
    };
    // PPPoE, a tunnel of WireGuard, IPv6 at its least; then jumbo frames asked for on a network without.
    expect([spent(1_464, 1_472), spent(1_392, 1_472), spent(1_252, 1_472)]).toEqual([4, 8, 8]);
    expect(spent(1_472, 8_972)).toBeLessThanOrEqual(13);
  });

  test('two lost probes of any size hide nothing; three make it too large', () => {
    const losses = fc.array(fc.nat(2), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(fc.integer({ min: BASE, max: MOST }), losses, (real, budget) => {
        const left = new Map<number, number>();
        const passes = (bytes: number): boolean => {
          const due = left.get(bytes) ?? budget[bytes % budget.length]!;
          left.set(bytes, due - 1);
          return due <= 0 && bytes <= real;
        };
        const found = new Search(MOST, passes).run();
        expect(found).toBeLessThanOrEqual(real);
        expect(found).toBeGreaterThanOrEqual(Math.min(real + 1 - 20, MOST));
      }),
      { numRuns: 500 },
    );
    const unlucky = new Search(1_472, () => false);
    expect(unlucky.run()).toBe(BASE);
    expect(unlucky.probed.filter((bytes) => bytes === Math.min(...unlucky.probed))).toHaveLength(3);
  });

  test('on a path that loses one in ten it is never above, never goes back, and sooner or later is as good as without loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: BASE, max: MOST }), fc.nat(), fc.nat(10), (real, seed, percent) => {
        const random = seeded(seed);
        const search = new Search(MOST, (bytes) => bytes <= real && fraction(random) * 100 >= percent);
        let found = search.run();
        for (let i = 0; i < 12; i++) {
          const next = search.later();
          expect(next).toBeGreaterThanOrEqual(found);
          found = next;
        }
        expect(found).toBeLessThanOrEqual(real);
        expect(found).toBeGreaterThanOrEqual(Math.min(real + 1 - 20, MOST));
      }),
      { numRuns: 200 },
    );
  });

  test('at 30 % loss nine of ten first searches still end within 20 bytes', () => {
    const random = seeded(5);
    let good = 0;
    for (let i = 0; i < 1_000; i++) {
      const real = BASE + Math.floor(fraction(random) * 272);
      const found = new Search(1_472, (bytes) => bytes <= real && fraction(random) >= 0.3).run();
      if (found > real - 20) good++;
    }
    expect(good).toBeGreaterThan(900);
  });

  test('when a size passes that had failed, what failed above it is doubted first', () => {
    let probes = 0;
    const search = new Search(MOST, () => ++probes > 2);
    expect(search.run()).toBe(MOST);
    expect(search.probed).toEqual([MOST, 1_452, 1_326, 1_389, 1_420, 1_436, 1_452, MOST]);
  });

  test('what counted as lost and arrives after all passes; what counts as lost twice was one probe', () => {
    const mtu = new Mtu({ ceiling: 1_472 });
    const now = instant(0);
    mtu.probeSent(mtu.probe(now)!);
    mtu.lost(1_472);
    expect(mtu.probe(now)).toBe(1_452);
    mtu.probeSent(1_452);
    mtu.lost(1_472);
    expect(mtu.probe(now)).toBeUndefined();
    mtu.acked(1_472);
    expect(mtu.bytesMax).toBe(1_472);
    mtu.lost(1_452);
    expect(mtu.bytesMax).toBe(1_472);
    expect(mtu.probe(now)).toBeUndefined();
    mtu.acked(9_000);
    expect(mtu.bytesMax).toBe(1_472);
  });

  test('ten minutes later one probe looks whether the path has grown, and when it has, the ceiling is next', () => {
    const search = new Search(1_472, upTo(1_400));
    const found = search.run();
    expect(search.mtu.deadline()).toBe(search.now + TEN_MINUTES);
    expect(search.mtu.probe(instant(search.mtu.deadline()! - 1))).toBeUndefined();
    const before = search.probed.length;
    expect(search.later()).toBe(found);
    expect(search.probed.slice(before)).toEqual([search.probed.at(-1)]);
    expect(search.probed.at(-1)).toBeGreaterThan(1_400);
    search.passes = upTo(1_500);
    const last = search.probed.length;
    expect(search.later()).toBe(1_472);
    expect(search.probed.slice(last)).toEqual([search.probed[last], 1_472]);
  });
});

describe('what the host says', () => {
  test('what it refuses is not sent again, and the search goes on below', () => {
    fc.assert(
      fc.property(fc.integer({ min: BASE, max: MOST }), fc.integer({ min: BASE, max: MOST }), (host, real) => {
        const search = new Search(MOST, upTo(real), host);
        const found = search.run();
        expect(found).toBeLessThanOrEqual(Math.min(host, real));
        expect(found).toBeGreaterThanOrEqual(Math.min(host, real) + 1 - 20);
        search.later();
        const refused = search.probed.filter((bytes) => bytes > host);
        expect(new Set(refused).size).toBe(refused.length);
        expect(search.probed.length).toBeLessThanOrEqual(15);
      }),
      { numRuns: 300 },
    );
  });

  test('the refusal is the answer to a probe: the next is due at once', () => {
    const mtu = new Mtu({ ceiling: 8_972 });
    mtu.probeSent(mtu.probe(instant(0))!);
    mtu.refused(8_972);
    expect(mtu.probe(instant(0))).toBe(1_452);
  });

  test('when it refuses what passed before, datagrams are small at once, and what is smaller is searched anew', () => {
    const search = new Search(8_972, upTo(MOST));
    expect(search.run()).toBe(8_972);
    search.mtu.refused(5_000);
    expect(search.mtu.bytesMax).toBe(BASE);
    expect(search.run()).toBeGreaterThanOrEqual(4_980);
    expect(search.mtu.bytesMax).toBeLessThan(5_000);
    search.mtu.ceilingChanged(9_000);
    expect(search.run()).toBeLessThan(5_000);
    search.mtu.refused(BASE);
    expect(search.mtu.bytesMax).toBeGreaterThanOrEqual(4_980);
  });

  test('a lower ceiling counts at once, a higher one is searched at once', () => {
    const search = new Search(8_972, upTo(MOST));
    search.run();
    search.mtu.ceilingChanged(1_472);
    expect(search.mtu.bytesMax).toBe(1_472);
    expect(search.run()).toBe(1_472);
    for (let event = 0; event < 10; event++) {
      search.mtu.missed({ bytes: 8_972, sentAt: search.now }, search.now);
      search.now = instant(search.now + 1);
    }
    expect(search.mtu.bytesMax).toBe(1_472);
    search.mtu.ceilingChanged(2_000);
    expect(search.run()).toBe(2_000);
    search.mtu.ceilingChanged(0);
    expect(search.run()).toBe(BASE);
  });
});

describe('docs/protocol.md §1.3: ceilings', () => {
  test('what is tried towards an address at most', () => {
    const ceiling = (text: string): number => datagramCeiling(parseAddress(text)!);
    expect([ceiling('127.0.0.1:7000'), ceiling('[::1]:7000')]).toEqual([16_384, 16_384]);
    expect([ceiling('192.0.2.7:7000'), ceiling('192.168.1.7:7000')]).toEqual([1_472, 1_472]);
    expect([ceiling('[2001:db8::7]:7000'), ceiling('[fe80::7%eth0]:7000')]).toEqual([1_452, 1_452]);
  });
});
