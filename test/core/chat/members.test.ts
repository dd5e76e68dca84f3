import { describe, expect, test } from 'vitest';
import {
  CHANNEL_MEMBERS_MAX,
  LINE_RANGES_MAX,
  MEMBER_GONE_MS,
  MEMBER_SEEN_MS,
  OWN_LINES_MAX,
} from '../../../src/core/base/limits.ts';
import { type Timestamp, timestamp } from '../../../src/core/base/time.ts';
import { type MemberChange, Members } from '../../../src/core/chat/members.ts';
import type { MemberRecord, MessageRecord } from '../../../src/core/chat/record.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { messageRecord } from '../../support/records.ts';

const [self, bob, carol, dave] = ['self', 'bob', 'carol', 'dave'] as unknown as readonly NodeId[] as [
  NodeId,
  NodeId,
  NodeId,
  NodeId,
];
const OURS = 'aaaaaaaaaaaaaaaa';
const start = 1_700_000_000_000;
const at = (ms: number): Timestamp => timestamp(start + ms);
const id = (name: string): EnvelopeId => name as EnvelopeId;
const fresh = (records: readonly MemberRecord[] = []): Members =>
  new Members({ self, run: OURS, records, isKept: (who) => who === carol });
const line = (from: NodeId, after: readonly string[] = []): MessageRecord => ({
  ...messageRecord(1).message,
  ...{ kind: 'channel', conversation: 'hill', from, after: after.map(id) },
});
const mark = (rank: number, first: number, last: number, run = OURS) => ({
  ...{ id: id(`mark${rank}`), rank, has: [{ run, first, last }] },
});
const changes = (members: Members): MemberChange[] => {
  const all: MemberChange[] = [];
  for (let change = members.pollChange(); change; change = members.pollChange()) all.push(change);
  return all;
};
/** Our lines 1 to `count` are written. */
const writing = (members: Members, count: number): void => {
  for (let seq = 1; seq <= count; seq++) members.wrote({ id: id(`ours${seq}`), seq });
};
const covered = (members: Members, seq: number) => members.coverage('hill', seq, at(0));

describe('§4.4 members', () => {
  test('are those who wrote or marked something, the latest first, and not we', () => {
    const members = fresh();
    members.spoke(line(bob), at(1_000));
    members.marked('hill', carol, mark(1, 1, 1), at(2_000));
    members.marked('hill', self, mark(1, 1, 1), at(2_000));
    members.spoke(line(bob), at(500));
    expect(members.of('hill', at(3_000))).toEqual([
      { id: carol, lastSeen: at(2_000) },
      { id: bob, lastSeen: at(1_000) },
    ]);
    expect(members.of('elsewhere', at(0))).toEqual([]);
  });

  test('who are silent for thirty days do not count any more', () => {
    const members = fresh();
    members.spoke(line(bob), at(0));
    members.spoke(line(carol), at(10));
    expect(members.of('hill', at(MEMBER_GONE_MS + 5))).toEqual([{ id: carol, lastSeen: at(10) }]);
  });

  test('are written when they are new, know more, or gave a sign of life a minute later; and survive', () => {
    const members = fresh();
    writing(members, 3);
    members.spoke(line(bob), at(0));
    expect(changes(members)).toHaveLength(1);
    members.spoke(line(bob), at(MEMBER_SEEN_MS - 1));
    expect(changes(members)).toEqual([]);
    members.spoke(line(bob), at(MEMBER_SEEN_MS));
    expect(changes(members)).toHaveLength(1);
    members.spoke(line(bob, ['ours2']), at(MEMBER_SEEN_MS));
    members.marked('hill', bob, mark(4, 2, 3), at(MEMBER_SEEN_MS));
    const [, last] = changes(members);
    const record = last && 'put' in last ? last.member : undefined;
    expect(record).toEqual({
      ...{ channel: 'hill', id: bob, lastSeen: at(MEMBER_SEEN_MS), mark: { id: 'mark4', rank: 4 }, has: [[2, 3]] },
    });
    const woken = fresh([record!]);
    expect(covered(woken, 3)).toEqual({ have: 1, of: 1 });
    expect(woken.of('hill', at(0))).toEqual([{ id: bob, lastSeen: at(MEMBER_SEEN_MS) }]);
  });

  test('of a channel that was left are forgotten, on disk too', () => {
    const members = fresh();
    members.spoke(line(bob), at(0));
    changes(members);
    members.left('hill');
    expect(changes(members)).toEqual([{ delete: 'member', channel: 'hill', id: bob }]);
    expect(members.of('hill', at(0))).toEqual([]);
  });

  test('are 256 at most: whoever was heard longest ago and is no contact makes room', () => {
    const members = fresh();
    members.spoke(line(carol), at(-2));
    members.spoke(line(bob), at(-1));
    for (let n = 0; n < CHANNEL_MEMBERS_MAX; n++) members.spoke(line(`p${n}` as NodeId), at(n));
    const here = members.of('hill', at(0)).map((member) => member.id);
    expect(here).toHaveLength(CHANNEL_MEMBERS_MAX);
    expect(here).toContain(carol);
    expect(here).not.toContain(bob);
    expect(changes(members)).toContainEqual({ delete: 'member', channel: 'hill', id: bob });
  });
});

describe('§4.4 coverage', () => {
  test('whoever names a line of ours has it, and is not taken to have those before it', () => {
    const members = fresh();
    writing(members, 3);
    members.spoke(line(bob, ['ours3', 'of somebody else']), at(0));
    members.spoke(line(carol), at(0));
    expect([1, 2, 3].map((seq) => covered(members, seq).have)).toEqual([0, 0, 1]);
    expect(covered(members, 3)).toEqual({ have: 1, of: 2 });
  });

  test('whoever marks lines of ours has just those, also when an older mark comes later', () => {
    const members = fresh();
    members.marked('hill', bob, mark(9, 4, 6), at(0));
    members.marked('hill', bob, mark(5, 1, 2), at(0));
    members.marked('hill', carol, mark(9, 1, 9, 'bbbbbbbbbbbbbbbb'), at(0));
    expect([1, 2, 3, 4, 6, 7].map((seq) => covered(members, seq).have)).toEqual([1, 1, 0, 1, 1, 0]);
  });

  test('a newer mark takes the place of the one before, an older one of none', () => {
    const members = fresh();
    const marked = (rank: number) => members.marked('hill', dave, mark(rank, 1, rank), at(0));
    expect(marked(5)).toEqual({ newest: true, before: undefined });
    expect(marked(7)).toEqual({ newest: true, before: 'mark5' });
    expect(marked(6)).toEqual({ newest: false, before: undefined });
    expect(marked(7)).toEqual({ newest: true, before: undefined });
  });

  test('marks of a billion lines, and with holes everywhere, take little room', () => {
    const members = fresh();
    members.marked('hill', bob, mark(1, 1, 1_000_000_000), at(0));
    expect(covered(members, 999_999_999).have).toBe(1);
    for (let n = 0; n < 1_000; n++) members.marked('hill', carol, mark(n + 1, 2 * n + 1, 2 * n + 1), at(0));
    const last = changes(members).at(-1);
    expect(last && 'put' in last && last.member.has).toHaveLength(LINE_RANGES_MAX);
    writing(members, OWN_LINES_MAX + 1);
    members.spoke(line(dave, ['ours1', 'ours2']), at(0));
    expect([1, 2].map((seq) => covered(members, seq).have)).toEqual([1, 2]);
  });
});
