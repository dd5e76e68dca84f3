import { readFileSync } from 'node:fs';
import { type Address, addressParts, reach } from '../../core/base/address.ts';
import { DATAGRAM_BYTES_MAX, DATAGRAM_BYTES_MAX_BSD, INITIAL_DATAGRAM_BYTES_MIN } from '../../core/base/limits.ts';
import { type DefaultRoute, defaultRoutes } from './default-routes.ts';
import { interfaces, type NetworkInterface, onLinkOf } from './interfaces.ts';

/** What a packet of UDP has in front of its bytes: 20 of IPv4 or 40 of IPv6, and 8. */
const HEADER_BYTES = { 4: 28, 6: 48 } as const;
/** What Ethernet carries, in bytes, and nearly every way through the internet. */
const ETHERNET_BYTES = 1_500;

/** Where the truth about networks comes from: the system, unless a test says otherwise. */
export type NetworkSources = {
  readonly interfaces: () => readonly NetworkInterface[];
  readonly defaultRoutes: () => readonly DefaultRoute[];
  /** The largest packet of an interface in bytes; `undefined` when the system does not say. */
  readonly mtu: (name: string) => number | undefined;
  readonly platform: NodeJS.Platform;
};

const SYSTEM: NetworkSources = { interfaces, defaultRoutes: () => defaultRoutes(), mtu, platform: process.platform };

/** The networks that this machine is attached to, as they were when somebody last looked. */
export class Networks {
  readonly #sources: NetworkSources;
  #all: readonly NetworkInterface[] = [];
  #routes: readonly DefaultRoute[] = [];
  #seen: string | undefined;

  constructor(sources: Partial<NetworkSources> = {}) {
    this.#sources = { ...SYSTEM, ...sources };
    this.look();
  }

  get all(): readonly NetworkInterface[] {
    return this.#all;
  }

  /** Looks again. @returns whether packets may now take other ways than when it was last looked. */
  look(): boolean {
    this.#all = this.#sources.interfaces();
    this.#routes = this.#sources.defaultRoutes();
    const before = this.#seen;
    this.#seen = [...placesOf(this.#all), ...this.#routes.map((route) => Object.values(route).join(' '))].join();
    return before !== undefined && before !== this.#seen;
  }

  /**
   * The largest datagram that leaves this machine for `address` in one piece, in bytes: what no path to there can exceed. The
   * system would send a larger one in fragments, and a path would seem to take what it does not.
   */
  readonly pathCeiling = (address: Address): number => {
    const { family, host } = addressParts(address);
    const { platform } = this.#sources;
    const most = platform === 'linux' || platform === 'win32' ? DATAGRAM_BYTES_MAX : DATAGRAM_BYTES_MAX_BSD;
    if (reach(address) === 'loopback') return most;
    const link = this.#all.find((network) => !network.internal && onLinkOf(network)(host));
    const packet = link ? (this.#sources.mtu(link.name) ?? ETHERNET_BYTES) : this.#farPacketBytes(family);
    return Math.max(INITIAL_DATAGRAM_BYTES_MIN, Math.min(most, packet - HEADER_BYTES[family]));
  };

  /** To somewhere behind a router: what Ethernet takes, or less where the way there begins with less, as that of a VPN does. */
  #farPacketBytes(family: 4 | 6): number {
    const ways = this.#routes.filter((route) => route.family === family);
    return Math.min(ETHERNET_BYTES, ...ways.map(({ name }) => this.#sources.mtu(name) ?? ETHERNET_BYTES));
  }
}

/** Link-local addresses count when there are no others: containers and tunnels bring and take them by the dozen. */
function placesOf(networks: readonly NetworkInterface[]): string[] {
  const places = networks.flatMap(({ name, internal, addresses }) =>
    addresses.map(({ host, prefixBits }) => ({
      internal,
      isLink: isLinkLocal(host),
      at: `${name} ${host}/${prefixBits}`,
    })),
  );
  const far = places.filter(({ internal, isLink }) => !internal && !isLink);
  return (far.length > 0 ? far : places).map(({ at }) => at);
}

const isLinkLocal = (host: string): boolean => /^(fe[89ab].:|169\.254\.)/i.test(host);

/** Linux tells in a file. */
function mtu(name: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(`/sys/class/net/${name}/mtu`, 'latin1'), 10) || undefined;
  } catch {
    return undefined;
  }
}
