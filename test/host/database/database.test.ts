import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Address } from '../../../src/core/base/address.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { StoreRecord } from '../../../src/core/node/record.ts';
import { Database } from '../../../src/host/database/database.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { envelopeRecord, messageRecord, somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

let path: string;
let database: Database;

beforeEach(() => {
  path = join(tempDir(), 'qpc.db');
  database = Database.open(path, { suite: nodeSuite });
});
afterEach(() => database.close());

const reopen = () => {
  database.close();
  database = Database.open(path, { suite: nodeSuite });
};
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
    ]);
    reopen();
    expect(database.load()).toEqual({
      heads: [{ ...kept.head, copies: 2 }],
      seen: [seen],
      shown: [messageRecord(1).message.id],
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
        },
      ],
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

  test('pages go back without a gap or a repeat, whatever share a millisecond', () => {
    const at = [1, 2, 2, 2, 3, 3, 4, 5, 5, 5, 5, 6];
    database.apply(at.map((ms, n) => messageRecord(n, { received: timestamp(ms) })));
    const pages: string[][] = [];
    let before: ReturnType<typeof timestamp> | undefined;
    for (;;) {
      const page = database.history({ conversation: somebody('b'), before, limit: 3 });
      pages.unshift(texts(page.messages));
      before = page.messages[0]?.received;
      if (!page.more) break;
    }
    expect(pages.flat()).toEqual(at.map((_, n) => `line ${n}`));
  });

  test('a calendar set back does not change the order in which they came', () => {
    const at = [100, 200, 300, 150, 250, 400];
    database.apply(at.map((ms, n) => messageRecord(n, { received: timestamp(ms) })));
    const last = database.history({ conversation: somebody('b'), limit: 2 });
    expect(texts(last.messages)).toEqual(['line 4', 'line 5']);
    const before = database.history({ conversation: somebody('b'), before: last.messages[0]!.received, limit: 2 });
    expect(texts(before.messages)).toEqual(['line 2', 'line 3']);
    const first = database.history({ conversation: somebody('b'), before: before.messages[0]!.received, limit: 2 });
    expect(first).toMatchObject({ messages: [{ text: 'line 0' }, { text: 'line 1' }], more: false });
  });

  test('since leaves out what came before', () => {
    database.apply([1, 2, 3].map((n) => messageRecord(n)));
    const since = messageRecord(2).message.received;
    expect(texts(database.history({ since, limit: 10 }).messages)).toEqual(['line 2', 'line 3']);
    expect(database.history({ since: timestamp(since + 1e9), limit: 10 })).toEqual({ messages: [], more: false });
  });

  test('ours carry their delivery', () => {
    const own = messageRecord(1, { from: somebody('a'), hops: 0 });
    const delivery = { id: own.message.id, to: somebody('b'), state: 'delivered', at: timestamp(3), hops: 2 } as const;
    database.apply([own, { put: 'delivery', delivery }, messageRecord(2)]);
    const [ours, theirs] = database.history({ limit: 2 }).messages;
    expect(ours).toEqual({ ...own.message, delivery });
    expect(theirs).toEqual(messageRecord(2).message);
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

  test('are searched in any case and alphabet, wildcards taken as they stand', () => {
    const lines = ['Привет, мир', '100% sure', 'nothing', 'HELLO'];
    database.apply(lines.map((text, n) => messageRecord(n, { text })));
    database.apply([messageRecord(9, { text: 'hello elsewhere', conversation: somebody('c') })]);
    const found = (text: string, conversation?: string) => texts(database.search(text, { conversation, limit: 10 }));
    expect(found('привет')).toEqual(['Привет, мир']);
    expect(found('%')).toEqual(['100% sure']);
    expect(found('hello')).toEqual(['HELLO', 'hello elsewhere']);
    expect(found('hello', somebody('c'))).toEqual(['hello elsewhere']);
    expect(texts(database.search('hello', { limit: 1 }))).toEqual(['hello elsewhere']);
  });
});

describe('conversations', () => {
  test('what others wrote is unread until the mark passes it, and the mark never goes back', () => {
    database.apply([messageRecord(1), messageRecord(2, { hops: 0 }), messageRecord(3), messageRecord(4)]);
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
      lastAt: of(3, '').message.received,
    });
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

describe('lines that are told in another order than they came in', () => {
  const first = messageRecord(1);
  const second = messageRecord(2);
  const third = messageRecord(3);
  /** The second and third came, and waited until the first was there. */
  const toldInTurn = () => {
    database.apply([second]);
    database.apply([third]);
    database.apply([first]);
    return [first, second, third].map(({ message }) => database.told(message));
  };

  test('are in the past as they were told, and their times rise', () => {
    database.apply([messageRecord(0)]);
    database.told(messageRecord(0).message);
    const times = toldInTurn().map(({ received }) => received);
    const past = database.history({ limit: 10 }).messages;
    expect(texts(past)).toEqual(['line 0', 'line 1', 'line 2', 'line 3']);
    expect(past.slice(1).map(({ received }) => received)).toEqual(times);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const before = past.at(-1)!.received;
    expect(texts(database.history({ limit: 10, before: timestamp(before + 1) }).messages)).toEqual(texts(past));
    reopen();
    expect(texts(database.unshown(10))).toEqual(texts(past));
  });

  test('keep their places when they came in order', () => {
    database.apply([first, second]);
    expect(database.told(first.message)).toBe(first.message);
    expect(database.told(second.message)).toBe(second.message);
  });

  test('are unread though the mark had passed them while they waited', () => {
    database.apply([second]);
    database.markRead(somebody('b'), second.message.received);
    database.apply([first]);
    database.told(first.message);
    database.told(second.message);
    expect(database.conversations()[0]?.unread).toBe(2);
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
    expect(texts(database.unshown(10))).toEqual(['line 1', 'line 2']);
  });
});

test('bytes are those of the file and its log', () => {
  expect(database.bytes()).toBeGreaterThan(10_000);
});
