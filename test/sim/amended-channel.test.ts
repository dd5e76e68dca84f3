import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isShown } from '../../src/core/chat/record.ts';
import type { Saying } from '../../src/core/wire/content.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';
import { Database } from '../../src/host/database/database.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { type AmendedLine, amendedPast } from '../support/amended.ts';
import { Parted } from '../support/parted.ts';
import { tempDir } from '../support/temp-dir.ts';

const LINKS = [
  [0, 1],
  [1, 2],
] as const;
const SECOND = 1_000;
const say = (world: Parted, at: number, saying: Saying): EnvelopeId =>
  world.ask(at, (node, now) => {
    const sent = node.publish(world.channel, saying, now);
    if (!('id' in sent)) throw new Error(sent.why);
    return sent.id;
  });

const DEEDS = ['text', 'edit', 'edit', 'edit', 'reaction', 'reaction', 'reaction', 'delete'] as const;

/** What the database of a member makes of its records, in the order in which they came to it. */
function asStored(world: Parted, at: number): AmendedLine[] {
  const database = Database.open(join(tempDir(), 'qpc.db'), { suite: nodeSuite });
  try {
    for (const message of world.stored(at)) database.apply([{ put: 'message', message }]);
    const { messages } = database.history({ conversation: world.channel, limit: 1_000 });
    return messages.map(({ id, text, edited, deleted, reactions = [] }) => ({
      id,
      text,
      edited: deleted ? undefined : edited?.id,
      deleted: deleted?.id,
      signs: Object.fromEntries(reactions.map(({ sign, by }) => [by, sign])),
    }));
  } finally {
    database.close();
  }
}

describe('§4.5 three members of a channel', () => {
  test('see the same in the end, whoever was cut off from whom when lines were edited, taken back and given signs', () => {
    const orders = new Set<number>();
    const all: AmendedLine[] = [];
    for (const seed of ['one', 'two', 'three']) {
      const random = new SeededRandom(seed);
      const pick = (below: number): number => random.word() % below;
      const world = new Parted({ count: 3, links: LINKS, seed });
      world.run(5 * SECOND);
      for (let round = 0; round < 25; round++) {
        world.mendAll();
        world.cut(LINKS.filter(() => pick(2) === 0));
        const at = pick(3);
        const deed = DEEDS[round < 3 ? 0 : pick(DEEDS.length)]!;
        const lines = world.past(at).filter(isShown);
        // Mostly what counts, and now and then what does not: lines of others that are edited and taken back.
        const own = lines.filter(({ from }) => world.indexOf(from) === at);
        const among = deed === 'reaction' || own.length === 0 || pick(4) === 0 ? lines : own;
        const re = among[pick(Math.max(1, among.length))]?.id;
        if (re === undefined || deed === 'text')
          say(world, at, { type: 'text', text: `${seed} ${round}`, ...(re && { re }) });
        else if (deed === 'edit') say(world, at, { type: deed, re, text: `edit ${round}` });
        else if (deed === 'reaction') say(world, at, { type: deed, re, sign: ['👍', '🎉', ''][pick(3)]! });
        else say(world, at, { type: deed, re });
        if (pick(8) === 0) world.restart(at);
        world.run(pick(20) * SECOND);
      }
      world.mendAll();
      world.run(600 * SECOND);
      const [first, ...others] = [0, 1, 2].map((at) => amendedPast(world.past(at)));
      for (const other of others) expect(other).toEqual(first);
      for (const at of [0, 1, 2]) expect(asStored(world, at)).toEqual(first);
      orders.add(
        new Set(
          [0, 1, 2].map((at) =>
            world
              .stored(at)
              .map(({ id }) => id)
              .join(),
          ),
        ).size,
      );
      all.push(...first!);
    }
    // The story is worth telling: everything happened, and was stored in another order by each of them.
    expect(Math.max(...orders)).toBe(3);
    for (const happened of [
      ({ edited }: AmendedLine) => edited !== undefined,
      ({ deleted }: AmendedLine) => deleted !== undefined,
      ({ signs }: AmendedLine) => Object.keys(signs).length > 0,
    ]) {
      expect(all.some(happened)).toBe(true);
    }
  });

  test('are told of each amendment once, as of a line', () => {
    const world = new Parted({ count: 3, links: LINKS });
    world.run(5 * SECOND);
    const re = say(world, 0, { type: 'text', text: 'hi' });
    world.cut([[1, 2]]);
    say(world, 0, { type: 'edit', re, text: 'hello' });
    world.run(10 * SECOND);
    say(world, 1, { type: 'reaction', re, sign: '👍' });
    world.run(10 * SECOND);
    world.mendAll();
    world.run(120 * SECOND);
    const told = (at: number) =>
      world.events.flatMap((one) => (one.at === at && one.event.type === 'message' ? [one.event.message.content] : []));
    expect([0, 1, 2].map(told)).toEqual([['reaction'], ['text', 'edit'], ['text', 'edit', 'reaction']]);
  });
});
