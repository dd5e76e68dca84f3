import { STATUS_LOG_MS } from '../core/base/limits.ts';
import type { Instant } from '../core/base/time.ts';
import type { NodeCommands } from '../core/node/commands.ts';
import type { Log } from './log.ts';

/** Whose state is logged, and where. */
export type StatusLogParts = {
  readonly owner: { turn<T>(command: (node: NodeCommands, now: Instant) => T): T };
  readonly log: Log;
  /** Datagrams dropped outside of the node, by reason. */
  readonly dropped: () => ReadonlyMap<string, number>;
};

/** A line in the log every STATUS_LOG_MS: how many neighbours, routes and messages there are, and what was dropped since the line before. */
export class StatusLog {
  readonly #parts: StatusLogParts;
  readonly #dropped = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: StatusLogParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.say(), STATUS_LOG_MS);
    this.#timer.unref();
  }

  /** The line, now. */
  say(): void {
    const { owner, log } = this.#parts;
    const status = owner.turn((node, now) => {
      const { neighbours, peers, destinations } = node.sizes();
      const { carried } = node.store(now);
      const answering = [...node.neighbours()].length;
      const counts = { peers, links: neighbours, answering, routes: destinations, queued: node.queued() };
      return {
        counts: { ...counts, carried: carried.envelopes, carriedBytes: carried.bytes },
        dropped: node.dropped(),
      };
    });
    const dropped = this.#sinceLast([...status.dropped, ...this.#parts.dropped()]);
    log.info({ ...status.counts, ...(dropped && { dropped }) }, 'status');
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sinceLast(counts: readonly (readonly [string, number])[]): Readonly<Record<string, number>> | undefined {
    const since: Record<string, number> = {};
    for (const [why, count] of counts) {
      const more = count - (this.#dropped.get(why) ?? 0);
      this.#dropped.set(why, count);
      if (more > 0) since[why] = more;
    }
    return Object.keys(since).length > 0 ? since : undefined;
  }
}
