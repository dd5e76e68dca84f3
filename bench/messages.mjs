// Sealed, signed, stored and confirmed messages between two real processes: two homes in line mode, driven as a program would.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from '../dist/host/process/attach.js';
import { quantile, report } from './lib/report.mjs';

const QPC = fileURLToPath(new URL('../bin/qpc.js', import.meta.url));
const homes = [];

/** qpc in line mode; `lines` gets every object it prints. */
function person(name, options = []) {
  const home = mkdtempSync(join(tmpdir(), 'qpc-bench-'));
  homes.push(home);
  const argv = [QPC, '--json', '--no-mdns', '--listen', '127.0.0.1:0', '--home', home, '--name', name, ...options];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const listeners = new Set();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const object = JSON.parse(line);
    for (const listener of [...listeners]) listener(object);
  });
  const until = (fits) =>
    new Promise((done) => {
      const listener = (object) => {
        if (!fits(object)) return;
        listeners.delete(listener);
        done(object);
      };
      listeners.add(listener);
    });
  return {
    home,
    child,
    until,
    listeners,
    say: (line) => child.stdin.write(`${line}\n`),
    ended: new Promise((done) => child.once('close', done)),
  };
}

const COUNT = 2_000;
const bob = person('bob');
const bobReady = await bob.until(({ type }) => type === 'ready');
const ann = person('ann', ['--peer', `${bobReady.id}@${bobReady.addresses[0]}`]);
await ann.until(({ type, state }) => type === 'peer' && state === 'connected');

// One at a time: how long until the recipient's signed receipt is back, everything on disk on both sides.
const alone = [];
for (let i = 0; i < 60; i++) {
  const started = performance.now();
  const done = ann.until(({ type, state }) => type === 'delivery' && state === 'delivered');
  ann.say(`/mesh send ${bobReady.id} one at a time ${i}`);
  await done;
  alone.push(performance.now() - started);
}
report('message_delivered', { p50_ms: quantile(alone.slice(10), 0.5), p99_ms: quantile(alone.slice(10), 0.99) });

/** Sends `COUNT` texts by `send` and waits until the recipient's receipt for the last of them is back. */
async function allDelivered(figure, sendAll) {
  let delivered = 0;
  const started = performance.now();
  const all = new Promise((done) => {
    const listener = ({ type, state }) => {
      if (type !== 'delivery' || state !== 'delivered' || ++delivered < COUNT) return;
      ann.listeners.delete(listener);
      done();
    };
    ann.listeners.add(listener);
  });
  await sendAll();
  await all;
  report(figure, { per_second: COUNT / ((performance.now() - started) / 1000), count: COUNT });
}

const text = (i) => `number ${i} of many, all of them sealed, signed and on disk`;

// Line mode answers each line before it takes the next, so every message has a commit of its own.
await allDelivered('messages_confirmed_line_mode', () => {
  for (let i = 0; i < COUNT; i++) ann.say(`/mesh send ${bobReady.id} ${text(i)}`);
});

// A program on the API may have many on their way; they share commits.
const api = await connect(ann.home);
if (!api) throw new Error('the node does not answer on its socket');
await allDelivered('messages_confirmed_api', async () => {
  const sent = Array.from({ length: COUNT }, (_, i) => api.call('send', { peer: bobReady.id, text: text(i) }));
  for (const one of await Promise.all(sent)) if (!one.ok) throw new Error(one.error.message);
});
api.close();

for (const { child } of [ann, bob]) child.stdin.end();
await Promise.all([ann.ended, bob.ended]);
for (const home of homes) rmSync(home, { recursive: true, force: true });
