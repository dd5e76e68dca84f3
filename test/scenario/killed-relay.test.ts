import { expect, test } from 'vitest';
import { accepted, delivered, killNode, shownBy } from '../support/killed.ts';
import { type Line, LineMode } from '../support/line-mode.ts';
import { tempDir } from '../support/temp-dir.ts';

const TEXTS = 100;
const KILLS = 4;

/** A node that says where it is. */
async function start(home: string, ...options: string[]): Promise<{ screen: LineMode; id: string; address: string }> {
  const screen = new LineMode(home, ['--no-mdns', ...options]);
  const { id, addresses } = (await screen.ready()) as Line & { id: string; addresses: string[] };
  return { screen, id, address: addresses[0]! };
}

test('a relay that is killed four times while mail crosses it loses none of it', { timeout: 60_000 }, async () => {
  const relayHome = tempDir();
  let relay = await start(relayHome, '--listen', '127.0.0.1:0', '--name', 'relay');
  const over = ['--listen', '127.0.0.1:0', '--peer', `${relay.id}@${relay.address}`];
  const { screen: ann } = await start(tempDir(), ...over, '--name', 'ann');
  const { screen: carol, id: carolId } = await start(tempDir(), ...over, '--name', 'carol');

  /** Some of it has crossed in this life, and more is on its way. */
  const killAndRestart = async (crossed: number): Promise<void> => {
    await carol.until(() => shownBy(carol).length > crossed, 'more messages');
    await killNode(relayHome, relay.screen);
    relay = await start(relayHome, '--listen', relay.address);
  };
  const ids: string[] = [];
  let restarted = Promise.resolve();
  for (let n = 1; n <= TEXTS; n++) {
    ids.push(await accepted(ann, carolId, `text ${n}`));
    if (n % (TEXTS / KILLS) !== 10) continue;
    await restarted;
    restarted = killAndRestart(shownBy(carol).length);
  }
  await restarted;
  for (const id of ids) await carol.until((line) => line.type === 'message' && line.id === id, `text ${id}`);
  for (const id of ids) expect((await delivered(ann, id)).hops).toBe(2);
  expect(shownBy(carol).toSorted()).toEqual(ids.toSorted());
  await Promise.all([ann, carol, relay.screen].map((screen) => screen.end()));
});
