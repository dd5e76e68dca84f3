import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/host/log.ts';
import { StatusLog } from '../../src/host/status-log.ts';
import { author } from '../support/authors.ts';
import { Surrounded } from '../support/hand-made.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a line says how many there are of everything, what was dropped since the line before, and no id, key or text', () => {
  const world = new Surrounded();
  const ann = world.neighbour('ann');
  ann.leadTo(author('far away'));
  world.node.send(author('nowhere').id, 'the oak at midnight', world.now);
  world.run(100);
  const path = join(tempDir(), 'node.log');
  const drops = new Map([['not read in time', 3]]);
  const status = new StatusLog({
    owner: { turn: (command) => command(world.node, world.now) },
    log: openLog(path),
    dropped: () => drops,
  });
  status.say();
  status.say();
  drops.set('not read in time', 5);
  world.node.receive({ address: ann.address, bytes: new Uint8Array(40) }, world.now);
  status.say();
  status.stop();
  const text = readFileSync(path, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const counts = { msg: 'status', peers: 1, links: 1, answering: 1, routes: 1, queued: 1, carried: 0, carriedBytes: 0 };
  expect(lines[0]).toMatchObject({ ...counts, dropped: { 'not read in time': 3 } });
  expect(lines[1]).not.toHaveProperty('dropped');
  expect(lines[2]).toMatchObject({ ...counts, dropped: { 'not read in time': 2 } });
  expect(Object.keys(lines[2].dropped).length).toBe(2);
  for (const secret of ['oak', ann.author.id, author('nowhere').id]) expect(text).not.toContain(secret);
});
