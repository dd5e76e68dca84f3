import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fillDisk } from '../support/full-disk.ts';
import { accepted, delivered, historyOf, shownBy } from '../support/killed.ts';
import { type Line, LineMode } from '../support/line-mode.ts';
import { has } from '../support/needs.ts';
import { tempDir } from '../support/temp-dir.ts';

const root = process.platform === 'linux' && process.getuid?.() === 0;

test('on a full disk a message is refused with a reason, what was accepted stays, and with room again all goes on', {
  timeout: 60_000,
}, async (context) => {
  if (!has(root, 'root on Linux, to mount a small disk')) return context.skip();
  const disk = tempDir();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'tmpfs', disk]);
  const screens: LineMode[] = [];
  const start = async (home: string, ...options: string[]): Promise<LineMode> => {
    screens.push(new LineMode(home, ['--no-mdns', '--listen', '127.0.0.1:0', ...options]));
    await screens.at(-1)!.ready();
    return screens.at(-1)!;
  };
  try {
    const [annHome, carolHome] = [join(disk, 'ann'), tempDir()];
    const before = await start(carolHome);
    const { id: carol, addresses } = (await before.ready()) as Line & { id: string; addresses: string[] };
    await before.end();
    const ann = await start(annHome, '--peer', `${carol}@${addresses[0]}`);
    const text = 'x'.repeat(2_000);
    const ids = [await accepted(ann, carol, 'early'), await accepted(ann, carol, text)];

    fillDisk(join(disk, 'ballast'));
    let refusal: Line | undefined;
    for (let n = 0; n < 5_000 && !refusal; n++) {
      const reply = (await ann.type(`/mesh send ${carol} ${n} ${text}`)) as Line & { result: { id: string } };
      if (reply.ok === true) ids.push(reply.result.id);
      else refusal = reply;
    }
    expect(refusal).toMatchObject({ ok: false, error: { code: 'E_NOT_STORED' } });
    await ann.until(({ code }) => code === 'STORE_FULL', 'the reason');
    expect(await historyOf(ann)).toEqual(ids);

    rmSync(join(disk, 'ballast'));
    ids.push(await accepted(ann, carol, 'late'));
    await ann.until(({ code }) => code === 'STORE_OK', 'that it works again');
    expect(await ann.end()).toBe(0);

    const back = await start(annHome, '--peer', `${carol}@${addresses[0]}`);
    expect(await historyOf(back)).toEqual(ids);
    const reader = await start(carolHome, '--listen', addresses[0]!);
    for (const id of ids) await delivered(back, id);
    // The receipt is the node's; its screen prints a moment later.
    await reader.until(({ id }) => id === ids.at(-1), 'the last of them');
    expect(shownBy(reader)).toEqual(ids);
  } finally {
    await Promise.all(screens.map((screen) => (screen.child.exitCode === null ? screen.end() : undefined)));
    execFileSync('umount', ['-l', disk]);
  }
});
