import { setTimeout as later } from 'node:timers/promises';
import { CONNECTIONS_MAX } from '../../src/core/base/limits.ts';
import { report } from './figure.ts';
import { type Outcome, RealEndpoint } from './real-endpoint.ts';

/** How much coming and going there is. */
export type ChurnSize = {
  readonly oneAfterAnother: number;
  readonly atOnce: number;
  readonly cycles: number;
};

/** A connection that is over is kept for ten seconds at most, and so is a first packet that nobody followed up. */
const FORGOTTEN_AFTER_MS = 11_000;
const ELSEWHERE = 8;
/** Cycles under way at a time. */
const CYCLES_AT_ONCE = 8;
const IDENTITIES = 16;
/** How long each of many stays: long enough that not all have room at the same time. */
const STAYS_MS = 2_000;

/**
 * Peers come to one endpoint and go again, on real sockets, in every way that a connection can end; then it must be as it was before:
 * its memory, the handles of the process, its timers.
 */
export class Churn {
  readonly #server: RealEndpoint;
  readonly #collect: () => void;
  #ok = true;

  private constructor(server: RealEndpoint, collect: () => void) {
    this.#server = server;
    this.#collect = collect;
  }

  /** @returns whether all figures are within their bounds */
  static async run(size: ChurnSize, collect: () => void): Promise<boolean> {
    const server = await RealEndpoint.open();
    const churn = new Churn(server, collect);
    await churn.#oneAfterAnother(99);
    // What is remembered of keys is bounded (KEYS_REMEMBERED): 2,000 peers fill it, and are not its leak.
    await churn.#watched('one_after_another', 8, () => churn.#oneAfterAnother(size.oneAfterAnother));
    await churn.#watched('at_once', 4, () => churn.#atOnce(size.atOnce));
    await churn.#watched('cycles', 4, () => churn.#cycles(size.cycles));
    await server.drop();
    return churn.#ok;
  }

  /** Does something, waits until all has been forgotten, and compares. */
  async #watched(figure: string, megabytesMore: number, act: () => Promise<void>): Promise<void> {
    const before = await this.#state();
    const startedAt = performance.now();
    await act();
    const seconds = (performance.now() - startedAt) / 1000;
    // Sockets close a turn later, connections ten seconds later at most.
    const isAsBefore = (): boolean => this.#server.isIdle && handles() <= before.handles;
    for (let waited = 0; !isAsBefore() && waited < FORGOTTEN_AFTER_MS; waited += 50) await later(50);
    const after = await this.#state();
    this.#report({ figure: `${figure}_took`, value: seconds, unit: 's' });
    this.#report({ figure: `${figure}_heap`, value: after.heap - before.heap, unit: 'MB more', atMost: megabytesMore });
    this.#report({ figure: `${figure}_handles`, value: after.handles - before.handles, unit: 'more', atMost: 0 });
    this.#report({ figure: `${figure}_timers`, value: after.timers, unit: 'set by the endpoint', atMost: 0 });
  }

  /** Each a peer of its own, with a socket of its own: comes, is let in, and goes. */
  async #oneAfterAnother(count: number): Promise<void> {
    const outcomes = new Map<Outcome, number>();
    for (let i = 0; i < count; i++) {
      const client = await RealEndpoint.open();
      const { connection, outcome } = client.dial(this.#server);
      counted(outcomes, await outcome);
      client.hangUp(connection);
      await client.drop();
    }
    if (count < 100) return;
    this.#report({
      figure: 'one_after_another_in',
      value: outcomes.get('confirmed') ?? 0,
      unit: 'peers',
      atLeast: count,
    });
  }

  /** All call at the same moment. Whoever is told `refused` comes again; whoever was in for a moment goes. In the end all were in. */
  async #atOnce(count: number): Promise<void> {
    const clients = await Promise.all(Array.from({ length: count }, () => RealEndpoint.open()));
    const outcomes = new Map<Outcome, number>();
    let most = 0;
    let longest = 0;
    const startedAt = performance.now();
    const come = async (client: RealEndpoint): Promise<void> => {
      for (;;) {
        const { connection, outcome } = client.dial(this.#server);
        const how = await outcome;
        counted(outcomes, how);
        most = Math.max(most, [...this.#server.endpoint.connections()].length);
        if (how === 'confirmed') {
          await later(STAYS_MS);
          // Whoever was let in may have been asked to make room for others; it was in.
          client.hangUp(connection);
          longest = Math.max(longest, performance.now() - startedAt);
          return;
        }
        await later(200 + 300 * Math.random());
      }
    };
    await Promise.all(clients.map(come));
    for (const client of clients) await client.drop();
    const otherwise = [...outcomes].filter(([how]) => how !== 'confirmed' && how !== 'refused');
    this.#report({ figure: 'at_once_in', value: outcomes.get('confirmed') ?? 0, unit: 'peers', atLeast: count });
    this.#report({ figure: 'at_once_refused', value: outcomes.get('refused') ?? 0, unit: 'times, who came again' });
    this.#report({ figure: 'at_once_otherwise', value: otherwise.length, unit: 'other ends', atMost: 0 });
    this.#report({ figure: 'at_once_most', value: most, unit: 'connections', atMost: CONNECTIONS_MAX });
    this.#report({ figure: 'at_once_longest', value: longest / 1000, unit: 's until the last was in' });
  }

  /** Every way to fail, in turn, by a few peers who do nothing else. */
  async #cycles(count: number): Promise<void> {
    const seeds = Array.from({ length: IDENTITIES }, (_, i) => new Uint8Array(32).fill(100 + i));
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < count; i = next++) {
        const way = WAYS[i % WAYS.length]!;
        const client = await RealEndpoint.open(seeds[i % IDENTITIES], way === 'of another network' ? ELSEWHERE : 7);
        const { connection, outcome } = client.dial(this.#server);
        if (way === 'hung up while it calls') client.hangUp(connection);
        else if (way !== 'gone after its first packet') await outcome;
        if (way === 'hung up') client.hangUp(connection);
        await client.drop();
      }
    };
    await Promise.all(Array.from({ length: CYCLES_AT_ONCE }, work));
    this.#report({
      figure: 'cycles',
      value: count,
      unit: `connections, in ${WAYS.length} ways to end`,
      atLeast: count,
    });
  }

  async #state(): Promise<{ readonly heap: number; readonly handles: number; readonly timers: number }> {
    // What holds keys and sockets of the system is let go by the collection after the one that found it unused.
    for (let i = 0; i < 4; i++) {
      this.#collect();
      await later(50);
    }
    const { heapUsed, external } = process.memoryUsage();
    return { heap: (heapUsed + external) / 1024 / 1024, handles: handles(), timers: this.#server.isIdle ? 0 : 1 };
  }

  #report(figure: Parameters<typeof report>[0]): void {
    this.#ok = report(figure) && this.#ok;
  }
}

const WAYS = ['hung up', 'hung up while it calls', 'of another network', 'gone after its first packet'] as const;

/** What keeps the process busy beside timers, which come and go: sockets, above all. */
const handles = (): number => process.getActiveResourcesInfo().filter((name) => name !== 'Timeout').length;

function counted(outcomes: Map<Outcome, number>, outcome: Outcome): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
