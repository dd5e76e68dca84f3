import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';

/*
 * Small networks on one machine, out of Linux network namespaces: hosts, and LANs that join them. Closed: there is no way out,
 * so no packet of a test can leave the machine. Needs root and iproute2 (`ip`).
 */

/** Why test networks cannot be made here; `undefined` when they can. */
export function whyNoNetworks(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'making network namespaces needs root';
  try {
    ip('netns', 'add', 'qpc-probe');
    ip('netns', 'del', 'qpc-probe');
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** One network for one test: made by the constructor, taken down by `using` or by a later one of the same name. */
export class TestNetwork {
  readonly #name: string;
  readonly #namespaces = new Set<string>();
  readonly #children = new Set<ChildProcess>();
  readonly #ports = new Map<string, number>();

  /** @param name - 1 to 8 letters, its own for every test that may run at the same time. */
  constructor(name: string) {
    this.#name = name;
    for (const left of ip('netns', 'list').split('\n')) {
      const namespace = left.split(' ')[0]!;
      if (namespace.startsWith(`${name}-`)) ip('netns', 'del', namespace);
    }
  }

  /** A LAN: everything that one member sends to a group or to all reaches every other member, and nobody else. */
  lan(lan: string): void {
    const space = this.#namespace(lan);
    // Without snooping a bridge hands multicast to all its ports, like a plain switch.
    ip('-n', space, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0', 'forward_delay', '0');
    ip('-n', space, 'link', 'set', 'br0', 'up');
  }

  /** A host with an interface on a LAN, which is called `LAN0` there. Called twice for one host, it has two. */
  attach(host: string, lan: string, address: string): void {
    const space = this.#namespaces.has(this.#spaceOf(host)) ? this.#spaceOf(host) : this.#namespace(host);
    const port = (this.#ports.get(lan) ?? 0) + 1;
    this.#ports.set(lan, port);
    const near = `${lan}0`;
    const far = `p${port}`;
    ip('-n', space, 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', this.#spaceOf(lan));
    ip('-n', this.#spaceOf(lan), 'link', 'set', far, 'master', 'br0', 'up');
    // Looking for duplicates first, an IPv6 address would be of no use for a second.
    const how = address.includes(':') ? [`${address}/64`, 'nodad'] : [`${address}/24`, 'brd', '+'];
    ip('-n', space, 'addr', 'add', ...how, 'dev', near);
    ip('-n', space, 'link', 'set', near, 'up');
  }

  /** Lets a LAN carry packets of so many bytes; its hosts have to be told by themselves. */
  widen(lan: string, mtu: number): void {
    for (let port = 1; port <= (this.#ports.get(lan) ?? 0); port++) {
      ip('-n', this.#spaceOf(lan), 'link', 'set', `p${port}`, 'mtu', String(mtu));
    }
    ip('-n', this.#spaceOf(lan), 'link', 'set', 'br0', 'mtu', String(mtu));
  }

  /** Lets a LAN pass nothing that is sent to a group, as many guest networks do. IPv4 goes on, by broadcast. */
  muffle(lan: string): void {
    for (let port = 1; port <= (this.#ports.get(lan) ?? 0); port++) {
      ip('-n', this.#spaceOf(lan), 'link', 'set', `p${port}`, 'type', 'bridge_slave', 'mcast_flood', 'off');
    }
  }

  /** Takes an interface of a host down or brings it up again, as if the cable were pulled. */
  cable(host: string, lan: string, state: 'up' | 'down'): void {
    ip('-n', this.#spaceOf(host), 'link', 'set', `${lan}0`, state);
  }

  /** Runs a command on a host to its end: `ip`, mostly. @returns what it printed */
  run(host: string, command: string, ...args: readonly string[]): string {
    return ip('netns', 'exec', this.#spaceOf(host), command, ...args);
  }

  /** Starts a program on a host. It is killed with the network at the latest. */
  spawn(
    host: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
    stdio: StdioOptions = 'pipe',
  ): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#spaceOf(host), command, ...args], { stdio, env });
    this.#children.add(child);
    return child;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const space of this.#namespaces) {
      // Nodes that were started in the background live on in their namespace.
      const pids = ip('netns', 'pids', space).split('\n').filter(Boolean);
      for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
      ip('netns', 'del', space);
    }
  }

  #namespace(name: string): string {
    const space = this.#spaceOf(name);
    ip('netns', 'add', space);
    ip('-n', space, 'link', 'set', 'lo', 'up');
    this.#namespaces.add(space);
    return space;
  }

  #spaceOf(name: string): string {
    return `${this.#name}-${name}`;
  }
}

const ip = (...args: readonly string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
