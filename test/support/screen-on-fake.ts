// The built screen on a fake node, for tests in a real pty: node test/support/screen-on-fake.ts [hostile text]
// FAULT=timer|rejection|exit in the environment: what goes wrong in it, as soon as it hears SIGUSR2. THEME: the theme that is chosen.
import { USUAL_PREFERENCES } from '../../src/api/preferences.ts';
import { FakeNode } from './fake-node.ts';

const { runTui } = (await import(
  new URL('../../dist/tui/main.js', import.meta.url).href
)) as typeof import('../../src/tui/main.tsx');
const node = new FakeNode();
const [hostile] = process.argv.slice(2);
if (hostile !== undefined) {
  // What the fake hands out has not been cleaned, as if the node had forgotten to.
  for (const peer of node.book.peers) Object.assign(peer, { name: hostile, address: hostile, roles: [hostile] });
  for (const contact of node.book.contacts) Object.assign(contact, { name: hostile });
  node.book.name = hostile;
  setTimeout(() => {
    node.receive('bob', hostile, { channel: 'general' });
    node.receive('carol', hostile);
  }, 100);
}
const faults: Readonly<Record<string, () => void>> = {
  timer: () => {
    throw new Error('a timer failed');
  },
  rejection: () => void Promise.reject(new Error('a promise failed')),
  exit: () => process.exit(3),
};
const preferences = { ...USUAL_PREFERENCES, theme: process.env.THEME ?? 'auto' };
process.on('SIGUSR2', () => setTimeout(() => faults[process.env.FAULT ?? '']?.(), 1));
process.exitCode = await runTui({ api: node, options: { version: '0.1.0', preferences } });
process.exit();
