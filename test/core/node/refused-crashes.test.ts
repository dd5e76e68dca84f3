import { expect, test } from 'vitest';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Link } from '../../../src/sim/weather.ts';
import { SmallWorld } from '../../support/small-world.ts';

const LINKS: readonly Link[] = [
  [0, 1],
  [1, 2],
];
const [SENDER, RECIPIENT] = [0, 2];
const REST_MS = 900_000;

/** A letter to somebody who has blocked its author; the power fails at commit number `at`, counted over all after it was written. */
function write(at: number): { readonly wrong: readonly string[]; readonly commits: number } {
  const world = new SmallWorld({ count: 3, links: LINKS });
  let id: EnvelopeId | undefined;
  let commits = 0;
  world.onCommit = (computer) => {
    if (id === undefined || ++commits !== at) return;
    computer.crash();
    world.later(300, () => world.start(computer.index));
  };
  world.startAll();
  world.run(5_000);
  const contact = { id: world.idOf(SENDER), petname: '', verified: false, blocked: true, added: 0 as never };
  world.computer(RECIPIENT).turn((node, now) => node.putContact(contact, now));
  world.run(5_000);
  id = world.send(SENDER, RECIPIENT, 'hi');
  world.run(REST_MS);
  const wrong: string[] = [];
  const told = world.states(id);
  const delivery = id && world.computer(SENDER).disk.delivery(id);
  if (delivery && (delivery.state !== 'refused' || delivery.detail !== 'blocked')) {
    wrong.push(`is ${delivery.state} (${delivery.detail})`);
  }
  if (told.indexOf('refused') !== -1 && told.at(-1) !== 'refused') wrong.push(`went back: ${told}`);
  if (world.shown(RECIPIENT).length > 0) wrong.push('shown');
  for (const index of [0, 1, 2]) if (world.kept(index) > 0) wrong.push(`${index} keeps ${world.kept(index)}`);
  return { wrong, commits };
}

test('§3.2 whoever loses power at whatever commit, a sender learns that he is blocked, and nobody keeps anything of it', {
  timeout: 60_000,
}, () => {
  const { commits, wrong } = write(0);
  expect(wrong).toEqual([]);
  expect(commits).toBeGreaterThan(5);
  const all: string[] = [];
  for (let at = 1; at <= commits; at++) for (const one of write(at).wrong) all.push(`at commit ${at}: ${one}`);
  expect(all).toEqual([]);
});
