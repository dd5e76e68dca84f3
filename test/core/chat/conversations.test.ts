import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AFTER_IDS_MAX,
  CHANNEL_AUTHORS_MAX,
  CHANNEL_IDS_MAX,
  CONVERSATIONS_MAX,
  GAP_WAIT_MS,
  RANK_AHEAD_MAX,
  WAITING_MESSAGES_MAX,
} from '../../../src/core/base/limits.ts';
import { type Instant, instant, timestamp } from '../../../src/core/base/time.ts';
import { Conversations } from '../../../src/core/chat/conversations.ts';
import type { ConversationTail, MessageRecord } from '../../../src/core/chat/record.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';

const [self, bob, carol] = ['self', 'bob', 'carol'] as unknown as readonly [NodeId, NodeId, NodeId];
const EPOCH = '07'.repeat(8);
const start = instant(1000);
const today = timestamp(1_700_000_000_000);
const later = (ms: number): Instant => instant(start + ms);
const id = (name: string): EnvelopeId => name as EnvelopeId;

const fresh = (tails: readonly ConversationTail[] = []): Conversations =>
  new Conversations({ self, epoch: new Uint8Array(8).fill(7), tails });

/** Bob's message number `seq` to us, called `bob3`. */
const direct = (seq: number, more: Partial<MessageRecord> = {}): MessageRecord => ({
  id: id(`${more.from ?? bob}${seq}`),
  kind: 'direct',
  conversation: bob,
  from: bob,
  to: self,
  text: '',
  content: 'text',
  created: timestamp(0),
  received: timestamp(0),
  hops: 1,
  epoch: 'e1',
  seq,
  after: [],
  rank: seq,
  ...more,
});
const post = (from: NodeId, seq: number, after: readonly string[] = [], more: Partial<MessageRecord> = {}) =>
  direct(seq, { kind: 'channel', conversation: 'hill', to: 'hill', from, after: after.map(id), ...more });
const ours = (conversations: Conversations, conversation: string): MessageRecord => {
  const { epoch, seq, rank, after } = conversations.next(conversation, today);
  return direct(seq, { from: self, conversation, epoch, rank, after, id: id(`self${seq}`) });
};

/** Everything that may be shown, as `bob3` or, after a gap of two, `bob3+2`. */
function shown(conversations: Conversations): string[] {
  const ids: string[] = [];
  for (let show = conversations.pollShow(); show; show = conversations.pollShow()) {
    ids.push(show.missing > 0 ? `${show.message.id}+${show.missing}` : show.message.id);
  }
  return ids;
}

describe('§4.2 our own messages', () => {
  test('are numbered from 1 in each conversation, in the epoch of this node', () => {
    const conversations = fresh();
    expect(conversations.next(bob, today)).toEqual({ epoch: EPOCH, seq: 1, rank: 1, after: [] });
    conversations.wrote(ours(conversations, bob));
    expect(conversations.next(bob, today)).toEqual({ epoch: EPOCH, seq: 2, rank: 2, after: ['self1'] });
    expect(conversations.next(carol, today)).toEqual({ epoch: EPOCH, seq: 1, rank: 1, after: [] });
  });

  test('go on after a restart where they were', () => {
    const tail = { conversation: bob, author: self, epoch: EPOCH, seq: 41, last: id('self41'), rank: 60 };
    expect(fresh([tail]).next(bob, today)).toEqual({ epoch: EPOCH, seq: 42, rank: 61, after: ['self41'] });
  });

  test('begin again at 1 in a new epoch', () => {
    const tail = { conversation: bob, author: self, epoch: 'ff'.repeat(8), seq: 41, last: id('self41'), rank: 60 };
    expect(fresh([tail]).next(bob, today)).toEqual({ epoch: EPOCH, seq: 1, rank: 61, after: ['self41'] });
  });

  test('are not moved by another author who claims our epoch', () => {
    const tail = { conversation: 'hill', author: carol, epoch: EPOCH, seq: 2 ** 53 - 1, last: id('carol'), rank: 1 };
    expect(fresh([tail]).next('hill', today).seq).toBe(1);
  });

  test('name what was seen last: one message for each line of thought, at most 8', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 1), start);
    conversations.arrived(post(bob, 2), start);
    conversations.arrived(post(carol, 1), start);
    expect(conversations.next('hill', today).after).toEqual(['bob2', 'carol1']);
    conversations.arrived(post(bob, 3, ['carol1']), start);
    expect(conversations.next('hill', today).after).toEqual(['bob3']);
    for (let i = 0; i < 12; i++) conversations.arrived(post(`p${i}` as NodeId, 1), start);
    expect(conversations.next('hill', today).after).toEqual(
      Array.from({ length: AFTER_IDS_MAX }, (_, i) => `p${i + 4}1`),
    );
  });

  test('that never reached the disk leave no gap', () => {
    const conversations = fresh();
    conversations.arrived(direct(1), start);
    const first = ours(conversations, bob);
    conversations.wrote(first);
    const second = ours(conversations, bob);
    conversations.wrote(second);
    conversations.withdrew(second);
    conversations.withdrew(first);
    expect(conversations.next(bob, today)).toMatchObject({ epoch: EPOCH, seq: 1, after: ['bob1'] });
  });

  test('that never reached the disk do not give away the number of a later one', () => {
    const conversations = fresh();
    const first = ours(conversations, bob);
    conversations.wrote(first);
    conversations.wrote(ours(conversations, bob));
    conversations.withdrew(first);
    expect(conversations.next(bob, today).seq).toBe(3);
  });
});

describe('§4.2 the messages of others', () => {
  test('in order are shown at once', () => {
    const conversations = fresh();
    for (const seq of [1, 2, 3]) conversations.arrived(direct(seq), start);
    expect(shown(conversations)).toEqual(['bob1', 'bob2', 'bob3']);
    expect(conversations.deadline()).toBeUndefined();
  });

  test('out of order wait for the missing ones', () => {
    const conversations = fresh();
    for (const seq of [3, 2]) conversations.arrived(direct(seq), start);
    expect(shown(conversations)).toEqual([]);
    conversations.arrived(direct(1), later(500));
    expect(shown(conversations)).toEqual(['bob1', 'bob2', 'bob3']);
  });

  test('wait at most 3 seconds, then are shown in order with the gap before them', () => {
    const conversations = fresh();
    conversations.arrived(direct(1), start);
    conversations.arrived(direct(6), start);
    conversations.arrived(direct(4), later(1000));
    expect(conversations.deadline()).toBe(later(GAP_WAIT_MS));
    conversations.elapse(later(GAP_WAIT_MS - 1));
    expect(shown(conversations)).toEqual(['bob1']);
    conversations.elapse(later(GAP_WAIT_MS));
    expect(shown(conversations)).toEqual(['bob4+2', 'bob6+1']);
    expect(conversations.deadline()).toBeUndefined();
  });

  test('that come after their gap was told are shown as they come', () => {
    const conversations = fresh();
    conversations.arrived(direct(3), start);
    conversations.elapse(later(GAP_WAIT_MS));
    conversations.arrived(direct(2), later(5000));
    conversations.arrived(direct(4), later(5000));
    expect(shown(conversations)).toEqual(['bob3+2', 'bob2', 'bob4']);
  });

  test('go on after a restart without a gap', () => {
    const conversations = fresh([{ conversation: bob, author: bob, epoch: 'e1', seq: 8, last: id('bob8'), rank: 8 }]);
    conversations.arrived(direct(9), start);
    expect(shown(conversations)).toEqual(['bob9']);
  });

  test('in a new epoch begin at 1 again, and late ones of the old epoch are still shown', () => {
    const conversations = fresh();
    conversations.arrived(direct(1), start);
    conversations.arrived(direct(1, { epoch: 'e2', id: id('new1') }), start);
    conversations.arrived(direct(2), start);
    conversations.arrived(direct(2, { epoch: 'e2', id: id('new2') }), start);
    expect(shown(conversations)).toEqual(['bob1', 'new1', 'bob2', 'new2']);
  });

  test('of one number twice are both shown: an identity that runs in two places loses nothing', () => {
    const conversations = fresh();
    conversations.arrived(direct(1), start);
    conversations.arrived(direct(1, { id: id('clone1') }), start);
    expect(shown(conversations)).toEqual(['bob1', 'clone1']);
  });

  test('of one conversation do not wait for those of another', () => {
    const conversations = fresh();
    conversations.arrived(direct(2), start);
    conversations.arrived(direct(1, { from: carol, conversation: carol }), start);
    expect(shown(conversations)).toEqual(['carol1']);
  });

  test('of one conversation do not make those of another follow', () => {
    const conversations = fresh();
    conversations.arrived(direct(2), start);
    conversations.arrived(post(bob, 1), start);
    expect(shown(conversations)).toEqual(['bob1']);
    expect(conversations.deadline()).toBe(later(GAP_WAIT_MS));
  });

  test('whose time is up take along what follows them at once, and nothing of other authors or runs', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 1), start);
    conversations.arrived(post(carol, 1), start);
    shown(conversations);
    conversations.arrived(post(bob, 4), start);
    conversations.arrived(post(bob, 5), later(1000));
    conversations.arrived(post(carol, 3), later(1000));
    conversations.arrived(direct(3), later(1000));
    conversations.arrived(direct(2, { epoch: 'e2', id: id('new2') }), later(1000));
    conversations.elapse(later(GAP_WAIT_MS));
    expect(shown(conversations)).toEqual(['bob4+2', 'bob5']);
    conversations.elapse(later(1000 + GAP_WAIT_MS));
    expect(shown(conversations)).toEqual(['carol3+1', 'bob3+2', 'new2+1']);
  });

  test('more than 256 waiting: the one that waits longest is shown', () => {
    const conversations = fresh();
    for (let seq = 0; seq <= WAITING_MESSAGES_MAX; seq++) conversations.arrived(direct(2 * seq + 2), start);
    expect(shown(conversations)).toEqual(['bob2+1']);
  });

  test('an author who lies about numbers hides nobody’s messages, his own included', () => {
    const conversations = fresh();
    conversations.arrived(direct(Number.MAX_SAFE_INTEGER), start);
    conversations.elapse(later(GAP_WAIT_MS));
    conversations.arrived(direct(1), later(4000));
    expect(shown(conversations).length).toBe(2);
  });
});

describe('§4.2 channels', () => {
  test('a reader begins anywhere: the first message of an author is no gap', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 50, ['long gone']), start);
    expect(shown(conversations)).toEqual(['bob50']);
    conversations.arrived(post(bob, 52), start);
    conversations.elapse(later(GAP_WAIT_MS));
    expect(shown(conversations)).toEqual(['bob52+1']);
  });

  test('an answer is not shown before what it answers', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 1), start);
    conversations.arrived(post(bob, 2, ['carol1']), start);
    expect(shown(conversations)).toEqual(['bob1']);
    conversations.arrived(post(carol, 1), later(10));
    expect(shown(conversations)).toEqual(['carol1', 'bob2']);
  });

  test('but after 3 seconds it is, without a gap of its author', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 1), start);
    conversations.arrived(post(bob, 2, ['carol1']), start);
    conversations.elapse(later(GAP_WAIT_MS));
    expect(shown(conversations)).toEqual(['bob1', 'bob2']);
  });

  test('an answer to us needs no waiting', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 1), start);
    const mine = ours(conversations, 'hill');
    conversations.wrote(mine);
    conversations.arrived(post(bob, 2, [mine.id]), start);
    expect(shown(conversations)).toEqual(['bob1', 'bob2']);
  });
});

describe('§4.2 ranks', () => {
  test('what is written comes after all that was here, in its own conversation', () => {
    const conversations = fresh();
    expect(conversations.rankOf(bob, 40, today)).toBe(40);
    expect(conversations.rankOf(bob, 7, today)).toBe(7);
    expect(conversations.next(bob, today).rank).toBe(41);
    expect(conversations.next(carol, today).rank).toBe(1);
  });

  test('a line without one comes after all that is here, and those after it too', () => {
    const conversations = fresh();
    conversations.rankOf(bob, 40, today);
    expect([undefined, undefined, 12].map((claimed) => conversations.rankOf(bob, claimed, today))).toEqual([
      41, 42, 12,
    ]);
    expect(conversations.next(bob, today).rank).toBe(43);
  });

  test('one that is more than a day ahead of the calendar counts as none: nobody holds the last place for longer', () => {
    const conversations = fresh();
    conversations.rankOf('hill', 40, today);
    expect(conversations.rankOf('hill', Number.MAX_SAFE_INTEGER, today)).toBe(41);
    expect(conversations.rankOf('hill', today + RANK_AHEAD_MAX + 1, today)).toBe(42);
    expect(conversations.next('hill', today).rank).toBe(43);
    expect(conversations.rankOf('hill', today + RANK_AHEAD_MAX, today)).toBe(today + RANK_AHEAD_MAX);
  });

  test('of ours are never ahead of the calendar, so that others believe them, and each is above the last', () => {
    const conversations = fresh();
    conversations.rankOf('hill', today + RANK_AHEAD_MAX, today);
    for (const expected of [today, today + 1]) {
      const { epoch, seq, rank, after } = conversations.next('hill', today);
      expect(rank).toBe(expected);
      conversations.wrote(direct(seq, { from: self, conversation: 'hill', epoch, rank, after, id: id(`self${seq}`) }));
    }
    const later = timestamp(today + 2 * RANK_AHEAD_MAX);
    expect(conversations.next('hill', later).rank).toBe(today + RANK_AHEAD_MAX + 1);
  });

  test('go on after a restart above those of all authors', () => {
    const tail = { conversation: 'hill', epoch: 'e1', seq: 1, last: id('last') };
    const conversations = fresh([
      { ...tail, author: bob, rank: 9 },
      { ...tail, author: carol, rank: 12 },
      { ...tail, author: self, rank: 4 },
    ]);
    expect(conversations.next('hill', today).rank).toBe(13);
  });

  test('of a conversation that was forgotten do not begin anew below its lines', () => {
    const conversations = fresh();
    conversations.rankOf(bob, 500, today);
    for (let i = 0; i < CONVERSATIONS_MAX; i++) conversations.rankOf(`p${i}`, 3, today);
    expect(conversations.next(bob, today).rank).toBe(501);
  });
});

describe('bounds', () => {
  test('an author of a channel who was forgotten is taken as he comes', () => {
    const conversations = fresh();
    conversations.arrived(post(bob, 1), start);
    for (let i = 0; i < CHANNEL_AUTHORS_MAX; i++) conversations.arrived(post(`p${i}` as NodeId, 1), start);
    shown(conversations);
    conversations.arrived(post(bob, 7), start);
    expect(shown(conversations)).toEqual(['bob7']);
  });

  test('an answer to a message of long ago waits, and is shown', () => {
    const conversations = fresh();
    conversations.arrived(post(carol, 1), start);
    for (let seq = 1; seq <= CHANNEL_IDS_MAX; seq++) conversations.arrived(post(bob, seq), start);
    shown(conversations);
    conversations.arrived(post(bob, CHANNEL_IDS_MAX + 1, ['carol1']), start);
    expect(shown(conversations)).toEqual([]);
    conversations.elapse(later(GAP_WAIT_MS));
    expect(shown(conversations)).toEqual([`bob${CHANNEL_IDS_MAX + 1}`]);
  });

  test('a conversation that was forgotten makes no false claims about gaps', () => {
    const conversations = fresh();
    conversations.arrived(direct(1), start);
    conversations.wrote(ours(conversations, bob));
    for (let i = 0; i < CONVERSATIONS_MAX; i++) {
      conversations.arrived(direct(1, { from: `p${i}` as NodeId, conversation: `p${i}` }), start);
    }
    shown(conversations);
    conversations.arrived(direct(5), start);
    expect(shown(conversations)).toEqual(['bob5']);
    // Our own numbers are never forgotten.
    expect(conversations.next(bob, today).seq).toBe(2);
  });
});

describe('for any order of arrival', () => {
  const arrivals = fc
    .array(fc.record({ from: fc.constantFrom(bob, carol), lost: fc.integer({ max: 9, min: 0 }).map((n) => n === 0) }), {
      minLength: 1,
      maxLength: 40,
    })
    .chain((plan) => {
      const counts = new Map<NodeId, number>();
      const all = plan.map(({ from, lost }) => {
        const seq = (counts.get(from) ?? 0) + 1;
        counts.set(from, seq);
        return { message: post(from, seq), lost };
      });
      const kept = all.filter(({ lost }) => !lost).map(({ message }) => message);
      return fc.tuple(
        fc.shuffledSubarray(kept, { minLength: kept.length }),
        fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: kept.length, maxLength: kept.length }),
      );
    });

  test('every message is shown once, and none waits longer than 3 seconds', () => {
    fc.assert(
      fc.property(arrivals, ([messages, delays]) => {
        const conversations = fresh();
        const arrivedAt = new Map<string, number>();
        const seen: string[] = [];
        let now = start;
        const drain = (): void => {
          for (let show = conversations.pollShow(); show; show = conversations.pollShow()) {
            seen.push(show.message.id);
            expect(now - arrivedAt.get(show.message.id)!).toBeLessThanOrEqual(GAP_WAIT_MS);
          }
        };
        const passUntil = (next: Instant): void => {
          for (let due = conversations.deadline(); due !== undefined && due <= next; due = conversations.deadline()) {
            now = due;
            conversations.elapse(now);
            drain();
          }
          now = next;
        };
        messages.forEach((message, i) => {
          passUntil(instant(now + delays[i]!));
          arrivedAt.set(message.id, now);
          conversations.arrived(message, now);
          drain();
        });
        passUntil(instant(now + GAP_WAIT_MS));
        expect(seen.toSorted()).toEqual(messages.map((message) => message.id).toSorted());
        expect(conversations.deadline()).toBeUndefined();
      }),
    );
  });

  test('what arrives within the wait is shown in each author’s order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9 }), (order) => {
        const conversations = fresh();
        order.forEach((seq, i) => {
          conversations.arrived(direct(seq), later(i * 300));
        });
        expect(shown(conversations)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((seq) => `bob${seq}`));
      }),
    );
  });
});
