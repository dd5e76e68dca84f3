import type { Link } from './weather.ts';

/**
 * Which computers reach each other, over any number of links: for each the number of its island.
 *
 * @param isOpen - whether a link can be used.
 */
export function islandsOf(count: number, links: readonly Link[], isOpen: (a: number, b: number) => boolean): number[] {
  const island = Array.from({ length: count }, (_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (island[at] !== at) {
      island[at] = island[island[at]!]!;
      at = island[at]!;
    }
    return at;
  };
  for (const [a, b] of links) if (isOpen(a, b)) island[find(a)] = find(b);
  return island.map((_, index) => find(index));
}
