// A fault at every disk operation of real nodes: `npm run crash-points [-- --step N] [--only ROLE] [--kind KIND]`. Kills, power cuts,
// torn writes, a full disk and errors, while a message goes over three nodes, at a first start, and while an identity is changed
// (docs/laboratory.md). Exits 1 when something was lost, damaged, shown twice or untrue; 2 when it cannot be tried.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDiskFault, FAULT_KINDS } from '../test/crash/disk-fault.ts';
import { mailPoints } from '../test/crash/mail-points.ts';
import { Results } from '../test/crash/results.ts';
import { identityPoints, startPoints } from '../test/crash/start-points.ts';
import { ROLES } from '../test/crash/trio.ts';
import { whyNoBuild } from '../test/soak/daemon.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

const { values } = readOptions({
  options: {
    step: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    kind: { type: 'string', multiple: true },
  },
});
const roles = [...ROLES, 'first start', 'identity'];
const step = wholeNumber('step', values.step);
const chosen = (what, from, wanted = from) => {
  const unknown = wanted.filter((one) => !from.includes(one));
  return unknown.length === 0 ? wanted : refuse(`no such ${what}: ${unknown.join(', ')}; there are ${from.join(', ')}`);
};
const wanted = chosen('role', roles, values.only);
const kinds = chosen('kind', FAULT_KINDS, values.kind);
const notBuilt = whyNoBuild();
if (notBuilt) refuse(notBuilt);
const folder = mkdtempSync(join(tmpdir(), 'qpc-crash-'));
const built = buildDiskFault(folder);
if ('why' in built) refuse(`crash points cannot be tried here: ${built.why}`);

const begun = performance.now();
const results = new Results((line) => {
  console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}`);
});
const how = { kinds, step, library: built.library };
await Promise.all(
  wanted.map((role) => {
    const place = { ...how, folder: join(folder, role.replace(' ', '-')) };
    if (role === 'first start') return startPoints(place, results);
    if (role === 'identity') return identityPoints(place, results);
    return mailPoints({ ...place, role }, results);
  }),
);

console.log(
  `\npoints${step > 1 ? `, every ${step}th` : ''}`.padEnd(15) +
    [...kinds, 'wrong'].map((name) => name.padStart(8)).join(''),
);
for (const role of wanted) {
  const wrong = results.points.filter((point) => point.role === role && point.problems.length > 0).length;
  const counts = [...kinds.map((kind) => results.of(role, kind).length), wrong];
  console.log(role.padEnd(14) + counts.map((count) => String(count).padStart(8)).join(''));
}
const problems = results.points.flatMap((point) => point.problems);
const count = (...words) => problems.filter(({ what }) => words.some((word) => what.includes(word))).length;
console.log(`
${results.points.length} points: ${count('lost', 'forgotten')} accepted lost, ${count('corrupt')} corrupt, ${count('twice', 'more than one')} shown twice, ${problems.length} wrong in all`);
if (problems.length === 0 && results.points.length > 0) rmSync(folder, { recursive: true });
else console.log(`the homes are kept: ${folder}`);
process.exit(problems.length === 0 && results.points.length > 0 ? 0 : 1);
