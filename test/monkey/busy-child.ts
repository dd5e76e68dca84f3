// The built screen on a fake node where much is said, by chance and by everybody: node test/monkey/busy-child.ts SEED
import { FakeNode } from '../support/fake-node.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { Chance } from './chance.ts';

const { runTui } = (await import(
  new URL('../../dist/tui/main.js', import.meta.url).href
)) as typeof import('../../src/tui/main.tsx');

const chance = new Chance(Number(process.argv[2] ?? 1));
const node = new FakeNode();

/** Somebody says something; now and then a hundred things at once, as after a long absence. */
function talk(): void {
  const lines = chance.oneIn(200) ? 100 : 1;
  for (let line = 0; line < lines; line++) {
    const text = chance.oneIn(3) ? chance.of(HOSTILE_TEXTS) : chance.words(1 + chance.below(30));
    const where = chance.oneIn(2) ? { channel: 'general' } : undefined;
    node.receive(chance.of(['bob', 'carol', 'dora'] as const), text, where);
  }
  setTimeout(talk, chance.oneIn(20) ? 2_000 : 20 + chance.below(300));
}

setTimeout(talk, 200);
process.exitCode = await runTui({ api: node, options: { version: '0.1.0' } });
process.exit();
