import {
  AGAIN_MS_MAX,
  RECONCILE_AGAIN_MS,
  WANTED_ALL_MS,
  WANTED_FAILURES_MAX,
  WANTED_MAX,
  WANTED_MS,
  WANTED_TOTAL_MAX,
} from '../base/limits.ts';
import { after, type Instant, instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { shortId } from '../wire/reconcile.ts';

/** What was asked of one neighbour and has not come, by short id, each with its channel; and since when there is something. */
type Asked = { readonly channels: Map<string, string>; readonly since: Instant };

/** A neighbour that did not send what was wanted of it: how often in a row, and when it may be asked again. */
type Failure = { readonly count: number; readonly againAt: Instant };

/** Somebody who did not send posts of these channels, and when he may be asked again. */
export type GivenUp = { readonly peer: NodeId; readonly channels: readonly string[]; readonly againAt: Instant };

/**
 * Posts that were asked for and have not come. What is on its way from one neighbour is not wanted of another; one that does not
 * send is given up for longer each time, so that nobody keeps a post from us by offering it.
 */
export class WantedPosts {
  readonly #askedOf = new Map<NodeId, Asked>();
  /** Of whom each is wanted, by short id. */
  readonly #givers = new Map<string, NodeId>();
  readonly #ofChannel = new Map<string, number>();
  /** Those that came because they were asked for, until they are taken. */
  readonly #came = new Set<string>();
  /** Those that were taken, or had been here before: they may have left, and need not come again. */
  readonly #had = new Set<string>();
  readonly #failures = new Map<NodeId, Failure>();
  readonly #timers = new Timers<NodeId>();

  /** When this neighbour is to be asked for a post: now, or not before that; `undefined` when it need not be asked. */
  askAt(id: string, peer: NodeId, now: Instant): Instant | undefined {
    const giver = this.#givers.get(id);
    if (giver === peer || this.#had.has(id)) return undefined;
    const againAt = this.#failures.get(peer)?.againAt ?? now;
    if (againAt > now) return againAt;
    const isRoom = this.#givers.size < WANTED_TOTAL_MAX && (this.#askedOf.get(peer)?.channels.size ?? 0) < WANTED_MAX;
    return giver === undefined && isRoom ? now : after(now, RECONCILE_AGAIN_MS);
  }

  asked(id: string, channel: string, peer: NodeId, now: Instant): void {
    const asked = this.#askedOf.get(peer) ?? { channels: new Map<string, string>(), since: now };
    this.#askedOf.set(peer, asked);
    asked.channels.set(id, channel);
    this.#givers.set(id, peer);
    this.#ofChannel.set(channel, (this.#ofChannel.get(channel) ?? 0) + 1);
    this.#expect(peer, asked, now);
  }

  /** How many posts of a channel are on their way. */
  awaited(channel: string): number {
    return this.#ofChannel.get(channel) ?? 0;
  }

  /** An envelope came, from whomever; `had` when it was here before. @returns the channel for which it was wanted, if it was */
  came(envelope: EnvelopeId, from: NodeId, had: boolean, now: Instant): string | undefined {
    const id = shortId(envelope);
    const giver = this.#givers.get(id);
    if (giver === undefined) return undefined;
    const channel = this.#forget(id, giver);
    remember(had ? this.#had : this.#came, id);
    if (giver !== from) return channel;
    this.#failures.delete(from);
    const asked = this.#askedOf.get(from);
    if (asked) this.#expect(from, asked, now);
    return channel;
  }

  /** Whether this envelope was asked for. Once. */
  take(envelope: EnvelopeId): boolean {
    const id = shortId(envelope);
    const wasAsked = this.#came.delete(id);
    if (wasAsked) remember(this.#had, id);
    return wasAsked;
  }

  /** A neighbour is gone, and what it was asked for with it. @returns the channels of that. */
  left(peer: NodeId): readonly string[] {
    const { channels } = this.#askedOf.get(peer) ?? { channels: new Map<string, string>() };
    const lost = new Set(channels.values());
    for (const id of [...channels.keys()]) this.#forget(id, peer);
    return [...lost];
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }

  /** The next neighbour that is given up. */
  givenUp(now: Instant): GivenUp | undefined {
    const peer = this.#timers.take(now);
    if (peer === undefined) return undefined;
    const count = (this.#failures.get(peer)?.count ?? 0) + 1;
    const againAt = after(now, Math.min(AGAIN_MS_MAX, WANTED_MS * 2 ** count));
    this.#failures.delete(peer);
    this.#failures.set(peer, { count, againAt });
    if (this.#failures.size > WANTED_FAILURES_MAX) this.#failures.delete(this.#failures.keys().next().value!);
    return { peer, channels: this.left(peer), againAt };
  }

  #expect(peer: NodeId, { since }: Asked, now: Instant): void {
    this.#timers.schedule(peer, instant(Math.min(now + WANTED_MS, since + WANTED_ALL_MS)));
  }

  #forget(id: string, peer: NodeId): string {
    const { channels } = this.#askedOf.get(peer)!;
    const channel = channels.get(id)!;
    this.#givers.delete(id);
    channels.delete(id);
    if (channels.size === 0) {
      this.#askedOf.delete(peer);
      this.#timers.schedule(peer, undefined);
    }
    const ofChannel = this.#ofChannel.get(channel)! - 1;
    if (ofChannel > 0) this.#ofChannel.set(channel, ofChannel);
    else this.#ofChannel.delete(channel);
    return channel;
  }
}

/** Adds to a set of which the oldest are forgotten. */
function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size > WANTED_TOTAL_MAX) ids.delete(ids.values().next().value!);
}
