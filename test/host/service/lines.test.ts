import { describe, expect, test } from 'vitest';
import { PAGE_BYTES_MAX, REACTION_NAMES_MAX, REACTION_SIGNS_MAX } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Line } from '../../../src/host/database/lines.ts';
import { changedView, messageView, page } from '../../../src/host/service/lines.ts';
import type { Names } from '../../../src/host/service/names.ts';
import { messageRecord, somebody } from '../../support/records.ts';

const self = somebody('a');
const names = { self, of: (id: string) => `~${id.slice(-2)}`, topic: () => 'hill' } as unknown as Names;
const line = (changes: Partial<Line> = {}): Line => ({ ...messageRecord(1).message, missing: 0, ...changes });
const view = (changes: Partial<Line>) => messageView(line(changes), names);
const given = (...signs: readonly string[]) => signs.map((sign, at) => ({ sign, by: `${at}` as NodeId }));

describe('a line for a screen', () => {
  test('has its signs, the one that most have given first, with some names and ourselves apart', () => {
    const reactions = [...given('🎉', '👍', '👍'), { sign: '👍', by: self }];
    expect(view({ reactions }).reactions).toEqual([
      { sign: '👍', count: 3, mine: true, names: ['~1', '~2'] },
      { sign: '🎉', count: 1, mine: false, names: ['~0'] },
    ]);
  });

  test('is told of as many signs and names as fit, whatever others give', () => {
    const many = view({ reactions: given(...Array.from({ length: 40 }, (_, at) => `x${at}`)) }).reactions!;
    expect(many).toHaveLength(REACTION_SIGNS_MAX);
    const [one] = view({ reactions: given(...new Array<string>(40).fill('👍')) }).reactions!;
    expect([one!.count, one!.names.length]).toEqual([40, REACTION_NAMES_MAX]);
  });

  test('has no sign that hides, and signs that look the same are one', () => {
    const reactions = given('ok', 'o\u200bk', '\u202e', ' ', '\u001b[31mred');
    expect(view({ reactions }).reactions!.map(({ sign, count }) => [sign, count])).toEqual([
      ['ok', 2],
      ['[31mred', 1],
    ]);
  });

  test('was written at a time that every calendar knows, whatever its author claims', () => {
    const { created } = view({ created: timestamp(Number.MAX_SAFE_INTEGER) });
    expect(() => new Date(created + 86_400_000).toISOString()).not.toThrow();
    expect(view({ created: timestamp(5) }).created).toBe(5);
  });

  test('has what it answers cleaned, and nothing but the fact when it was taken back', () => {
    const re = 'ab'.repeat(32) as EnvelopeId;
    const answers = { id: re, from: somebody('b'), text: 'a\u001bb' };
    expect(view({ answers }).re).toEqual({ id: re, from: somebody('b'), fromName: '~bb', text: 'a\\u{1b}b' });
    expect(view({ answers: { id: re } }).re).toEqual({ id: re });
    const gone = { id: re, at: timestamp(5) };
    const deleted = view({ text: '', content: 'unsupported', deleted: gone, edited: gone });
    expect(deleted).toMatchObject({ text: '', deleted: gone });
    expect(deleted.edited).toBeUndefined();
  });
});

describe('an amendment for a screen', () => {
  test('says who did what; a sign that shows nothing takes one back', () => {
    const did = (content: Line['content'], text = '') => {
      const event = changedView(line(), line({ content, text }), names);
      return event.type === 'changed' && event.by;
    };
    const who = { from: somebody('b'), fromName: '~bb' };
    expect(did('edit')).toEqual({ ...who, what: 'edited' });
    expect(did('delete')).toEqual({ ...who, what: 'deleted' });
    expect(did('reaction', '👍')).toEqual({ ...who, what: 'reacted', sign: '👍' });
    expect(did('reaction', '\u202e')).toEqual({ ...who, what: 'unreacted' });
  });
});

describe('a page of lines', () => {
  test('is no larger than it may be, however long the names of those are who gave signs', () => {
    const long = { ...names, of: (id: string) => `~${id.slice(-2)}${'\u0f00'.repeat(200)}` } as unknown as Names;
    const signs = Array.from({ length: 16 * 8 }, (_, at) => ({ sign: `x${at % 16}`, by: `${at}` as NodeId }));
    const lines = Array.from({ length: 200 }, (_, at) => ({
      ...line(),
      ...messageRecord(at + 1).message,
      reactions: signs,
    }));
    const { messages, cutBefore } = page(lines, { names: long } as unknown as Parameters<typeof page>[1], 'newest');
    expect([messages.length > 10, cutBefore]).toEqual([true, true]);
    expect(Buffer.byteLength(JSON.stringify(messages))).toBeLessThan(PAGE_BYTES_MAX);
  });
});
