import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TestNetwork, whyNoNetworks } from '../support/test-network.ts';
import type { NetworkPlan, SoakNetwork, ToCarrier } from './network.ts';
import type { Fates } from './weather.ts';

/** Why nodes cannot have hosts of their own here; `undefined` when they can. */
export function whyNoHosts(): string | undefined {
  const why = whyNoNetworks();
  if (why) return why;
  try {
    using network = new TestNetwork('soakp');
    network.lan('probe');
    lay(network, 'probe', 0);
    return undefined;
  } catch (error) {
    return `no VXLAN: ${(error as Error).message.split('\n')[0]}`;
  }
}

/**
 * A host for each node, in a network namespace of its own, and an Ethernet in user space between them (cable-child.ts):
 *
 *     node ── vx0 10.72.0.i ──(VXLAN)── wire0 10.71.0.i ──► cable 10.71.0.254 ──► its neighbours
 *
 * What a host sends reaches its neighbours, and nobody else; they find each other by mDNS.
 */
export async function namespaces(plan: NetworkPlan): Promise<SoakNetwork> {
  const network = new TestNetwork('soak');
  try {
    network.lan('wire');
    network.attach('cable', 'wire', CABLE);
    for (let i = 0; i < plan.nodes; i++) {
      network.attach(hostOf(i), 'wire', `10.71.0.${i + 1}`);
      lay(network, hostOf(i), i);
    }
    const program = fileURLToPath(new URL('cable-child.ts', import.meta.url));
    const args = [program, JSON.stringify(plan)];
    const cable = network.spawn('cable', process.execPath, args, process.env, ['ignore', 'inherit', 'inherit', 'ipc']);
    await once(cable, 'message');
    const tell = (what: ToCarrier): void => void cable.send(what);
    return {
      kind: 'network namespaces, Ethernet in user space',
      listenOf: (node) => `10.72.0.${node + 1}:7000`,
      addressFor: (_, neighbour) => `10.72.0.${neighbour + 1}:7000`,
      flags: [],
      spawn: (node, command, commandArgs, env) => network.spawn(hostOf(node), command, commandArgs, env),
      setWeather: (weather) => tell({ weather }),
      async fates() {
        tell('fates');
        const [fates] = await once(cable, 'message');
        return fates as Fates;
      },
      [Symbol.dispose]: () => network[Symbol.dispose](),
    };
  } catch (error) {
    network[Symbol.dispose]();
    throw error;
  }
}

const CABLE = '10.71.0.254';
const hostOf = (node: number): string => `h${node}`;

/** The interface of a host that leads into the cable. IPv4 only: over IPv6 a datagram without a checksum is none. */
function lay(network: TestNetwork, host: string, node: number): void {
  const ip = (...args: readonly string[]): string => network.run(host, 'ip', ...args);
  const tunnel = ['local', `10.71.0.${node + 1}`, 'remote', CABLE, 'dstport', '4789'];
  ip('link', 'add', 'vx0', 'type', 'vxlan', 'id', '7', ...tunnel);
  ip('link', 'set', 'vx0', 'addrgenmode', 'none', 'mtu', '1400', 'up');
  ip('addr', 'add', `10.72.0.${node + 1}/24`, 'brd', '+', 'dev', 'vx0');
}
