import { describe, expect, test } from 'vitest';
import {
  CARRIED_BYTES_MAX,
  CHANNEL_BYTES_MAX,
  LANE_SHARES,
  RECIPIENT_BYTES_MAX,
  RECIPIENT_ENVELOPES_MAX,
  STRANGER_BYTES_MAX,
  STRANGER_ENVELOPES_MAX,
} from '../../../src/core/base/limits.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeHead } from '../../../src/core/store/head.ts';
import { ageSeconds, Shelf } from '../../../src/core/store/shelf.ts';
import { aHead } from '../../support/heads.ts';

const START = instant(10_000);
const DAY = timestamp(1_000_000);
const empty = (): Shelf => new Shelf([], START, DAY);

/** Adds what fits, as the node does, and says how many did. */
function fill(shelf: Shelf, heads: Iterable<EnvelopeHead>): number {
  let added = 0;
  for (const head of heads) {
    const room = shelf.roomFor(head, 1);
    if (!room) continue;
    for (const { id } of room) shelf.remove(id);
    shelf.add(head, START);
    added++;
  }
  return added;
}

const many = function* (count: number, differences: Partial<EnvelopeHead>): Generator<EnvelopeHead> {
  for (let i = 0; i < count; i++) yield aHead(differences);
};

describe('§3 the store: what is accepted stays', () => {
  test('mail waits for its recipient in the order in which it came', () => {
    const shelf = empty();
    const heads = [aHead(), aHead({ to: 'carol' }), aHead()];
    fill(shelf, heads);
    expect([...shelf.waitingFor('bob')].map(({ head }) => head.id)).toEqual([heads[0]!.id, heads[2]!.id]);
  });

  test('an update keeps its place', () => {
    const shelf = empty();
    const [first, second] = [aHead(), aHead()];
    fill(shelf, [first, second]);
    shelf.update({ ...first, handedTo: ['x' as NodeId] });
    expect([...shelf.waitingFor('bob')].map(({ head }) => head.id)).toEqual([first.id, second.id]);
  });

  test('a channel that is read keeps more than a recipient may', () => {
    const count = RECIPIENT_ENVELOPES_MAX + 500;
    expect(fill(empty(), many(count, { lane: 'contact', kind: 2, to: 'hill' }))).toBe(count);
    expect(fill(empty(), many(count, { lane: 'contact', to: 'bob' }))).toBe(RECIPIENT_ENVELOPES_MAX);
    const bytesMax = fill(empty(), many(600, { lane: 'contact', kind: 2, to: 'hill', size: 64 * 1024 }));
    expect(bytesMax).toBe(CHANNEL_BYTES_MAX / (64 * 1024));
  });

  test('channels that are read leave half of their lane to the letters of contacts, however many there are', () => {
    const shelf = empty();
    const size = 4 * 1024 * 1024;
    const posts = Array.from({ length: 8 }, (_, n) => [
      ...many(CHANNEL_BYTES_MAX / size, { lane: 'contact', kind: 2, to: `c${n}`, size }),
    ]);
    const half = (CARRIED_BYTES_MAX * LANE_SHARES.contact) / 2;
    expect(fill(shelf, posts.flat())).toBe(half / size);
    const letters = Array.from({ length: 40 }, (_, n) => aHead({ lane: 'contact', to: `r${n}`, size }));
    expect(fill(shelf, letters)).toBe(half / size);
  });

  test('posts of a channel are in the order of creation, and leave it when they leave the shelf', () => {
    const shelf = empty();
    const later = aHead({ kind: 2, to: 'hill', created: timestamp(2) });
    const earlier = aHead({ kind: 2, to: 'hill', created: timestamp(1) });
    fill(shelf, [later, earlier, aHead({ to: 'hill' })]);
    const posts = shelf.posts('hill')!;
    expect([...posts.between(0, posts.size)].map(({ id }) => id)).toEqual([earlier.id, later.id]);
    shelf.remove(earlier.id);
    expect(posts.size).toBe(1);
    shelf.remove(later.id);
    expect(shelf.posts('hill')).toBeUndefined();
  });

  test('a recipient with nothing left is forgotten', () => {
    const shelf = empty();
    const head = aHead();
    fill(shelf, [head]);
    expect(shelf.remove(head.id)).toEqual(head);
    expect([...shelf.recipients()]).toEqual([]);
    expect(shelf.remove(head.id)).toBeUndefined();
  });
});

describe('§3 expiry is by age', () => {
  test('an envelope expires when its age reaches its ttl, not before', () => {
    const shelf = empty();
    fill(shelf, [aHead({ ttlSeconds: 60, ageSeconds: 50 })]);
    expect(shelf.nextExpiry()).toBe(START + 10_000);
    expect(shelf.expired(instant(START + 9_999))).toHaveLength(0);
    expect(shelf.expired(instant(START + 10_000))).toHaveLength(1);
  });

  test('what expires is found without a look at all that is held', () => {
    const shelf = empty();
    let looks = 0;
    const watched: EnvelopeHead = {
      ...aHead({ to: 'carol' }),
      get ttlSeconds() {
        looks++;
        return 1_000;
      },
    };
    fill(shelf, [watched, ...many(10, { ttlSeconds: 60, ageSeconds: 50 })]);
    looks = 0;
    const due = shelf.expired(instant(START + 10_000));
    for (const { head } of due) shelf.remove(head.id);
    expect(due).toHaveLength(10);
    expect(shelf.nextExpiry()).toBe(START + 1_000_000);
    expect(looks).toBe(0);
  });

  test('the age goes on while it is held', () => {
    const shelf = empty();
    const head = aHead({ ageSeconds: 5 });
    const held = shelf.add(head, START);
    expect(ageSeconds(held, instant(START + 7_900))).toBe(12);
  });

  test('a restart adds the time it took, by the calendar', () => {
    const head = aHead({ ageSeconds: 100, storedAt: DAY });
    const shelf = new Shelf([head], START, timestamp(DAY + 50_000));
    expect(ageSeconds(shelf.get(head.id)!, START)).toBe(150);
  });

  test('a calendar that went back makes nothing younger', () => {
    const head = aHead({ ageSeconds: 100, storedAt: DAY });
    const shelf = new Shelf([head], START, timestamp(DAY - 999_000));
    expect(ageSeconds(shelf.get(head.id)!, START)).toBe(100);
  });
});

describe('§3 quotas and lanes', () => {
  test('one recipient: so many envelopes, and no more', () => {
    const shelf = empty();
    expect(fill(shelf, many(RECIPIENT_ENVELOPES_MAX + 5, { lane: 'contact', size: 10 }))).toBe(RECIPIENT_ENVELOPES_MAX);
  });

  test('one recipient: so many bytes, and no more', () => {
    const shelf = empty();
    const size = RECIPIENT_BYTES_MAX / 4;
    expect(fill(shelf, many(6, { lane: 'contact', size }))).toBe(4);
  });

  test('strangers who fill the places of one recipient leave those of its contacts free', () => {
    const shelf = empty();
    const heads = [...many(RECIPIENT_ENVELOPES_MAX + 5, { size: 10 })].map((head, i) => ({
      ...head,
      from: `stranger ${Math.floor(i / 10)}` as NodeId,
    }));
    expect(fill(shelf, heads)).toBe(RECIPIENT_ENVELOPES_MAX);
    expect(shelf.roomFor(aHead({ lane: 'contact' }), 1)).toEqual([]);
    expect(shelf.roomFor(aHead({ from: 'yet another' as NodeId }), 1)).toBeUndefined();
  });

  test('one stranger: so many envelopes or bytes, whoever they are for', () => {
    const shelf = empty();
    const heads = [...many(STRANGER_ENVELOPES_MAX + 5, { size: 10 })].map((head, i) => ({ ...head, to: `to ${i}` }));
    expect(fill(shelf, heads)).toBe(STRANGER_ENVELOPES_MAX);
    const bytes = [...many(5, { from: 'eve' as NodeId, size: STRANGER_BYTES_MAX / 2 })].map((head, i) => ({
      ...head,
      to: `to ${i}`,
    }));
    expect(fill(shelf, bytes)).toBe(2);
  });

  test('a full lane of strangers leaves the lane of contacts as it is', () => {
    const shelf = empty();
    const size = STRANGER_BYTES_MAX;
    const strangers = Math.ceil((CARRIED_BYTES_MAX * LANE_SHARES.stranger) / size);
    const heads = [...many(strangers + 10, { size })].map((head, i) => ({
      ...head,
      from: `stranger ${i}` as NodeId,
      to: `to ${i}`,
    }));
    const taken = fill(shelf, heads);
    expect(taken).toBeLessThan(strangers + 10);
    expect(fill(shelf, [aHead({ lane: 'contact' })])).toBe(1);
  });

  test('neighbours share their lane evenly', () => {
    const shelf = empty();
    const share = (CARRIED_BYTES_MAX * LANE_SHARES.neighbour) / 10;
    const head = aHead({ lane: 'neighbour', size: share + 1 });
    expect(shelf.roomFor(head, 9)).toEqual([]);
    expect(shelf.roomFor(head, 10)).toBeUndefined();
  });

  test('our own outbox is outside all quotas', () => {
    const shelf = empty();
    expect(fill(shelf, many(RECIPIENT_ENVELOPES_MAX + 5, { lane: 'own', size: 10 }))).toBe(RECIPIENT_ENVELOPES_MAX + 5);
  });

  test('what nobody else holds is never given up: a full store refuses', () => {
    const shelf = empty();
    fill(shelf, many(STRANGER_ENVELOPES_MAX, { size: 10 }));
    expect(shelf.roomFor(aHead({ size: 10 }), 1)).toBeUndefined();
    expect(shelf.size).toBe(STRANGER_ENVELOPES_MAX);
  });

  test('a copy that another node has taken over makes room, the one taken over longest ago first', () => {
    const shelf = empty();
    const heads = [...many(STRANGER_ENVELOPES_MAX, { size: 10 })];
    fill(shelf, heads);
    for (const head of [heads[7]!, heads[3]!]) shelf.update({ ...head, handedTo: ['next' as NodeId] });
    expect(shelf.roomFor(aHead({ size: 10 }), 1)?.map(({ id }) => id)).toEqual([heads[7]!.id]);
    // Asking changed nothing.
    expect(shelf.roomFor(aHead({ size: 10 }), 1)?.map(({ id }) => id)).toEqual([heads[7]!.id]);
  });
});
