import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { CAST, WELCOME } from '../../src/demo/cast.ts';
import { type Demo, startDemo } from '../../src/demo/demo.ts';
import { peerAt } from '../../src/host/options/option-kinds.ts';
import { loneNode } from '../support/lone-node.ts';
import { spawn } from '../support/screen.ts';
import { tempDir } from '../support/temp-dir.ts';

let demo: Demo | undefined;
afterEach(async () => {
  await demo?.stop();
  demo = undefined;
});

/** The demo, and a node of ours at its end, as `qpc demo` starts one. */
async function joined() {
  demo = await startDemo({ pausesMs: { first: 200, later: 200 } });
  const { network, peer } = demo.flags as { network: string; peer: readonly string[] };
  const you = await loneNode({ name: 'you', network, peer: peer.map((at) => peerAt.read(at)!) });
  await demo.join(you.api);
  return you;
}

describe('qpc demo', () => {
  test('five nodes talk in a channel, and what they say hops to us within ten seconds, once', async () => {
    const you = await joined();
    const heard = () => you.events.filter((event) => event.type === 'message' && event.channel === 'demo');
    const hops = () => new Set(heard().map((event) => (event.type === 'message' ? event.hops : 0)));
    await expect.poll(() => hops().size, { timeout: 10_000 }).toBe(CAST.length);
    expect([...hops()].toSorted()).toEqual([1, 2, 3, 4, 5]);
    const ids = heard().map((event) => (event.type === 'message' ? event.id : ''));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the neighbour says hello in the channel, the far end answers across five links, and each is told only its neighbours', async () => {
    const you = await joined();
    const direct = () =>
      you.events.flatMap((event) => (event.type === 'message' && event.kind === 'direct' ? [event] : []));
    const welcome = () => you.events.some((event) => event.type === 'message' && event.text === WELCOME);
    await expect.poll(welcome, { timeout: 10_000 }).toBe(true);
    expect((await you.get('status', {})).connected).toBe(1);
    await expect.poll(async () => (await you.get('route', {})).routes.length, { timeout: 10_000 }).toBe(CAST.length);
    const { routes } = await you.get('route', {});
    const far = routes.find(({ hops }) => hops === 5)!;
    expect(far.name).toBe('esi');
    const { id } = await you.get('send', { peer: far.to, text: 'are you there?' });
    await expect
      .poll(() => direct().find(({ from }) => from === far.to), { timeout: 10_000 })
      .toMatchObject({ hops: 5, text: expect.stringContaining('5 hops') });
    await expect.poll(async () => (await you.get('message', { id })).state, { timeout: 10_000 }).toBe('delivered');
  });

  test('stopped, it leaves nothing behind', async () => {
    demo = await startDemo();
    const { home } = demo.flags as { home: string };
    await demo.stop();
    demo = undefined;
    expect(existsSync(home)).toBe(false);
    expect(existsSync(`${home}/..`)).toBe(false);
  });

  test('whose terminal vanishes leaves neither files nor a node', async () => {
    const place = tempDir();
    using terminal = spawn(['bin/qpc.js', 'demo'], { cols: 80, rows: 24 }, { TMPDIR: place, HOME: place });
    await terminal.until(/#demo/, 30_000);
    expect(readdirSync(place).filter((name) => name.startsWith('qpc-demo-'))).toHaveLength(1);
    // The system says it to all in the terminal, the shell there says it again, and so may whatever the terminal was in.
    const saying = setInterval(() => process.kill(terminal.pid, 'SIGHUP'), 20);
    const code = await terminal.exit;
    clearInterval(saying);
    expect(code).toBe(129);
    expect(readdirSync(place).filter((name) => name.startsWith('qpc-demo-'))).toEqual([]);
  });
});
