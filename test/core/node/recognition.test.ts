import { expect, test, vi } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { writeDirect } from '../../../src/core/chat/letter.ts';
import type { Envelope } from '../../../src/core/wire/envelope.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';

// Three ids in memory instead of a hundred thousand: the rest is only on disk.
vi.mock('../../../src/core/base/limits.ts', async (original) => ({
  ...(await original<typeof import('../../../src/core/base/limits.ts')>()),
  SEEN_IDS_MAX: 3,
}));

const calendar = timestamp(1_767_225_600_000);

const letters = (from: HandMade, world: Surrounded): Envelope[] =>
  [1, 2, 3, 4, 5].map((seq) => {
    const line = { created: calendar, epoch: new Uint8Array(8), seq, after: [], name: '' };
    return writeDirect(from.author, {
      to: world.self.id,
      content: { type: 'text', ...line, text: `text ${seq}` },
      calendar,
    });
  });

const shown = ({ events }: Surrounded): string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));

const TEXTS = ['text 1', 'text 2', 'text 3', 'text 4', 'text 5'];

test('a message is shown once, however many came since', () => {
  const world = new Surrounded();
  const ann = world.neighbour('ann');
  const mail = letters(ann, world);
  expect(mail.map((one) => ann.push(one).answer?.type)).toEqual(mail.map(() => 'accepted'));
  expect(mail.map((one) => ann.push(one).answer?.type)).toEqual(mail.map(() => 'done'));
  expect(shown(world)).toEqual(TEXTS);
});

test('while the disk cannot say whether a message was shown, it is neither shown nor called known', () => {
  const world = new Surrounded();
  const ann = world.neighbour('ann');
  const mail = letters(ann, world);
  for (const one of mail.slice(0, 4)) ann.push(one);
  world.diskUnreadable = true;
  const answers = () => [mail[0]!, mail[4]!].map((one) => ann.push(one).answer);
  expect(answers()).toEqual([1, 2].map(() => ({ type: 'refused', reason: 'full' })));
  expect(shown(world)).toEqual(TEXTS.slice(0, 4));
  world.diskUnreadable = false;
  expect(answers()).toEqual([{ type: 'done' }, { type: 'accepted', copies: 1 }]);
  expect(shown(world)).toEqual(TEXTS);
});

test('a message that comes twice before it is on disk is acknowledged once, when it is there', () => {
  const world = new Surrounded();
  const ann = world.neighbour('ann');
  const [mail] = letters(ann, world);
  world.diskHangs = true;
  const pushed = [ann.push(mail!), ann.push(mail!)];
  world.run(1_000);
  expect(pushed.map(({ answer }) => answer)).toEqual([undefined, undefined]);
  expect(ann.pushed).toEqual([]);
  world.diskHangs = false;
  world.run(1_000);
  expect(pushed.map(({ answer }) => answer?.type)).toEqual(['accepted', 'done']);
  expect(ann.pushed).toHaveLength(1);
});
