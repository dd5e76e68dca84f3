import { below, type Random } from '../../src/core/base/random.ts';
import type { Link } from './weather.ts';

/** What a soak is: how many nodes and messages, and what is done to them. Times are milliseconds. */
export type Storm = {
  readonly nodes: number;
  /** Sends that a reply must acknowledge before the storm ends. */
  readonly messages: number;
  readonly seed: number;
  /** The share of packets that is lost, each way. */
  readonly loss: number;
  /** Over how long the messages are sent. */
  readonly sendingMs: number;
  readonly killEveryMs: number;
  /** A node that was killed is started again after so long, at most. */
  readonly deadMsMax: number;
  readonly cutEveryMs: number;
  readonly cutMs: number;
  /** How long the calm may take until everything has arrived and every sender knows. */
  readonly calmMsMax: number;
};

/** The storm of `npm run soak`. */
export const FULL: Storm = {
  nodes: 20,
  messages: 1_000,
  seed: 1,
  loss: 0.3,
  sendingMs: 300_000,
  killEveryMs: 5_000,
  deadMsMax: 2_000,
  cutEveryMs: 20_000,
  cutMs: 10_000,
  calmMsMax: 300_000,
};

/** That of `npm test`: the same in small, with more trouble for each message. */
export const SHORT: Storm = {
  ...FULL,
  nodes: 5,
  messages: 60,
  sendingMs: 15_000,
  killEveryMs: 1_500,
  deadMsMax: 500,
  cutEveryMs: 6_000,
  cutMs: 3_000,
  calmMsMax: 150_000,
};

/** A ring, and a chord for every fifth node: several hops from one to most others, and always two ways. */
export function linksBetween(nodes: number, random: Random): Link[] {
  const links: Link[] = [];
  const add = (a: number, b: number): void => {
    const isThere = links.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
    if (a !== b && !isThere) links.push([a, b]);
  };
  for (let i = 0; i < nodes; i++) add(i, (i + 1) % nodes);
  for (let i = 0; i < Math.floor(nodes / 5); i++) add(below(random, nodes), below(random, nodes));
  return links;
}

/** How many links are between a node and each other, at least. */
export function distancesFrom(node: number, nodes: number, links: readonly Link[]): number[] {
  const distances = Array.from({ length: nodes }, () => Number.POSITIVE_INFINITY);
  distances[node] = 0;
  // As often as the farthest could be away.
  for (let round = 0; round < nodes; round++) {
    for (const [a, b] of links) {
      distances[a] = Math.min(distances[a]!, distances[b]! + 1);
      distances[b] = Math.min(distances[b]!, distances[a]! + 1);
    }
  }
  return distances;
}

/** A side of a partition for each node; both have somebody. */
export function sidesOf(nodes: number, random: Random): number[] {
  const sides = Array.from({ length: nodes }, () => below(random, 2));
  const lonely = below(random, nodes);
  sides[lonely] = 0;
  sides[(lonely + 1) % nodes] = 1;
  return sides;
}
