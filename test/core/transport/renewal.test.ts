import { describe, expect, test } from 'vitest';
import { RENEWAL } from '../../../src/core/base/limits.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import type { RenewalLimits } from '../../../src/core/transport/renewal.ts';
import { packetKind } from '../../../src/core/wire/packet.ts';
import { Pair, type Side } from '../../support/pair.ts';

const MINUTE = 60_000;

/** Two sides of which each renews by its own limits, if any. */
function sides(
  renewal: { readonly a?: RenewalLimits; readonly b?: RenewalLimits },
  options: ConstructorParameters<typeof Pair>[0] = {},
): { readonly pair: Pair; readonly a: Side; readonly b: Side } {
  const pair = new Pair(options);
  const a = pair.add('a', '192.0.2.3', renewal.a ? { renewal: renewal.a } : {});
  const b = pair.add('b', '192.0.2.4', renewal.b ? { renewal: renewal.b } : {});
  return { pair, a, b };
}

/** The connections that a side would use. */
const usable = (side: Side) =>
  [...side.endpoint.connections()].filter(({ retiring, confirmed }) => confirmed && !retiring);

const count = (side: Side, type: Parameters<Side['of']>[0]) => side.of(type).length;

describe('§1.1 renewal', () => {
  test('the side that dialled dials again after an hour, and both keep the newer connection', () => {
    const { pair, a, b } = sides({ a: RENEWAL, b: RENEWAL });
    const { client: old } = pair.connect(a, b);
    pair.drive({ forMs: 56 * MINUTE });
    expect(usable(a)).toEqual([old]);
    pair.drive({ forMs: 9 * MINUTE });
    expect(old.closed).toBe(true);
    const [[fresh], [theirs]] = [usable(a), usable(b)];
    expect([fresh!.initiator, theirs!.initiator]).toEqual([true, false]);
    expect([count(a, 'renewing'), count(b, 'renewing')]).toEqual([1, 0]);
    for (const side of [a, b]) {
      expect(usable(side)).toHaveLength(1);
      expect(side.of('closed').map(({ reason }) => reason)).toEqual(['duplicate']);
    }
    pair.drive({ forMs: 180 * MINUTE });
    expect([count(a, 'renewing'), count(b, 'renewing')]).toEqual([4, 0]);
  });

  test('when that side does not, the other one does ten minutes later', () => {
    const { pair, a, b } = sides({ b: RENEWAL });
    pair.connect(a, b);
    pair.drive({ forMs: 66 * MINUTE });
    expect(count(b, 'renewing')).toBe(0);
    pair.drive({ forMs: 9 * MINUTE });
    expect(count(b, 'renewing')).toBe(1);
    expect([usable(a), usable(b)].map((all) => all.map(({ initiator }) => initiator))).toEqual([[false], [true]]);
  });

  for (const writer of ['a', 'b'] as const) {
    test(`much that was said is as good a reason as an hour: by ${writer}`, () => {
      const { pair, a, b } = sides({ a: { ageMs: RENEWAL.ageMs, bytes: 100_000 } });
      const { client: old, server } = pair.connect(a, b);
      pair.drive({ forMs: 2 * MINUTE });
      expect(usable(a)).toEqual([old]);
      const from = writer === 'a' ? old : server;
      from.write(from.openStream('unidirectional')!, new Uint8Array(100_000));
      pair.drive({ forMs: 2 * MINUTE });
      expect(old.closed).toBe(true);
      expect(usable(a)).toHaveLength(1);
    });
  }

  test('the side that did not dial bears twice as much', () => {
    const { pair, a, b } = sides({ b: { ageMs: RENEWAL.ageMs, bytes: 50_000 } });
    const { client: old } = pair.connect(a, b);
    for (const renewals of [0, 0, 1]) {
      old.write(old.openStream('unidirectional')!, new Uint8Array(40_000));
      pair.drive({ forMs: 2 * MINUTE });
      expect(count(b, 'renewing')).toBe(renewals);
    }
  });

  test('the old connection is used until the new one is confirmed, and finishes what it has begun', () => {
    const { pair, a, b } = sides({ a: RENEWAL }, { weather: { latencyMs: 300 } });
    const { client: old } = pair.connect(a, b);
    const [lasting, begun] = [old.openStream('bidirectional')!, old.openStream('unidirectional')!];
    old.write(lasting, utf8('as in the mesh'));
    pair.drive({ until: () => count(a, 'renewing') > 0, forMs: 70 * MINUTE });
    expect([old.retiring, old.closed]).toEqual([false, false]);
    pair.drive({ until: () => old.retiring, forMs: MINUTE });
    expect(usable(a)).toHaveLength(1);
    expect(old.openStream('unidirectional')).toBeUndefined();
    old.write(begun, utf8('the end of it'));
    old.finish(begun);
    pair.drive({ forMs: 1_000 });
    const theirs = [...b.endpoint.connections()].find(({ retiring }) => retiring)!;
    expect(theirs.read(begun)).toEqual({ bytes: utf8('the end of it'), fin: true });
    pair.drive({ forMs: MINUTE });
    expect(a.of('closed')).toEqual([expect.objectContaining({ connection: old, reason: 'duplicate' })]);
  });

  test('when the new handshake does not come through, the old connection stays, and it is tried again ever more seldom', () => {
    const { pair, a, b } = sides({ a: RENEWAL });
    const { client: old } = pair.connect(a, b);
    pair.onSend = ({ bytes }) => packetKind(bytes) !== 'initial';
    pair.drive({ forMs: 5 * 60 * MINUTE });
    expect(usable(a)).toEqual([old]);
    expect(usable(b)).toHaveLength(1);
    expect(a.of('closed').every(({ reason, connection }) => reason === 'unreachable' && connection !== old)).toBe(true);
    // After 1 h, and 5, 10, 20, 40 and 60 minutes later, and so on.
    expect(count(a, 'renewing')).toBe(7);
    pair.onSend = () => true;
    pair.drive({ forMs: 61 * MINUTE });
    expect(old.closed).toBe(true);
    expect(usable(b)).toHaveLength(1);
  });

  test('the same, when much was said', () => {
    const { pair, a, b } = sides({ a: { ageMs: RENEWAL.ageMs, bytes: 1_000 } });
    const { client } = pair.connect(a, b);
    pair.onSend = ({ bytes }) => packetKind(bytes) !== 'initial';
    client.write(client.openStream('unidirectional')!, new Uint8Array(10_000));
    pair.drive({ forMs: 20 * MINUTE });
    expect(count(a, 'renewing')).toBe(3); // at once, and 5 and 15 minutes later
  });

  test('where no connection is, nothing is looked for', () => {
    const { pair, a, b } = sides({ a: RENEWAL });
    pair.connect(a, b).client.close('goodbye', '', pair.now);
    pair.drive({ forMs: 5 * MINUTE });
    expect(a.endpoint.deadline()).toBeUndefined();
  });

  test('both sides at once, over any weather: one connection is left, and it is the same', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const limits = { ageMs: 1, bytes: 2 ** 30 }; // both at every look, until one of them has it
      const { pair, a, b } = sides(
        { a: limits, b: limits },
        { seed, weather: { loss: (seed % 4) * 0.1, jitterMs: 20 } },
      );
      pair.connect(a, b);
      pair.drive({ forMs: 20 * MINUTE });
      expect(count(a, 'renewing') + count(b, 'renewing'), `seed ${seed}`).toBeGreaterThan(10);
      pair.drive({ until: () => usable(a).length === 1 && usable(b).length === 1, forMs: 5 * MINUTE });
      const [[ours], [theirs]] = [usable(a), usable(b)];
      const stream = ours!.openStream('unidirectional')!;
      ours!.write(stream, utf8('same?'));
      pair.drive({ forMs: 3_000 });
      expect(theirs!.read(stream)?.bytes, `seed ${seed}`).toEqual(utf8('same?'));
    }
  });

  test('an endpoint that is not told to renews nothing', () => {
    const { pair, a, b } = sides({});
    const { client: old } = pair.connect(a, b);
    pair.drive({ forMs: 3 * 60 * MINUTE });
    expect(usable(a)).toEqual([old]);
  });
});
