// Tries a million made-up inputs on every parser there is, and walks at random over two connections: `npm run fuzz [-- --long] [--runs N] [--seed S] [--threads N] [target …]`.
// `--long` tries a hundred million. The same seed tries the same inputs. An input that is taken wrongly is kept in test/corpus.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { tryWalk } from '../test/fuzz/connection.ts';
import { saveInput } from '../test/fuzz/corpus.ts';
import { fuzz } from '../test/fuzz/fuzz.ts';
import { BYTES_MAX } from '../test/fuzz/mutate.ts';
import { PARSERS } from '../test/fuzz/parsers.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

/** An input that keeps a parser busy for longer than this is one that never ends. */
const HANGS_MS = 10_000;
const WALKS = 'connection';
/** A walk takes as long as so many inputs. */
const INPUTS_PER_WALK = 10_000;

if (isMainThread) await main();
else work(workerData);

async function main() {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: {
      long: { type: 'boolean' },
      runs: { type: 'string' },
      seed: { type: 'string' },
      threads: { type: 'string' },
    },
  });
  const runs = wholeNumber('runs', values.runs ?? (values.long ? 1e8 : 1e6));
  const seed = values.seed ?? String(Date.now());
  const all = [...PARSERS.map(({ name }) => name), WALKS];
  const unknown = positionals.filter((name) => !all.includes(name));
  if (unknown.length > 0) refuse(`there is no ${unknown.join(', ')}; there are ${all.join(', ')}`);
  const threads = wholeNumber('threads', values.threads ?? availableParallelism());
  const names = positionals.length > 0 ? positionals : all;
  console.log(`${names.length} targets, ${runs.toLocaleString('en')} inputs each, --seed ${seed}`);
  let found = 0;
  const next = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift())
      found += await inWorker(name, { runs, seed });
  };
  await Promise.all(Array.from({ length: threads }, next));
  console.log(found === 0 ? 'nothing found' : `${found} found`);
  process.exitCode = found === 0 ? 0 : 1;
}

/** Fuzzes one parser in a thread of its own, which can be stopped; gives how many inputs were taken wrongly. */
function inWorker(name, options) {
  // The run's number, the length of its input, and the input itself, for when the thread cannot say it any more.
  const shared = new SharedArrayBuffer(8 + BYTES_MAX);
  const progress = new Uint32Array(shared, 0, 2);
  const worker = new Worker(new URL(import.meta.url), { workerData: { name, shared, ...options } });
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let before = -1;
    const watch = setInterval(() => {
      if (progress[0] !== before) {
        before = progress[0];
        return;
      }
      clearInterval(watch);
      worker.terminate();
      const input = new Uint8Array(shared, 8, progress[1]).slice();
      const which = name === WALKS ? `'${options.seed} ${progress[1]}'` : saveInput(name, input);
      console.log(`${name} never ended: ${which}`);
      resolve(1);
    }, HANGS_MS);
    worker.on('error', reject);
    worker.on('message', (report) => {
      clearInterval(watch);
      if (report.walks !== undefined) {
        resolve(tellWalks(report));
        return;
      }
      const { runs, accepted, medianMicroseconds, findings } = report;
      const took = `${((performance.now() - started) / 1000).toFixed(0)} s`;
      const share = `${((100 * accepted) / runs).toFixed(0)} % read`;
      console.log(`${name.padEnd(26)} ${share.padStart(10)}, median ${medianMicroseconds.toFixed(1)} µs, ${took}`);
      for (const { what, input } of findings) console.log(`  ${what}: ${saveInput(name, input)}`);
      resolve(findings.length);
    });
  });
}

/** @returns how many walks went wrong. */
function tellWalks({ walks, findings, bytesRead }) {
  console.log(`${WALKS.padEnd(26)} ${walks} walks, ${bytesRead.toLocaleString('en')} bytes read`);
  for (const { what, seed, steps } of findings) console.log(`  ${what}: walk('${seed}', ${JSON.stringify(steps)})`);
  return findings.length;
}

function work({ name, shared, runs, seed }) {
  const progress = new Uint32Array(shared, 0, 2);
  if (name === WALKS) {
    parentPort.postMessage(walkOften(Math.ceil(runs / INPUTS_PER_WALK), seed, progress));
    return;
  }
  const before = (input, run) => {
    progress[1] = input.length;
    progress[0] = run;
  };
  parentPort.postMessage(
    fuzz(
      PARSERS.find((one) => one.name === name),
      { seed, runs, before, scratch: new Uint8Array(shared, 8) },
    ),
  );
}

function walkOften(walks, seed, progress) {
  const findings = new Map();
  let bytesRead = 0;
  for (let i = 0; i < walks; i++) {
    progress[0]++;
    progress[1] = i;
    const result = tryWalk(`${seed} ${i}`, () => progress[0]++);
    if ('what' in result) findings.set(result.what.replace(/\d+/g, ''), result);
    else bytesRead += result.bytesRead;
  }
  return { walks, bytesRead, findings: [...findings.values()] };
}
