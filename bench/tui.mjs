// The full screen, in a real pty on a terminal model, on a real node in another process. Its figures stand beside those of an app that is
// nothing but Ink, measured in the same run: on a busy machine both are slow.
//
// --short   fewer samples and 10,000 lines instead of 100,000
// --check   ends with 1 when a budget is missed by a factor of two: what a machine with other work on it can still hold
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile, report } from './lib/report.mjs';
import { pause, Terminal } from './lib/terminal.mjs';

const QPC = fileURLToPath(new URL('../bin/qpc.js', import.meta.url));
const EMPTY_APP = fileURLToPath(new URL('lib/empty-app.mjs', import.meta.url));
const NODE = fileURLToPath(new URL('lib/node-of-lines.mjs', import.meta.url));
const short = process.argv.includes('--short');
const KEYS = short ? 30 : 120;
const LINES = short ? 10_000 : 100_000;
const STARTS = short ? 3 : 7;
const p50 = (samples) => quantile(samples, 0.5);
const p95 = (samples) => quantile(samples, 0.95);

const missed = [];

/** Holds a figure against what it may be at most. */
function budget(name, value, most) {
  report('budget', { name, value, most, held: value <= most });
  if (value > most * 2) missed.push(name);
}

const empty = new Terminal([EMPTY_APP, 'screen']);
await empty.shows('ready');
const emptyKeys = await empty.keystrokes(KEYS);
await empty.close();
report('screen_key_of_empty_app', { p50_ms: p50(emptyKeys), p95_ms: p95(emptyKeys) });

const young = await chat(0);
await typing(young, 'screen_key');
await young.close();

const old = await chat(LINES);
const keys = await typing(old, 'screen_key');
budget('screen_key_ratio', p95(keys) / p95(emptyKeys), 3);
budget('screen_key_ms', p95(keys), 60);
await firstFrame(old);
await readBack(old.terminal);
await typing(old, 'screen_key_after_reading_back');
budget('screen_idle_bytes', await idle(old.terminal), 0);
await flooded(old);
budget('screen_memory_mb', usage(old.terminal.pid).mb, 220);
await old.close();

if (process.argv.includes('--check') && missed.length > 0) {
  process.stderr.write(`far beyond their budgets: ${missed.join(', ')}\n`);
  process.exit(1);
}

/** The screen of a node with so many lines behind it, its last line in sight. */
async function chat(lines) {
  const home = mkdtempSync(join(tmpdir(), 'qpc-bench-'));
  const node = fork(NODE, [home, String(lines)]);
  await Promise.race([once(node, 'message'), ended(node)]);
  const last = lines === 0 ? '#general' : `line ${lines}:`;
  const open = async () => {
    const terminal = new Terminal([QPC, '--home', home]);
    return { terminal, firstMs: await terminal.shows(last, terminal.started) };
  };
  const close = async () => {
    await terminal.close();
    node.disconnect();
    await once(node, 'exit');
    rmSync(home, { recursive: true, force: true });
  };
  const { terminal } = await open();
  await pause(500);
  return { lines, node, terminal, open, close };
}

async function ended(node) {
  const [code] = await once(node, 'exit');
  throw new Error(`the node ended with ${code}`);
}

async function typing({ lines, terminal }, figure) {
  const used = usage(terminal.pid).seconds;
  const times = await terminal.keystrokes(KEYS);
  // What a key costs does not depend on what else the machine does.
  const processorMs = ((usage(terminal.pid).seconds - used) * 1000) / KEYS;
  report(figure, { lines, p50_ms: p50(times), p95_ms: p95(times), processor_ms: processorMs });
  return times;
}

/** From the start of the program to the line that was said last, against one line drawn by Ink alone; in turn, so that both meet the same weather. */
async function firstFrame({ open, lines }) {
  const [ours, bare] = [[], []];
  for (let i = 0; i < STARTS; i++) {
    const { terminal, firstMs } = await open();
    ours.push(firstMs);
    await terminal.close();
    const app = new Terminal([EMPTY_APP, 'line']);
    bare.push(await app.shows('ready', app.started));
    await app.close();
  }
  report('screen_first_frame', { lines, ms: p50(ours), of_one_line_app_ms: p50(bare) });
  budget('screen_first_frame_ms', p50(ours), p50(bare) * 1.5 + 150);
}

/** Reads back until the screen holds as many lines as it can, and returns to the newest. */
async function readBack(terminal) {
  for (let i = 0; i < (short ? 5 : 30); i++) {
    terminal.type('\x1b[1;3H');
    await pause(100);
  }
  terminal.type('\x1b[1;3F');
  await pause(500);
}

/** What is written in two seconds in which nothing happens. */
async function idle(terminal) {
  const written = [];
  for (let i = 0; i < 2; i++) {
    await pause(1_000);
    const before = terminal.bytes;
    await pause(2_000);
    written.push(terminal.bytes - before);
  }
  // Once a minute the clock on the screen moves.
  return Math.min(...written);
}

/** Typing while a thousand lines arrive every second. */
async function flooded({ node, terminal }) {
  node.send({ perSecond: 1_000 });
  await pause(1_000);
  const [since, used] = [performance.now(), usage(terminal.pid).seconds];
  const times = await terminal.keystrokes(KEYS / 2, 100);
  const share = (usage(terminal.pid).seconds - used) / ((performance.now() - since) / 1000);
  node.send({ perSecond: 0 });
  await pause(500);
  report('screen_flood', { per_second: 1_000, core: share, key_p50_ms: p50(times), key_p95_ms: p95(times) });
  budget('screen_flood_core', share, 0.25);
  budget('screen_flood_key_ms', Math.max(...times), 120);
}

/** Seconds of the processor that a process has used, and its memory in MB. Only Linux tells; elsewhere both are 0. */
function usage(pid) {
  if (!existsSync('/proc/self/stat')) return { seconds: 0, mb: 0 };
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, '').split(' ').slice(12);
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { seconds: (Number(user) + Number(system)) / 100, mb: Number(resident?.[1]) / 1024 };
}
