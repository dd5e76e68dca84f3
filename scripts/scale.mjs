// What a node costs in a net of so many: `npm run scale [-- --nodes 100,1000 --suite node|paper --minutes M]`.
// A row of the table in docs/simulation.md for each size; exits 1 when a rule did not hold, 2 when it cannot be tried.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nodeSuite } from '../src/host/node-suite.ts';
import { paperSuite } from '../src/sim/paper-suite.ts';
import { metropolisOf } from '../src/sim/scenarios/metropolis.ts';
import { SeededRandom } from '../src/sim/seeded-random.ts';
import { Simulation } from '../src/sim/simulation.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

const { values } = readOptions({
  options: {
    nodes: { type: 'string', default: '100' },
    suite: { type: 'string', default: 'paper' },
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const sizes = values.nodes.split(',').map((nodes) => wholeNumber('nodes', nodes, 2));
const minutes = wholeNumber('minutes', values.minutes, 2);
const seed = wholeNumber('seed', values.seed);
const suite =
  { node: nodeSuite, paper: paperSuite }[values.suite] ?? refuse(`--suite is node or paper: ${values.suite}`);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

console.log(
  `${suite.name} suite, ${minutes} virtual minutes. Of a node: datagrams and kilobytes sent and milliseconds of CPU per virtual`,
);
console.log('minute, before the last and in the last, which is quiet; kilobytes of memory that it holds at the end.\n');
console.log(
  '| nodes | links | datagrams | kB | CPU ms | quiet: datagrams | kB | CPU ms | memory kB | letters | CPU s | s |',
);
console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');

let ok = true;
for (const nodes of sizes) ok = measure(nodes) && ok;
process.exitCode = ok ? 0 : 1;

/** Runs a net of this size and prints its row; false when a rule did not hold. */
function measure(nodes) {
  const plan = metropolisOf(new SeededRandom(`metropolis plan ${seed}`), nodes, minutes);
  const before = memory();
  const clock = costs();
  const startedAt = performance.now();
  let quietFrom;
  const onlooker = {
    name: 'costs',
    quiet: ({ world }) => {
      quietFrom = { cpuMs: clock(), ...counts(world) };
    },
    finished: ({ world }) => {
      const whole = { cpuMs: clock(), ...counts(world) };
      const each = (what, from, to, during) =>
        ((to[what] - from[what]) / nodes / during).toFixed(what === 'cpuMs' ? 1 : 0);
      const busy = (what) => each(what, { cpuMs: 0, datagrams: 0, kB: 0 }, quietFrom, minutes - 1);
      const quiet = (what) => each(what, quietFrom, whole, 1);
      row = [busy('datagrams'), busy('kB'), busy('cpuMs'), quiet('datagrams'), quiet('kB'), quiet('cpuMs')];
    },
  };
  let row = [];
  const simulation = new Simulation(plan, { seed, suite, hash: nodeSuite.hash, onlooker });
  const { failure, measured } = simulation.run();
  const cpuS = (clock() / 1_000).toFixed(0);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const memoryKb = ((memory() - before) / 1_000 / nodes).toFixed(0);
  const { arrived, accepted } = measured.letters;
  console.log(
    `| ${[nodes, plan.links.length, ...row, memoryKb, `${arrived} of ${accepted}`, cpuS, seconds].join(' | ')} |`,
  );
  if (failure) console.log(`${failure.check}: ${failure.what}`);
  return failure === undefined && simulation !== undefined;
}

function counts({ datagrams: { sent, bytes } }) {
  return { datagrams: sent, kB: bytes / 1_000 };
}

/** Milliseconds of this process on a processor, since now. */
function costs() {
  const from = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000;
  };
}

/** Bytes that are in use, in the heap and beside it. */
function memory() {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
