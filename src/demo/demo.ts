import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localApi } from '../api/local.ts';
import type { ApiEvent, NodeApi } from '../api/schema.ts';
import { addressParts } from '../core/base/address.ts';
import { identityOf, SEED_BYTES } from '../core/crypto/identity.ts';
import { openLog } from '../host/log.ts';
import { nodeSuite } from '../host/node-suite.ts';
import type { PeerAt } from '../host/options/option-kinds.ts';
import type { Flags } from '../host/options/options.ts';
import { stopNode } from '../host/process/attach.ts';
import { Life } from '../host/process/life.ts';
import { type RunningNode, startNode } from '../host/process/running-node.ts';
import { VERSION } from '../host/process/version.ts';
import { type Actor, ANSWERS, CAST, CHANNEL, REPLIES, SCRIPT, WELCOME } from './cast.ts';

type Pauses = { readonly first: number; readonly later: number };

/** Time between two lines in the channel, in milliseconds: short at first, so that something is to be seen. */
const PAUSES_MS: Pauses = { first: 3_000, later: 12_000 };

/** A small talking mesh on this machine, and how to join it. */
export interface Demo {
  /** Start a node of yours with these: a temporary home, the network of the demo, and one neighbour. */
  readonly flags: Flags;
  /** Introduces the cast to your node, once it runs, and brings it into the conversation. */
  join(you: NodeApi): Promise<void>;
  /** Stops all five and removes what they, and you, have kept. */
  stop(): Promise<void>;
}

/**
 * `qpc demo`: five real nodes in this process, in a line, on ports of 127.0.0.1 and in a network of their own. They talk in a
 * channel and one answers direct messages, through the same NodeApi that every bot uses.
 */
export async function startDemo({ pausesMs = PAUSES_MS } = {}): Promise<Demo> {
  const root = mkdtempSync(join(tmpdir(), 'qpc-demo-'));
  const network = `demo-${randomBytes(8).toString('hex')}`;
  const actors: Playing[] = [];
  for (const name of CAST) actors.push(await enter(name, { root, network, after: actors.at(-1) }));
  const talk = new Talk(actors, pausesMs);
  const [next] = actors;
  return {
    flags: {
      home: join(root, 'you'),
      config: undefined,
      network,
      listen: '127.0.0.1:0',
      mdns: false,
      name: 'you',
      peer: next ? [`${next.node.id}@${next.node.addresses[0]}`] : [],
    },
    async join(you) {
      for (const { name, node } of actors) await you.call('add', { who: node.id, name });
      await you.call('subscribe', { topic: CHANNEL });
      await actors[0]?.api.call('broadcast', { topic: CHANNEL, text: WELCOME });
      talk.begin();
    },
    async stop() {
      talk.end();
      await stopNode(join(root, 'you'));
      for (const { node, api } of actors) {
        api.close();
        await node.stop();
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** One of the cast, on stage. */
type Playing = { readonly name: Actor; readonly node: RunningNode; readonly api: NodeApi };

async function enter(
  name: Actor,
  { root, network, after }: { readonly root: string; readonly network: string; readonly after: Playing | undefined },
): Promise<Playing> {
  const home = join(root, name);
  mkdirSync(home, { mode: 0o700 });
  const [at] = after?.node.addresses ?? [];
  const peer: PeerAt[] = after && at ? [{ id: after.node.id, ...addressParts(at) }] : [];
  const node = await startNode({
    home,
    identity: identityOf(nodeSuite, randomBytes(SEED_BYTES)),
    options: { listen: { host: '127.0.0.1', port: 0 }, name, network, mdns: false, peer },
    settings: {},
    life: new Life({ stays: true, end: () => {} }),
    log: openLog(join(home, 'node.log')),
  });
  const api = localApi(node.service);
  await api.call('attach', { version: VERSION });
  await api.call('subscribe', { topic: CHANNEL });
  return { name, node, api };
}

/** What the cast says: the script in the channel, and answers. */
class Talk {
  readonly #actors: readonly Playing[];
  readonly #pausesMs: Pauses;
  #line = 0;
  #replies = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(actors: readonly Playing[], pausesMs: Pauses) {
    this.#actors = actors;
    this.#pausesMs = pausesMs;
    const answering = actors.find(({ name }) => name === ANSWERS);
    answering?.api.onEvent((event) => this.#answer(answering.api, event));
  }

  begin(): void {
    this.#timer ??= setTimeout(() => this.#speak(), this.#pausesMs.first / 2);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #speak(): void {
    const line = SCRIPT[this.#line++ % SCRIPT.length];
    const actor = this.#actors.find(({ name }) => name === line?.who);
    if (line && actor) void actor.api.call('broadcast', { topic: CHANNEL, text: line.text });
    const pauseMs = this.#line < SCRIPT.length ? this.#pausesMs.first : this.#pausesMs.later;
    this.#timer = setTimeout(() => this.#speak(), pauseMs);
  }

  #answer(api: NodeApi, event: ApiEvent): void {
    if (event.type !== 'message' || event.kind !== 'direct' || event.state !== undefined) return;
    const reply = REPLIES[this.#replies++ % REPLIES.length] ?? '';
    void api.call('send', { peer: event.from, text: reply.replace('HOPS', String(event.hops)) });
  }
}
