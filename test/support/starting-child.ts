import { closeSync, openSync } from 'node:fs';
import { resolveOptions } from '../../src/host/options/options.ts';
import { attachOrStart } from '../../src/host/process/attach.ts';

/*
 * Run with few file descriptors (`ulimit -n`): leaves itself three of them, asks for the node of the home that it is given, and says
 * what keeps that from starting.
 */

const home = process.argv[2]!;
const flags = { home, listen: '127.0.0.1:0', mdns: false };
const resolved = resolveOptions({ flags, env: {} });
if (!resolved.ok) throw new Error(resolved.error);
const { options } = resolved;
const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  for (const file of taken.slice(-3)) closeSync(file);
}
const attached = await attachOrStart({ options, flags, command: [process.execPath, '--version'] });
console.log(attached.ok ? 'started' : `${attached.error.message}; ${attached.error.hint}`);
