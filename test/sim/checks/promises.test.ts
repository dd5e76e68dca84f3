import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import type { DeliveryState } from '../../../src/core/chat/delivery.ts';
import type { MessageRecord } from '../../../src/core/chat/record.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { NodeEvent } from '../../../src/core/node/event.ts';
import type { StoreRecord } from '../../../src/core/node/record.ts';
import type { EnvelopeHead } from '../../../src/core/store/head.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Check, Member, View } from '../../../src/sim/checks/check.ts';
import { Coverage } from '../../../src/sim/checks/coverage.ts';
import { Custody } from '../../../src/sim/checks/custody.ts';
import { Memory } from '../../../src/sim/checks/memory.ts';
import { Order } from '../../../src/sim/checks/order.ts';
import { States } from '../../../src/sim/checks/states.ts';
import { Disk } from '../../../src/sim/disk.ts';
import type { Action } from '../../../src/sim/plan.ts';

/*
 * A check that cannot fail proves nothing: here each is shown what it is there to find.
 */

const ID = 'e1' as EnvelopeId;
const ANN = 'ann' as NodeId;

const member = (index: number, node: object = {}): Member =>
  ({ index, lives: 1, disk: new Disk(), node }) as unknown as Member;

const viewOf = (
  computers: readonly Member[],
  plan: { actions?: readonly Action[]; hostile?: ReadonlyMap<number, string> } = {},
): View =>
  ({
    world: { computers, computer: (index: number) => computers[index], now: 0 },
    plan: { actions: [], ...plan },
    islands: computers.map(() => 0),
  }) as unknown as View;

const line = (seq: number, change: Partial<MessageRecord> = {}): MessageRecord => ({
  id: `e${seq}` as EnvelopeId,
  kind: 'direct',
  conversation: ANN,
  from: ANN,
  to: 'bob',
  text: 'hello',
  content: 'text',
  created: timestamp(0),
  received: timestamp(0),
  hops: 1,
  epoch: '00',
  seq,
  after: [],
  rank: seq,
  ...change,
});

function store(check: Check, at: Member, record: StoreRecord): void {
  at.disk.commit(at.disk.write([record]));
  check.stored?.(at, [record]);
}

const keep = (check: Check, at: Member, message: MessageRecord): void => store(check, at, { put: 'message', message });

const show = (check: Check, at: Member, message: MessageRecord, missing?: number): void =>
  check.event?.(at, { type: 'message', message, ...(missing === undefined ? {} : { missing }) });

describe('order', () => {
  test('finds a gap that nobody was told of, and one that is none', () => {
    const [check, bob] = [new Order(), member(1)];
    for (const seq of [1, 3]) keep(check, bob, line(seq));
    show(check, bob, line(1));
    expect(() => show(check, bob, line(3))).toThrow('1 lines are missing, and nobody was told');
    show(check, bob, line(3), 1);
    keep(check, bob, line(4));
    expect(() => show(check, bob, line(4), 2)).toThrow('0 lines are missing, and 2 were told to be');
  });

  test('what comes late, and what a crash kept from the screen, is no gap', () => {
    const [check, bob] = [new Order(), member(1)];
    for (const seq of [1, 2, 3]) keep(check, bob, line(seq));
    show(check, bob, line(1));
    show(check, bob, line(3));
    show(check, bob, line(2));
  });

  test('finds a line before one that its author had seen, and one that stands elsewhere for others', () => {
    const [ann, bob] = [member(0), member(1)];
    const one = new Order();
    keep(one, ann, line(1, { rank: 5 }));
    keep(one, ann, line(2, { rank: 5, after: ['e1' as EnvelopeId] }));
    expect(() => one.finished(viewOf([ann]))).toThrow('stands before one that its author had seen');
    const two = new Order();
    keep(two, bob, line(1, { rank: 6 }));
    expect(() => two.finished(viewOf([member(2), bob, ann]))).toThrow('has rank');
  });
});

describe('states', () => {
  const say = (check: States, at: Member, state: DeliveryState): void => {
    const delivery = { id: ID, to: 'bob', state, at: timestamp(0) };
    store(check, at, { put: 'delivery', delivery });
    check.event(at, { type: 'delivery', ...delivery });
  };

  for (const [first, then] of [
    ['sent', 'carried'],
    ['delivered', 'expired'],
    ['expired', 'refused'],
    ['read', 'delivered'],
  ] as const) {
    test(`${first} never becomes ${then}`, () => {
      const [check, ann] = [new States(), member(0)];
      say(check, ann, first);
      expect(() => say(check, ann, then)).toThrow(`was ${first} and became ${then}`);
    });
  }

  test('all the way forward is as it should be, and more carriers are too', () => {
    const [check, ann] = [new States(), member(0)];
    for (const state of ['queued', 'carried', 'carried', 'sent', 'delivered', 'read'] as const) say(check, ann, state);
  });

  test('nothing is said that is not on the disk', () => {
    const [check, ann] = [new States(), member(0)];
    const told = (state: DeliveryState): NodeEvent => ({
      type: 'delivery',
      id: ID,
      to: 'bob',
      state,
      at: timestamp(0),
    });
    expect(() => check.event(ann, told('queued'))).toThrow('has nothing on its disk');
    say(check, ann, 'queued');
    expect(() => check.event(ann, told('carried'))).toThrow('has queued on its disk');
  });
});

describe('custody', () => {
  const given = (actions: readonly Action[] = []) => {
    const members = [member(0), member(1), member(2)] as const;
    const check = new Custody(viewOf(members, { actions }));
    check.taken({ id: ID, kind: 'direct', author: 0, to: 'bob', text: 'hello', recipient: 1 });
    return { check, members };
  };
  const gone: StoreRecord = { delete: 'envelope', id: ID };

  test('finds mail that was given up before it came', () => {
    const { check, members } = given();
    expect(() => store(check, members[2], gone)).toThrow('2 gave up "hello" of 0, which 1 does not have');
  });

  test('a carrier may hand its copy on, as long as somebody honest has one; its author may not', () => {
    const { check, members } = given();
    const head = { id: ID } as EnvelopeHead;
    const copy: StoreRecord = { put: 'envelope', head, bytes: new Uint8Array(1) };
    for (const at of members) store(check, at, copy);
    store(check, members[2], gone);
    expect(() => store(check, members[0], gone)).toThrow('0 gave up');
  });

  test('what has come, has ended, or is nobody’s here may leave', () => {
    const came = given();
    keep(came.check, came.members[1], line(1));
    store(came.check, came.members[2], gone);
    const ended = given();
    const delivery = { id: ID, to: 'bob', state: 'expired', at: timestamp(0) } as const;
    store(ended.check, ended.members[0], { put: 'delivery', delivery });
    store(ended.check, ended.members[2], gone);
    const { check, members } = given();
    store(check, members[2], { delete: 'envelope', id: 'e9' as EnvelopeId });
  });
});

describe('coverage', () => {
  test('finds a count that is higher than the truth', () => {
    const said = { have: 1, of: 2 };
    const ann = member(0, { coverage: () => said });
    const members = [ann, member(1), member(2)];
    const check = new Coverage();
    keep(check, ann, line(1, { kind: 'channel', hops: 0 }));
    expect(() => check.second(viewOf(members))).toThrow('0 says that 1 have "hello", and 0 do');
    keep(check, members[1]!, line(1, { kind: 'channel' }));
    check.second(viewOf(members));
    said.have = 2;
    expect(() => check.second(viewOf(members))).toThrow('2 have');
  });
});

describe('memory', () => {
  test('finds an honest node that holds too much, when there are hostile ones', () => {
    const sizes = { neighbours: 3, peers: 10, destinations: 10, sources: 10 };
    const store = { outbox: { envelopes: 0 }, carried: { envelopes: 100 }, seen: 0 };
    const full = member(0, { sizes: () => sizes, store: () => store });
    const look = (view: View) => {
      const check = new Memory();
      for (let i = 0; i < 10; i++) check.second(view);
    };
    const hostile = viewOf([full], { hostile: new Map([[1, 'flooder']]) });
    look(hostile);
    store.carried.envelopes = 100_000;
    expect(() => look(hostile)).toThrow('0 holds about');
    look(viewOf([full]));
  });
});
