import { expect, test } from 'vitest';
import { accepted, delivered, historyOf, killNode, shownBy } from '../support/killed.ts';
import { type Line, LineMode } from '../support/line-mode.ts';
import { tempDir } from '../support/temp-dir.ts';

const TEXTS = 100;
const KILLS = 5;

test('a recipient that is killed five times while mail arrives has all of it, shows nothing twice, and its sender knows', {
  timeout: 60_000,
}, async () => {
  const [annHome, carolHome] = [tempDir(), tempDir()];
  const offline = ['--no-mdns', '--listen', '127.0.0.1:0'];
  const lives = [new LineMode(carolHome, [...offline, '--name', 'carol'])];
  const { id: carol, addresses } = (await lives[0]!.ready()) as Line & { id: string; addresses: string[] };
  const ann = new LineMode(annHome, [...offline, '--name', 'ann', '--peer', `${carol}@${addresses[0]}`]);
  await ann.ready();

  /** Something has come in this life, and more is on its way. */
  const killAndRestart = async (): Promise<void> => {
    const life = lives.at(-1)!;
    await life.until(({ type }) => type === 'message', 'a message');
    await killNode(carolHome, life);
    const next = new LineMode(carolHome, ['--no-mdns', '--listen', addresses[0]!]);
    lives.push(next);
    await next.ready();
  };
  const ids: string[] = [];
  let restarted = Promise.resolve();
  for (let n = 1; n <= TEXTS; n++) {
    ids.push(await accepted(ann, carol, `text ${n}`));
    if (n % (TEXTS / KILLS) !== 10) continue;
    await restarted;
    restarted = killAndRestart();
  }
  await restarted;
  for (const id of ids) await delivered(ann, id);

  const last = lives.at(-1)!;
  const shown = shownBy(...lives);
  expect(new Set(shown).size).toBe(shown.length);
  expect((await historyOf(last)).toSorted()).toEqual(ids.toSorted());
  await Promise.all([ann.end(), last.end()]);
});
