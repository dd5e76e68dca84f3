// Every interop scenario, in virtual time and over sockets, 20 runs each: `npm run interop [-- --quick] [--runs N] [--only NAME]
// [--sim | --real] [--seed S] [--jobs N]`. Exits 1 when anything failed. `--seed` with `--runs 1` repeats a run; a simulated one exactly.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { crossTraffic, whyNoCrossTraffic } from '../test/interop/cross-traffic.ts';
import { GOODPUT, SCENARIOS, scenarioOf } from '../test/interop/scenarios.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

/** What goodput must reach, in bits per second of file bytes, and the share beside a TCP flow. */
const GOODPUT_MIN = 9.2e6;
const SHARE = { least: 0.35, most: 0.65 };
const MEASUREMENTS = 5;
/** Failed runs that are described. */
const FAILURES_SHOWN = 20;
/** Runs at once of scenarios that mostly wait: they take little of a core. */
const WAITING_JOBS = 10;
const WAITING = new Set(['handshakeloss', 'handshakecorruption', 'longrtt', 'amplificationlimit']);

const { values } = readOptions({
  options: {
    quick: { type: 'boolean' },
    runs: { type: 'string' },
    only: { type: 'string', multiple: true },
    sim: { type: 'boolean' },
    real: { type: 'boolean' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
  },
});
const runs = wholeNumber('runs', values.runs ?? (values.quick ? 1 : 20));
const seed = wholeNumber('seed', values.seed ?? Date.now() % 1e6, 0);
const ways = ['sim', 'real'].filter((way) => values[way] || values.sim === values.real);
const unknown = (values.only ?? []).filter((name) => name !== 'crosstraffic' && !scenarioOf(name));
if (unknown.length > 0) {
  refuse(
    `no such scenario: ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}, goodput, crosstraffic`,
  );
}
const isWanted = ({ name }) => !values.only || values.only.includes(name);
const scenarios = SCENARIOS.filter(isWanted);
const measured = [GOODPUT].filter(isWanted);

console.log(`--seed ${seed} --runs ${runs}`);
const jobs = ways.flatMap((way) => [
  ...scenarios.flatMap(({ name }) => Array.from({ length: runs }, (_, i) => ({ name, way, seed: seed + i }))),
  ...measured.flatMap(({ name }) =>
    Array.from({ length: Math.min(runs, MEASUREMENTS) }, (_, i) => ({ name, way, seed: seed + i })),
  ),
]);
const isWaiting = ({ name, way }) => way === 'real' && WAITING.has(name);
// Each run over sockets has a cable that must keep its time, and so a core.
const busy = wholeNumber('jobs', values.jobs ?? Math.max(1, availableParallelism() - 1));
const done = (
  await Promise.all([
    work(
      jobs.filter((job) => !isWaiting(job)),
      busy,
    ),
    work(jobs.filter(isWaiting), WAITING_JOBS),
  ])
).flat();

let failures = 0;
for (const way of jobs.length > 0 ? ways : []) {
  console.log(
    `\n${'scenario'.padEnd(20)} ${way.padEnd(5)} runs failed   median       longest${way === 'real' ? '    late' : ''}`,
  );
  for (const { name } of [...scenarios, ...measured]) row(name, way);
}
for (const { name, way, seed, problems } of done.filter((run) => run.problems.length > 0).slice(0, FAILURES_SHOWN)) {
  console.log(`\n${name} --${way} --seed ${seed} --runs 1:`);
  for (const problem of problems.slice(0, 10)) console.log(`  ${problem}`);
}
if (!values.only || values.only.includes('crosstraffic')) await measureCrossTraffic();
console.log(failures === 0 ? '\nall passed' : `\n${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

/** A line of the table. */
function row(name, way) {
  const mine = done.filter((run) => run.name === name && run.way === way);
  const failed = mine.filter(({ problems }) => problems.length > 0).length;
  const times = mine.map(({ tookMs }) => tookMs / 1000).toSorted((a, b) => a - b);
  const seconds = (value = 0) => `${value.toFixed(2)} s`.padStart(10);
  const cells = [name.padEnd(20), way.padEnd(5), String(mine.length).padStart(4), String(failed).padStart(6)];
  cells.push(seconds(times[Math.floor(times.length / 2)]), '  ', seconds(times.at(-1)));
  // How much the machine was in the way of the cable.
  if (way === 'real')
    cells.push(`${(100 * Math.max(...mine.map(({ lateShare }) => lateShare))).toFixed(0)} %`.padStart(7));
  failures += failed;
  if (name === GOODPUT.name) {
    const worst = Math.min(...mine.map(({ goodput }) => goodput));
    const isLow = worst < GOODPUT_MIN;
    if (isLow) failures++;
    cells.push(`  worst ${(worst / 1e6).toFixed(2)} Mbit/s${isLow ? `, below ${GOODPUT_MIN / 1e6}` : ''}`);
  }
  const connections = mine.flatMap(({ connectionsMs }) => connectionsMs);
  if (connections.length > 10 * mine.length) {
    cells.push(`  ${connections.length} connections, longest ${(Math.max(...connections) / 1000).toFixed(1)} s`);
  }
  console.log(cells.join(' '));
}

async function measureCrossTraffic() {
  const why = whyNoCrossTraffic();
  if (why || values.sim) {
    console.log(`\ncrosstraffic was left out: ${why ?? 'it needs real sockets'}`);
    return;
  }
  for (let i = 0; i < (values.quick ? 1 : MEASUREMENTS); i++) {
    const measured = await crossTraffic().catch((error) => error);
    if (measured instanceof Error) {
      failures++;
      console.log(`crosstraffic: ${measured.message}`);
      continue;
    }
    const { share, ours, tcp, seconds } = measured;
    const isFair = share >= SHARE.least && share <= SHARE.most;
    if (!isFair) failures++;
    const rates = `${(ours / 1e6).toFixed(2)} Mbit/s beside ${(tcp / 1e6).toFixed(2)} of TCP CUBIC for ${seconds.toFixed(0)} s`;
    console.log(`crosstraffic: ${(share * 100).toFixed(0)} %, ${rates}${isFair ? '' : ' (unfair)'}`);
  }
}

/** Runs jobs in so many processes, and shows how far it is. */
async function work(list, processes) {
  const results = [];
  let next = 0;
  const worker = () =>
    new Promise((resolve) => {
      const child = fork(new URL('../test/interop/worker-child.ts', import.meta.url));
      let job;
      const give = () => {
        job = list[next++];
        if (job) child.send(job);
        else child.disconnect();
      };
      child.on('message', (run) => {
        results.push(run);
        if (process.stderr.isTTY) process.stderr.write(`\r${results.length}/${list.length} `);
        give();
      });
      const end = (how) => {
        if (!job) return resolve();
        const problems = [`its process ended: ${how}`];
        results.push({ ...job, problems, tookMs: 0, goodput: 0, connectionsMs: [], lateShare: 0 });
        job = undefined;
        resolve(next < list.length ? worker() : undefined);
      };
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
      give();
    });
  await Promise.all(Array.from({ length: Math.min(processes, list.length) }, worker));
  return results;
}
