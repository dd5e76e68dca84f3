import { WANTED_FAILURES_MAX, WANTED_MAX, WANTED_MS, WANTED_TOTAL_MAX } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { shortId } from '../wire/reconcile.ts';

type Wanted = { readonly channel: string; readonly peer: NodeId };

/** A neighbour that did not send what was wanted of it: how often in a row, and until when it is not asked again. */
type Failure = { readonly count: number; readonly until: Instant };

/** What somebody was to send and did not, and when he may be asked again: `undefined` if he may not. */
export type GivenUp = {
  readonly peer: NodeId;
  readonly channels: readonly string[];
  readonly againAt: Instant | undefined;
};

/**
 * Posts that were asked for and have not come, each of one neighbour: what is on its way from one is not wanted of another. One that
 * sends nothing for half a minute is given up for twice as long each time, so that nobody keeps a post from us by offering it.
 */
export class WantedPosts {
  /** By short id. */
  readonly #wanted = new Map<string, Wanted>();
  readonly #ofPeer = new Map<NodeId, Set<string>>();
  readonly #ofChannel = new Map<string, number>();
  /** Those that came because they were asked for, until they are taken. */
  readonly #came = new Set<string>();
  readonly #failures = new Map<NodeId, Failure>();
  readonly #timers = new Timers<NodeId>();

  /** Whether this neighbour is to be asked for a post: now, or later when others have come, or not at all for now. */
  mayAsk(id: string, peer: NodeId, now: Instant): 'now' | 'later' | 'no' {
    const until = this.#failures.get(peer)?.until;
    const wanted = this.#wanted.get(id);
    if (wanted?.peer === peer || (until !== undefined && now < until)) return 'no';
    if (wanted || this.#wanted.size >= WANTED_TOTAL_MAX) return 'later';
    return (this.#ofPeer.get(peer)?.size ?? 0) < WANTED_MAX ? 'now' : 'later';
  }

  asked(id: string, channel: string, peer: NodeId, now: Instant): void {
    const ofPeer = this.#ofPeer.get(peer) ?? new Set<string>();
    this.#wanted.set(id, { channel, peer });
    this.#ofPeer.set(peer, ofPeer.add(id));
    this.#ofChannel.set(channel, (this.#ofChannel.get(channel) ?? 0) + 1);
    this.#timers.schedule(peer, after(now, WANTED_MS));
  }

  /** Whether posts of this channel are on their way. */
  isAwaited(channel: string): boolean {
    return this.#ofChannel.has(channel);
  }

  /** An envelope came, from whomever. */
  came(envelope: EnvelopeId, from: NodeId, now: Instant): void {
    const id = shortId(envelope);
    const wanted = this.#wanted.get(id);
    if (!wanted) return;
    this.#forget(id, wanted);
    this.#came.add(id);
    if (this.#came.size > WANTED_TOTAL_MAX) this.#came.delete(this.#came.values().next().value!);
    if (wanted.peer !== from) return;
    this.#failures.delete(from);
    if (this.#ofPeer.has(from)) this.#timers.schedule(from, after(now, WANTED_MS));
  }

  /** Whether this envelope was asked for. Once. */
  take(envelope: EnvelopeId): boolean {
    return this.#came.delete(shortId(envelope));
  }

  /** A neighbour is gone, and what it was asked for with it. @returns the channels of that. */
  left(peer: NodeId): readonly string[] {
    this.#failures.delete(peer);
    return this.#drop(peer);
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }

  /** The next neighbour that is given up. */
  givenUp(now: Instant): GivenUp | undefined {
    const peer = this.#timers.take(now);
    if (peer === undefined) return undefined;
    const count = (this.#failures.get(peer)?.count ?? 0) + 1;
    const until = after(now, WANTED_MS * 2 ** count);
    this.#failures.set(peer, { count, until });
    return { peer, channels: this.#drop(peer), againAt: count < WANTED_FAILURES_MAX ? until : undefined };
  }

  #drop(peer: NodeId): readonly string[] {
    const channels = new Set<string>();
    for (const id of this.#ofPeer.get(peer) ?? []) {
      const wanted = this.#wanted.get(id)!;
      channels.add(wanted.channel);
      this.#forget(id, wanted);
    }
    return [...channels];
  }

  #forget(id: string, { channel, peer }: Wanted): void {
    this.#wanted.delete(id);
    const ofPeer = this.#ofPeer.get(peer)!;
    ofPeer.delete(id);
    if (ofPeer.size === 0) {
      this.#ofPeer.delete(peer);
      this.#timers.schedule(peer, undefined);
    }
    const ofChannel = this.#ofChannel.get(channel)! - 1;
    if (ofChannel > 0) this.#ofChannel.set(channel, ofChannel);
    else this.#ofChannel.delete(channel);
  }
}
