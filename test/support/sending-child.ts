import { parseAddress } from '../../src/core/base/address.ts';
import { openLog } from '../../src/host/log.ts';
import { UdpSocket } from '../../src/host/network/udp.ts';

/*
 * Sends 1,000 datagrams of 1,200 bytes a second to the address it is given, through the socket of a node, which is looked after as
 * a driver would; says every half second what became of them, as JSON.
 */

const to = parseAddress(process.argv[2]!)!;
const socket = await UdpSocket.open({ host: '::', port: 7000 }, openLog('/dev/null'));
let reopened = 0;
socket.onReopened(() => {
  reopened++;
});
setInterval(() => {
  for (let n = 0; n < 10; n++) socket.send({ address: to, bytes: new Uint8Array(1200) });
}, 10);
setInterval(() => socket.check(), 1_000);
let cpu = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  console.log(
    JSON.stringify({ dropped: Object.fromEntries(socket.dropped), reopened, cpuShare: (user + system) / 500_000 }),
  );
}, 500);
