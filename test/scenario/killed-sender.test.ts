import { expect, test } from 'vitest';
import { delivered, killNode, accepted as send, shownBy } from '../support/killed.ts';
import { type Line, LineMode } from '../support/line-mode.ts';
import { tempDir } from '../support/temp-dir.ts';

const TEXTS = 200;
const KILLS = 5;

test('a sender that is killed five times loses nothing it accepted, and shows nothing twice', {
  timeout: 120_000,
}, async () => {
  const [annHome, carolHome] = [tempDir(), tempDir()];
  const offline = ['--no-mdns', '--listen', '127.0.0.1:0'];

  // Carol exists, says who and where she is, and goes.
  const before = new LineMode(carolHome, [...offline, '--name', 'carol']);
  const { id: carol, addresses } = (await before.ready()) as Line & { id: string; addresses: string[] };
  expect(await before.end()).toBe(0);
  const options = [...offline, '--name', 'ann', '--peer', `${carol}@${addresses[0]}`];

  let ann = new LineMode(annHome, options);
  await ann.ready();
  const accepted: string[] = [];
  let unreplied = 0;
  for (let n = 1; n <= TEXTS; n++) {
    if (n % (TEXTS / KILLS) !== 0) {
      accepted.push(await send(ann, carol, `text ${n}`));
      continue;
    }
    // This one is written and not waited for: it may be stored or not, and nobody was told that it is.
    ann.child.stdin!.write(`/mesh send ${carol} text ${n}\n`);
    unreplied += 1;
    await killNode(annHome, ann);
    ann = new LineMode(annHome, options);
    await ann.ready();
  }

  const back = new LineMode(carolHome, [...offline, '--listen', addresses[0]!]);
  await back.until(({ id }) => id === accepted.at(-1), 'the last text', 60_000);
  for (const id of accepted) await delivered(ann, id);

  const got = shownBy(back);
  expect(new Set(got).size).toBe(got.length);
  expect(got.filter((id) => accepted.includes(id))).toEqual(accepted);
  expect(got.length).toBeGreaterThanOrEqual(accepted.length);
  expect(got.length).toBeLessThanOrEqual(accepted.length + unreplied);
  await Promise.all([ann.end(), back.end()]);
});
