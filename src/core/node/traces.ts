import { PINGS_MAX, TRACE_HOPS_MAX, TRACES_TAKEN } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Instant } from '../base/time.ts';
import { hex } from '../bytes/hex.ts';
import type { Author } from '../chat/letter.ts';
import { type NodeId, nodeIdBytes, nodeIdOf } from '../crypto/node-id.ts';
import { signedBytes } from '../crypto/purpose.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Trace as TraceMessage, TracePhase, TraceStep } from '../wire/trace-message.ts';
import { traceStep } from '../wire/trace-message.ts';
import type { NodeEvent } from './event.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A node that a trace came to, one way or the other. */
export type TraceHop = {
  readonly id: NodeId;
  /** The smoothed round trip of the link that led to it, as the node before it measured that. */
  readonly rttMs: number;
  /** Whether its signature holds, and those of all before it. */
  readonly signed: boolean;
};

/** What a trace found: as the event `traced` says it. */
export type TraceFindings = {
  /** `forged`: the signatures do not hold, so that nothing of it can be believed beyond the last `signed` hop. */
  readonly end: Exclude<TracePhase, 'there'> | 'forged';
  /** From the first neighbour to the node where it turned round: the target, or the last that had no way on. */
  readonly there: readonly TraceHop[];
  /** From the one after that to this node. */
  readonly back: readonly TraceHop[];
  /** From the question to the answer. */
  readonly rttMs: number;
};

type Parts = {
  readonly author: Author;
  readonly random: Random;
  readonly sessions: Sessions;
  readonly routes: Routes;
  readonly tell: (event: NodeEvent) => void;
};

type Asked = { readonly target: NodeId; readonly token: number; readonly first: number; readonly at: Instant };

/**
 * Asks the nodes on the way to a peer, and on the way back, to sign that they are there (docs/protocol.md §2.4). A trace takes the way
 * that mail would take; nobody but its origin remembers it.
 */
export class Traces {
  readonly #parts: Parts;
  /** By the 8 bytes that only those on the way know; oldest first. */
  readonly #asked = new Map<string, Asked>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends a trace; the event `traced` will carry `token`. False when no way leads there from here. */
  begin(target: NodeId, token: number, now: Instant): boolean {
    const { author, random, sessions } = this.#parts;
    const next = this.#way(target);
    if (next === undefined) return false;
    const secret = random.bytes(8);
    this.#asked.set(hex(secret), { target, token, first: rttOf(sessions.with(next)), at: now });
    if (this.#asked.size > PINGS_MAX) this.#asked.delete(this.#asked.keys().next().value!);
    const ids = { origin: author.publicKey, target: nodeIdBytes(target) };
    sessions.send(next, { type: 'trace', token: secret, ...ids, phase: 'there', there: [], back: [] }, now);
    return true;
  }

  /** A neighbour handed a trace on to this node. */
  received(session: Session, trace: TraceMessage, now: Instant): void {
    if (!session.takes(1, TRACES_TAKEN, now)) return;
    const isOurs = nodeIdOf(trace.origin) === this.#parts.author.id;
    if (trace.phase !== 'there') {
      if (isOurs) this.#answered(trace, now);
      else this.#passBack(session, trace, now);
    } else if (!isOurs) this.#passOn(session, trace, now);
  }

  #passOn(session: Session, trace: TraceMessage, now: Instant): void {
    const target = nodeIdOf(trace.target);
    const next = target === this.#parts.author.id ? undefined : this.#way(target, session.peer);
    if (next !== undefined && trace.there.length < TRACE_HOPS_MAX - 1) {
      const step = this.#step(trace, trace.there.at(-1), next);
      this.#parts.sessions.send(next, { ...trace, there: [...trace.there, step] }, now);
      return;
    }
    const phase = target === this.#parts.author.id ? 'reached' : next === undefined ? 'no-route' : 'hops';
    const back = this.#way(nodeIdOf(trace.origin)) ?? session.peer;
    const turned = { ...trace, phase } as const;
    const step = this.#step(turned, trace.there.at(-1), back);
    this.#parts.sessions.send(back, { ...turned, there: [...trace.there, step] }, now);
  }

  #passBack(session: Session, trace: TraceMessage, now: Instant): void {
    if (trace.back.length >= TRACE_HOPS_MAX) return;
    const next = this.#way(nodeIdOf(trace.origin), session.peer) ?? this.#cameFrom(trace);
    if (next === undefined) return;
    const step = this.#step(trace, trace.back.at(-1) ?? trace.there.at(-1), next);
    this.#parts.sessions.send(next, { ...trace, back: [...trace.back, step] }, now);
  }

  /** Who brought the trace here on its way there: an origin that announces no route is found by it. */
  #cameFrom({ origin, there }: TraceMessage): NodeId | undefined {
    const at = there.findIndex(({ node }) => nodeIdOf(node) === this.#parts.author.id);
    return at < 0 ? undefined : nodeIdOf(there[at - 1]?.node ?? origin);
  }

  #answered(trace: TraceMessage, now: Instant): void {
    const asked = this.#asked.get(hex(trace.token));
    if (!asked || asked.target !== nodeIdOf(trace.target)) return;
    this.#asked.delete(hex(trace.token));
    const { author } = this.#parts;
    const there = this.#check(trace, trace.there, { rtt: asked.first, signature: undefined, signed: true });
    const turn = { ...trace.there.at(-1)!, signed: there.at(-1)?.signed ?? false };
    const back = this.#check(trace, trace.back, turn);
    const last = trace.back.at(-1) ?? turn;
    const isWhole = (back.at(-1) ?? turn).signed && (trace.phase !== 'reached' || there.at(-1)?.id === asked.target);
    const home = { id: author.id, rttMs: last.rtt / 10, signed: (back.at(-1) ?? turn).signed };
    const end = isWhole && trace.phase !== 'there' ? trace.phase : 'forged';
    const rttMs = now - asked.at;
    this.#parts.tell({ type: 'traced', token: asked.token, end, there, back: [...back, home], rttMs });
  }

  /** Steps as hops: each with the time of the link before it, and whether its signature, which covers the one before, holds. */
  #check(
    trace: TraceMessage,
    steps: readonly TraceStep[],
    before: { readonly rtt: number; readonly signature: Uint8Array | undefined; readonly signed: boolean },
  ): TraceHop[] {
    const { suite, network } = this.#parts.author;
    let { rtt, signature, signed } = before;
    return steps.map((step, at) => {
      // On its way there nobody knew yet how it would end, but the one where it turned round.
      const onItsWay = steps === trace.there && at < steps.length - 1;
      const message = traceStep(onItsWay ? { ...trace, phase: 'there' } : trace, step.rtt, signature);
      signed &&=
        suite.isNodeKey(step.node) && suite.verify(step.node, signedBytes('trace', network, message), step.signature);
      const hop = { id: nodeIdOf(step.node), rttMs: rtt / 10, signed };
      ({ rtt, signature } = step);
      return hop;
    });
  }

  #step(trace: TraceMessage, before: TraceStep | undefined, next: NodeId): TraceStep {
    const { author, sessions } = this.#parts;
    const { suite, seed, network } = author;
    const rtt = rttOf(sessions.with(next));
    const message = signedBytes('trace', network, traceStep(trace, rtt, before?.signature));
    return { node: author.publicKey, rtt, signature: suite.sign(seed, message) };
  }

  /** As mail would go, and not back to who brought it. */
  #way(to: NodeId, except?: NodeId): NodeId | undefined {
    const { sessions, routes } = this.#parts;
    if (sessions.with(to)) return to;
    return routes.nextHop(to, except === undefined ? undefined : new Set([except]));
  }
}

/** In units of 100 µs. */
const rttOf = (session: Session | undefined): number => Math.round((session?.connection.rttMs ?? 0) * 10);
