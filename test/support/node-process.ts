// A node as a process, straight from the sources, that waits only as long for screens as a test can.
import { runNode } from '../../src/host/process/node-process.ts';

const { TEST_GRACE_MS } = process.env;
const options = TEST_GRACE_MS === undefined ? {} : { graceMs: Number(TEST_GRACE_MS) };
process.exit(await runNode(process.argv.slice(2), options));
