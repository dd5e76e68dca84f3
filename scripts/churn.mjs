// Peers come and go, one after another, all at once, and in every way to fail: `npm run churn [-- --quick]`. One JSON line for each
// figure; exits 1 when one is out of its bound: when something was not as before, or somebody was neither let in nor told why.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Churn } from '../test/flood/churn.ts';
import { readOptions } from './options.mjs';

const { values } = readOptions({ options: { quick: { type: 'boolean', default: false } } });
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const size = values.quick
  ? { oneAfterAnother: 200, atOnce: 200, cycles: 500 }
  : { oneAfterAnother: 2_000, atOnce: 500, cycles: 10_000 };
process.exit((await Churn.run(size, collect)) ? 0 : 1);
