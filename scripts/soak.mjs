// Real nodes, real faults: `npm run soak [-- --short] [--nodes N] [--messages M] [--seed S] [--loopback]`. Packets are lost, the
// network is cut, nodes are killed; then everything that was acknowledged must have been shown once, and every state be true
// (docs/laboratory.md). Exits 1 when something is wrong, 2 when it cannot be tried.

import { whyNoBuild } from '../test/soak/daemon.ts';
import { loopback } from '../test/soak/loopback.ts';
import { namespaces, whyNoHosts } from '../test/soak/namespaces.ts';
import { soak } from '../test/soak/soak.ts';
import { FULL, SHORT } from '../test/soak/storm.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

/** Faults that are described. */
const FAULTS_SHOWN = 40;

const { values } = readOptions({
  options: {
    short: { type: 'boolean' },
    loopback: { type: 'boolean' },
    nodes: { type: 'string' },
    messages: { type: 'string' },
    seed: { type: 'string' },
  },
});
const base = values.short ? SHORT : FULL;
const storm = {
  ...base,
  nodes: wholeNumber('nodes', values.nodes ?? base.nodes, 3),
  messages: wholeNumber('messages', values.messages ?? base.messages),
  seed: wholeNumber('seed', values.seed ?? Date.now() % 1e6, 0),
};
if (storm.nodes > 200) refuse(`--nodes must be at most 200: ${storm.nodes}`);
const notBuilt = whyNoBuild();
if (notBuilt) refuse(notBuilt);

console.log(`--seed ${storm.seed} --nodes ${storm.nodes} --messages ${storm.messages}`);
const whyNot = values.loopback ? 'asked for' : whyNoHosts();
if (whyNot) console.log(`over loopback: ${whyNot}`);
const begun = performance.now();
const log = (line) => console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const verdict = await soak(storm, whyNot ? loopback : namespaces, log);

const { acknowledged, faults, troubles, fates, delaysMs } = verdict;
const seconds = (ms = 0) => `${(ms / 1000).toFixed(1)} s`;
const share = (at) => seconds(delaysMs[Math.min(delaysMs.length - 1, Math.floor(at * delaysMs.length))]);
const packets = fates.passed + fates.lost + fates.cut;
const refused = [...verdict.refused].map(([why, count]) => `${count} × ${why}`).join(', ');
const count = (...what) => faults.filter((fault) => what.some((one) => fault.what.startsWith(one))).length;
console.log(`
network              ${verdict.network}
storm                ${seconds(verdict.stormMs)}: ${verdict.kills} kills (${verdict.killsOfSenders} while sending), ${verdict.cuts} partitions
packets              ${packets}: ${fates.lost} lost, ${fates.cut} cut off
calm                 ${seconds(verdict.calmMs)} until everything was there
acknowledged         ${acknowledged}, and ${verdict.unansweredKept} of ${verdict.unanswered} sends without a reply${refused ? `; refused: ${refused}` : ''}
shown                ${verdict.shown}, over at most ${verdict.hopsMost} hops
lost                 ${count('lost', 'acknowledged', 'kept, and told')}
shown twice          ${count('shown twice', 'kept twice', 'one text')}
untrue states        ${count('a state', 'delivered', 'its sender')}
delivered after      ${share(0.5)} (half), ${share(0.99)} (99 %), ${share(1)} (all)`);
for (const trouble of troubles) console.log(`! ${trouble}`);
for (const { what, id, detail } of faults.slice(0, FAULTS_SHOWN)) console.log(`✗ ${what}: ${id} (${detail})`);
if (faults.length > FAULTS_SHOWN) console.log(`… and ${faults.length - FAULTS_SHOWN} more`);
const isGood = faults.length + troubles.length === 0;
console.log(
  isGood ? '\nnothing is wrong' : `\n${faults.length + troubles.length} wrong; again with --seed ${storm.seed}`,
);
process.exit(isGood ? 0 : 1);
