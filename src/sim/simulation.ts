import { instant } from '../core/base/time.ts';
import { type NodeId, nodeIdOf } from '../core/crypto/node-id.ts';
import type { Suite } from '../core/crypto/suite.ts';
import type { CommandError, Sent } from '../core/node/commands.ts';
import type { NodeEvent } from '../core/node/event.ts';
import { Node } from '../core/node/node.ts';
import { Agreement } from './checks/agreement.ts';
import { Authorship } from './checks/authorship.ts';
import { Bounds } from './checks/bounds.ts';
import { Broken, type Check, type Member, type Taken } from './checks/check.ts';
import { Delivery } from './checks/delivery.ts';
import { NoCircles } from './checks/no-circles.ts';
import { sampleOf } from './checks/sample.ts';
import type { Action, Plan } from './plan.ts';
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
};

/** What came of a run. */
export type Outcome = {
  readonly digest: string;
  readonly counts: {
    readonly lines: number;
    readonly datagrams: number;
    readonly accepted: number;
    readonly delivered: number;
    readonly posts: number;
  };
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
  readonly #weather: Weather;
  readonly #world: World<NodeEvent, Node>;
  readonly #seeds: readonly Uint8Array[];
  readonly #ids: readonly NodeId[];
  /** Whom each computer can reach, by index. */
  readonly #around: readonly (readonly number[])[];
  readonly #delivery = new Delivery();
  readonly #checks: readonly Check[];
  /** The channels by topic. */
  readonly #channels = new Map<string, string>();
  #delivered = 0;
  #posts = 0;
  #failure: Outcome['failure'];

  constructor(plan: Plan, { seed, suite, hash, echo }: SimulationOptions) {
    const random = new SeededRandom(`${plan.name} ${seed}`);
    this.#plan = plan;
    this.#trace = new Trace(hash, echo);
    this.#weather = new Weather(random.fork(), plan.climate, plan.links);
    this.#seeds = plan.clockOffsetsMs.map(() => random.bytes(32));
    this.#ids = this.#seeds.map((own) => nodeIdOf(suite.publicKey(own)));
    this.#around = neighbourhoods(plan);
    const shared = sharedSuite(suite);
    const noCircles = new NoCircles(sampleOf(this.#ids));
    this.#checks = [this.#delivery, new Authorship(), new Bounds(), new Agreement(), noCircles];
    this.#world = new World({
      random: random.fork(),
      weather: this.#weather,
      trace: this.#trace,
      disk: plan.disk,
      clockOffsetsMs: plan.clockOffsetsMs,
      observer: {
        event: (at, event) => this.#happened(at, event),
        stored: (at, records) => this.#each((check) => check.stored?.(at, records)),
        turned: (at) => this.#each((check) => check.turned?.(at)),
      },
      boot: (index, start, own) =>
        new Node({
          suite: shared,
          random: own,
          seed: this.#seeds[index]!,
          networkId: NETWORK_ID,
          name: `node ${index}`,
          wayChanged: (to) => noCircles.wayChanged(to),
          ...start,
        }),
    });
  }

  /** Runs it to its end, or to the first rule that does not hold. */
  run(): Outcome {
    try {
      this.#begin();
      this.#pass(this.#plan.stormMs);
      this.#heal();
      this.#pass(this.#plan.calmMs - QUIET_MS);
      this.#each((check) => check.quiet?.(this.#view()));
      this.#pass(QUIET_MS);
      this.#each((check) => check.finished?.(this.#view()));
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#failure ??= { check: 'crash', what, atMs: this.#world.now };
    }
    return {
      digest: this.#trace.digest(),
      counts: {
        lines: this.#trace.count,
        datagrams: this.#world.datagrams.sent,
        accepted: this.#delivery.accepted,
        delivered: this.#delivered,
        posts: this.#posts,
      },
      failure: this.#failure,
    };
  }

  /** Everybody starts, meets those whom it can reach, and the schedule is set. */
  #begin(): void {
    for (const computer of this.#world.computers) {
      const startMs = this.#plan.late.get(computer.index);
      if (startMs === undefined) this.#start(computer);
      else this.#world.later(instant(startMs), () => this.#start(computer));
    }
    for (const action of this.#plan.actions) this.#world.later(instant(action.atMs), () => this.#do(action));
  }

  /** Starts a node and tells it who is around, as mDNS would. */
  #start(computer: Member): void {
    computer.start();
    computer.turn((node, now) => node.reachableAt([computer.address], now));
    for (const index of this.#around[computer.index]!) {
      const peer = this.#world.computer(index);
      const found = { id: this.#ids[index]!, name: `node ${index}`, addresses: [peer.address] };
      computer.turn((node, now) => node.discovered(found, now));
    }
  }

  /** The storm ends: links are whole, disks write, computers run. */
  #heal(): void {
    const { links } = this.#plan;
    this.#weather.calm();
    this.#weather.mendAll();
    this.#note(`calm after ${links.length} links were mended`);
    for (const computer of this.#world.computers) {
      computer.refuse(0);
      if (!computer.node) this.#start(computer);
    }
  }

  #pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1_000) {
      this.#world.run(Math.min(left, 1_000));
      this.#each((check) => check.second?.(this.#view()));
    }
  }

  #do(action: Action): void {
    const world = this.#world;
    this.#note(JSON.stringify(action));
    switch (action.do) {
      case 'send': {
        const to = this.#ids[action.to]!;
        world.computer(action.from).turn((node, now) => {
          this.#took('direct', action.from, action.text, node.send(to, action.text, now));
        });
        return;
      }
      case 'publish':
        world.computer(action.from).turn((node, now) => {
          const channel = this.#channels.get(action.topic) ?? '';
          this.#took('channel', action.from, action.text, node.publish(channel, action.text, now));
        });
        return;
      case 'subscribe':
        world.computer(action.node).turn((node, now) => {
          const joined = node.subscribe({ topic: action.topic }, now);
          if ('id' in joined) this.#channels.set(action.topic, joined.id);
        });
        return;
      case 'unsubscribe':
        world.computer(action.node).turn((node, now) => {
          node.unsubscribe(this.#channels.get(action.topic) ?? '', now);
        });
        return;
      case 'crash': {
        const computer = world.computer(action.node);
        computer.crash();
        world.later(instant(world.now + action.forMs), () => {
          if (!computer.node) this.#start(computer);
        });
        return;
      }
      case 'cut':
        this.#weather.cut(action.links);
        world.later(instant(world.now + action.forMs), () => this.#weather.mend(action.links));
        return;
      case 'clock':
        world.computer(action.node).moveCalendar(action.byMs);
        return;
    }
  }

  /** A message that a node took. What it refuses its user learns at once: nothing is owed for it. */
  #took(kind: Taken['kind'], author: number, text: string, sent: Sent | CommandError): void {
    if (!('id' in sent)) return;
    if (kind === 'channel') this.#posts++;
    this.#each((check) => check.taken?.({ id: sent.id, kind, author, to: sent.to, text }));
  }

  #happened(at: Member, event: NodeEvent): void {
    this.#world.note(at, describeEvent(event));
    if (event.type === 'delivery' && event.state === 'delivered') this.#delivered++;
    this.#each((check) => check.event?.(at, event));
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

  #view() {
    return { world: this.#world, plan: this.#plan };
  }

  #note(what: string): void {
    this.#trace.note(this.#world.now, '  *', what);
  }
}

/** Whom each computer has a link to, in the order of the plan. */
function neighbourhoods({ clockOffsetsMs, links }: Plan): number[][] {
  const around = clockOffsetsMs.map((): number[] => []);
  for (const [a, b] of links) {
    around[a]?.push(b);
    around[b]?.push(a);
  }
  return around;
}

function describeEvent(event: NodeEvent): string {
  switch (event.type) {
    case 'message':
      return `shows ${event.message.id.slice(0, 8)} "${event.message.text}" after ${event.message.hops} hops`;
    case 'delivery':
      return `${event.state} ${event.id.slice(0, 8)}${event.detail === undefined ? '' : ` (${event.detail})`}`;
    case 'peer':
      return `${event.state} ${event.name}`;
    case 'pong':
      return `pong ${event.rttMs.toFixed(3)} ms`;
    case 'traced':
      return `trace ${event.end} after ${event.there.length} hops`;
    case 'notice':
      return `${event.code} ${event.message}`;
  }
}
