import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Address } from '../../../src/core/base/address.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { MemberRecord, MessageRecord } from '../../../src/core/chat/record.ts';
import type { StoreRecord } from '../../../src/core/node/record.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { Database } from '../../../src/host/database/database.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { envelopeRecord, messageRecord, somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

let path: string;
let database: Database;

beforeEach(() => {
  path = join(tempDir(), 'qpc.db');
  database = Database.open(path, { suite: nodeSuite, boot: 'one boot' });
});
afterEach(() => database.close());

/** After the end of a process; with another boot, after that of the machine. */
const reopen = (boot = 'one boot') => {
  database.close();
  database = Database.open(path, { suite: nodeSuite, boot });
};
const tailOf = ({ epoch, seq, id: last, rank }: MessageRecord) => ({ epoch, seq, last, rank });
const lineOf = ({ id, conversation, from, epoch, seq, after, received }: MessageRecord) => ({
  ...{ id, conversation, from, epoch, seq, after, received },
});
const texts = (lines: readonly { readonly text: string }[]) => lines.map(({ text }) => text);

describe('what is applied', () => {
  test('is what the next start wakes up with', () => {
    const kept = envelopeRecord(new Uint8Array([1, 2, 3]), { via: somebody('c'), handedTo: [somebody('d')] });
    const gone = envelopeRecord(new Uint8Array([4]));
    const contact = { id: somebody('b'), petname: 'bob', verified: true, blocked: false, added: timestamp(5) };
    const channel = {
      id: somebody('e'),
      topic: 'hills',
      key: new Uint8Array(32).fill(9),
      open: true,
      joined: timestamp(6),
    };
    const peer = {
      id: somebody('b'),
      name: 'bobby',
      addresses: ['192.0.2.7:7000' as Address],
      source: 'mdns',
      named: true,
      lastSeen: timestamp(7),
    } as const;
    const seen = { id: 'f'.repeat(64) as never, at: timestamp(8), until: timestamp(9) };
    const post = messageRecord(2, { kind: 'channel', conversation: somebody('e') });
    const member: MemberRecord = {
      ...{ channel: somebody('e'), id: somebody('m'), lastSeen: timestamp(8) },
      ...{ mark: { id: 'a'.repeat(64) as EnvelopeId, rank: 7 }, has: [[1, 4]] },
    };
    const delivery = { id: kept.head.id, to: somebody('b'), state: 'carried', at: timestamp(10), detail: '2' } as const;
    database.apply([
      kept,
      gone,
      { put: 'contact', contact },
      { put: 'contact', contact: { ...contact, id: somebody('x') } },
      { put: 'channel', channel },
      { put: 'channel', channel: { ...channel, id: somebody('y') } },
      { put: 'peer', peer },
      { put: 'seen', ...seen },
      { put: 'delivery', delivery },
      { put: 'setting', key: 'name', value: 'ann' },
      { put: 'setting', key: 'name', value: 'anna' },
      { put: 'head', head: { ...kept.head, copies: 2 } },
      { delete: 'envelope', id: gone.head.id },
      { delete: 'contact', id: somebody('x') },
      { delete: 'channel', id: somebody('y') },
      messageRecord(1),
      post,
      { put: 'member', member: { ...member, has: [] } },
      { put: 'member', member },
      { put: 'member', member: { ...member, id: somebody('z') } },
      { delete: 'member', channel: somebody('e'), id: somebody('z') },
    ]);
    reopen();
    expect(database.load()).toEqual({
      heads: [{ ...kept.head, copies: 2 }],
      seen: [seen],
      shown: [messageRecord(1).message.id, post.message.id],
      shownMore: false,
      deliveries: [delivery],
      contacts: [contact],
      channels: [channel],
      tails: [
        {
          conversation: somebody('b'),
          author: somebody('b'),
          epoch: '00000000000000aa',
          seq: 1,
          last: messageRecord(1).message.id,
          rank: 1,
        },
        { ...{ conversation: somebody('e'), author: somebody('b') }, ...tailOf(post.message) },
      ],
      members: [member],
      lines: [lineOf(post.message)],
      peers: [peer],
      settings: new Map([['name', 'anna']]),
    });
    expect(database.envelope(kept.head.id)).toEqual(kept.bytes);
    expect(database.envelope(gone.head.id)).toBeUndefined();
  });

  test('is all or nothing', () => {
    const wrong = { put: 'setting', key: 'epoch', value: undefined } as unknown as StoreRecord;
    expect(() => database.apply([{ put: 'setting', key: 'name', value: 'ann' }, wrong])).toThrow();
    expect(database.load().settings).toEqual(new Map());
    database.apply([{ put: 'setting', key: 'name', value: 'ann' }]);
    expect(database.load().settings).toEqual(new Map([['name', 'ann']]));
  });

  test('a head that changes does not bring back an envelope that was deleted', () => {
    const { head, bytes } = envelopeRecord(new Uint8Array([1]));
    database.apply([
      { put: 'envelope', head, bytes },
      { delete: 'envelope', id: head.id },
      { put: 'head', head },
    ]);
    expect(database.load().heads).toEqual([]);
  });

  test('seen ids leave when their time is over', () => {
    const id = (n: number) => n.toString(16).padStart(64, '0') as never;
    const seen = (n: number): StoreRecord => ({ put: 'seen', id: id(n), at: timestamp(n), until: timestamp(n + 50) });
    database.apply(Array.from({ length: 512 }, (_, n) => seen(n)));
    expect(database.load().seen.length).toBeLessThanOrEqual(51 + 256);
  });

  test('every kind of delivery that may still change is loaded', () => {
    const states = ['queued', 'carried', 'sent', 'delivered', 'read', 'expired', 'refused'] as const;
    const delivery = (state: (typeof states)[number], n: number): StoreRecord => ({
      put: 'delivery',
      delivery: { id: n.toString(16).padStart(64, '0') as never, to: somebody('b'), state, at: timestamp(n) },
    });
    database.apply(states.map(delivery));
    expect(new Set(database.load().deliveries.map(({ state }) => state))).toEqual(new Set(states));
  });

  test('that of a post is loaded as long as the post is here, and not longer: nobody acknowledges posts', () => {
    const kept = envelopeRecord(new Uint8Array([1]), { kind: 2, to: somebody('e') });
    const lines = [kept.head.id, 'e'.repeat(64) as EnvelopeId].map((id, n): StoreRecord[] => [
      messageRecord(n, { id, kind: 'channel', conversation: somebody('e') }),
      { put: 'delivery', delivery: { id, to: somebody('e'), state: 'carried', at: timestamp(n) } },
    ]);
    database.apply([kept, ...lines.flat()]);
    expect(database.load().deliveries.map(({ id }) => id)).toEqual([kept.head.id]);
  });
});

describe('an envelope whose bytes were damaged', () => {
  test('one bit flipped on the disk: every check of SQLite passes, ours does not, and it is counted', () => {
    const kept = envelopeRecord(new Uint8Array(300).fill(1));
    database.apply([kept]);
    database.close();
    const file = readFileSync(path);
    const place = file.indexOf(new Uint8Array(300).fill(1)) + 150;
    file[place] = file[place]! ^ 1;
    writeFileSync(path, file);
    database = Database.open(path, { suite: nodeSuite });
    expect(database.envelope(kept.head.id)).toBeUndefined();
    expect(database.counters.damagedEnvelopes).toBe(1);
  });
});

describe('messages', () => {
  test('the same id twice is one line, and counted as unread once', () => {
    database.apply([messageRecord(1), messageRecord(1, { text: 'other' })]);
    expect(texts(database.history({ limit: 10 }).messages)).toEqual(['line 1']);
    expect(database.conversations()).toMatchObject([{ unread: 1 }]);
  });

  test('an id that was ever shown is known for ever', () => {
    database.apply([messageRecord(1)]);
    expect(database.shown(messageRecord(1).message.id)).toBe(true);
    expect(database.shown(messageRecord(2).message.id)).toBe(false);
  });

  const everyPage = (conversation?: string): string[] => {
    const pages: string[][] = [];
    for (let before: EnvelopeId | undefined; ; ) {
      const page = database.history({ conversation, before, limit: 3 });
      pages.unshift(texts(page.messages));
      before = page.messages[0]?.id;
      if (!page.more) return pages.flat();
    }
  };

  test('of a conversation are in the order of rank and id, whatever came when', () => {
    const ranks = [1, 2, 2, 9, 3, 2, 4, 8, 5, 5, 7, 6];
    database.apply(ranks.map((rank, n) => messageRecord(n, { rank })));
    database.apply([messageRecord(99, { conversation: somebody('c') })]);
    const expected = ranks.map((rank, n) => ({ rank, n })).toSorted((a, b) => a.rank - b.rank || a.n - b.n);
    expect(everyPage(somebody('b'))).toEqual(expected.map(({ n }) => `line ${n}`));
    expect(database.history({ conversation: somebody('c'), before: messageRecord(1).message.id, limit: 3 })).toEqual({
      messages: [],
      more: false,
      moreAfter: false,
    });
  });

  test('of all conversations are in the order in which they came, whatever the calendar said', () => {
    const at = [100, 200, 300, 150, 250, 400, 400, 400];
    const of = (n: number) => somebody(n % 2 === 0 ? 'b' : 'c');
    database.apply(
      at.map((ms, n) => messageRecord(n, { received: timestamp(ms), conversation: of(n), rank: 100 - n })),
    );
    expect(everyPage()).toEqual(at.map((_, n) => `line ${n}`));
  });

  test('since leaves out what came before', () => {
    database.apply([1, 2, 3].map((n) => messageRecord(n)));
    const since = messageRecord(2).message.received;
    expect(texts(database.history({ since, limit: 10 }).messages)).toEqual(['line 2', 'line 3']);
    expect(database.history({ since: timestamp(since + 1e9), limit: 10 }).messages).toEqual([]);
    const one = { conversation: somebody('b'), since, before: messageRecord(3).message.id, limit: 10 };
    expect(texts(database.history(one).messages)).toEqual(['line 2']);
  });

  test('ours carry their delivery', () => {
    const own = messageRecord(1, { from: somebody('a'), hops: 0 });
    const delivery = { id: own.message.id, to: somebody('b'), state: 'delivered', at: timestamp(3), hops: 2 } as const;
    database.apply([own, { put: 'delivery', delivery }, messageRecord(2)]);
    const [ours, theirs] = database.history({ limit: 2 }).messages;
    expect(ours).toEqual({ ...own.message, missing: 0, delivery });
    expect(theirs).toEqual({ ...messageRecord(2).message, missing: 1 });
    expect(ours?.hops).toBe(0);
  });

  test('are found by id, by a prefix that only one has, and told apart from a prefix that several have', () => {
    const ids = ['abc1', 'abd2'].map((start) => start.padEnd(64, '0') as never);
    database.apply(ids.map((id, n) => messageRecord(n, { id })));
    expect(database.message(ids[0]!)).toMatchObject({ text: 'line 0' });
    expect(database.message('ABD2')).toMatchObject({ text: 'line 1' });
    expect(database.message('ab')).toBe('ambiguous');
    for (const nothing of ['', 'ac', "ab' OR 1", '%', '_']) expect(database.message(nothing)).toBeUndefined();
  });
});

describe('conversations', () => {
  test('what others wrote is unread until the mark passes it, and the mark never goes back', () => {
    database.apply([messageRecord(1), messageRecord(2, { hops: 0 }), messageRecord(3), messageRecord(4)]);
    for (const n of [1, 3, 4]) database.told(messageRecord(n).message);
    const unread = () => database.conversations()[0]?.unread;
    expect(unread()).toBe(3);
    database.markRead(somebody('b'), messageRecord(3).message.received);
    expect(unread()).toBe(1);
    database.markRead(somebody('b'), messageRecord(1).message.received);
    expect(unread()).toBe(1);
    database.apply([messageRecord(5)]);
    expect(unread()).toBe(2);
    reopen();
    expect(unread()).toBe(2);
    database.markRead(somebody('nobody'), timestamp(9));
  });

  test('the newest is first', () => {
    const of = (n: number, conversation: string) => messageRecord(n, { conversation });
    database.apply([of(1, 'one'), of(2, 'two'), of(3, 'one')]);
    expect(database.conversations().map(({ id }) => id)).toEqual(['one', 'two']);
    expect(database.conversations()[0]).toEqual({
      id: 'one',
      kind: 'direct',
      unread: 2,
      fresh: of(1, '').message.id,
      lastAt: of(3, '').message.received,
    });
  });

  test('the first line that was not read is named, as long as there is one', () => {
    const of = (n: number) => messageRecord(n, { conversation: 'one' });
    database.apply([of(1), of(2), of(3)]);
    for (const n of [1, 2, 3]) database.told(of(n).message);
    const fresh = () => database.conversations()[0]?.fresh;
    database.markRead('one', of(1).message.received);
    expect(fresh()).toBe(of(2).message.id);
    database.markRead('one', of(3).message.received);
    expect(fresh()).toBeUndefined();
  });

  test('give no notice once they are muted, whether anything was said in them or not, also after a restart', () => {
    expect(database.mute('one', true)).toBe(true);
    database.mute('two', true);
    database.mute('two', true);
    database.mute('one', false);
    expect([...database.muted()]).toEqual(['two']);
  });

  test('a line that comes late does not take back the end of a run of numbers', () => {
    database.apply([messageRecord(5), messageRecord(3)]);
    expect(database.load().tails).toMatchObject([{ seq: 5 }]);
    database.apply([messageRecord(1, { id: 'e'.repeat(64) as never, epoch: 'bb' })]);
    expect(database.load().tails).toMatchObject([{ epoch: 'bb', seq: 1 }]);
  });
});

describe('what came while no screen was there', () => {
  test('waits for one, is told once, and our own is not among it', () => {
    database.apply([messageRecord(1), messageRecord(2, { hops: 0 })]);
    database.screens = true;
    database.apply([messageRecord(3)]);
    database.told(messageRecord(3).message);
    database.screens = false;
    database.apply([messageRecord(4), messageRecord(5)]);
    reopen();
    expect(texts(database.unshown(2))).toEqual(['line 1', 'line 4']);
    database.markShown(database.unshown(2).map(({ id }) => id));
    reopen();
    expect(texts(database.unshown(10))).toEqual(['line 5']);
  });

  test('has been shown by the screen that marks it as read', () => {
    database.apply([messageRecord(1), messageRecord(2, { conversation: somebody('c') })]);
    database.told(messageRecord(1).message);
    database.told(messageRecord(2, { conversation: somebody('c') }).message);
    database.markRead(somebody('b'), messageRecord(1).message.received);
    expect(texts(database.unshown(10))).toEqual(['line 2']);
  });
});

describe('lines whose turn it is, before the eyes of a person', () => {
  test('are news to the next run when the process was killed before it told them, and only then', () => {
    database.screens = true;
    database.apply([messageRecord(1), messageRecord(2)]);
    database.told(messageRecord(1).message);
    reopen();
    expect(texts(database.unshown(10))).toEqual(['line 2']);
  });

  test('are no news when the machine lost its power: what was lost is the mark that they were told', () => {
    database.screens = true;
    database.apply([messageRecord(1), messageRecord(2)]);
    reopen('another boot');
    expect(database.unshown(10)).toEqual([]);
  });

  test('in a channel, when what they follow has been told too; else they have yet to wait', () => {
    const post = (n: number, after: readonly string[]) =>
      messageRecord(n, { kind: 'channel', from: somebody(`author ${n}`), seq: 1, after: after as never });
    database.screens = true;
    database.apply([post(1, []), post(2, [post(1, []).message.id]), post(3, ['f'.repeat(64)])]);
    reopen('another boot');
    expect(texts(database.unshown(10))).toEqual(['line 3']);
  });
});

describe('lines whose turn has not come', () => {
  const first = messageRecord(1);
  const second = messageRecord(2);

  test('are unread though the others have been read', () => {
    database.apply([second]);
    database.markRead(somebody('b'), second.message.received);
    database.apply([first]);
    database.told(first.message);
    database.told(second.message);
    expect(database.conversations()[0]?.unread).toBe(2);
    database.markRead(somebody('b'), second.message.received);
    expect(database.conversations()[0]?.unread).toBe(0);
  });

  test('are not told again to a screen that came while they waited', () => {
    database.apply([second, first]);
    expect(database.unshown(10)).toEqual([]);
    database.screens = true;
    database.told(first.message);
    database.told(second.message);
    expect(database.unshown(10)).toEqual([]);
  });

  test('wait for the next screen when the last one left while they waited', () => {
    database.screens = true;
    database.apply([second, first]);
    database.screens = false;
    database.told(first.message);
    database.told(second.message);
    expect(texts(database.unshown(10))).toEqual(['line 2', 'line 1']);
  });

  test('are told once after a restart, when the node ended before it came', () => {
    database.screens = true;
    database.apply([messageRecord(0)]);
    database.told(messageRecord(0).message);
    database.apply([second]);
    reopen();
    expect(texts(database.unshown(10))).toEqual(['line 2']);
    database.markShown([second.message.id]);
    reopen();
    expect(database.unshown(10)).toEqual([]);
  });
});

describe('what is missing', () => {
  const missing = (conversation = somebody('b')) =>
    database.history({ conversation, limit: 10 }).messages.map((line) => line.missing);

  test('stands before the line that came without it, and goes when it comes, also over a restart', () => {
    database.apply([messageRecord(1), messageRecord(5), messageRecord(6)]);
    expect(missing()).toEqual([0, 3, 0]);
    reopen();
    database.apply([messageRecord(3)]);
    expect(missing()).toEqual([0, 1, 1, 0]);
    database.apply([messageRecord(2), messageRecord(4)]);
    expect(missing()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('is told of the line that comes late, and of the one after it', () => {
    database.apply([messageRecord(1), messageRecord(6)]);
    database.told(messageRecord(1).message);
    expect(database.told(messageRecord(6).message)).toMatchObject({ line: { missing: 4 }, after: undefined });
    database.apply([messageRecord(3)]);
    const told = database.told(messageRecord(3).message);
    expect(told).toMatchObject({ line: { missing: 1 }, after: { text: 'line 6', missing: 2 } });
  });

  test('is not told of a line that is still to be told itself', () => {
    database.apply([messageRecord(1), messageRecord(2)]);
    expect(database.told(messageRecord(1).message)?.after).toBeUndefined();
  });

  test('a billion of them cost nothing', () => {
    database.apply([
      messageRecord(1),
      messageRecord(1_000_000_001),
      messageRecord(2, { seq: Number.MAX_SAFE_INTEGER }),
    ]);
    expect(missing()).toEqual([0, Number.MAX_SAFE_INTEGER - 1_000_000_002, 999_999_999]);
  });

  test('between two people a run begins at 1; a reader of a channel begins anywhere; our own are all here', () => {
    const channel = { kind: 'channel', conversation: somebody('h') } as const;
    database.apply([
      messageRecord(3),
      messageRecord(9, { seq: 2, epoch: 'bb' }),
      messageRecord(50, channel),
      messageRecord(52, channel),
      messageRecord(60, { ...channel, from: somebody('a'), hops: 0, seq: 7 }),
      messageRecord(61, { ...channel, from: somebody('a'), hops: 0, seq: 9 }),
    ]);
    expect(missing()).toEqual([2, 1]);
    expect(missing(somebody('h'))).toEqual([0, 1, 0, 0]);
  });
});

test('bytes are those of the file and its log', () => {
  expect(database.bytes()).toBeGreaterThan(10_000);
});
