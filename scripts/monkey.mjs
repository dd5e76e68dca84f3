// Anything at all is done to the screen: `npm run monkey [-- --minutes M] [--seed S]`. Keys, torn sequences, pastes, sizes, noise, while
// much is said; nothing may crash, draw beyond the screen, write what is not ours, or grow. Exits 1 when something is wrong, 2 when
// it cannot be tried.

import { monkey, whyNoScreen } from '../test/monkey/monkey.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

const { values } = readOptions({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 1);
if (!(minutes > 0)) refuse(`--minutes must be more than 0: ${values.minutes}`);
const seed = wholeNumber('seed', values.seed ?? Date.now() % 1e6, 0);
const notBuilt = whyNoScreen();
if (notBuilt) refuse(notBuilt);

console.log(`--seed ${seed} --minutes ${minutes}`);
const begun = performance.now();
const log = (line) => console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}`);
const { deeds, checks, left, bytes, memory, wrong } = await monkey({ seed, ms: minutes * 60_000 }, log);
const mb = (count) => `${(count / 2 ** 20).toFixed(0)} MB`;
log(
  `${deeds} deeds, ${checks} looks, ${mb(bytes)} written, left ${left} times, memory ${mb(memory.early)} early, ${mb(memory.most)} at most`,
);
for (const what of wrong) console.log(`WRONG: ${what}`);
process.exit(wrong.length > 0 ? 1 : 0);
