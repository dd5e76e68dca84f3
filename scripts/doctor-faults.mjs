// Makes fifteen things go wrong, one at a time, on real processes, and asks doctor and why: `npm run doctor-faults`, as root, after
// `npm run build`. Exits 1 below 14 of 15 or when something is named that is not so, 2 when a part of it cannot be tried here.
import { FAULTS } from '../test/doctor/faults.ts';
import { tryFault, tryHealth } from '../test/doctor/trial.ts';
import { whyNoNetworks } from '../test/support/test-network.ts';
import { readOptions, refuse } from './options.mjs';

const RIGHT_LEAST = 14;

const { values } = readOptions({
  options: { only: { type: 'string', multiple: true }, verbose: { type: 'boolean', default: false } },
});
const chosen = FAULTS.filter(({ name }) => values.only === undefined || values.only.includes(name));
if (chosen.length === 0)
  refuse(`no such fault: ${values.only}; there are ${FAULTS.map(({ name }) => name).join(', ')}`);
const noNetworks = whyNoNetworks();
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const possible = { nothing: true, root: isRoot, networks: noNetworks === undefined };
const left = chosen.filter(({ needs }) => !possible[needs]);

/** One line of the table. */
const row = (...cells) =>
  console.log(
    cells
      .map((cell, i) => String(cell).padEnd([20, 8, 36, 36][i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

let healthy = true;
row('fault', '', 'expected', 'named', 'time');
for (const where of ['local', ...(possible.networks ? ['neighbour'] : [])]) {
  const { found, ms } = await tryHealth(where);
  row('none', found.length === 0 ? 'right' : 'FALSE', '', found.join(', '), seconds(ms));
  healthy &&= found.length === 0;
}
let [right, wrong] = [0, 0];
for (const fault of chosen) {
  if (left.includes(fault)) continue;
  const outcome = await tryFault(fault);
  const mark = outcome.false ? 'FALSE' : outcome.right ? 'right' : 'missed';
  row(
    fault.name,
    mark,
    outcome.expected.join(', '),
    outcome.named.map((codes) => codes.join(' + ') || '–').join(', '),
    seconds(outcome.ms),
  );
  if (outcome.trouble) console.log(`  ${outcome.trouble}`);
  if (outcome.right) right += 1;
  if (outcome.false) wrong += 1;
}
const tried = chosen.length - left.length;
console.log(
  `${right} of ${tried} named right, ${wrong} with something else beside it${healthy ? '' : ', and something where nothing is wrong'}`,
);
for (const { name, needs } of left)
  console.log(`left out: ${name}: ${needs === 'root' ? 'it needs root on Linux' : noNetworks}`);
const least = values.only === undefined ? RIGHT_LEAST - left.length : chosen.length - left.length;
if (right < least || wrong > 0 || !healthy) process.exit(1);
process.exit(left.length > 0 ? 2 : 0);
