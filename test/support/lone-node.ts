import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { localApi } from '../../src/api/local.ts';
import type { ApiEvent, Method, NodeApi, Params, Result } from '../../src/api/schema.ts';
import { identityOf } from '../../src/core/crypto/identity.ts';
import { openLog } from '../../src/host/log.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import type { HostPort, PeerAt } from '../../src/host/options/option-kinds.ts';
import { Life } from '../../src/host/process/life.ts';
import { type RunningNode, startNode } from '../../src/host/process/running-node.ts';
import { tempDir } from './temp-dir.ts';

/** A real node in this process, on a free port of 127.0.0.1, and a screen of it. */
export type LoneNode = {
  readonly running: RunningNode;
  readonly life: Life;
  readonly home: string;
  readonly id: string;
  readonly api: NodeApi;
  /** Everything that this screen was told. */
  readonly events: ApiEvent[];
  /** Calls, and takes the result for granted. */
  get<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Another screen. */
  screen(): NodeApi;
  /** How others reach it: `ID@HOST:PORT`. */
  readonly at: string;
  stop(): Promise<void>;
};

const running: LoneNode[] = [];

afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
});

type How = {
  readonly name?: string;
  readonly home?: string;
  readonly seed?: Uint8Array;
  readonly network?: string;
  readonly peer?: readonly PeerAt[];
  readonly unlisted?: boolean;
  readonly verbose?: boolean;
  readonly requests?: boolean;
  readonly typing?: boolean;
  readonly readReceipts?: boolean;
  readonly metrics?: HostPort;
};

/** Starts a node that is stopped when the test ends. */
export async function loneNode(how: How = {}): Promise<LoneNode> {
  const {
    name,
    home = tempDir(),
    seed = randomBytes(32),
    network = 'test',
    peer = [],
    unlisted = false,
    verbose = false,
    requests = false,
    typing = true,
    readReceipts = true,
    metrics,
  } = how;
  const ends: string[] = [];
  const life = new Life({ stays: true, end: (why) => ends.push(why) });
  const node = await startNode({
    home,
    identity: identityOf(nodeSuite, new Uint8Array(seed)),
    options: {
      listen: { host: '127.0.0.1', port: 0 },
      network,
      mdns: false,
      unlisted,
      requests,
      typing,
      readReceipts,
      peer,
      ...(name === undefined ? {} : { name }),
      ...(metrics && { metrics }),
    },
    settings: {},
    life,
    log: openLog(join(home, 'node.log'), { verbose }),
  });
  const api = localApi(node.service);
  const events: ApiEvent[] = [];
  api.onEvent((event) => events.push(event));
  let stopped = false;
  const lone: LoneNode = {
    running: node,
    life,
    home,
    id: node.id,
    api,
    events,
    async get(method, params) {
      const outcome = await api.call(method, params);
      if (!outcome.ok) throw new Error(`${method}: ${outcome.error.message}`);
      return outcome.result;
    },
    screen: () => localApi(node.service),
    at: `${node.id}@${node.addresses[0]}`,
    async stop() {
      if (stopped) return;
      stopped = true;
      life.over();
      await node.stop();
    },
  };
  running.push(lone);
  await lone.get('attach', { version: 'test' });
  return lone;
}
