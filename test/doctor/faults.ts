import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RECIPIENT_BYTES_MAX } from '../../src/core/base/limits.ts';
import { identityOf } from '../../src/core/crypto/identity.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { fillDisk } from '../support/full-disk.ts';
import { LineMode } from '../support/line-mode.ts';
import type { Fault } from './fault.ts';
import { type Resident, soon } from './resident.ts';
import { together } from './stage.ts';

const preload = (file: string): string => `--import=${pathToFileURL(join(import.meta.dirname, file)).href}`;
const HOUR_MS = 3_600_000;

/** The fifteen of the issue, in its order. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'no multicast',
    needs: 'networks',
    doctor: 'NO_MULTICAST',
    async make(stage) {
      const [ann, bob] = [stage.neighbour('ann'), stage.neighbour('bob')];
      stage.network.muffle('lan');
      await bob.up();
      await ann.up('--peer', bob.at);
      return { who: ann };
    },
  },
  {
    name: 'UDP blocked',
    needs: 'networks',
    doctor: 'UDP_BLOCKED',
    why: 'UDP_BLOCKED',
    async make(stage) {
      const [ann, bob] = [stage.neighbour('ann'), stage.neighbour('bob')];
      stage.network.run('ann', 'ip', 'route', 'add', 'prohibit', '10.7.0.2/32');
      await Promise.all([ann.up(), bob.up()]);
      return { who: ann, what: await ann.send(bob.id, 'through the wall') };
    },
  },
  {
    name: 'port taken',
    needs: 'nothing',
    doctor: 'PORT_TAKEN',
    async make(stage) {
      const [ann, bob] = [stage.local('ann'), stage.local('bob')];
      await bob.up();
      await ann.up('--listen', bob.address, '--peer', bob.at);
      await ann.meets(bob);
      return { who: ann };
    },
  },
  {
    name: 'wrong network id',
    needs: 'nothing',
    doctor: 'WRONG_NETWORK',
    why: 'WRONG_NETWORK',
    async make(stage) {
      const [ann, bob] = [stage.local('ann'), stage.local('bob', { options: ['--network', 'elsewhere'] })];
      await bob.up();
      await ann.up('--peer', bob.at);
      return { who: ann, what: bob.id };
    },
  },
  {
    name: 'clock off a day',
    needs: 'nothing',
    doctor: 'CLOCK_WRONG',
    async make(stage) {
      const env = { NODE_OPTIONS: preload('moved-calendar.mjs'), MOVED_CALENDAR_MS: String(24 * HOUR_MS) };
      const [ann, bob, carol] = [stage.local('ann', { env }), stage.local('bob'), stage.local('carol')];
      await together(ann, bob, carol);
      return { who: ann };
    },
  },
  {
    name: 'disk full',
    needs: 'root',
    doctor: 'DISK_FULL',
    async make(stage) {
      const disk = stage.newHome();
      mkdirSync(disk, { mode: 0o700 });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'tmpfs', disk]);
      stage.after(() => void execFileSync('umount', ['-l', disk]));
      const [ann, bob] = [stage.local('ann', { home: join(disk, 'ann') }), stage.local('bob')];
      await together(ann, bob);
      fillDisk(join(disk, 'ballast'));
      return { who: ann };
    },
  },
  {
    name: 'database locked',
    needs: 'nothing',
    doctor: 'DATABASE_LOCKED',
    async make(stage) {
      const ann = await stage.local('ann').up();
      await ann.down();
      const browser = await lockDatabase(join(ann.home, 'qpc.db'));
      stage.after(() => void browser.kill());
      const { code } = await ann.run('up');
      if (code === 0) throw new Error('a node started on a locked database');
      return { who: ann };
    },
  },
  {
    name: "peer's key changed",
    needs: 'nothing',
    doctor: 'KEY_CHANGED',
    why: 'KEY_CHANGED',
    async make(stage) {
      const [ann, bob, other] = [stage.local('ann'), stage.local('bob'), stage.local('bob')];
      await together(ann, bob);
      await ann.must('add', bob.id, 'bob');
      await bob.down();
      await other.up('--listen', bob.address, '--peer', ann.at);
      await ann.meets(other);
      return { who: ann, what: await ann.send('bob', 'is it still you?') };
    },
  },
  {
    name: 'quota full',
    needs: 'nothing',
    doctor: 'QUOTA_FULL',
    async make(stage) {
      const [ann, carol] = [stage.local('ann'), stage.local('carol')];
      await together(carol, ann);
      await writeMuch(ann, stranger());
      return { who: carol };
    },
  },
  {
    name: 'expired TTL',
    needs: 'nothing',
    doctor: 'MAIL_EXPIRED',
    why: 'MAIL_EXPIRED',
    async make(stage) {
      const [ann, bob] = [stage.local('ann'), stage.local('bob')];
      await together(ann, bob);
      const what = await ann.send(stranger(), 'too late', '--ttl', '1s');
      await soon('its end', async () => (await ann.must('history', '--json')).includes('"expired"'));
      return { who: ann, what };
    },
  },
  {
    name: 'no route',
    needs: 'nothing',
    doctor: 'NO_ROUTE',
    why: 'NO_ROUTE',
    async make(stage) {
      const [ann, bob] = [stage.local('ann'), stage.local('bob')];
      await together(ann, bob);
      return { who: ann, what: await ann.send(stranger(), 'where are you?') };
    },
  },
  {
    name: 'relay black hole',
    needs: 'nothing',
    doctor: 'RELAY_BLACK_HOLE',
    why: 'RELAY_BLACK_HOLE',
    async make(stage) {
      const env = { NODE_OPTIONS: preload('swallow-mail.mjs') };
      const [ann, hole, carol] = [stage.local('ann'), stage.local('hole', { env }), stage.local('carol')];
      await together(hole, ann, carol);
      await soon('a route', async () => (await ann.must('mesh', 'route', '--json')).includes(carol.id));
      const sent: string[] = [];
      for (const n of [1, 2, 3, 4]) sent.push(await ann.send(carol.id, `into the hole ${n}`));
      return { who: ann, what: sent[0]! };
    },
  },
  {
    name: 'wrong address',
    needs: 'nothing',
    doctor: 'WRONG_ADDRESS',
    why: 'WRONG_ADDRESS',
    async make(stage) {
      const [ann, bob] = [stage.local('ann'), stage.local('bob')];
      await together(ann, bob);
      const carol = stranger();
      await ann.must('mesh', 'connect', `${carol}@127.0.0.1:9`);
      return { who: ann, what: await ann.send(carol, 'knock, knock') };
    },
  },
  {
    name: 'file permissions',
    needs: 'nothing',
    doctor: 'FILE_PERMISSIONS',
    async make(stage) {
      const [ann, bob] = [stage.local('ann'), stage.local('bob')];
      await together(ann, bob);
      chmodSync(join(ann.home, 'identity.json'), 0o644);
      return { who: ann };
    },
  },
  {
    name: 'node stopped',
    needs: 'nothing',
    doctor: 'NODE_STOPPED',
    async make(stage) {
      const ann = await stage.local('ann').up();
      await ann.down();
      return { who: ann };
    },
  },
];

/** Somebody who is nowhere. */
const stranger = (): string => identityOf(nodeSuite, new Uint8Array(randomBytes(32))).id;

/** Writes more to somebody than a carrier has room for: 16 MiB, and a little. */
async function writeMuch(writer: Resident, to: string): Promise<void> {
  const screen = new LineMode(writer.home);
  await screen.ready();
  const text = 'x'.repeat(60_000);
  for (let bytes = 0; bytes < RECIPIENT_BYTES_MAX * 1.05; bytes += text.length) {
    await screen.type(`/mesh send ${to} ${text}`);
  }
  await screen.end();
}

/** Another program that has a database open, until it is killed. */
async function lockDatabase(path: string): Promise<ChildProcess> {
  const program = `const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(process.argv[1]).exec('BEGIN EXCLUSIVE');
    console.log('locked');
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((locked, failed) => {
    child.stdout.once('data', () => locked());
    child.once('exit', (code) => failed(new Error(`the database could not be locked (${code})`)));
  });
  return child;
}
