// A real node in a process of its own: HOME LINES. Its channel #general has a past of so many lines; when it is told
// `{ perSecond }`, so many more arrive at its screens, as news from its service, without a mesh that would need the processor too.
import { randomBytes } from 'node:crypto';
import { localApi } from '../../dist/api/local.js';
import { serve } from '../../dist/api/rpc-server.js';
import { identityOf, SEED_BYTES } from '../../dist/core/crypto/identity.js';
import { Database } from '../../dist/host/database/database.js';
import { openLog } from '../../dist/host/log.js';
import { nodeSuite } from '../../dist/host/node-suite.js';
import { Life } from '../../dist/host/process/life.js';
import { startNode } from '../../dist/host/process/running-node.js';
import { VERSION } from '../../dist/host/process/version.js';
import { holdProfile, profileFile } from '../../dist/host/profile/profile.js';

const WORDS =
  'the hill node is back and sees the valley again over two hops, since 06:05 this morning 聞こえます 👋'.split(' ');

const [home, count] = process.argv.slice(2);
const identity = identityOf(nodeSuite, randomBytes(SEED_BYTES));
const bob = identityOf(nodeSuite, randomBytes(SEED_BYTES)).id;
const profile = holdProfile(home, { env: process.env, version: VERSION });
const log = openLog(profileFile.log(home));
const options = { listen: { host: '127.0.0.1', port: 0 }, name: 'ann', network: 'bench', mdns: false, peer: [] };
const start = () =>
  startNode({ home, identity, options, settings: {}, life: new Life({ stays: true, end() {} }), log });

const first = await start();
const api = localApi(first.service);
await api.call('attach', { version: VERSION, settings: {} });
await api.call('add', { who: bob, name: 'bob' });
const { result: channel } = await api.call('subscribe', { topic: 'general' });
await first.stop();
remember(Number(count));

const node = await start();
const screens = new Set();
let newest = Number(count);
let flooding;
const service = {
  bug: (error) => node.service.bug(error),
  open(screen) {
    screens.add(screen);
    return node.service.open(screen);
  },
};
await serve(service, { path: profile.socket, isToken: (line) => profile.isToken(line) });
process.send('ready');
process.on('message', ({ perSecond }) => flood(perSecond));
process.on('disconnect', () => process.exit());

/** What bob said in the channel, a line every ten seconds until now. */
function remember(lines) {
  const open = () => Database.open(profileFile.database(home), { suite: nodeSuite });
  const database = open();
  // Not news: a person has seen them.
  database.screens = true;
  const now = Date.now();
  for (let n = 1; n <= lines; n += 1_000) {
    const some = Array.from({ length: Math.min(1_000, lines - n + 1) }, (_, i) => n + i);
    database.apply(some.map((n) => ({ put: 'message', message: past(n, now - (lines - n) * 10_000) })));
  }
  database.close();
  // Those that wait for their turn to be told cannot have been read; after a start none does.
  const later = open();
  later.markRead(channel.id, Number.MAX_SAFE_INTEGER);
  later.close();
}

function past(n, at) {
  return {
    id: n.toString(16).padStart(64, '0'),
    kind: 'channel',
    conversation: channel.id,
    from: bob,
    to: channel.id,
    text: said(n),
    content: 'text',
    created: at,
    received: at,
    hops: 1,
    epoch: '00000000000000aa',
    seq: n,
    after: [],
    rank: n,
  };
}

/** Lines of many lengths. */
function said(n) {
  const words = Array.from({ length: n % 17 }, (_, i) => WORDS[(n + i) % WORDS.length]);
  return `line ${n}: ${words.join(' ')}`;
}

/** `perSecond` lines from now on; none when it is 0. */
function flood(perSecond) {
  clearInterval(flooding);
  if (perSecond === 0) return;
  let owed = 0;
  let last = performance.now();
  flooding = setInterval(() => {
    const now = performance.now();
    owed += ((now - last) / 1000) * perSecond;
    last = now;
    for (; owed >= 1; owed--) {
      newest++;
      const { conversation, content, epoch, seq, after, ...line } = past(newest, Date.now());
      for (const screen of screens) screen.tell({ type: 'message', ...line, fromName: 'bob', channel: 'general' });
    }
  }, 10);
}
