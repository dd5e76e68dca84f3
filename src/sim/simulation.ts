import { type NodeId, nodeIdOf } from '../core/crypto/node-id.ts';
import type { Suite } from '../core/crypto/suite.ts';
import type { NodeEvent } from '../core/node/event.ts';
import { Node } from '../core/node/node.ts';
import { Agreement } from './checks/agreement.ts';
import { Authorship } from './checks/authorship.ts';
import { Bounds } from './checks/bounds.ts';
import { Broken, type Check, type Member, type View } from './checks/check.ts';
import { Copies } from './checks/copies.ts';
import { Coverage } from './checks/coverage.ts';
import { Custody } from './checks/custody.ts';
import { Delivery } from './checks/delivery.ts';
import { Memory } from './checks/memory.ts';
import { NoCircles } from './checks/no-circles.ts';
import { Order } from './checks/order.ts';
import { sampleOf } from './checks/sample.ts';
import { States } from './checks/states.ts';
import type { Start } from './computer.ts';
import { Deeds } from './deeds.ts';
import { HostileNode } from './hostile/hostile-node.ts';
import { maliceOf } from './hostile/kinds.ts';
import { Internet } from './internet.ts';
import { islandsOf } from './islands.ts';
import { type Measured, Measures } from './measures/measures.ts';
import type { Plan } from './plan.ts';
import { SeededRandom } from './seeded-random.ts';
import { sharedSuite } from './shared-suite.ts';
import { type Hash, Trace } from './trace.ts';
import { Weather } from './weather.ts';
import { World } from './world.ts';

/** What a run depends on beside its plan. */
export type SimulationOptions = {
  readonly seed: number;
  /** For the nodes; a sham will do. */
  readonly suite: Suite;
  /** SHA-256 for the digest. */
  readonly hash: Hash;
  /** Is shown every line of the trace. */
  readonly echo?: (line: string) => void;
  /** A check more, or somebody who only looks on. */
  readonly onlooker?: Check;
};

/** What came of a run. */
export type Outcome = {
  readonly digest: string;
  /** Lines of the trace. */
  readonly lines: number;
  readonly measured: Measured;
  /** The first rule that did not hold. */
  readonly failure: { readonly check: string; readonly what: string; readonly atMs: number } | undefined;
};

/** The network that simulated nodes belong to. */
const NETWORK_ID = 'sim';

/** How long the last part of the calm is, in which nothing is left to be done. */
const QUIET_MS = 60_000;

/** One run of a plan: the same plan, seed and suite give the same trace, byte for byte. */
export class Simulation {
  readonly #plan: Plan;
  readonly #trace: Trace;
  readonly #world: World<NodeEvent, Node>;
  readonly #deeds: Deeds;
  readonly #measures: Measures;
  readonly #checks: readonly Check[];
  readonly #view: View;
  readonly #noCircles: NoCircles;
  readonly #suite: Suite;
  readonly #seeds: readonly Uint8Array[];
  readonly #ids: readonly NodeId[];
  #failure: Outcome['failure'];

  constructor(plan: Plan, { seed, suite, hash, echo, onlooker }: SimulationOptions) {
    const random = new SeededRandom(`${plan.name} ${seed}`);
    const count = plan.clockOffsetsMs.length;
    this.#plan = plan;
    this.#trace = new Trace(hash, echo);
    const weather = new Weather(random.fork(), plan.climate, plan.links);
    const internet = new Internet(count, plan.sites ?? []);
    this.#seeds = plan.clockOffsetsMs.map(() => random.bytes(32));
    this.#suite = sharedSuite(suite);
    this.#ids = this.#seeds.map((own) => nodeIdOf(suite.publicKey(own)));
    this.#noCircles = new NoCircles(sampleOf(this.#ids));
    this.#world = new World({
      random: random.fork(),
      weather,
      internet,
      trace: this.#trace,
      disk: plan.disk,
      clockOffsetsMs: plan.clockOffsetsMs,
      observer: {
        event: (at, event) => this.#happened(at, event),
        stored: (at, records) => this.#of(at, (check) => check.stored?.(at, records)),
        turned: (at) => this.#of(at, (check) => check.turned?.(at)),
      },
      boot: (index, start, own) => this.#boot(index, start, own),
    });
    this.#view = { world: this.#world, plan, islands: islandsAtLast(plan, internet) };
    this.#measures = new Measures({ ...this.#view, weather, internet, random: random.fork() });
    this.#checks = [
      new Delivery(),
      new States(),
      new Authorship(),
      new Order(),
      new Coverage(),
      new Custody(this.#view),
      new Copies(),
      new Bounds(),
      new Memory(),
      new Agreement(),
      this.#noCircles,
      this.#measures,
    ];
    if (onlooker) this.#checks = [...this.#checks, onlooker];
    this.#deeds = new Deeds({
      plan,
      world: this.#world,
      weather,
      internet,
      ids: this.#ids,
      took: (message) => this.#each((check) => check.taken?.(message)),
      changed: () => this.#measures.changed(),
      note: (what) => this.#trace.note(this.#world.now, '  *', what),
    });
  }

  /** Runs it to its end, or to the first rule that does not hold. */
  run(): Outcome {
    try {
      this.#deeds.begin();
      this.#pass(this.#plan.stormMs);
      this.#deeds.heal();
      this.#pass(this.#plan.calmMs - QUIET_MS);
      this.#each((check) => check.quiet?.(this.#view));
      this.#pass(QUIET_MS);
      this.#each((check) => check.finished?.(this.#view));
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#failure ??= { check: 'crash', what, atMs: this.#world.now };
    }
    return {
      digest: this.#trace.digest(),
      lines: this.#trace.count,
      measured: this.#measures.result(),
      failure: this.#failure,
    };
  }

  #boot(index: number, start: Start, random: SeededRandom): Node {
    const options = {
      suite: this.#suite,
      random,
      seed: this.#seeds[index]!,
      networkId: NETWORK_ID,
      name: this.#plan.names?.[index] ?? `node ${index}`,
      ...start,
    };
    const hostile = this.#plan.hostile?.get(index);
    if (hostile) return new HostileNode(options, maliceOf(hostile, random.fork()));
    return new Node({ ...options, wayChanged: (to) => this.#noCircles.wayChanged(to) });
  }

  #pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1_000) {
      this.#world.run(Math.min(left, 1_000));
      this.#each((check) => check.second?.(this.#view));
    }
  }

  #happened(at: Member, event: NodeEvent): void {
    this.#world.note(at, describeEvent(event));
    this.#of(at, (check) => check.event?.(at, event));
  }

  /** Of who means harm nothing is asked. */
  #of(at: Member, ask: (check: Check) => void): void {
    if (!this.#plan.hostile?.has(at.index)) this.#each(ask);
  }

  #each(ask: (check: Check) => void): void {
    for (const check of this.#checks) {
      try {
        ask(check);
      } catch (error) {
        if (error instanceof Broken) {
          this.#failure ??= { check: check.name, what: error.message, atMs: this.#world.now };
        }
        throw error;
      }
    }
  }
}

/** Who is to reach whom when all is mended: over links that can be used, and over nobody who means harm or is gone. */
function islandsAtLast({ clockOffsetsMs, links, hostile, actions }: Plan, internet: Internet): (number | undefined)[] {
  const gone = new Set<number>();
  for (const action of actions) if (action.do === 'leave' && action.forMs === undefined) gone.add(action.node);
  const isAsked = (index: number): boolean => !gone.has(index) && !hostile?.has(index);
  const isOpen = (a: number, b: number): boolean => isAsked(a) && isAsked(b) && internet.canMeet(a, b);
  const islands = islandsOf(clockOffsetsMs.length, links, isOpen);
  return islands.map((island, index) => (isAsked(index) ? island : undefined));
}

function describeEvent(event: NodeEvent): string {
  switch (event.type) {
    case 'message':
      return `shows ${event.message.id.slice(0, 8)} "${event.message.text}" after ${event.message.hops} hops`;
    case 'delivery':
      return `${event.state} ${event.id.slice(0, 8)}${event.detail === undefined ? '' : ` (${event.detail})`}`;
    case 'peer':
      return `${event.state} ${event.name}`;
    case 'typing':
      return `${event.from.slice(0, 8)} is writing`;
    case 'catching-up':
      return `catches up with ${event.channel.slice(0, 8)}: ${event.awaited} more`;
    case 'pong':
      return `pong ${event.rttMs.toFixed(3)} ms`;
    case 'traced':
      return `trace ${event.end} after ${event.there.length} hops`;
    case 'notice':
      return `${event.code} ${event.message}`;
  }
}
