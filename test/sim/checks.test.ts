import { describe, expect, test } from 'vitest';
import { timestamp } from '../../src/core/base/time.ts';
import type { MessageRecord } from '../../src/core/chat/record.ts';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import type { StoreRecord } from '../../src/core/node/record.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';
import { Agreement } from '../../src/sim/checks/agreement.ts';
import { Authorship } from '../../src/sim/checks/authorship.ts';
import { Bounds } from '../../src/sim/checks/bounds.ts';
import type { Member, Taken, View } from '../../src/sim/checks/check.ts';
import { Delivery } from '../../src/sim/checks/delivery.ts';
import { NoCircles } from '../../src/sim/checks/no-circles.ts';
import { Disk } from '../../src/sim/disk.ts';

/*
 * A check that cannot fail proves nothing: here each is shown what it is there to find.
 */

const ID = 'e1' as EnvelopeId;
const idOf = (index: number) => `node-${index}` as NodeId;

/** What a check sees of a computer: its disk, and a node that says what it is told to say. */
function member(index: number, ways: Record<number, number> = {}, neighbours: readonly number[] = []): Member {
  const peers = neighbours.map(idOf);
  const next = (to: NodeId) => Object.entries(ways).find(([destination]) => to === idOf(Number(destination)))?.[1];
  const node = {
    id: idOf(index),
    neighbours: () => peers,
    nextHop: (to: NodeId) => (peers.includes(to) ? to : next(to) === undefined ? undefined : idOf(next(to)!)),
    sizes: () => ({ neighbours: peers.length, peers: peers.length, destinations: 0, sources: 0 }),
    store: () => ({ carried: { bytes: 0 }, seen: 0, perRecipient: [] }),
    why: () => [],
  };
  return { index, lives: 1, disk: new Disk(), node } as unknown as Member;
}

const viewOf = (computers: readonly Member[], sent = 0): View =>
  ({
    world: { computers, computer: (index: number) => computers[index], datagrams: { sent } },
    plan: { links: [[0, 1]] },
    islands: computers.map(() => 0),
  }) as unknown as View;

const taken: Taken = { id: ID, kind: 'direct', author: 0, to: idOf(1), text: 'hello', recipient: 1 };

const message = (change: Partial<MessageRecord> = {}): MessageRecord => ({
  id: ID,
  kind: 'direct',
  conversation: idOf(0),
  from: idOf(0),
  to: idOf(1),
  text: 'hello',
  content: 'text',
  created: timestamp(0),
  received: timestamp(0),
  hops: 1,
  epoch: '00',
  seq: 1,
  after: [],
  rank: 1,
  ...change,
});

const shown: NodeEvent = { type: 'message', message: message() };

function store(check: { stored?(at: Member, records: readonly StoreRecord[]): void }, at: Member, record: StoreRecord) {
  at.disk.commit(at.disk.write([record]));
  check.stored?.(at, [record]);
}

const delivery = (state: 'queued' | 'delivered' | 'expired' | 'carried'): StoreRecord => ({
  put: 'delivery',
  delivery: { id: ID, to: idOf(1), state, at: timestamp(0) },
});

describe('delivery', () => {
  const accepted = () => {
    const [check, author, recipient] = [new Delivery(), member(0), member(1)];
    check.taken(taken);
    store(check, author, delivery('queued'));
    return { check, author, recipient, view: viewOf([author, recipient]) };
  };

  test('finds what was accepted and never came', () => {
    const { check, view } = accepted();
    expect(() => check.finished(view)).toThrow('never came');
  });

  test('is content when it came and its author knows, or when its author was told that it expired', () => {
    const came = accepted();
    store(came.check, came.recipient, { put: 'message', message: message() });
    came.check.event(came.recipient, shown);
    store(came.check, came.author, delivery('carried'));
    expect(() => came.check.finished(came.view)).toThrow('1 has "hello" of 0, who was never told so');
    store(came.check, came.author, delivery('delivered'));
    came.check.finished(came.view);
    const expired = accepted();
    store(expired.check, expired.author, delivery('expired'));
    expired.check.finished(expired.view);
  });

  test('finds what is shown twice, and what is on the disk and was not shown', () => {
    const { check, recipient, view } = accepted();
    store(check, recipient, { put: 'message', message: message() });
    expect(() => check.finished(view)).toThrow('not shown');
    check.event(recipient, shown);
    expect(() => check.event(recipient, shown)).toThrow('twice');
  });

  test('finds mail that is taken for damaged', () => {
    const damaged: NodeEvent = { type: 'notice', level: 'error', code: 'DAMAGED', message: 'a stored message' };
    expect(() => new Delivery().event(member(3), damaged)).toThrow('3 took something for damaged');
  });

  test('finds a claim of delivery that is not true', () => {
    const { check, author, view } = accepted();
    store(check, author, delivery('delivered'));
    expect(() => check.second(view)).toThrow('nobody has it');
  });
});

describe('delivery among hostile nodes, and between islands', () => {
  const hundred = (missing: number, view: (members: readonly Member[]) => View): (() => void) => {
    const [check, author, recipient] = [new Delivery(), member(0), member(1)];
    for (let i = 0; i < 100; i++) {
      const id = `e${i}` as EnvelopeId;
      check.taken({ ...taken, id });
      store(check, author, { put: 'delivery', delivery: { id, to: idOf(1), state: 'queued', at: timestamp(0) } });
      if (i < missing) continue;
      store(check, recipient, { put: 'message', message: message({ id }) });
      store(check, author, { put: 'delivery', delivery: { id, to: idOf(1), state: 'delivered', at: timestamp(0) } });
      check.event(recipient, { type: 'message', message: message({ id }) });
    }
    return () => check.finished(view([author, recipient]));
  };
  const hostile = (members: readonly Member[]): View => {
    const view = viewOf(members);
    return { ...view, plan: { ...view.plan, hostile: new Map([[2, 'liar']]) } };
  };

  test('one letter of a hundred may be missing, two may not; without hostile nodes none may', () => {
    hundred(1, hostile)();
    expect(hundred(2, hostile)).toThrow('2 of 100 letters are missing');
    expect(hundred(1, viewOf)).toThrow('1 of 100 letters are missing');
  });

  test('nothing is asked between those who cannot reach each other', () => {
    hundred(100, (members) => ({ ...viewOf(members), islands: [0, 1] }))();
    hundred(100, (members) => ({ ...viewOf(members), islands: [undefined, undefined] }))();
  });
});

describe('authorship', () => {
  for (const [what, change] of [
    ['other words', { text: 'hullo' }],
    ['another author', { from: idOf(2) }],
    ['another place', { to: idOf(2) }],
    ['another id', { id: 'e2' as EnvelopeId }],
  ] as const) {
    test(`finds ${what}`, () => {
      const check = new Authorship();
      check.taken(taken);
      store(check, member(0), delivery('queued'));
      check.event(member(1), shown);
      expect(() => check.event(member(1), { type: 'message', message: message(change) })).toThrow();
    });
  }
});

describe('agreement', () => {
  test('finds that somebody cannot be reached', () => {
    const check = new Agreement();
    check.finished(viewOf([member(0, { 2: 1 }, [1]), member(1, {}, [0, 2]), member(2, { 0: 1 }, [1])]));
    expect(() => check.finished(viewOf([member(0, {}, [1]), member(1, {}, [0, 2]), member(2, { 0: 1 }, [1])]))).toThrow(
      'no way from 0 to 2',
    );
  });

  test('finds a reader who lacks a post', () => {
    const [check, author, reader] = [new Agreement(), member(0, {}, [1]), member(1, {}, [0])];
    const channel = { id: 'c', topic: 'all', key: new Uint8Array(32), open: true, joined: timestamp(0) };
    for (const at of [author, reader]) store(check, at, { put: 'channel', channel });
    check.taken({ ...taken, kind: 'channel', to: 'c' });
    store(check, author, { put: 'message', message: message({ kind: 'channel', to: 'c', hops: 0 }) });
    expect(() => check.finished(viewOf([author, reader]))).toThrow('did not come to 1');
    store(check, reader, { put: 'message', message: message({ kind: 'channel', to: 'c' }) });
    check.finished(viewOf([author, reader]));
  });
});

describe('no circles', () => {
  const two = (first: Member, second: Member) => {
    const check = new NoCircles([idOf(2)]);
    for (const at of [member(2), first, second]) check.turned(at);
  };

  test('finds two nodes that send to each other', () => {
    expect(() => two(member(0, { 2: 1 }, [1]), member(1, { 2: 0 }, [0]))).toThrow('turns in a circle');
  });

  test('finds a way that turns long after the neighbours met', () => {
    const ways: Record<number, number> = {};
    const [check, one, other] = [new NoCircles([idOf(2)]), member(0, ways, [1]), member(1, { 2: 0 }, [0])];
    for (const at of [member(2), one, other]) check.turned(at);
    ways[2] = 1;
    check.turned(one);
    check.wayChanged(idOf(2));
    expect(() => check.turned(one)).toThrow('turns in a circle');
  });

  test('finds that two who are no neighbours of the destination any more send to each other', () => {
    const near: number[] = [1, 2];
    const check = new NoCircles([idOf(2)]);
    const one = member(0, { 2: 1 }, near);
    for (const at of [member(2, {}, [0]), one, member(1, { 2: 0 }, [0])]) check.turned(at);
    Object.assign(one.node!, member(0, { 2: 1 }, [1]).node);
    expect(() => check.turned(one)).toThrow('turns in a circle');
  });

  test('a connection that only one side believes in is no part of a way', () => {
    two(member(0, { 2: 1 }, [1]), member(1, { 2: 0 }, []));
  });
});

describe('bounds', () => {
  test('finds a world that does not become quiet', () => {
    const check = new Bounds();
    check.quiet(viewOf([], 1_000));
    check.finished(viewOf([], 1_100));
    expect(() => check.finished(viewOf([], 2_000))).toThrow('quiet');
  });

  test('in a large net all nodes are looked at, in turns', () => {
    const check = new Bounds();
    const members = Array.from({ length: 101 }, (_, index) => member(index));
    Object.assign(members[100]!.node!, {
      sizes: () => ({ neighbours: 0, peers: 0, destinations: 2 ** 20, sources: 0 }),
    });
    const threeSeconds = () => {
      for (let second = 0; second < 3; second++) check.second(viewOf(members));
    };
    expect(threeSeconds).toThrow('destinations');
  });

  test('finds a collection above its limit', () => {
    const check = new Bounds();
    const full = member(0);
    check.second(viewOf([full]));
    Object.assign(full.node!, { store: () => ({ carried: { bytes: 2 ** 40 }, seen: 0, perRecipient: [] }) });
    expect(() => check.second(viewOf([full]))).toThrow('bytes carried');
  });
});
