import { writeSync } from 'node:fs';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import { openLog } from '../../src/host/log.ts';
import { interfaces } from '../../src/host/network/interfaces.ts';
import { Mdns } from '../../src/host/network/mdns.ts';

/* A node that announces itself on loopback as argv[2], of the network argv[3], until it is killed. */

const [, , id = '', networkTag8 = ''] = process.argv;
const options = { id: id as NodeId, name: 'child', networkTag8, port: 7000, log: openLog('/dev/null') };
const nobody = { found() {}, lost() {}, trouble() {} };
await new Mdns({ ...options, networks: () => interfaces().filter(({ internal }) => internal) }, nobody).start();
writeSync(1, 'announced\n');
