import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RANK_AHEAD_MAX } from '../../../src/core/base/limits.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import { Conversations } from '../../../src/core/chat/conversations.ts';
import { inOrder, type MessageRecord } from '../../../src/core/chat/record.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';

const TODAY = timestamp(1_700_000_000_000);

/** Somebody in the channel: what he has, as he has it. */
class Reader {
  readonly lines = new Map<EnvelopeId, MessageRecord>();
  readonly #self: NodeId;
  readonly #conversations: Conversations;

  constructor(index: number) {
    this.#self = `reader ${index}` as NodeId;
    this.#conversations = new Conversations({ self: this.#self, epoch: new Uint8Array(8).fill(index), tails: [] });
  }

  /** What he writes; `rank` is what he says of it, should he lie. */
  write(id: EnvelopeId, at: number, rank?: number): MessageRecord {
    const numbers = this.#conversations.next('hill', TODAY);
    const line: MessageRecord = {
      ...{
        id,
        kind: 'channel',
        conversation: 'hill',
        from: this.#self,
        to: 'hill',
        text: '',
        content: 'text',
        hops: 0,
      },
      ...{ created: timestamp(at), received: timestamp(at), ...numbers },
    };
    this.#conversations.wrote(line);
    this.lines.set(id, line);
    return rank === undefined ? line : { ...line, rank };
  }

  read(line: MessageRecord): void {
    if (this.lines.has(line.id)) return;
    const rank = this.#conversations.rankOf('hill', line.rank, TODAY);
    this.lines.set(line.id, { ...line, rank, hops: 1 });
    this.#conversations.arrived(this.lines.get(line.id)!, instant(0));
    this.#conversations.elapse(instant(10_000));
    while (this.#conversations.pollShow());
  }

  past(): MessageRecord[] {
    return [...this.lines.values()].sort(inOrder);
  }
}

/** Who writes next, and whose lines a reader gets then, from where in what was written. */
const steps = fc.array(
  fc.record({ writes: fc.nat(3), reads: fc.array(fc.tuple(fc.nat(3), fc.nat(1_000)), { maxLength: 6 }) }),
  { minLength: 1, maxLength: 40 },
);
const ids = fc.infiniteStream(fc.nat(0xffff_ffff)).map((stream) => stream[Symbol.iterator]());

/** Lets four write and read in any order until all have everything. `lie` says the rank that the fourth claims. */
function run(
  plan: readonly { writes: number; reads: (readonly [number, number])[] }[],
  draw: Iterator<number>,
  lie?: number,
) {
  const readers = [0, 1, 2, 3].map((index) => new Reader(index));
  const all: MessageRecord[] = [];
  for (const [at, { writes, reads }] of plan.entries()) {
    const id = `${String(draw.next().value).padStart(10, '0')} ${at}` as EnvelopeId;
    // Clocks run backwards, for what they are worth.
    all.push(readers[writes]!.write(id, -at, writes === 3 ? lie : undefined));
    for (const [who, which] of reads) readers[who]!.read(all[which % all.length]!);
  }
  for (const [index, reader] of readers.entries()) {
    for (const line of index % 2 === 0 ? all : all.toReversed()) reader.read(line);
  }
  return { readers, all };
}

describe('§4.2 the order of the past', () => {
  test('is the same for all who have the same lines, and none stands before what its author had', () => {
    fc.assert(
      fc.property(steps, ids, (plan, draw) => {
        const { readers } = run(plan, draw);
        const [first, ...others] = readers.map((reader) => reader.past().map(({ id }) => id));
        for (const other of others) expect(other).toEqual(first);
        const past = readers[0]!.past();
        const place = new Map(past.map(({ id }, at) => [id, at]));
        for (const { id, after } of past)
          for (const named of after) expect(place.get(named)!).toBeLessThan(place.get(id)!);
      }),
    );
  });

  test('of the lines of the others is the same, whatever rank somebody claims for his own', () => {
    const claims = fc.constantFrom(
      1,
      TODAY,
      TODAY + RANK_AHEAD_MAX,
      TODAY + RANK_AHEAD_MAX + 1,
      Number.MAX_SAFE_INTEGER,
    );
    fc.assert(
      fc.property(steps, ids, claims, (plan, draw, lie) => {
        const { readers, all } = run(plan, draw, lie);
        const honest = readers
          .slice(0, 3)
          .map((reader) => reader.past().flatMap(({ id, from }) => (from === 'reader 3' ? [] : [id])));
        for (const past of honest) expect(past).toEqual(honest[0]);
        for (const reader of readers) {
          expect(reader.lines.size).toBe(all.length);
          expect(reader.past().at(-1)!.rank).toBeLessThanOrEqual(TODAY + RANK_AHEAD_MAX + all.length);
        }
      }),
    );
  });
});
