import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { type Contender, loserOf } from '../../../src/core/transport/duplicates.ts';
import { Pair, type Side, seeded } from '../../support/pair.ts';

/** The connections that a side would use. */
const usable = (side: Side) =>
  [...side.endpoint.connections()].filter(({ retiring, confirmed }) => confirmed && !retiring);

describe('§1.1 two dials at once', () => {
  test('both sides keep the dial of the smaller id, and the other one closes as a duplicate', () => {
    const pair = new Pair();
    const [smaller, larger] = pair.smallerFirst();
    pair.dial(smaller, larger);
    pair.dial(larger, smaller);
    pair.drive({ forMs: 10_000 });
    expect(usable(smaller).map(({ initiator }) => initiator)).toEqual([true]);
    expect(usable(larger).map(({ initiator }) => initiator)).toEqual([false]);
    for (const side of [smaller, larger]) {
      expect(side.of('closed').every(({ reason }) => reason === 'duplicate')).toBe(true);
      expect([...side.endpoint.connections()]).toHaveLength(1);
    }
  });

  test('whatever the weather and whoever begins, both sides come to keep the same one connection', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const [loss, offset, order] = random.bytes(3) as unknown as [number, number, number];
      const pair = new Pair({ seed, weather: { loss: (loss % 4) * 0.1, jitterMs: 15 } });
      const [first, second] = order % 2 ? [pair.client, pair.server] : [pair.server, pair.client];
      pair.dial(first, second);
      pair.drive({ forMs: offset % 60 });
      pair.dial(second, first);
      pair.drive({ forMs: 60_000 });
      const [ours, theirs] = [usable(first), usable(second)];
      expect([ours.length, theirs.length], `seed ${seed}`).toEqual([1, 1]);
      expect(ours[0]!.initiator, `seed ${seed}`).toBe(!theirs[0]!.initiator);
      // It is the same one: what is written on one side is read on the other.
      const stream = ours[0]!.openStream('unidirectional')!;
      ours[0]!.write(stream, utf8('same?'));
      pair.drive({ forMs: 5_000 });
      expect(theirs[0]!.read(stream)?.bytes, `seed ${seed}`).toEqual(utf8('same?'));
    }
  });

  test('the one that goes finishes the streams it has, takes no new ones, and says so within five seconds', () => {
    const pair = new Pair({ weather: { latencyMs: 50 } });
    const [smaller, larger] = pair.smallerFirst();
    for (const side of [smaller, larger]) {
      side.onEvent = (event) => {
        if (event.type === 'confirmed') {
          const stream = event.connection.openStream('bidirectional')!;
          event.connection.write(stream, utf8('begun'));
        }
      };
    }
    // The larger one's dial is confirmed first: its message is already used when the smaller one's arrives.
    pair.onSend = (_, from) => from !== smaller || pair.now > 1_400;
    pair.dial(smaller, larger);
    pair.dial(larger, smaller);
    pair.drive({ forMs: 400 });
    pair.onSend = () => true;
    pair.drive({ forMs: 4_000 });
    const going = [...smaller.endpoint.connections()].find(({ retiring }) => retiring);
    if (going) expect(going.openStream('bidirectional')).toBeUndefined();
    pair.drive({ forMs: 10_000 });
    expect(usable(smaller)).toHaveLength(1);
    expect(usable(larger)).toHaveLength(1);
    expect([...smaller.endpoint.connections()]).toHaveLength(1);
  });

  test('a peer that restarted replaces its old connection, whichever id is smaller', () => {
    for (const swap of [false, true]) {
      const pair = new Pair();
      const [smaller, larger] = pair.smallerFirst();
      const [stays, restarts] = swap ? [smaller, larger] : [larger, smaller];
      pair.connect(stays, restarts);
      pair.drive({ forMs: 3_000 });
      const [old] = usable(stays);
      restarts.restart();
      pair.dial(restarts, stays);
      pair.drive({ forMs: 8_000 });
      expect(old!.closed).toBe(true);
      expect(usable(stays).map(({ initiator }) => initiator)).toEqual([false]);
      expect(usable(restarts).map(({ initiator }) => initiator)).toEqual([true]);
      expect(stays.of('closed').map(({ reason }) => reason)).toEqual(['duplicate']);
    }
  });

  test('a connection that loses at its confirmation is never announced', () => {
    const pair = new Pair();
    const [smaller, larger] = pair.smallerFirst();
    pair.dial(smaller, larger);
    pair.dial(larger, smaller);
    pair.drive({ forMs: 10_000 });
    for (const side of [smaller, larger]) {
      const last = side.of('confirmed').at(-1)!.connection;
      expect(last.closed).toBe(false);
    }
  });

  test('the rule itself: overlap by id, anything else by who came last', () => {
    const pair = new Pair();
    const [smaller, larger] = pair.smallerFirst().map(({ endpoint }) => endpoint.id) as [
      Contender['peer'],
      Contender['peer'],
    ];
    const at = (initiator: boolean, from: number, to: number | undefined, peer = larger): Contender => ({
      peer,
      initiator,
      startedAt: instant(from),
      confirmedAt: to === undefined ? undefined : instant(to),
    });
    const ours = at(true, 0, 10);
    expect(loserOf(at(false, 5, 20), ours, smaller)).toMatchObject({ initiator: false });
    expect(loserOf(at(false, 11, 20), ours, smaller)).toBe(ours);
    expect(loserOf(at(true, 5, 20), ours, smaller)).toBe(ours);
    expect(loserOf(at(false, 5, 20), at(true, 0, undefined), smaller)).toBeUndefined();
    const dial = at(true, 0, undefined, smaller);
    expect(loserOf(at(false, 5, 20, smaller), dial, larger)).toBe(dial);
  });
});
