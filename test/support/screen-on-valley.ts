// The built screen, for pictures: node test/support/screen-on-valley.ts [WORLD]
//
// valley   a morning among neighbours, at VALLEY_NOW for ever: the same story makes the same picture (the default)
// minutes  the same, after eight minutes that pass in a few seconds
// alone    a node that has met nobody yet
import { FakeNode } from './fake-node.ts';
import { valley } from './valley.ts';
import { VALLEY_NOW } from './valley-people.ts';

const [world = 'valley'] = process.argv.slice(2);
const node = world === 'alone' ? alone() : valley();
/** How much slower the links were, at twelve moments of the last eight minutes. */
const SLOWNESS = [1.2, 1.1, 1, 1.1, 1.3, 1.6, 2.2, 1.7, 1.2, 0.9, 1, 1.1] as const;
const STEP_MS = 40_000;
let stepsLeft = world === 'minutes' ? SLOWNESS.length : 0;

Date.now = () => VALLEY_NOW - stepsLeft * STEP_MS;
if (stepsLeft > 0) letPass();

const { runTui } = (await import(
  new URL('../../dist/tui/main.js', import.meta.url).href
)) as typeof import('../../src/tui/main.tsx');
const waiting = setInterval(sayWhoWrites, 50);
process.exitCode = await runTui({ api: node, options: { version: '0.1.0' } });
process.exit();

/** Time goes on whenever the screen has been able to ask who is near, and how far. */
function letPass(): void {
  const usual = new Map(node.book.peers.map(({ id, rttMs }) => [id, rttMs]));
  const passing = setInterval(() => {
    stepsLeft--;
    for (const [at, peer] of node.book.peers.entries()) {
      const slowness = SLOWNESS[(SLOWNESS.length - 1 - stepsLeft + 3 * at) % SLOWNESS.length] ?? 1;
      const rttMs = usual.get(peer.id);
      if (rttMs !== undefined) node.book.peers[at] = { ...peer, rttMs: stepsLeft === 0 ? rttMs : rttMs * slowness };
    }
    const [{ id, name, source } = { id: '', name: '', source: 'mdns' as const }] = node.book.peers;
    node.emit({ type: 'peer', id, name, state: 'connected', source, at: Date.now() });
    if (stepsLeft === 0) clearInterval(passing);
  }, 800);
}

/** Somebody is about to say something, as soon as the screen listens. */
function sayWhoWrites(): void {
  if (!node.calls.some(({ method }) => method === 'history')) return;
  clearInterval(waiting);
  const [who] = node.book.contacts;
  const [where] = node.book.channels;
  if (who && where) node.emit({ type: 'typing', from: who.id, fromName: who.name, where: where.id, at: Date.now() });
}

/** A node in its first minute. */
function alone(): FakeNode {
  const node = new FakeNode();
  const { book } = node;
  book.name = 'node-aann';
  book.mdns = 'on';
  for (const list of [book.contacts, book.peers, book.channels, book.messages]) list.splice(0);
  return node;
}
