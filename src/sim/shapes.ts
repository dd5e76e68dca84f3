import { below, fraction, type Random } from '../core/base/random.ts';
import { islandsOf } from './islands.ts';
import type { Link } from './weather.ts';

/** A chain of computers. */
export const line = (count: number): Link[] => Array.from({ length: count - 1 }, (_, i) => [i, i + 1] as const);

/** The same, with its ends joined. */
export const ring = (count: number): Link[] => (count > 2 ? [...line(count), [count - 1, 0] as const] : line(count));

/** All others around the first. */
export const star = (count: number): Link[] => Array.from({ length: count - 1 }, (_, i) => [0, i + 1] as const);

/** Rows that are as long as there are rows, each joined to its neighbours to the right and below. */
export function grid(count: number): Link[] {
  const width = Math.ceil(Math.sqrt(count));
  const links: Link[] = [];
  for (let at = 0; at < count; at++) {
    if ((at + 1) % width !== 0 && at + 1 < count) links.push([at, at + 1]);
    if (at + width < count) links.push([at, at + width]);
  }
  return links;
}

/** Everybody with everybody. */
export const full = (count: number): Link[] =>
  Array.from({ length: count }, (_, a) =>
    Array.from({ length: count - a - 1 }, (_, i) => [a, a + 1 + i] as const),
  ).flat();

/** A net in which everybody can reach everybody over others: a random tree, and `more` links beside. */
export function randomNet(random: Random, count: number, more: number): Link[] {
  const links = new Map<string, Link>();
  for (let node = 1; node < count; node++) {
    const other = below(random, node);
    links.set(`${other} ${node}`, [other, node]);
  }
  for (let i = 0; i < more; i++) {
    const [a, b] = [below(random, count), below(random, count)];
    if (a !== b) links.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)]);
  }
  return [...links.values()];
}

/**
 * Radios in a square of side 1: whoever is within `radius` is reached. Groups that are out of each other's reach are joined by the
 * shortest gap, as people would put up a mast there.
 */
export function geometric(random: Random, count: number, radius: number): Link[] {
  const places = Array.from({ length: count }, () => [fraction(random), fraction(random)] as const);
  const apart = (a: number, b: number): number =>
    (places[a]![0] - places[b]![0]) ** 2 + (places[a]![1] - places[b]![1]) ** 2;
  const links: Link[] = [];
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) if (apart(a, b) <= radius ** 2) links.push([a, b]);
  }
  const islands = islandsOf(count, links, () => true);
  // For each who is not reached yet, the nearest of those who are; grown as in Prim's tree, an island at a time.
  const nearest = new Array<number>(count).fill(0);
  const reached = new Set<number>();
  const reach = (island: number): void => {
    const news = islands.flatMap((other, index) => (other === island ? [index] : []));
    for (const index of news) reached.add(index);
    for (let b = 0; b < count; b++) {
      for (const a of reached.has(b) ? [] : news) if (apart(a, b) < apart(nearest[b]!, b)) nearest[b] = a;
    }
  };
  for (reach(islands[0]!); reached.size < count; ) {
    let next: number | undefined;
    for (let b = 0; b < count; b++) {
      if (reached.has(b)) continue;
      if (next === undefined || apart(nearest[b]!, b) < apart(nearest[next]!, next)) next = b;
    }
    links.push([nearest[next!]!, next!]);
    reach(islands[next!]!);
  }
  return links;
}

/** The links between a group and all others: what a partition cuts. */
export const border = (links: readonly Link[], group: ReadonlySet<number>): Link[] =>
  links.filter(([a, b]) => group.has(a) !== group.has(b));
