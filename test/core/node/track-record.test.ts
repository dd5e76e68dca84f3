import { describe, expect, test } from 'vitest';
import { RECEIPT_EXPECTED_MS_MAX, RECEIPT_EXPECTED_MS_MIN, SUSPECTED_MS } from '../../../src/core/base/limits.ts';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { TrackRecord } from '../../../src/core/node/track-record.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';

const [near, far, carol, dora] = ['near', 'far', 'carol', 'dora'] as unknown as readonly [
  NodeId,
  NodeId,
  NodeId,
  NodeId,
];
const LATE_MS = 4 * RECEIPT_EXPECTED_MS_MIN;
const start = instant(0);
let count = 0;

/** A neighbour takes a message at some time, and no receipt comes until it is late. */
function misses(record: TrackRecord, peer: NodeId, at: Instant = start, to: NodeId = carol): EnvelopeId {
  const id = `message ${count++}` as EnvelopeId;
  record.entrusted(id, to, { peer, expectedMs: 0 }, at);
  record.look(id, instant(at + LATE_MS));
  return id;
}

describe('when a receipt is late', () => {
  const lateMs = (record: TrackRecord, expectedMs: number): number =>
    record.entrusted(`message ${count++}` as EnvelopeId, carol, { peer: near, expectedMs }, start);

  test('after four times the expected time, which has a floor for slow disks', () => {
    const record = new TrackRecord();
    expect([lateMs(record, 10), lateMs(record, 5_000)]).toEqual([LATE_MS, 20_000]);
  });

  test('where receipts take longer than the routes say, later', () => {
    const record = new TrackRecord();
    const id = 'slow' as EnvelopeId;
    record.entrusted(id, carol, { peer: near, expectedMs: 10 }, start);
    record.confirmed(id, instant(9_000));
    expect(lateMs(record, 10)).toBe(36_000);
  });

  test('one that came after a day makes nobody wait longer than minutes for the next', () => {
    const record = new TrackRecord();
    const id = 'held back' as EnvelopeId;
    record.entrusted(id, carol, { peer: near, expectedMs: 10 }, start);
    record.confirmed(id, instant(24 * 3_600_000));
    expect(lateMs(record, 10)).toBe(4 * RECEIPT_EXPECTED_MS_MAX);
  });
});

describe('a neighbour that takes mail, and no receipts come', () => {
  test('is used last for an hour after three in a row', () => {
    const record = new TrackRecord();
    misses(record, near);
    misses(record, near);
    expect(record.isLast(near, instant(LATE_MS))).toBe(false);
    misses(record, near);
    expect(record.isLast(near, instant(LATE_MS))).toBe(true);
    expect(record.suspects(instant(LATE_MS))).toEqual([{ peer: near, since: 0, missed: 3 }]);
    expect(record.isLast(near, instant(LATE_MS + SUSPECTED_MS))).toBe(false);
    expect(record.suspects(instant(LATE_MS + SUSPECTED_MS))).toEqual([]);
  });

  test('is so again after the next one that it misses when the hour is over', () => {
    const record = new TrackRecord();
    for (let n = 0; n < 3; n++) misses(record, near);
    const later = instant(2 * SUSPECTED_MS);
    misses(record, near, later);
    expect(record.isLast(near, instant(later + LATE_MS))).toBe(true);
  });

  test('is cleared by one receipt, late or not', () => {
    const record = new TrackRecord();
    const ids = [misses(record, near), misses(record, near), misses(record, near)];
    record.confirmed(ids[2]!, instant(2 * LATE_MS));
    expect(record.isLast(near, instant(2 * LATE_MS))).toBe(false);
    misses(record, near, instant(3 * LATE_MS));
    expect(record.isLast(near, instant(4 * LATE_MS))).toBe(false);
  });

  test('is not helped by the receipt of a message that another took after it', () => {
    const record = new TrackRecord();
    const ids = [misses(record, near), misses(record, near), misses(record, near)];
    record.entrusted(ids[2]!, carol, { peer: far, expectedMs: 0 }, instant(LATE_MS));
    record.confirmed(ids[2]!, instant(LATE_MS + 100));
    expect(record.isLast(near, instant(LATE_MS + 100))).toBe(true);
    expect(record.share(far)).toBe(1);
  });

  test('misses each message once, and none that was forgotten or is not late yet', () => {
    const record = new TrackRecord();
    const id = misses(record, near);
    record.look(id, instant(2 * LATE_MS));
    record.look(id, instant(3 * LATE_MS));
    const early = 'early' as EnvelopeId;
    record.entrusted(early, carol, { peer: near, expectedMs: 0 }, start);
    record.look(early, instant(LATE_MS - 1));
    const ended = 'ended' as EnvelopeId;
    record.entrusted(ended, carol, { peer: near, expectedMs: 0 }, start);
    record.forget(ended);
    record.look(ended, instant(LATE_MS));
    expect(record.isLast(near, instant(LATE_MS))).toBe(false);
    expect(record.share(near)).toBe(7 / 8);
  });

  test('is not to blame for recipients to whom there is no way at all', () => {
    const record = new TrackRecord();
    for (let n = 0; n < 3; n++) misses(record, near);
    misses(record, near, start, dora);
    record.unreachable(carol, start);
    expect(record.isLast(near, instant(LATE_MS))).toBe(false);
    expect(record.suspects(instant(LATE_MS))).toEqual([]);
    misses(record, near, start, dora);
    misses(record, near, start, dora);
    expect(record.suspects(instant(LATE_MS))).toEqual([{ peer: near, since: 0, missed: 3 }]);
  });
});

test('the share of receipts that come is what its routes weigh: it falls with each that is missing, never to nothing, and recovers', () => {
  const record = new TrackRecord();
  expect(record.share(near)).toBe(1);
  const shares = Array.from({ length: 40 }, () => {
    misses(record, near);
    return record.share(near);
  });
  expect(shares.every((share, at) => share > 0 && share < (shares[at - 1] ?? 1))).toBe(true);
  for (let n = 0; n < 40; n++) {
    const id = `good ${n}` as EnvelopeId;
    record.entrusted(id, carol, { peer: near, expectedMs: 0 }, start);
    record.confirmed(id, instant(10));
  }
  expect(record.share(near)).toBeGreaterThan(0.95);
});

describe('a relay, which sees no receipts', () => {
  const between = { from: dora, to: carol };
  /** A message of somebody else's was passed on, and its giver asks again, late. */
  function isAskedAgain(record: TrackRecord): void {
    const id = `message ${count++}` as EnvelopeId;
    record.relayed(id, between, { peer: near, expectedMs: 0 }, start);
    record.look(id, instant(LATE_MS));
  }

  test('suspects who took three messages that it is asked for again', () => {
    const record = new TrackRecord();
    for (let n = 0; n < 3; n++) isAskedAgain(record);
    expect(record.isLast(near, instant(LATE_MS))).toBe(true);
  });

  test('clears who brings a letter back from there, and nobody for what another brings', () => {
    const record = new TrackRecord();
    for (let n = 0; n < 3; n++) isAskedAgain(record);
    record.brought({ from: carol, to: dora }, far, instant(LATE_MS));
    expect(record.isLast(near, instant(LATE_MS))).toBe(true);
    record.brought({ from: carol, to: dora }, near, instant(LATE_MS));
    expect(record.isLast(near, instant(LATE_MS))).toBe(false);
  });

  test('hears of each change once, and when the hour is over', () => {
    const changes: boolean[] = [];
    const record = new TrackRecord((_peer, isLast) => changes.push(isLast));
    for (let n = 0; n < 4; n++) isAskedAgain(record);
    expect(changes).toEqual([true]);
    record.elapse(record.deadline()!);
    expect([changes, record.deadline()]).toEqual([[true, false], undefined]);
  });
});
