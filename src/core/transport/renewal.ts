import { RENEWAL_GRACE_MS, RENEWAL_LOOK_MS, RENEWAL_RETRY_MS } from '../base/limits.ts';
import { jitter, type Random } from '../base/random.ts';
import { after, type Instant } from '../base/time.ts';
import type { Connection } from './connection.ts';

/** After what a connection is replaced: so many milliseconds, or bytes of payload both ways together. */
export type RenewalLimits = { readonly ageMs: number; readonly bytes: number };

/** When a connection is to be replaced, and how often that has been tried. */
type Plan = { dueAt: Instant; readonly bytes: number; tries: number };

/** So that the connections of a node are not all renewed at once. Far less than the grace. */
const JITTER = 0.05;

/**
 * Which connections have lasted long enough to be replaced by a new handshake (docs/protocol.md §1.1): a key update protects what was
 * said before it, and only a handshake protects what is said after somebody has read the keys in memory. The side that dialled
 * begins; the other one some minutes later, if that did not help. What cannot be replaced stays, and is tried again.
 */
export class Renewals {
  readonly #limits: RenewalLimits;
  readonly #random: Random;
  readonly #plans = new Map<Connection, Plan>();
  #lookAt: Instant | undefined;

  constructor(limits: RenewalLimits, random: Random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Its time runs from here on. */
  confirmed(connection: Connection, now: Instant): void {
    const { ageMs, bytes } = this.#limits;
    const dueMs = jitter(this.#random, ageMs, JITTER) + (connection.initiator ? 0 : RENEWAL_GRACE_MS);
    this.#plans.set(connection, {
      dueAt: after(now, dueMs),
      bytes: connection.initiator ? bytes : 2 * bytes,
      tries: 0,
    });
    this.#lookAt ??= after(now, RENEWAL_LOOK_MS);
  }

  forget(connection: Connection): void {
    this.#plans.delete(connection);
    if (this.#plans.size === 0) this.#lookAt = undefined;
  }

  deadline(): Instant | undefined {
    return this.#lookAt;
  }

  /** The connections to replace now. What comes of it shows by itself: one that was replaced is retiring. */
  due(now: Instant): readonly Connection[] {
    if (this.#lookAt === undefined || now < this.#lookAt) return [];
    this.#lookAt = after(now, RENEWAL_LOOK_MS);
    const due: Connection[] = [];
    for (const [connection, plan] of this.#plans) {
      const isWorn = plan.tries === 0 && connection.link.payloadBytes >= plan.bytes;
      if (connection.closed || connection.retiring || (now < plan.dueAt && !isWorn)) continue;
      plan.dueAt = after(now, Math.min(this.#limits.ageMs, RENEWAL_RETRY_MS * 2 ** plan.tries++));
      due.push(connection);
    }
    return due;
  }
}
