import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Address, address, addressParts, reach } from '../../core/base/address.ts';

/** One network that this machine is attached to. */
export type NetworkInterface = {
  readonly name: string;
  /** Whether it leads nowhere but to this machine. */
  readonly internal: boolean;
  readonly addresses: readonly InterfaceAddress[];
};

/** An address of this machine: a literal without a zone, and how many of its bits name the network. */
export type InterfaceAddress = { readonly family: 4 | 6; readonly host: string; readonly prefixBits: number };

let known: readonly NetworkInterface[] = [];

/** The networks that this machine is attached to now; those of the last time when the system cannot say, as without a file descriptor left. */
export function interfaces(): readonly NetworkInterface[] {
  try {
    known = Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
      name,
      internal: addresses.every(({ internal }) => internal),
      addresses: addresses.map(({ family, address: host, cidr }) => ({
        family: family === 'IPv4' ? 4 : 6,
        host,
        prefixBits: Number(cidr?.split('/')[1] ?? (family === 'IPv4' ? 32 : 128)),
      })),
    }));
  } catch {
    // EMFILE: it is asked again in 2 s.
  }
  return known;
}

/** Whether an interface may be used for multicast (IFF_MULTICAST); where the system does not tell, it may. */
export function isMulticast(name: string): boolean {
  try {
    return (Number.parseInt(readFileSync(`/sys/class/net/${name}/flags`, 'latin1'), 16) & IFF_MULTICAST) !== 0;
  } catch {
    return true;
  }
}

/** linux/if.h */
const IFF_MULTICAST = 0x1000;

/**
 * Where a socket that listens on `host` and `port` can be reached, best first: a wildcard stands for every address of this
 * machine that others can reach, and for loopback when there is none.
 */
export function listeningAt(
  listen: { readonly host: string; readonly port: number; readonly families: readonly (4 | 6)[] },
  networks: readonly NetworkInterface[],
): Address[] {
  if (listen.host !== '::' && listen.host !== '0.0.0.0') return defined([address(listen.host, listen.port)]);
  const ours = networks
    .flatMap(({ addresses }) => addresses)
    .filter(({ family }) => listen.families.includes(family))
    .map(({ host }) => address(host, listen.port));
  // A link-local address means nothing without a zone, and the zone nothing on another machine.
  const reachable = defined(ours).filter((at) => ['public', 'private'].includes(reach(at)));
  if (reachable.length > 0) return reachable.sort((a, b) => addressParts(a).family - addressParts(b).family);
  return defined([address(listen.families.includes(4) ? '127.0.0.1' : '::1', listen.port)]);
}

/** A test for hosts: whether one is on this network, without a router in between. IPv6 link-local hosts must name the network. */
export function onLinkOf({ name, addresses }: NetworkInterface): (host: string) => boolean {
  const link = new BlockList();
  for (const { family, host, prefixBits } of addresses)
    link.addSubnet(host, prefixBits, family === 4 ? 'ipv4' : 'ipv6');
  return (host) => {
    const [literal = '', zone] = host.split('%', 2);
    if (zone !== undefined && zone !== name) return false;
    if (!literal.includes(':')) return link.check(literal, 'ipv4');
    return literal.toLowerCase().startsWith('fe80:') ? zone === name : link.check(literal, 'ipv6');
  };
}

const defined = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined);
