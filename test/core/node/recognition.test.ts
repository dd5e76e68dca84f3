import { expect, test, vi } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { writeDirect } from '../../../src/core/chat/letter.ts';
import type { Envelope } from '../../../src/core/wire/envelope.ts';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';
import { letter } from '../../support/letters.ts';

// Three ids in memory instead of a hundred thousand: the rest is only on disk. Three envelopes of which it is known how often they were taken anew.
vi.mock('../../../src/core/base/limits.ts', async (original) => ({
  ...(await original<typeof import('../../../src/core/base/limits.ts')>()),
  SEEN_IDS_MAX: 3,
  ASKED_AGAIN_MAX: 3,
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

test('how often a neighbour made this node take something anew is not forgotten because it asks so for what was never here', () => {
  const world = new Surrounded();
  const [ann, bob] = [world.neighbour('ann'), world.neighbour('bob')];
  const mail = letter(ann.author, bob.author);
  const again = (one: Envelope) => ann.push(one, { copies: 0, again: true }).answer?.type;
  expect([again(mail), again(mail), again(mail)]).toEqual(['accepted', 'accepted', 'done']);
  for (let n = 0; n < 4; n++) expect(again(letter(ann.author, author('nobody')))).toBe('refused');
  expect(again(mail)).toBe('done');
});
