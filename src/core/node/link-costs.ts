import { LINK_COST_MS } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { linkCost } from '../mesh/link-cost.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Connection } from '../transport/connection.ts';
import type { Sessions } from './sessions.ts';

type Parts = { readonly sessions: Sessions; readonly routes: Routes };

/** Keeps the routes told of what the links to neighbours cost (docs/protocol.md §2.1, rule 8). */
export class LinkCosts {
  readonly #parts: Parts;
  #lookAt: Instant | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** There is a neighbour. */
  begin(now: Instant): void {
    this.#lookAt ??= after(now, LINK_COST_MS);
  }

  deadline(): Instant | undefined {
    return this.#lookAt;
  }

  elapse(now: Instant): void {
    if (this.#lookAt === undefined || this.#lookAt > now) return;
    const { sessions, routes } = this.#parts;
    for (const { peer, connection } of sessions.all()) routes.neighbourCost(peer, costOf(connection), now);
    this.#lookAt = sessions.size > 0 ? after(now, LINK_COST_MS) : undefined;
  }
}

/** What the link to a neighbour costs now, by the round trips and losses of its connection. */
export const costOf = ({ link: { rttMs = 0, lossShare } }: Connection): number => linkCost(rttMs, lossShare);
