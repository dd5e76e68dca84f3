import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AFTER_IDS_MAX,
  HOPS_MAX,
  MARK_RANGES_MAX,
  NAME_UNITS_MAX,
  RECEIPT_IDS_MAX,
  SIGN_BYTES_MAX,
} from '../../../src/core/base/limits.ts';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { type Cbor, encodeCbor } from '../../../src/core/bytes/cbor.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { type Content, decodeContent, encodeContent, isLine } from '../../../src/core/wire/content.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { REFUSALS } from '../../../src/core/wire/mesh-message.ts';

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hex(bytes) as EnvelopeId);
const line = {
  created: fc.maxSafeNat().map(timestamp),
  epoch: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  after: fc.array(id, { maxLength: AFTER_IDS_MAX }),
  name: fc.string({ maxLength: NAME_UNITS_MAX }),
};
const text = fc.record(
  {
    type: fc.constant('text' as const),
    ...line,
    rank: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    text: fc.string({ unit: 'binary' }),
    re: id,
  },
  { requiredKeys: ['type', 'created', 'epoch', 'seq', 'after', 'name', 'text'] },
);
const about = { ...line, rank: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), re: id };
const amendment = fc.oneof(
  fc.record({ type: fc.constant('edit' as const), ...about, text: fc.string({ unit: 'binary' }) }),
  fc.record({ type: fc.constant('delete' as const), ...about }),
  fc.record({ type: fc.constant('reaction' as const), ...about, sign: fc.string({ maxLength: SIGN_BYTES_MAX }) }),
);
const receipt = fc
  .array(fc.tuple(id, fc.integer({ min: 0, max: HOPS_MAX + 1 })), { minLength: 1, maxLength: 20 })
  .chain((pairs) =>
    fc.record({
      type: fc.constant('receipt' as const),
      ids: fc.constant(pairs.map(([named]) => named)),
      hops: fc.constant(pairs.map(([, hops]) => hops)),
      read: fc.boolean(),
      ...(pairs.length % 2 && { refused: fc.constantFrom(...REFUSALS) }),
    }),
  );

const seen = fc.record({
  type: fc.constant('seen' as const),
  created: fc.maxSafeNat().map(timestamp),
  name: fc.string({ maxLength: NAME_UNITS_MAX }),
  rank: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  has: fc.array(
    fc
      .tuple(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.integer({ min: 1, max: 1e9 }), fc.nat(1e9))
      .map(([run, first, more]) => ({ run: hex(run), first, last: first + more })),
    { minLength: 1, maxLength: MARK_RANGES_MAX },
  ),
});

/** A valid line as a map, with some keys changed. */
const lineMap = (changes: readonly (readonly [number, Cbor | undefined])[]): Uint8Array => {
  const map = new Map<number, Cbor>([
    [0, 1],
    [1, 1],
    [2, 1_700_000_000_000],
    [3, new Uint8Array(8)],
    [4, 1],
    [5, []],
    [6, 'hi'],
  ]);
  for (const [key, value] of changes)
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  return encodeCbor(map);
};

const markMap = (has: Cbor): Uint8Array =>
  encodeCbor(
    new Map<number, Cbor>([
      [0, 1],
      [1, 3],
      [2, 1_700_000_000_000],
      [10, 1],
      [20, has],
    ]),
  );

describe('§4.1 contents', () => {
  test('every text, every receipt and every mark survives the round trip', () => {
    fc.assert(
      fc.property(fc.oneof(text, receipt, seen), (content: Content) => {
        expect(decodeContent(encodeContent(content))).toEqual(content);
      }),
    );
  });

  test('every amendment survives the round trip, and is a line', () => {
    fc.assert(
      fc.property(amendment, (content: Content) => {
        expect(decodeContent(encodeContent(content))).toEqual(content);
        expect(isLine(content)).toBe(true);
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        try {
          decodeContent(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PeerError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('the bytes of a text are these', () => {
    const content: Content = {
      type: 'text',
      created: timestamp(1_700_000_000_123),
      epoch: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
      seq: 3,
      after: ['ab'.repeat(32) as EnvelopeId],
      name: '',
      rank: 4,
      text: 'hi bob',
    };
    expect(hex(encodeContent(content))).toBe(
      `a800010101021b0000018bcfe5687b0348010203040506070804030581${'5820'}${'ab'.repeat(32)}06${'66'}686920626f620a04`,
    );
  });

  test('a text says what its author calls itself', () => {
    const named = decodeContent(lineMap([[9, 'ann on the hill']]));
    expect(named).toMatchObject({ type: 'text', name: 'ann on the hill' });
    expect(decodeContent(lineMap([]))).toMatchObject({ name: '' });
    expect(() => decodeContent(lineMap([[9, 'x'.repeat(NAME_UNITS_MAX + 1)]]))).toThrow(PeerError);
  });

  test('the bytes of a receipt are these', () => {
    const content: Content = { type: 'receipt', ids: ['cd'.repeat(32) as EnvelopeId], hops: [2], read: false };
    expect(hex(encodeContent(content))).toBe(`a400010102078182${'5820'}${'cd'.repeat(32)}0208f4`);
  });

  test('the bytes of a mark are these', () => {
    const has = [{ run: '1122334455667788', first: 3, last: 300 }];
    const content: Content = { type: 'seen', created: timestamp(1_700_000_000_123), name: '', rank: 5, has };
    expect(hex(encodeContent(content))).toBe('a500010103021b0000018bcfe5687b0a051481834811223344556677880319012c');
  });

  test('a kind or a version that we do not know is a line that is kept as it came', () => {
    for (const change of [
      [1, 77],
      [0, 2],
    ] as const) {
      const bytes = lineMap([change, [99, 'later']]);
      const content = decodeContent(bytes);
      expect(content).toMatchObject({ type: 'unsupported', seq: 1, kind: change[0] === 1 ? 77 : 1 });
      expect(encodeContent(content)).toEqual(bytes);
    }
  });

  test('keys that we do not know are passed over', () => {
    expect(
      decodeContent(
        lineMap([
          [9, 'x'],
          [98, 1],
        ]),
      ),
    ).toMatchObject({ type: 'text', text: 'hi' });
  });

  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['a line without its number', lineMap([[4, undefined]])],
    ['a seq of 0', lineMap([[4, 0]])],
    ['a rank of 0', lineMap([[10, 0]])],
    ['a mark of nothing', markMap([])],
    [
      'a mark of more than it may say',
      markMap(Array.from({ length: MARK_RANGES_MAX + 1 }, () => [new Uint8Array(8), 1, 1])),
    ],
    ['a mark that ends before it begins', markMap([[new Uint8Array(8), 2, 1]])],
    ['a mark from nothing', markMap([[new Uint8Array(8), 0, 1]])],
    ['a mark of no run', markMap([[new Uint8Array(7), 1, 1]])],
    ['an epoch of 7 bytes', lineMap([[3, new Uint8Array(7)]])],
    ['no epoch', lineMap([[3, undefined]])],
    ['a time before 1970', lineMap([[2, -1]])],
    ['more ids than 8', lineMap([[5, Array.from({ length: 9 }, () => new Uint8Array(32))]])],
    ['an id of 31 bytes', lineMap([[5, [new Uint8Array(31)]]])],
    ['a text that is bytes', lineMap([[6, new Uint8Array(2)]])],
    [
      'an unknown kind without a line',
      lineMap([
        [1, 77],
        [3, undefined],
      ]),
    ],
    [
      'a receipt of another version, which is no line',
      encodeCbor(
        new Map<number, Cbor>([
          [0, 2],
          [1, 2],
          [7, [[new Uint8Array(32), 1]]],
          [8, false],
        ]),
      ),
    ],
    [
      'a receipt for nothing',
      encodeCbor(
        new Map<number, Cbor>([
          [0, 1],
          [1, 2],
          [7, []],
          [8, false],
        ]),
      ),
    ],
    ['a receipt with too many hops', receiptBytes(1, HOPS_MAX + 2)],
    ['a receipt for more than it may name', receiptBytes(RECEIPT_IDS_MAX + 1, 1)],
    ['an edit of nothing', lineMap([[1, 4]])],
    ['an answer to an id of 31 bytes', lineMap([[12, new Uint8Array(31)]])],
    [
      'an edit without a text',
      lineMap([
        [1, 4],
        [6, undefined],
        [12, new Uint8Array(32)],
      ]),
    ],
    ['a delete of nothing', lineMap([[1, 5]])],
    [
      'a reaction without a sign',
      lineMap([
        [1, 6],
        [12, new Uint8Array(32)],
      ]),
    ],
    [
      'a sign that is longer than it may be',
      lineMap([
        [1, 6],
        [12, new Uint8Array(32)],
        [13, 'x'.repeat(SIGN_BYTES_MAX + 1)],
      ]),
    ],
    ['an array', encodeCbor([1, 2])],
  ];
  for (const [what, bytes] of refused) {
    test(`${what} is refused`, () => {
      expect(() => decodeContent(bytes)).toThrow(PeerError);
    });
  }
});

function receiptBytes(count: number, hops: number): Uint8Array {
  const receipts = Array.from({ length: count }, () => [new Uint8Array(32), hops]);
  return encodeCbor(
    new Map<number, Cbor>([
      [0, 1],
      [1, 2],
      [7, receipts],
      [8, false],
    ]),
  );
}

/** A valid content with one byte changed: gets further into the parser than noise. */
const mutated = fc
  .tuple(fc.oneof(text, amendment, receipt), fc.nat(), fc.integer({ min: 1, max: 255 }))
  .map(([content, at, by]) => {
    const bytes = encodeContent(content);
    bytes[at % bytes.length]! ^= by;
    return bytes;
  });
