import type { NodeId } from '../../core/crypto/node-id.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member, type Taken, type View } from './check.ts';

/**
 * In a healed net all agree: everybody has a way to everybody, readers of a channel have the same messages, and authors know
 * what was delivered. And at no second does a way turn in a circle.
 */
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

  second({ world }: View): void {
    const nextHops = nextHopsOf(world.computers);
    for (const from of world.computers) {
      for (const to of nextHops.get(from.index)?.keys() ?? []) {
        const path = follow(nextHops, from.index, to);
        claim(path !== 'circle', () => `the way from ${from.index} to ${to} turns in a circle`);
      }
    }
  }

  finished({ world }: View): void {
    this.#sameMessages(world.computers);
    const nextHops = nextHopsOf(world.computers);
    for (const from of world.computers) {
      for (const to of world.computers) {
        if (from === to) continue;
        const way = follow(nextHops, from.index, to.index);
        claim(way === 'arrives', () => `there is no way from ${from.index} to ${to.index} in a healed net`);
      }
    }
  }

  #sameMessages(members: readonly Member[]): void {
    for (const [id, readers] of this.#due) {
      const post = this.#posts.get(id);
      for (const reader of readers) {
        if (!post || !this.#readersOf(post.to).has(reader)) continue;
        const has = members[reader]?.disk.message(id) !== undefined;
        claim(
          has,
          () => `"${post.text}" of ${post.author} (${id.slice(0, 8)}) did not come to ${reader}, who reads there`,
        );
      }
    }
  }

  #readersOf(channel: string): Set<number> {
    const readers = this.#readers.get(channel) ?? new Set();
    this.#readers.set(channel, readers);
    return readers;
  }
}

type NextHops = ReadonlyMap<number, ReadonlyMap<number, number>>;

/**
 * Who would hand what for whom to whom: straight to a neighbour, else over the selected route. A connection that only one
 * side still believes in leads nowhere.
 */
function nextHopsOf(members: readonly Member[]): NextHops {
  const indexes = new Map<NodeId, number>();
  for (const { index, node } of members) if (node) indexes.set(node.id, index);
  const indexOf = (id: NodeId) => indexes.get(id) ?? -1;
  const connected = members.map(
    ({ node }) =>
      new Set((node?.peers() ?? []).filter(({ state }) => state === 'connected').map(({ id }) => indexOf(id))),
  );
  // What leads to a computer that is switched off has no index, and leads nowhere.
  const areJoined = (a: number, b: number) => connected[a]?.has(b) && connected[b]?.has(a);
  const leads = ([to, next]: readonly [number, number], from: number) => to >= 0 && areJoined(from, next);
  return new Map(
    members.map(({ index, node }) => {
      const selected = (node?.routes() ?? []).filter((route) => route.selected);
      const routes = selected.map(({ to, nextHop }) => [indexOf(to), indexOf(nextHop)] as const);
      const links = [...(connected[index] ?? [])].map((peer) => [peer, peer] as const);
      return [index, new Map([...routes, ...links].filter((entry) => leads(entry, index)))];
    }),
  );
}

function follow(nextHops: NextHops, from: number, to: number): 'arrives' | 'ends' | 'circle' {
  const visited = new Set<number>();
  for (let here = from; here !== to; ) {
    if (visited.has(here)) return 'circle';
    visited.add(here);
    const next = nextHops.get(here)?.get(to);
    if (next === undefined) return 'ends';
    here = next;
  }
  return 'arrives';
}
