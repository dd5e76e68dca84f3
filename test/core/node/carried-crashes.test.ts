import { describe, expect, test } from 'vitest';
import { COPIES_DEFAULT } from '../../../src/core/base/limits.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Computer } from '../../../src/sim/computer.ts';
import type { Link } from '../../../src/sim/weather.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** A sender, three who carry its letters to and fro, and their recipient, who never meet at once. */
const LINKS: readonly Link[] = [
  [0, 1],
  [0, 2],
  [1, 3],
  [1, 4],
  [2, 4],
  [3, 4],
];
const MEETINGS: readonly (readonly Link[])[] = [
  [
    [0, 1],
    [0, 2],
  ],
  [[1, 3]],
  [
    [1, 4],
    [3, 4],
  ],
  [[2, 4]],
];
const [SENDER, RECIPIENT, NODES] = [0, 4, 5];
/** Long enough to notice that the others are gone. */
const MEETING_MS = 80_000;
const AWAY_MS = 300;
/** In the end all are joined: asked again, one, two and four minutes apart. */
const REST_MS = 600_000;

/** What happens to a computer that has just written something. */
type Fault = (world: SmallWorld, computer: Parameters<SmallWorld['onCommit']>[0]) => void;

const crash: Fault = (world, computer) => {
  computer.crash();
  world.later(AWAY_MS, () => world.start(computer.index));
};
const FAULTS: Readonly<Record<string, Fault>> = {
  'the power fails before it hears of it': crash,
  'the power fails just after it has heard of it': (world, computer) => world.later(0, () => crash(world, computer)),
  'its disk is full for a minute from then on': (world, computer: Pick<Computer<unknown>, 'refuse'>) => {
    computer.refuse(1, 'full');
    world.later(60_000, () => computer.refuse(0));
  },
};

/** A letter goes from hand to hand, and its receipt comes back; something happens at commit number `at`, counted over all. */
function carry(fault: Fault, at: number): { readonly wrong: readonly string[]; readonly commits: number } {
  const world = new SmallWorld({ count: NODES, links: LINKS });
  let id: EnvelopeId | undefined;
  let commits = 0;
  let most = 0;
  const state = () => id && world.computer(SENDER).disk.delivery(id)?.state;
  world.onCommit = (computer) => {
    most = Math.max(most, copiesOf(world, id));
    if (state() !== 'delivered' && ++commits === at) fault(world, computer);
  };
  world.weather.cut(LINKS);
  world.startAll();
  id = world.send(SENDER, RECIPIENT, 'hi');
  for (const joined of [...MEETINGS, ...MEETINGS.toReversed(), LINKS]) {
    world.weather.mendAll();
    world.weather.cut(LINKS.filter((link) => !joined.includes(link)));
    for (let n = 0; n < NODES; n++) world.computer(n).turn((node, now) => node.networkChanged(now));
    world.run(MEETING_MS);
  }
  world.run(REST_MS);
  const wrong = most > COPIES_DEFAULT ? [`${most} copies`] : [];
  // What was never on disk was never accepted.
  const isThere = id && world.computer(RECIPIENT).disk.message(id) !== undefined;
  if (state() && (state() !== 'delivered' || !isThere)) wrong.push(`${state()}, and is ${isThere ? '' : 'not '}there`);
  if (world.shown(RECIPIENT).length > 1) wrong.push('shown twice');
  return { wrong, commits };
}

const copiesOf = (world: SmallWorld, id: EnvelopeId | undefined): number =>
  Array.from({ length: NODES }, (_, n) => world.computer(n).disk.state().heads)
    .flat()
    .filter((head) => head.id === id)
    .reduce((sum, { copies }) => sum + copies, 0);

describe('§2.2 a letter that is carried from hand to hand comes, is shown once and has never more than four copies, at whichever commit', () => {
  for (const [what, fault] of Object.entries(FAULTS)) {
    test(what, { timeout: 120_000 }, () => {
      const { commits, wrong } = carry(fault, 0);
      expect(wrong).toEqual([]);
      expect(commits).toBeGreaterThan(20);
      const all: string[] = [];
      for (let at = 1; at <= commits; at++) {
        for (const one of carry(fault, at).wrong) all.push(`at commit ${at}: ${one}`);
      }
      expect(all).toEqual([]);
    });
  }
});
