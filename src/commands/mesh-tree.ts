import type { Route, Traced } from '../api/shapes.ts';
import { plural, rtt } from './show.ts';

/** A node as it stands in the mesh, seen from here. */
export type MeshNode = {
  readonly id: string;
  readonly name: string;
  /** Links to it: 1 for a neighbour. */
  readonly hops: number;
  /** The last node on the way to it that is known; absent for a neighbour, which hangs from us. */
  readonly over?: string;
  /** How many nodes are between that one and it of which only the number is known. */
  readonly unknown: number;
  /** What the link from there was measured to do, where it is known. */
  readonly rttMs?: number;
  readonly loss?: number;
  /** How many neighbours lead to it. */
  readonly ways: number;
};

/**
 * Who is reached over whom: neighbours, and behind each those that it leads to. A node tells how far others are, not what is between;
 * that only a trace has seen, and it counts while the distances are those of that time.
 *
 * @returns those nearest first, so that a node comes after the one it hangs from
 */
export function meshNodes(routes: readonly Route[], traces: Iterable<Traced> = []): readonly MeshNode[] {
  const best = new Map<string, Route>();
  const ways = new Map<string, number>();
  for (const route of routes) {
    ways.set(route.to, (ways.get(route.to) ?? 0) + 1);
    if (isDirect(route) || (route.selected && !isDirect(best.get(route.to)))) best.set(route.to, route);
  }
  const hopsTo = (id: string): number | undefined => {
    const route = best.get(id);
    return route && (isDirect(route) ? 1 : Math.max(2, route.hops));
  };
  const seen = linksSeen(traces, hopsTo);
  const nodes = [...best.values()].map((route): MeshNode => {
    const { to: id, name, nextHop } = route;
    const about = { id, name, hops: hopsTo(id)!, ways: ways.get(id) ?? 0 };
    if (isDirect(route)) return { ...about, unknown: 0, ...measured(route) };
    const link = seen.get(id);
    if (link) return { ...about, ...link, unknown: 0 };
    const isKnown = best.has(nextHop);
    return { ...about, ...(isKnown ? { over: nextHop } : {}), unknown: about.hops - (isKnown ? 2 : 1) };
  });
  return nodes.sort(
    (a, b) => a.hops - b.hops || Number(isStranger(a)) - Number(isStranger(b)) || COLLATOR.compare(a.name, b.name),
  );
}

/** The nodes as an indented list, each behind the one it is reached over, with how deep it stands: 0 for neighbours. */
export function meshTree(nodes: readonly MeshNode[]): readonly { readonly node: MeshNode; readonly depth: number }[] {
  const behind = Map.groupBy(nodes, ({ over }) => over);
  const rows: { node: MeshNode; depth: number }[] = [];
  const visit = (over: string | undefined, depth: number): void => {
    for (const node of behind.get(over) ?? []) {
      rows.push({ node, depth });
      visit(node.id, depth + 1);
    }
  };
  visit(undefined, 0);
  return rows;
}

/** The list in lines: us, and below, indented, who is reached over whom. */
export function treeLines(nodes: readonly MeshNode[]): readonly string[] {
  const farthest = nodes.at(-1)?.hops ?? 0;
  const rows = meshTree(nodes).map(({ node, depth }) => `${'  '.repeat(depth + 1)}${node.name}  ${linkWords(node)}`);
  return [`you, ${plural(nodes.length, 'node')} within ${plural(farthest, 'hop')}`, ...rows];
}

/** What is known of the way to a node, in words: `18 ms, 3 % lost`, or `4 hops, 2 nodes between are not known`. */
export function linkWords({ hops, unknown, rttMs, loss, ways }: MeshNode): string {
  const lost = loss === undefined || loss < 0.005 ? '' : `${Math.round(loss * 100)} % lost`;
  const between = unknown === 0 ? '' : `${plural(unknown, 'node')} between ${unknown === 1 ? 'is' : 'are'} not known`;
  const parts = [hops === 1 ? '' : plural(hops, 'hop'), rtt(rttMs), lost, between, ways > 1 ? `${ways} ways` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

const COLLATOR = new Intl.Collator();

/** Whether nobody here has named it: those we have named come first. */
const isStranger = ({ name }: MeshNode): boolean => name.startsWith('~');

const isDirect = (route: Route | undefined): boolean => route !== undefined && route.to === route.nextHop;

const measured = ({ rttMs, loss }: Route): Pick<MeshNode, 'rttMs' | 'loss'> => ({
  ...(rttMs === undefined ? {} : { rttMs }),
  ...(loss === undefined ? {} : { loss }),
});

type Link = { readonly over: string; readonly rttMs: number };

/** Links between others, by the node that each leads to, as far as traces have seen them and both ends have signed. */
function linksSeen(traces: Iterable<Traced>, hopsTo: (id: string) => number | undefined): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  for (const { end, there } of traces) {
    if (end === 'forged') continue;
    for (const [at, hop] of there.entries()) {
      const before = there[at - 1];
      if (!before?.signed || !hop.signed) continue;
      if (hopsTo(hop.id) === at + 1 && hopsTo(before.id) === at)
        links.set(hop.id, { over: before.id, rttMs: hop.rttMs });
    }
  }
  return links;
}
