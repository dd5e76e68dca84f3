import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import type { ApiEvent } from '../../src/api/schema.ts';
import { below, fraction, type Random } from '../../src/core/base/random.ts';
import { seeded } from '../support/pair.ts';
import { Daemon } from './daemon.ts';
import { type Fault, type Kept, Ledger } from './ledger.ts';
import type { SoakNetwork } from './network.ts';
import { distancesFrom, linksBetween, type Storm, sidesOf } from './storm.ts';
import type { Fates, Link } from './weather.ts';

/** What came of a soak. */
export type Verdict = {
  readonly network: string;
  readonly faults: readonly Fault[];
  /** What could not be done at all: a node that does not start, a history that cannot be read. */
  readonly troubles: readonly string[];
  readonly acknowledged: number;
  /** Sends of which no reply came, since their node was killed; and how many of these were in the database all the same. */
  readonly unanswered: number;
  readonly unansweredKept: number;
  /** Sends that a node refused, by what it said. */
  readonly refused: ReadonlyMap<string, number>;
  readonly shown: number;
  readonly kills: number;
  /** Kills of a node while it was being asked to send. */
  readonly killsOfSenders: number;
  readonly cuts: number;
  readonly fates: Fates;
  readonly hopsMost: number;
  /** Times, in milliseconds. */
  readonly stormMs: number;
  readonly calmMs: number;
  /** From each acknowledgement to the word that it was delivered, in order of length. */
  readonly delaysMs: readonly number[];
};

/** How long after the last arrival it is waited for what should not come. */
const AFTERMATH_MS = 3_000;
/** A node that is asked to send is killed so long after that, at most: about what a commit takes. */
const WHILE_SENDING_MS = 12;

/**
 * Sends messages between real nodes while packets are lost, the network is cut, and nodes are killed; then lets there be calm, and
 * holds what the nodes show and say against what was seen of them.
 *
 * @param log - told now and then how far it is.
 */
export async function soak(storm: Storm, makeNetwork: MakeNetwork, log: (line: string) => void): Promise<Verdict> {
  const links = linksBetween(storm.nodes, seeded(storm.seed));
  const folder = mkdtempSync(join(tmpdir(), 'qpc-soak-'));
  using network = await makeNetwork({ nodes: storm.nodes, links, seed: storm.seed });
  const run = new Soak(storm, links, network, folder, log);
  try {
    const verdict = await run.run();
    if (verdict.faults.length + verdict.troubles.length > 0) log(`the homes are kept: ${folder}`);
    else rmSync(folder, { recursive: true });
    return verdict;
  } finally {
    await run.killAll();
  }
}

type MakeNetwork = (plan: { nodes: number; links: readonly Link[]; seed: number }) => Promise<SoakNetwork>;

class Soak {
  readonly #storm: Storm;
  readonly #links: readonly Link[];
  readonly #network: SoakNetwork;
  readonly #random: Random;
  readonly #log: (line: string) => void;
  readonly #ledger: Ledger;
  readonly #daemons: Daemon[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #troubles: string[] = [];
  readonly #refused = new Map<string, number>();
  readonly #acknowledgedAt = new Map<string, number>();
  readonly #delaysMs: number[] = [];
  /** Nodes that are to be killed as soon as they are asked to send. */
  readonly #doomed = new Set<number>();
  /** Those that are dead, and the news that all are back. */
  readonly #dead = new Set<number>();
  readonly #restarts: Promise<void>[] = [];
  #counts = { kills: 0, killsOfSenders: 0, cuts: 0 };
  #stormy = true;

  constructor(storm: Storm, links: readonly Link[], network: SoakNetwork, folder: string, log: (line: string) => void) {
    this.#storm = storm;
    this.#links = links;
    this.#network = network;
    this.#log = log;
    this.#random = seeded(storm.seed + 1);
    const distances = Array.from({ length: storm.nodes }, (_, i) => distancesFrom(i, storm.nodes, links));
    this.#ledger = new Ledger((from, to) => distances[from]![to]!);
    for (let i = 0; i < storm.nodes; i++) {
      this.#daemons.push(
        new Daemon({
          home: join(folder, `node-${i}`),
          flags: ['--name', `n${i}`, '--listen', network.listenOf(i), ...network.flags],
          spawn: (command, args, env) => network.spawn(i, command, args, env),
          hear: (event) => this.#hear(i, event),
        }),
      );
    }
  }

  async run(): Promise<Verdict> {
    await this.#begin();
    const startedAt = performance.now();
    this.#network.setWeather({ loss: this.#storm.loss });
    const troubles = [this.#killer(), this.#cutter()];
    await this.#send();
    this.#stormy = false;
    await Promise.all(troubles);
    await Promise.all(this.#restarts);
    const stormMs = performance.now() - startedAt;
    this.#network.setWeather({ loss: 0 });
    const calmMs = await this.#calm();
    // The states that they tell must be those that they wake up with, and nothing is shown once more.
    for (const daemon of this.#daemons) await daemon.kill();
    for (const i of this.#daemons.keys()) await this.#start(i);
    await later(AFTERMATH_MS);
    const kept = await this.#kept();
    const faults = this.#ledger.faults(kept);
    const unanswered = this.#ledger.attempts.filter(({ id }) => id === undefined);
    const unansweredKept = unanswered.filter(({ from, text }) => kept[from]!.some((line) => line.text === text)).length;
    return {
      network: this.#network.kind,
      faults,
      troubles: this.#troubles,
      acknowledged: this.#ledger.acknowledged.length,
      unanswered: unanswered.length,
      unansweredKept,
      refused: this.#refused,
      shown: this.#ledger.shown,
      ...this.#counts,
      hopsMost: this.#ledger.hopsMost,
      fates: await this.#network.fates(),
      stormMs,
      calmMs,
      delaysMs: this.#delaysMs.toSorted((a, b) => a - b),
    };
  }

  async killAll(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.kill();
  }

  /** Everybody is there, and knows how to reach its neighbours. */
  async #begin(): Promise<void> {
    for (const [i, daemon] of this.#daemons.entries()) {
      await daemon.start();
      const status = await daemon.api!.call('status', {});
      if (!status.ok) throw new Error(status.error.message);
      this.#ids[i] = status.result.id;
      this.#numberOf.set(status.result.id, i);
    }
    for (const [a, b] of this.#links) {
      const peer = `${this.#ids[b]}@${this.#network.addressFor(a, b)}`;
      const connected = await this.#daemons[a]!.api!.call('connect', { peer });
      if (!connected.ok) throw new Error(connected.error.message);
    }
    this.#log(`${this.#storm.nodes} nodes run, ${this.#links.length} links`);
  }

  #hear(node: number, event: ApiEvent): void {
    if (event.type === 'message' && event.from !== this.#ids[node]) this.#ledger.told(node, event.id, event.text);
    if (event.type !== 'delivery') return;
    const before = this.#ledger.stateOf(event.id);
    this.#ledger.state(event.id, event.state, event.hops);
    const acknowledgedAt = this.#acknowledgedAt.get(event.id);
    if (event.state === 'delivered' && before !== 'delivered' && acknowledgedAt !== undefined) {
      this.#delaysMs.push(performance.now() - acknowledgedAt);
    }
  }

  /** Sends one message after the other, evenly over the time there is, until enough are acknowledged. */
  async #send(): Promise<void> {
    const { nodes, messages, sendingMs } = this.#storm;
    const everyMs = sendingMs / messages;
    const begun = performance.now();
    const sends: Promise<void>[] = [];
    for (let n = 0; this.#ledger.acknowledged.length < messages; n++) {
      await later(Math.max(0, begun + n * everyMs - performance.now()));
      // Whoever waits for a dead node holds up nobody else; but enough is enough.
      if (n >= messages) await Promise.all(sends);
      if (n >= 2 * messages)
        throw new Error(`of ${n} sends only ${this.#ledger.acknowledged.length} were acknowledged`);
      const from = below(this.#random, nodes);
      const to = (from + 1 + below(this.#random, nodes - 1)) % nodes;
      sends.push(this.#sendOne(from, to, `text ${n} of ${this.#storm.seed}`));
      if (n % 100 === 99) this.#log(`${n + 1} sent, ${this.#counts.kills} kills, ${this.#ledger.shown} shown`);
    }
    await Promise.all(sends);
  }

  async #sendOne(from: number, to: number, text: string): Promise<void> {
    const daemon = this.#daemons[from]!;
    while (!daemon.api) await later(20);
    const attempt = this.#ledger.attempt(from, to, text);
    const asked = daemon.api.call('send', { peer: this.#ids[to]!, text });
    if (this.#doomed.delete(from)) {
      this.#counts.killsOfSenders++;
      const inMs = fraction(this.#random) * WHILE_SENDING_MS;
      this.#restarts.push(later(inMs).then(() => this.#killAndRestart(from)));
    }
    const sent = await asked;
    if (sent.ok) {
      // Its state in the reply may be older than the news that came before it.
      attempt.id = sent.result.id;
      this.#acknowledgedAt.set(sent.result.id, performance.now());
    } else if (sent.error.code !== 'E_NODE_GONE') {
      const { code, message } = sent.error;
      this.#refused.set(`${code}: ${message}`, (this.#refused.get(`${code}: ${message}`) ?? 0) + 1);
    }
  }

  /** A node every few seconds: at any moment, or, every other time, as soon as it is asked to send. */
  async #killer(): Promise<void> {
    for (let n = 0; await this.#stormGoesOn(this.#storm.killEveryMs); n++) {
      const node = below(this.#random, this.#storm.nodes);
      if (n % 2 === 0) this.#doomed.add(node);
      else this.#restarts.push(this.#killAndRestart(node));
    }
  }

  async #killAndRestart(node: number): Promise<void> {
    if (this.#dead.has(node)) return;
    this.#dead.add(node);
    await this.#daemons[node]!.kill();
    this.#counts.kills++;
    await later(fraction(this.#random) * this.#storm.deadMsMax);
    await this.#start(node);
    this.#dead.delete(node);
  }

  /** Starts a node again, and hears how far it thinks that its messages are. */
  async #start(node: number): Promise<void> {
    const daemon = this.#daemons[node]!;
    try {
      await daemon.start();
      for (const { from, id, state } of await daemon.history()) {
        if (from === this.#ids[node] && state !== undefined) this.#ledger.state(id, state);
      }
    } catch (error) {
      this.#troubles.push(`node ${node}, life ${daemon.lives}: ${(error as Error).message}`);
    }
  }

  async #cutter(): Promise<void> {
    const { nodes, loss, cutEveryMs, cutMs } = this.#storm;
    while (await this.#stormGoesOn(cutEveryMs - cutMs)) {
      this.#network.setWeather({ loss, sides: sidesOf(nodes, this.#random) });
      this.#counts.cuts++;
      await this.#stormGoesOn(cutMs);
      this.#network.setWeather({ loss });
    }
  }

  async #stormGoesOn(ms: number): Promise<boolean> {
    for (const until = performance.now() + ms; this.#stormy && performance.now() < until; ) await later(50);
    return this.#stormy;
  }

  /** Waits until everything that was acknowledged is shown and its sender knows, or the time is over. How long it took, in ms. */
  async #calm(): Promise<number> {
    const begun = performance.now();
    const waiting = () =>
      this.#ledger.acknowledged.filter(
        ({ id }) => this.#ledger.stateOf(id!) !== 'delivered' || !this.#ledger.isTold(id!),
      ).length;
    for (let said = 0; waiting() > 0 && performance.now() - begun < this.#storm.calmMsMax; said++) {
      if (said % 40 === 0) this.#log(`calm: ${waiting()} are under way, or their senders do not know`);
      await later(250);
    }
    const calmMs = performance.now() - begun;
    await later(AFTERMATH_MS);
    return calmMs;
  }

  async #kept(): Promise<Kept[][]> {
    const kept: Kept[][] = [];
    for (const [i, daemon] of this.#daemons.entries()) {
      const lines = await daemon.history().catch((error: Error) => {
        this.#troubles.push(`node ${i}: ${error.message}`);
        return [];
      });
      kept.push(
        lines.map(({ id, from, to, text, state }) => ({
          id,
          from: this.#numberOf.get(from)!,
          to: this.#numberOf.get(to)!,
          text,
          state,
        })),
      );
    }
    return kept;
  }
}
