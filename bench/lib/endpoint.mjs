// The transport alone, on a real socket: what is below the node, for measuring it. The same shell as host/driver, without a database.
import { randomBytes } from 'node:crypto';
import { parseAddress } from '../../dist/core/base/address.js';
import { networkTag } from '../../dist/core/crypto/purpose.js';
import { Endpoint } from '../../dist/core/transport/endpoint.js';
import { Alarm } from '../../dist/host/alarm.js';
import { SystemClock } from '../../dist/host/clock.js';
import { UdpSocket } from '../../dist/host/network/udp.js';
import { nodeSuite } from '../../dist/host/node-suite.js';

export const ALPN = 'bench/1';
const random = { bytes: (count) => new Uint8Array(randomBytes(count)) };
const silent = { info() {}, warn() {}, error() {}, debug() {} };

/** Opens an endpoint on 127.0.0.1. `onEvent` gets every event; after acting on one nothing else is to be done: the turn drains. */
export async function openEndpoint(onEvent) {
  const udp = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, silent);
  const clock = new SystemClock();
  const endpoint = new Endpoint({
    suite: nodeSuite,
    random,
    seed: random.bytes(32),
    network: networkTag(nodeSuite, 'bench'),
    alpn: [ALPN],
    resetKey: random.bytes(32),
  });
  const alarm = new Alarm(clock, () => turn((now) => endpoint.elapse(now)));
  udp.onBurst((burst) =>
    turn((now) => {
      for (const datagram of burst) endpoint.receive(datagram, now);
    }),
  );

  function turn(act) {
    const now = clock.now();
    const result = act(now);
    for (let event = endpoint.pollEvent(); event; event = endpoint.pollEvent()) onEvent(event, now);
    for (let out = endpoint.pollTransmit(now); out; out = endpoint.pollTransmit(now)) udp.send(out);
    alarm.set(endpoint.deadline());
    return result;
  }

  return {
    endpoint,
    turn,
    address: `127.0.0.1:${udp.port}`,
    dial: (id, address) =>
      turn((now) => endpoint.dial({ peer: id, addresses: [parseAddress(address)], alpn: ALPN }, now)),
    async close() {
      alarm.clear();
      await udp.close();
    },
  };
}
