import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { address } from '../../src/core/base/address.ts';
import { openLog } from '../../src/host/log.ts';
import { interfaces } from '../../src/host/network/interfaces.ts';
import { UdpSocket } from '../../src/host/network/udp.ts';
import { UdpError } from '../../src/host/network/udp-error.ts';

/*
 * Run with few file descriptors (`ulimit -n`): uses them all up and says, a line each, what becomes of a socket that was open
 * before, of a new one, and of the old one when it breaks and when there is room again.
 */

const log = openLog('/dev/null');
let system: Socket | undefined;
const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, (options) => {
  system = createSocket(options);
  return system;
});

const echo = async (): Promise<void> => {
  const arrived = new Promise<void>((resolve) => socket.onBurst(() => resolve()));
  socket.send({ address: address('127.0.0.1', socket.port)!, bytes: new Uint8Array(1) });
  await arrived;
  console.log('arrived');
};

const networks = interfaces().length;
const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // That was the last one.
}
await echo();
console.log(interfaces().length === networks ? 'networks as they were' : 'other networks');
try {
  await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log);
} catch (error) {
  if (error instanceof UdpError) console.log(`${error.code}: ${error.message}; ${error.hint}`);
}
// Breaking frees one descriptor, which somebody else takes.
system!.emit('error', Object.assign(new Error('broken'), { code: 'EIO' }));
await once(system!, 'close');
taken.push(openSync('/dev/null', 'r'));
socket.check();
await new Promise((resolve) => setImmediate(resolve));
socket.send({ address: address('127.0.0.1', 9)!, bytes: new Uint8Array(1) });
console.log(socket.dropped.has('closed') ? 'closed' : 'open');
for (const file of taken) closeSync(file);
const reopened = new Promise<void>((resolve) => socket.onReopened(resolve));
socket.check();
await reopened;
await echo();
await socket.close();
