// The built screen for pictures, in the valley or, with the argument `alone`, on a node that has met nobody: node test/support/screen-on-valley.ts
import { FakeNode } from './fake-node.ts';
import { valley } from './valley.ts';
import { VALLEY_NOW } from './valley-people.ts';

// It is always the same minute, so that the same story makes the same picture.
Date.now = () => VALLEY_NOW;

const { runTui } = (await import(
  new URL('../../dist/tui/main.js', import.meta.url).href
)) as typeof import('../../src/tui/main.tsx');
process.exitCode = await runTui({
  api: process.argv[2] === 'alone' ? alone() : valley(),
  options: { version: '0.1.0' },
});
process.exit();

/** A node in its first minute. */
function alone(): FakeNode {
  const node = new FakeNode();
  const { book } = node;
  for (const list of [book.contacts, book.peers, book.channels, book.messages]) list.splice(0);
  return node;
}
