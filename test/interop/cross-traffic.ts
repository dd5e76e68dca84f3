import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TestNetwork, whyNoNetworks } from '../support/test-network.ts';
import type { Counted } from './ethernet-child.ts';
import { fileDigest } from './files.ts';
import { Party } from './party.ts';
import { CROSS_TRAFFIC } from './scenarios.ts';

/*
 * One transfer of ours beside one of the kernel's TCP, over the same bottleneck. Two hosts in namespaces of their own are joined by a
 * VXLAN whose outer datagrams go through a cable of ours (ethernet-child.ts), which so carries whole Ethernet frames, in user space:
 *
 *     left ── vx0 ──(UDP 4789)──► cable: queue, delay ──(UDP 4789)──► vx0 ── right
 */

/** How the two shared the bottleneck. Rates are bits per second of IP packets. */
export type Share = { readonly share: number; readonly ours: number; readonly tcp: number; readonly seconds: number };

const LEFT = '10.72.0.1';
const RIGHT = '10.72.0.2';
/** What VXLAN puts around a packet, rounded up. */
const OUTER_MTU = 1600;
/** TCP is in its stride when we begin. */
const HEAD_START_MS = 2_000;

/** Why it cannot be measured here; `undefined` when it can. */
export function whyNoCrossTraffic(): string | undefined {
  const why = whyNoNetworks();
  if (why) return why;
  try {
    using network = new TestNetwork('interopp');
    network.lan('probe');
    network.run(
      'probe',
      'ip',
      'link',
      'add',
      'vx0',
      'type',
      'vxlan',
      'id',
      '7',
      'remote',
      '127.0.0.2',
      'dstport',
      '4789',
    );
    return undefined;
  } catch (error) {
    return `no VXLAN: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** Downloads a file while TCP downloads without end. */
export async function crossTraffic(): Promise<Share> {
  using network = new TestNetwork('interop');
  lay(network);
  const cable = start(network, 'cable', 'ethernet-child.ts');
  await once(cable, 'message');
  start(network, 'right', 'tcp-child.ts', 'send', RIGHT);
  start(network, 'left', 'tcp-child.ts', 'receive', RIGHT);
  await new Promise((resolve) => setTimeout(resolve, HEAD_START_MS));
  if (!/\bcubic\b/.test(network.run('right', 'ss', '-tin', 'state', 'established')))
    throw new Error('TCP is not CUBIC');

  const at = (host: string) => (path: string) => start(network, host, path);
  using server = new Party({ role: 'server', host: RIGHT }, at('right'));
  const { id, address } = await server.hear('listening');
  const file = { bytes: CROSS_TRAFFIC.work.connections[0]![0]!, seed: 1 };
  const before = await counted(cable);
  const { name, timeoutMs } = CROSS_TRAFFIC;
  const place = { host: LEFT, nextHost: LEFT, server: id, address, direct: address };
  using client = new Party({ role: 'client', scenario: name, ...place, files: [[file]] }, at('left'));
  const { report } = await client.hear('downloaded', timeoutMs);
  const after = await counted(cable);
  if (report.downloads[0]?.sha256 !== fileDigest(file))
    throw new Error(report.failure ?? 'the file did not come whole');

  const seconds = (after.atMs - before.atMs) / 1000;
  const ours = ((after.udpBytes - before.udpBytes) * 8) / seconds;
  const tcp = ((after.tcpBytes - before.tcpBytes) * 8) / seconds;
  return { share: ours / (ours + tcp), ours, tcp, seconds };
}

/** Two hosts and the cable between them. */
function lay(network: TestNetwork): void {
  for (const lan of ['a', 'b']) network.lan(lan);
  network.attach('left', 'a', '10.71.1.1');
  network.attach('cable', 'a', '10.71.1.254');
  network.attach('cable', 'b', '10.71.2.254');
  network.attach('right', 'b', '10.71.2.1');
  for (const lan of ['a', 'b']) network.widen(lan, OUTER_MTU);
  for (const [host, lan] of [
    ['left', 'a'],
    ['cable', 'a'],
    ['cable', 'b'],
    ['right', 'b'],
  ] as const) {
    network.run(host, 'ip', 'link', 'set', `${lan}0`, 'mtu', String(OUTER_MTU));
  }
  for (const [host, local, remote, inner] of [
    ['left', '10.71.1.1', '10.71.1.254', LEFT],
    ['right', '10.71.2.1', '10.71.2.254', RIGHT],
  ] as const) {
    const ip = (...args: readonly string[]): string => network.run(host, 'ip', ...args);
    ip('link', 'add', 'vx0', 'type', 'vxlan', 'id', '7', 'local', local, 'remote', remote, 'dstport', '4789');
    // One frame a packet: the cable must see what a wire would.
    ip('link', 'set', 'vx0', 'mtu', '1500', 'gso_max_segs', '1', 'up');
    ip('addr', 'add', inner, 'dev', 'vx0');
    ip('route', 'add', '10.72.0.0/24', 'dev', 'vx0', 'src', inner, 'congctl', 'cubic');
  }
}

/** Starts one of the programs of this folder on a host, with a channel for messages. */
function start(network: TestNetwork, host: string, program: string, ...args: readonly string[]): ChildProcess {
  const path = program.startsWith('/') ? program : fileURLToPath(new URL(program, import.meta.url));
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  return network.spawn(host, process.execPath, [path, ...args], process.env, [...stdio]);
}

async function counted(cable: ChildProcess): Promise<Counted> {
  cable.send('count');
  const [counts] = await once(cable, 'message');
  return counts as Counted;
}
