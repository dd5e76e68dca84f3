import { instant } from '../core/base/time.ts';
import type { NodeId } from '../core/crypto/node-id.ts';
import type { CommandError, Sent } from '../core/node/commands.ts';
import type { NodeEvent } from '../core/node/event.ts';
import type { Node } from '../core/node/node.ts';
import type { Member, Taken } from './checks/check.ts';
import type { Internet } from './internet.ts';
import type { Action, Plan } from './plan.ts';
import type { Weather } from './weather.ts';
import type { World } from './world.ts';

/** What deeds are done to, and who hears of them. */
export type DeedsParts = {
  readonly plan: Plan;
  readonly world: World<NodeEvent, Node>;
  readonly weather: Weather;
  readonly internet: Internet;
  /** By computer: the id of its node. */
  readonly ids: readonly NodeId[];
  /** A node took a message from its user. */
  readonly took: (message: Taken) => void;
  /** Who can reach whom is another than before. */
  readonly changed: () => void;
  /** A line for the trace. */
  readonly note: (what: string) => void;
};

/** How long what was heard of somebody by mDNS holds (docs/protocol.md §5, rule 4), in milliseconds. */
const VANISHED_MS = 75_000;

/** How long a node that leaves has for its goodbye, in milliseconds. */
const GOODBYE_MS = 3_000;
const GOODBYE_STEP_MS = 250;

/** Does to a world what its plan says: starts computers, lets people write, pulls plugs and cuts links. */
export class Deeds {
  readonly #parts: DeedsParts;
  /** By computer: whom it has a link to, in the order of the plan. */
  readonly #around: readonly (readonly number[])[];
  /** The channels by topic. */
  readonly #channels = new Map<string, string>();
  /** Who has left for good. */
  readonly #gone = new Set<number>();

  constructor(parts: DeedsParts) {
    this.#parts = parts;
    this.#around = neighbourhoods(parts.plan);
  }

  /** Everybody starts, meets those whom it can reach, and the schedule is set. */
  begin(): void {
    const { plan, world } = this.#parts;
    for (const computer of world.computers) {
      const startMs = plan.late.get(computer.index);
      if (startMs === undefined) this.#start(computer);
      else world.later(instant(startMs), () => this.#start(computer));
    }
    for (const action of plan.actions) world.later(instant(action.atMs), () => this.#do(action));
  }

  /** The storm ends: links are whole, disks write, and everybody is there who has not left for good. */
  heal(): void {
    const { plan, world, weather, note } = this.#parts;
    weather.calm();
    weather.mendAll();
    note(`calm after ${plan.links.length} links were mended`);
    for (const computer of world.computers) {
      computer.refuse(0);
      this.#start(computer);
    }
    this.#parts.changed();
  }

  /** Starts a node that is off and has not left for good; it is told who is around, and they that it is there, as by mDNS. */
  #start(computer: Member): void {
    if (computer.node || this.#gone.has(computer.index)) return;
    const { internet } = this.#parts;
    computer.start();
    computer.turn((node, now) => node.reachableAt([internet.addressOf(computer.index)], now));
    for (const peer of this.#around[computer.index]!) {
      this.#introduce(computer, peer);
      this.#introduce(this.#parts.world.computer(peer), computer.index);
    }
    this.#parts.changed();
  }

  /** What stands behind another router cannot be called: it calls. */
  #introduce(computer: Member, peer: number): void {
    const { internet, ids } = this.#parts;
    if (!internet.canCall(computer.index, peer)) return;
    const found = { id: ids[peer]!, name: `node ${peer}`, addresses: [internet.addressOf(peer)] };
    computer.turn((node, now) => node.discovered(found, now));
  }

  /** Those around it have heard its goodbye, or nothing for so long. */
  #vanish(computer: Member): void {
    if (computer.node) return;
    const { world, ids } = this.#parts;
    for (const peer of this.#around[computer.index]!) {
      world.computer(peer).turn((node, now) => node.vanished(ids[computer.index]!, now));
    }
  }

  #do(action: Action): void {
    const { world, weather, ids, changed, note } = this.#parts;
    note(JSON.stringify(action));
    switch (action.do) {
      case 'send':
        world.computer(action.from).turn((node, now) => {
          this.#took({ ...action, kind: 'direct' }, node.send(ids[action.to]!, action.text, now));
        });
        return;
      case 'publish':
        world.computer(action.from).turn((node, now) => {
          const channel = this.#channels.get(action.topic) ?? '';
          this.#took({ ...action, kind: 'channel' }, node.publish(channel, action.text, now));
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
        this.#backAfter(computer, action.forMs);
        world.later(instant(world.now + VANISHED_MS), () => this.#vanish(computer));
        changed();
        return;
      }
      case 'leave':
        this.#leave(world.computer(action.node), action.forMs);
        return;
      case 'cut':
        weather.cut(action.links);
        changed();
        world.later(instant(world.now + action.forMs), () => {
          weather.mend(action.links);
          changed();
        });
        return;
      case 'clock':
        world.computer(action.node).moveCalendar(action.byMs);
        return;
      case 'full': {
        const computer = world.computer(action.node);
        computer.refuse(1, 'full');
        world.later(instant(world.now + action.forMs), () => computer.refuse(this.#parts.plan.disk.refuseShare));
        return;
      }
      case 'move':
        this.#move(world.computer(action.node));
        return;
      case 'router':
        this.#parts.internet.restartRouter(action.node);
        return;
    }
  }

  #leave(computer: Member, forMs: number | undefined): void {
    const { world, changed } = this.#parts;
    if (forMs === undefined) this.#gone.add(computer.index);
    for (let ms = 0; ms < GOODBYE_MS; ms += GOODBYE_STEP_MS) {
      world.later(instant(world.now + ms), () => computer.turn((node, now) => node.stop(now)));
    }
    world.later(instant(world.now + GOODBYE_MS), () => {
      computer.crash();
      this.#vanish(computer);
      changed();
      if (forMs !== undefined) this.#backAfter(computer, forMs);
    });
  }

  #backAfter(computer: Member, forMs: number): void {
    const { world } = this.#parts;
    world.later(instant(world.now + forMs), () => this.#start(computer));
  }

  /** Those around it see the new address as mDNS would tell it; it sees that its own has changed. */
  #move(computer: Member): void {
    const { internet, world } = this.#parts;
    const address = internet.move(computer.index);
    computer.turn((node, now) => {
      node.reachableAt([address], now);
      node.networkChanged(now);
    });
    for (const peer of this.#around[computer.index]!) this.#introduce(world.computer(peer), computer.index);
  }

  /** What a node refuses its user learns at once: nothing is owed for it. */
  #took(
    written: { readonly kind: Taken['kind']; readonly from: number; readonly to?: number; readonly text: string },
    sent: Sent | CommandError,
  ): void {
    if (!('id' in sent)) return;
    const { kind, from: author, to: recipient, text } = written;
    this.#parts.took({ id: sent.id, kind, author, to: sent.to, text, recipient });
  }
}

function neighbourhoods({ clockOffsetsMs, links }: Plan): number[][] {
  const around = clockOffsetsMs.map((): number[] => []);
  for (const [a, b] of links) {
    around[a]?.push(b);
    around[b]?.push(a);
  }
  return around;
}
