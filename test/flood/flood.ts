import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { type Line, LineMode } from '../support/line-mode.ts';
import { TestNetwork } from '../support/test-network.ts';
import { type Figure, quantile, report } from './figure.ts';
import { cpuSeconds, residentMegabytes } from './process-cost.ts';
import type { Flood } from './sender.ts';

const SERVER = { host: '10.77.0.1', port: 7000 } as const;
const NETWORK = 'flooded';
const SENDERS = 2;
/** More than a node remembers addresses of, by far. */
const SOURCES_PER_SENDER = 4_096;
const HONEST_DIALS = 5;
const CONNECTS_WITHIN_MS = 5_000;
const PING_EVERY_MS = 100;
const PING_GIVEN_UP_MS = 5_000;
const CALM_SECONDS = 3;

/** One kind of flood, and what it may cost. */
export type FloodCase = {
  readonly kind: Flood['kind'];
  readonly perSecond: number;
  /** Of one core, kernel included. */
  readonly cpuShareMax: number;
};

type Person = { readonly qpc: LineMode; readonly id: string };

/**
 * A node, a neighbour that it has, somebody who wants to be one, and a crowd who send it what it must not suffer from: each in a
 * network namespace. What the node would answer goes to a host that drops it.
 */
export class FloodedNode {
  readonly #network = new TestNetwork('flood');
  readonly #homes: string[] = [];

  /** Floods it and measures. @returns whether all figures are within their bounds */
  async measure({ kind, perSecond, cpuShareMax }: FloodCase, seconds: number): Promise<boolean> {
    this.#build();
    const server = await this.#person('server', ['--listen', `${SERVER.host}:${SERVER.port}`]);
    const [friend, honest] = [await this.#person('friend'), await this.#person('honest')];
    await connect(friend, server);
    const { pid } = resultOf(await server.qpc.type('/mesh status')) as { readonly pid: number };
    const senders = await this.#senders(server.id, { kind, perSecond, seconds });
    const calm = await pings(friend, server, CALM_SECONDS * 1000);
    const before = this.#state(pid);
    for (const { child } of senders) child.stdin!.write('go\n');
    const until = seconds * 1000 - 500;
    const peak = peakMemory(pid, until);
    const [flooded, dials] = await Promise.all([pings(friend, server, until), honestDials(honest, server, until)]);
    const after = this.#state(pid);
    await Promise.all(senders.map(({ done }) => done));
    const { dropped } = resultOf(await server.qpc.type('/mesh status'));
    process.stderr.write(`dropped: ${JSON.stringify(dropped)}\n`);

    const each = (what: Exclude<keyof State, 'memory'>): number =>
      (after[what] - before[what]) / (after.at - before.at);
    const extraMs = quantile(flooded, 0.99) - quantile(calm, 0.99);
    const connected = dials.filter(Number.isFinite);
    const figures: readonly Figure[] = [
      { figure: 'offered', value: each('taken') + each('notRead'), unit: '1/s', atLeast: 0.9 * perSecond },
      { figure: 'not_read', value: each('notRead'), unit: '1/s, thrown away by the system' },
      { figure: 'cpu', value: 100 * each('cpu'), unit: '% of a core', atMost: 100 * cpuShareMax },
      { figure: 'cpu_each', value: (1e6 * each('cpu')) / each('taken'), unit: 'µs for a datagram, all included' },
      { figure: 'memory', value: (await peak) - before.memory, unit: 'MB more', atMost: 32 },
      { figure: 'honest_dials', value: connected.length, unit: `of ${HONEST_DIALS}`, atLeast: HONEST_DIALS },
      { figure: 'connect', value: Math.max(...connected), unit: 'ms, the slowest', atMost: CONNECTS_WITHIN_MS },
      { figure: 'ping_calm_p50', value: quantile(calm, 0.5), unit: 'ms' },
      { figure: 'ping_calm_p99', value: quantile(calm, 0.99), unit: 'ms' },
      { figure: 'ping_p50', value: quantile(flooded, 0.5), unit: 'ms' },
      { figure: 'ping_p99', value: quantile(flooded, 0.99), unit: 'ms' },
      { figure: 'ping_p99_more', value: extraMs, unit: 'ms', atMost: 50 },
    ];
    // All are told, whatever the first ones say.
    return figures.map((one) => report({ ...one, figure: `${kind}_${one.figure}` })).every(Boolean);
  }

  [Symbol.dispose](): void {
    this.#network[Symbol.dispose]();
    for (const home of this.#homes) rmSync(home, { recursive: true, force: true });
  }

  #build(): void {
    const network = this.#network;
    network.lan('net');
    network.attach('server', 'net', SERVER.host);
    network.attach('friend', 'net', '10.77.0.2');
    network.attach('honest', 'net', '10.77.0.3');
    network.attach('sink', 'net', '10.77.0.4');
    for (let i = 0; i < SENDERS; i++) {
      const sender = `sender${i}`;
      network.attach(sender, 'net', `10.77.0.${10 + i}`);
      network.run(sender, 'ip', 'route', 'add', 'local', `${sourcesOf(i)}.0.0/16`, 'dev', 'lo');
      network.run('server', 'ip', 'route', 'add', `${sourcesOf(i)}.0.0/16`, 'via', '10.77.0.4');
    }
  }

  async #person(host: string, options: readonly string[] = []): Promise<Person> {
    const home = mkdtempSync(join(tmpdir(), 'qpc-flood-'));
    this.#homes.push(home);
    const args = ['--name', host, '--network', NETWORK, '--no-mdns', ...options];
    const qpc = new LineMode(home, args, (command, all, env) => this.#network.spawn(host, command, all, env));
    return { qpc, id: (await qpc.ready()).id as string };
  }

  async #senders(id: string, { kind, perSecond, seconds }: Pick<Flood, 'kind' | 'perSecond' | 'seconds'>) {
    const senders = Array.from({ length: SENDERS }, (_, i) => {
      const sources = { sources: sourcesOf(i), sourceCount: SOURCES_PER_SENDER };
      const flood: Flood = {
        kind,
        id,
        ...SERVER,
        network: NETWORK,
        ...sources,
        perSecond: perSecond / SENDERS,
        seconds,
      };
      const sender = join(import.meta.dirname, 'sender.ts');
      const child = this.#network.spawn(`sender${i}`, process.execPath, [sender, JSON.stringify(flood)]);
      child.stderr!.pipe(process.stderr);
      return { child, done: once(child, 'close') };
    });
    await Promise.all(senders.map(({ child }) => once(child.stdout!, 'data')));
    return senders;
  }

  #state(pid: number): State {
    const lines = this.#network.run('server', 'cat', '/proc/net/snmp').split('\n');
    const [names, values] = lines.filter((line) => line.startsWith('Udp: ')).map((line) => line.split(' '));
    const counter = (name: string): number => Number(values![names!.indexOf(name)]);
    const [taken, notRead] = [counter('InDatagrams'), counter('RcvbufErrors')];
    return { at: performance.now() / 1000, cpu: cpuSeconds(pid), memory: residentMegabytes(pid), taken, notRead };
  }
}

/** How far it has come: seconds, seconds of a processor, MB in RAM, datagrams that the system gave to a socket or threw away. */
type State = {
  readonly at: number;
  readonly cpu: number;
  readonly memory: number;
  readonly taken: number;
  readonly notRead: number;
};

const sourcesOf = (sender: number): string => `10.${100 + sender}`;

const resultOf = (reply: Line): Record<string, unknown> => {
  if (reply.ok !== true) throw new Error(JSON.stringify(reply));
  return reply.result as Record<string, unknown>;
};

/** @returns how long it took in milliseconds; infinity when it took three times as long as it may */
async function connect(from: Person, to: Person): Promise<number> {
  const startedAt = performance.now();
  const from0 = from.qpc.lines.length;
  resultOf(await from.qpc.type(`/mesh connect ${to.id}@${SERVER.host}:${SERVER.port}`));
  const isThere = (line: Line): boolean =>
    from.qpc.lines.indexOf(line) >= from0 && line.type === 'peer' && line.id === to.id && line.state === 'connected';
  const came = await from.qpc.until(isThere, 'connection', 3 * CONNECTS_WITHIN_MS).catch(() => undefined);
  return came ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
}

/** Round trips over a connection, in milliseconds, for so long. */
async function pings(from: Person, to: Person, forMs: number): Promise<number[]> {
  const times: number[] = [];
  for (const until = performance.now() + forMs; performance.now() < until; ) {
    const { ok, result } = await from.qpc.type(`/mesh ping ${to.id}`);
    times.push(ok === true ? (result as { readonly rttMs: number }).rttMs : PING_GIVEN_UP_MS);
    await later(PING_EVERY_MS);
  }
  return times;
}

/** Somebody comes and goes, evenly over the time. @returns how long each coming took, in milliseconds */
async function honestDials(from: Person, to: Person, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const startedAt = performance.now();
  for (let i = 0; i < HONEST_DIALS; i++) {
    await later(Math.max(0, ((i + 0.5) * forMs) / HONEST_DIALS - (performance.now() - startedAt)));
    times.push(await connect(from, to));
    await from.qpc.type(`/mesh disconnect ${to.id}`);
  }
  return times;
}

async function peakMemory(pid: number, forMs: number): Promise<number> {
  let peak = 0;
  for (const until = performance.now() + forMs; performance.now() < until; await later(500)) {
    peak = Math.max(peak, residentMegabytes(pid));
  }
  return peak;
}
