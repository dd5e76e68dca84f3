import type { Result } from '../../src/api/schema.ts';

/** How far a message of a node has come, as it says. */
export type State = Result<'send'>['state'];

/** A message that somebody was asked to send. Its text is like no other. */
export type Attempt = {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Set when a reply acknowledged it. */
  id?: string;
};

/** What a node says of a line at the end. */
export type Kept = {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly state?: State | undefined;
};

/** What is wrong, and with which message. */
export type Fault = { readonly what: string; readonly id: string; readonly detail: string };

/** Every state, and what comes after what: written down here once more, so that nobody judges himself. */
const RANK: Readonly<Record<State, number>> = {
  queued: 0,
  carried: 1,
  sent: 2,
  expired: 3,
  refused: 3,
  delivered: 4,
  read: 5,
};

/**
 * What the harness saw by itself: what replies acknowledged, what screens were told, and which states. It knows nothing of how nodes
 * work, and at the end it holds what they keep against that. Nodes are numbers.
 */
export class Ledger {
  readonly attempts: Attempt[] = [];
  /** The most hops that a receipt told of. */
  hopsMost = 0;
  /** States in the order in which they were told, by message; from all lives of its sender. */
  readonly #states = new Map<string, State[]>();
  /** Who was told a message, once for each time. */
  readonly #told = new Map<string, { readonly by: number; readonly text: string }[]>();
  readonly #hops = new Map<string, number>();
  readonly #distance: (from: number, to: number) => number;

  /** @param distance - the links between two nodes, at least */
  constructor(distance: (from: number, to: number) => number) {
    this.#distance = distance;
  }

  /** Somebody is asked to send a text: what comes of it is not known yet. */
  attempt(from: number, to: number, text: string): Attempt {
    const attempt: Attempt = { from, to, text };
    this.attempts.push(attempt);
    return attempt;
  }

  /** The screen of a node is told a message of another. */
  told(by: number, id: string, text: string): void {
    this.#told.set(id, [...(this.#told.get(id) ?? []), { by, text }]);
  }

  /** The sender says how far a message is, and over how many hops it has come there. */
  state(id: string, state: State, hops?: number): void {
    if (hops !== undefined) {
      this.#hops.set(id, hops);
      this.hopsMost = Math.max(this.hopsMost, hops);
    }
    const known = this.#states.get(id) ?? [];
    if (known.at(-1) !== state) this.#states.set(id, [...known, state]);
  }

  get acknowledged(): Attempt[] {
    return this.attempts.filter(({ id }) => id !== undefined);
  }

  /** Messages that were told to a screen of their recipient. */
  get shown(): number {
    return this.#told.size;
  }

  stateOf(id: string): State | undefined {
    return this.#states.get(id)?.at(-1);
  }

  isTold(id: string): boolean {
    return this.#told.has(id);
  }

  /** Everything that is wrong, now that there was calm for long enough. `kept` is the history of every node. */
  faults(kept: readonly (readonly Kept[])[]): Fault[] {
    return [...this.#ofSenders(kept), ...this.#ofRecipients(kept), ...this.#ofStates()];
  }

  /** What was acknowledged, and what its sender keeps all the same, has arrived: no more, no less. */
  #ofSenders(kept: readonly (readonly Kept[])[]): Fault[] {
    const faults: Fault[] = [];
    for (const attempt of this.attempts) {
      const { from, to, text } = attempt;
      const own = kept[from]!.filter((line) => line.from === from && line.text === text);
      const arrived = kept[to]!.filter((line) => line.from === from && line.text === text);
      const name = `${text} from ${from} to ${to}`;
      const id = attempt.id ?? own[0]?.id ?? arrived[0]?.id ?? 'without id';
      const fault = (what: string): number => faults.push({ what, id, detail: name });
      if (attempt.id !== undefined && !own.some((line) => line.id === attempt.id))
        fault('acknowledged, and its sender has forgotten it');
      if (own.length > 1 || arrived.length > 1) fault('one text, more than one message');
      if (own.length === 0 && arrived.length > 0) fault('arrived, and its sender knows nothing of it');
      if (own.length > 0 && arrived.length === 0) fault('lost: its recipient does not have it');
      if (own[0] && arrived[0] && own[0].id !== arrived[0].id) fault('sent under one id, kept under another');
      if (arrived.length > 0 && !this.#told.has(arrived[0]!.id)) fault('kept, and told to no screen');
      const hops = this.#hops.get(id);
      if (hops !== undefined && hops < this.#distance(from, to)) fault(`delivered over ${hops} hops: it is farther`);
      if (own[0] && RANK[own[0].state ?? 'queued'] < RANK.delivered)
        fault(`its sender says ${own[0].state} at the end`);
      if (own[0] && (own[0].state ?? 'queued') !== (this.stateOf(own[0].id) ?? own[0].state)) {
        fault(`its sender told ${this.stateOf(own[0].id)}, and keeps ${own[0].state}`);
      }
    }
    return faults;
  }

  /** What was told and kept was sent, to this node, and was told once. */
  #ofRecipients(kept: readonly (readonly Kept[])[]): Fault[] {
    const faults: Fault[] = [];
    const attemptOf = new Map(this.attempts.map((attempt) => [attempt.text, attempt]));
    for (const [id, times] of this.#told) {
      const detail = times.map(({ by, text }) => `${text} on ${by}`).join(', ');
      if (times.length > 1) faults.push({ what: 'shown twice', id, detail });
      if (times.some(({ by, text }) => attemptOf.get(text)?.to !== by))
        faults.push({ what: 'shown, and never sent there', id, detail });
      if (!kept[times[0]!.by]!.some((line) => line.id === id)) faults.push({ what: 'shown, and not kept', id, detail });
    }
    for (const [node, lines] of kept.entries()) {
      const ids = lines.map(({ id }) => id);
      for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) {
        faults.push({ what: 'kept twice', id, detail: `on ${node}` });
      }
    }
    return faults;
  }

  #ofStates(): Fault[] {
    const faults: Fault[] = [];
    for (const [id, states] of this.#states) {
      const detail = states.join(' → ');
      const goesBack = states.some((state, at) => at > 0 && RANK[state] < RANK[states[at - 1]!]);
      if (goesBack) faults.push({ what: 'a state went back', id, detail });
      if (states.some((state) => RANK[state] >= RANK.delivered) && !this.#told.has(id)) {
        faults.push({ what: 'delivered, it says, and nobody was shown it', id, detail });
      }
    }
    return faults;
  }
}
