import { describe, expect, test } from 'vitest';
import type { Address } from '../../src/core/base/address.ts';
import { instant } from '../../src/core/base/time.ts';
import { NAT_KINDS, Nat, type NatKind } from '../../src/sim/nat.ts';

const HOST = '203.0.113.9';
const INSIDE = '192.168.1.2:7000' as Address;
const ANN = '198.51.100.1:7000' as Address;
const ANNS_OTHER_PORT = '198.51.100.1:7001' as Address;
const BOB = '198.51.100.2:7000' as Address;

const nat = (kind: NatKind): Nat => new Nat({ kind, host: HOST, timeoutMs: 30_000 });
const at = (seconds: number) => instant(seconds * 1_000);

describe('mapping (RFC 4787 §4.1)', () => {
  for (const kind of ['full-cone', 'address-restricted', 'port-restricted'] as const) {
    test(`${kind}: one port for all that one host writes to`, () => {
      const router = nat(kind);
      const outside = router.out(INSIDE, ANN, at(0));
      expect(outside).toMatch(/^203\.0\.113\.9:\d+$/);
      expect(router.out(INSIDE, BOB, at(1))).toBe(outside);
    });
  }

  test('symmetric: another port for each destination', () => {
    const router = nat('symmetric');
    const outside = new Set([ANN, ANNS_OTHER_PORT, BOB].map((to) => router.out(INSIDE, to, at(0))));
    expect(outside.size).toBe(3);
    expect(router.out(INSIDE, ANN, at(1))).toBe([...outside][0]);
  });

  test('firewall: the address stays', () => {
    expect(nat('firewall').out(ANN, BOB, at(0))).toBe(ANN);
  });

  test('two hosts never share a port', () => {
    const router = nat('full-cone');
    expect(router.out(INSIDE, ANN, at(0))).not.toBe(router.out('192.168.1.3:7000' as Address, ANN, at(0)));
  });
});

describe('filtering (RFC 4787 §5)', () => {
  /** Who gets in after INSIDE has written to ANN: ANN, ANN from another port, somebody else. */
  const letsIn: Readonly<Record<NatKind, readonly [boolean, boolean, boolean]>> = {
    firewall: [true, false, false],
    'full-cone': [true, true, true],
    'address-restricted': [true, true, false],
    'port-restricted': [true, false, false],
    symmetric: [true, false, false],
  };

  for (const kind of NAT_KINDS) {
    test(`${kind}: who gets in after one datagram has gone out`, () => {
      const router = nat(kind);
      const outside = router.out(INSIDE, ANN, at(0));
      const entered = [ANN, ANNS_OTHER_PORT, BOB].map((from) => router.in(from, outside, at(1)) === INSIDE);
      expect(entered).toEqual(letsIn[kind]);
    });

    test(`${kind}: nobody gets in before anything has gone out`, () => {
      expect(nat(kind).in(ANN, `${HOST}:20000` as Address, at(0))).toBeUndefined();
    });
  }
});

describe('refresh (RFC 4787 §4.3)', () => {
  for (const kind of NAT_KINDS) {
    test(`${kind}: a mapping lives as long as something goes out, and not by what comes in`, () => {
      const router = nat(kind);
      const outside = router.out(INSIDE, ANN, at(0));
      router.out(INSIDE, ANN, at(20));
      expect(router.in(ANN, outside, at(45))).toBe(INSIDE);
      expect(router.in(ANN, outside, at(50))).toBeUndefined();
    });
  }

  test('what goes out after that has another port, and so has what goes out after a restart of the router', () => {
    const router = nat('port-restricted');
    const first = router.out(INSIDE, ANN, at(0));
    const second = router.out(INSIDE, ANN, at(31));
    router.restart();
    const third = router.out(INSIDE, ANN, at(32));
    expect(new Set([first, second, third]).size).toBe(3);
    expect(router.in(ANN, second, at(33))).toBeUndefined();
    expect(router.size).toBe(1);
  });
});
