import { ROUTES_MAX } from '../../core/base/limits.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import type { Link } from '../weather.ts';
import { areTogether, type Check, claim, HONEST_SHARE, type Member, type Taken, type View } from './check.ts';
import { sampleOf } from './sample.ts';
import { Ways } from './ways.ts';

/** In a healed net all agree: everybody has a way to everybody, and readers of a channel have the same messages. */
export class Agreement implements Check {
  readonly name = 'agreement';
  readonly #posts = new Map<EnvelopeId, Taken>();
  /** The readers of each channel whose subscription is on disk. */
  readonly #readers = new Map<string, Set<number>>();
  /** Who has to have which post: the readers at the time when it was safe on its author's disk. */
  readonly #due = new Map<EnvelopeId, readonly number[]>();

  taken(message: Taken): void {
    if (message.kind === 'channel') this.#posts.set(message.id, message);
  }

  stored(at: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if ('put' in record && record.put === 'channel') this.#readersOf(record.channel.id).add(at.index);
      if ('delete' in record && record.delete === 'channel') this.#readersOf(record.id).delete(at.index);
      if (!('put' in record) || record.put !== 'message' || record.message.hops > 0) continue;
      if (record.message.kind === 'channel') this.#due.set(record.message.id, [...this.#readersOf(record.message.to)]);
    }
  }

  finished(view: View): void {
    this.#sameMessages(view);
    // A liar among the nodes draws ways to itself: mail gets around it by what comes of it.
    if (!view.plan.hostile) this.#allWays(view);
  }

  #allWays(view: View): void {
    const { world, plan } = view;
    const ways = new Ways();
    for (const computer of world.computers) ways.add(computer);
    for (const [a, b] of pairs(world.computers, plan.links)) {
      if (!areTogether(view, a, b)) continue;
      const [from, to] = [world.computer(a), world.computer(b)];
      const arrives = from.node && to.node && ways.follow(from.node.id, to.node.id) === 'arrives';
      claim(arrives ?? false, () => `there is no way from ${from.index} to ${to.index} in a healed net`);
    }
  }

  #sameMessages(view: View): void {
    const members = view.world.computers;
    const missing: string[] = [];
    let due = 0;
    for (const [id, readers] of this.#due) {
      const post = this.#posts.get(id);
      // A calendar that jumps while its computer is off makes what it keeps look old; its user is told.
      const hasEnded = members[post?.author ?? -1]?.disk.delivery(id)?.state === 'expired';
      if (!post || hasEnded) continue;
      for (const reader of readers) {
        if (!this.#readersOf(post.to).has(reader) || !areTogether(view, post.author, reader)) continue;
        due++;
        if (members[reader]?.disk.message(id) !== undefined) continue;
        missing.push(`"${post.text}" of ${post.author} (${id.slice(0, 8)}) did not come to ${reader}, who reads there`);
      }
    }
    const missingMax = view.plan.hostile ? Math.floor(due * (1 - HONEST_SHARE)) : 0;
    claim(missing.length <= missingMax, () => `${missing.length} of ${due} posts are missing: ${missing[0]}`);
  }

  #readersOf(channel: string): Set<number> {
    const readers = this.#readers.get(channel) ?? new Set();
    this.#readers.set(channel, readers);
    return readers;
  }
}

/** Who must have a way to whom: in a net that fits into a table everybody to everybody, in a larger one at least those with a link. */
function* pairs(members: readonly Member[], links: readonly Link[]): Iterable<Link> {
  if (members.length > ROUTES_MAX) {
    yield* links;
    return;
  }
  for (const from of members) for (const to of sampleOf(members)) yield [from.index, to.index];
}
