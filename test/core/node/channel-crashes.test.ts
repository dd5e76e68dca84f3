import { describe, expect, test } from 'vitest';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Link } from '../../../src/sim/weather.ts';
import { SmallWorld } from '../../support/small-world.ts';

const LINKS: readonly Link[] = [
  [0, 1],
  [1, 2],
];
const NODES = [0, 1, 2];
const AWAY_MS = 300;
/** Readers mark what they have after a minute; what a full disk did not take is offered again, for as long as that lasts and twice. */
const REST_MS = 400_000;

type Computer = Parameters<SmallWorld['onCommit']>[0];
type Fault = (world: SmallWorld, computer: Computer) => void;

const FAULTS: Readonly<Record<string, Fault>> = {
  'the power fails': (world, computer) => {
    computer.crash();
    world.later(AWAY_MS, () => world.start(computer.index));
  },
  'the disk is full for a minute': (world, computer) => {
    computer.refuse(1, 'full');
    world.later(60_000, () => computer.refuse(0));
  },
};

const join = (world: SmallWorld, index: number): string => {
  let channel = '';
  world.computer(index).turn((node, now) => {
    const joined = node.subscribe({ topic: 'hill' }, now);
    if (!('why' in joined)) channel = joined.id;
  });
  return channel;
};

/** All read a channel, and each writes; something happens at commit number `at`. */
function talk(fault: Fault, at: number): { readonly wrong: readonly string[]; readonly commits: number } {
  const world = new SmallWorld({ count: NODES.length, links: LINKS });
  const wrong = new Set<string>();
  const posts: EnvelopeId[] = [];
  let commits = 0;
  const has = (index: number, id: EnvelopeId) => world.computer(index).disk.message(id) !== undefined;
  /** Nobody is ever said to have what he has not. */
  const checkCoverage = (): void => {
    for (const index of NODES) {
      for (const id of posts) {
        const line = world.computer(index).disk.message(id);
        const told = line?.from === world.idOf(index) && world.computer(index).node?.coverage(line, 0 as never);
        const having = NODES.filter((one) => one !== index && has(one, id)).length;
        if (told && told.have > having) wrong.add(`${told.have} are said to have a post that ${having} have`);
      }
    }
  };
  world.onCommit = (computer) => {
    checkCoverage();
    if (++commits === at) fault(world, computer);
  };
  world.startAll();
  for (const index of NODES) world.later(index * 50, () => join(world, index));
  for (const n of [0, 1, 2, 3, 4, 5]) {
    world.later(2_000 + n * 150, () => {
      world.computer(n % 3).turn((node, now) => {
        const channel = node.channels()[0];
        const sent = channel && node.publish(channel.id, `text ${n}`, now);
        if (sent && 'id' in sent) posts.push(sent.id);
      });
    });
  }
  world.run(REST_MS);
  checkCoverage();
  for (const id of posts) {
    if (!world.states(id).includes('queued')) continue;
    const missing = NODES.filter((index) => !has(index, id));
    // Who had no channel on its disk when it ended has not joined it.
    for (const index of missing) {
      if (world.computer(index).disk.state().channels.length > 0) wrong.add(`${index} never had a post`);
    }
  }
  for (const index of NODES) {
    const texts = world.shown(index);
    if (new Set(texts).size < texts.length) wrong.add(`${index} showed one twice`);
  }
  return { wrong: [...wrong], commits };
}

describe('§2.3 posts of a channel: at whichever commit something happens, all readers have all in the end, once, and nobody is said to have what he has not', () => {
  for (const [what, fault] of Object.entries(FAULTS)) {
    test(what, { timeout: 120_000 }, () => {
      const { commits, wrong } = talk(fault, 0);
      expect(wrong).toEqual([]);
      expect(commits).toBeGreaterThan(20);
      const all: string[] = [];
      for (let at = 1; at <= commits; at++) {
        for (const one of talk(fault, at).wrong) all.push(`at commit ${at}: ${one}`);
      }
      expect(all).toEqual([]);
    });
  }
});
