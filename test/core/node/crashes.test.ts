import { describe, expect, test } from 'vitest';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { SmallWorld } from '../../support/small-world.ts';

type Setting = ConstructorParameters<typeof SmallWorld>[0];
type Sent = { readonly from: number; readonly to: number; readonly id: EnvelopeId; readonly text: string };

/** How long nodes are away, and how long the rest takes: four rounds of asking again, one, two and four minutes apart. */
const AWAY_MS = 300;
const REST_MS = 600_000;

/** A conversation in which one node loses power at its commit number `crashAt`, counted over all: before or after it hears of it. */
function converse(setting: Setting, pairs: readonly (readonly [number, number])[], crashAt: number, hears: boolean) {
  const world = new SmallWorld(setting);
  const sent: Sent[] = [];
  let commits = 0;
  world.onCommit = (computer) => {
    if (++commits !== crashAt) return;
    const crash = () => {
      computer.crash();
      world.later(AWAY_MS, () => world.start(computer.index));
    };
    if (hears) world.later(0, crash);
    else crash();
  };
  world.startAll();
  for (const [n, [from, to]] of [...pairs, ...pairs, ...pairs].entries()) {
    world.later(n * 150, () => {
      const text = `text ${n}`;
      const id = world.send(from, to, text);
      if (id) sent.push({ from, to, id, text });
    });
  }
  world.run(REST_MS);
  return { world, sent, commits };
}

/** What does not hold after it, in words. */
function broken({ world, sent }: ReturnType<typeof converse>, nodes: number): string[] {
  const wrong: string[] = [];
  for (const { from, to, id, text } of sent) {
    const told = world.states(id);
    const state = world.computer(from).disk.delivery(id)?.state;
    const shown = world.shown(to).filter((one) => one === text).length;
    const isThere = world.computer(to).disk.message(id) !== undefined;
    if (shown > 1) wrong.push(`${text} shown ${shown} times`);
    if (told.includes('queued') && !isThere) wrong.push(`${text} was accepted and never came`);
    if (isThere && state !== 'delivered') wrong.push(`${text} came, and is called ${state}`);
    if (shown === 1 && !isThere) wrong.push(`${text} was shown and is not on disk`);
    const ranks = told.map((one) => ['queued', 'carried', 'sent', 'delivered'].indexOf(one));
    if (ranks.some((rank, at) => at > 0 && rank < ranks[at - 1]!)) wrong.push(`${text} went back: ${told.join()}`);
  }
  for (let node = 0; node < nodes; node++) {
    if (world.kept(node) > 0) wrong.push(`${node} still keeps ${world.kept(node)} envelopes`);
  }
  return wrong;
}

/** Every commit there is in the conversation, with the power failing at it. */
function everyCrash(setting: Setting, pairs: readonly (readonly [number, number])[], hears: boolean): string[] {
  const { commits } = converse(setting, pairs, 0, hears);
  expect(commits).toBeGreaterThan(20);
  const wrong: string[] = [];
  for (let crashAt = 1; crashAt <= commits; crashAt++) {
    const outcome = converse(setting, pairs, crashAt, hears);
    for (const what of broken(outcome, setting.count)) wrong.push(`crash at commit ${crashAt}: ${what}`);
  }
  return wrong;
}

describe('the power fails at any commit: nothing accepted is lost, nothing is shown twice, and all is delivered in the end', () => {
  const two = { count: 2, links: [[0, 1]] } as const;
  const three = {
    count: 3,
    links: [
      [0, 1],
      [1, 2],
    ],
  } as const;

  for (const hears of [false, true]) {
    const when = hears ? 'just after the node hears that it is on disk' : 'before the node hears that it is on disk';

    test(`of two nodes that talk, ${when}`, () => {
      const pairs = [
        [0, 1],
        [1, 0],
      ] as const;
      expect(everyCrash(two, pairs, hears)).toEqual([]);
    });

    test(`of one who writes, the relay or the reader, ${when}`, { timeout: 60_000 }, () => {
      expect(everyCrash(three, [[0, 2]], hears)).toEqual([]);
    });
  }
});
