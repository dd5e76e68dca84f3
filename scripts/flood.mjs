// Floods a real node from thousands of made-up addresses, in network namespaces: `npm run flood [-- --seconds N]`, as root, after
// `npm run build`. One JSON line for each figure; exits 1 when one is out of its bound, 2 when it cannot be tried here.
import { FloodedNode } from '../test/flood/flood.ts';
import { whyNoNetworks } from '../test/support/test-network.ts';
import { readOptions, refuse, wholeNumber } from './options.mjs';

/** Shares of one core: what is left over is what the node is for. */
const CASES = [
  { kind: 'initiations', perSecond: 20_000, cpuShareMax: 0.7 },
  { kind: 'random', perSecond: 50_000, cpuShareMax: 0.5 },
];

const { values } = readOptions({ options: { seconds: { type: 'string', default: '60' }, only: { type: 'string' } } });
const seconds = wholeNumber('seconds', values.seconds);
const cases = CASES.filter(({ kind }) => values.only === undefined || kind === values.only);
if (cases.length === 0) refuse(`no such flood: ${values.only}; there are ${CASES.map(({ kind }) => kind).join(', ')}`);
const why = whyNoNetworks();
if (why !== undefined) refuse(`skipped: ${why}`);
let ok = true;
for (const flood of cases) {
  using node = new FloodedNode();
  // Whoever stops it leaves no namespaces, nodes and homes behind.
  const stop = (_, signal) => {
    node[Symbol.dispose]();
    process.exit(128 + signal);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  ok = (await node.measure(flood, seconds)) && ok;
  process.off('SIGINT', stop).off('SIGTERM', stop);
}
process.exit(ok ? 0 : 1);
