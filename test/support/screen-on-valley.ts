// The built screen for pictures, in the valley or, with the argument `alone`, on a node that has met nobody: node test/support/screen-on-valley.ts
import { FakeNode } from './fake-node.ts';
import { valley } from './valley.ts';
import { VALLEY_NOW } from './valley-people.ts';

// It is always the same minute, so that the same story makes the same picture.
Date.now = () => VALLEY_NOW;

const { runTui } = (await import(
  new URL('../../dist/tui/main.js', import.meta.url).href
)) as typeof import('../../src/tui/main.tsx');
const node = process.argv[2] === 'alone' ? alone() : valley();
const [who] = node.book.contacts;
const [where] = node.book.channels;
if (who && where) {
  // Somebody is always about to say something.
  setTimeout(
    () => node.emit({ type: 'typing', from: who.id, fromName: who.name, where: where.id, at: VALLEY_NOW }),
    100,
  );
}
process.exitCode = await runTui({ api: node, options: { version: '0.1.0' } });
process.exit();

/** A node in its first minute. */
function alone(): FakeNode {
  const node = new FakeNode();
  const { book } = node;
  for (const list of [book.contacts, book.peers, book.channels, book.messages]) list.splice(0);
  return node;
}
