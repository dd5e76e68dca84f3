import type { MeshNode } from '../commands/mesh-tree.ts';

/** Where a node, or a number of nodes that had no room, stands in the drawing. */
export type Spot = {
  /** The node's id; for those that had no room `+` and the id of the one they hang from; empty for ourselves. */
  readonly id: string;
  /** Absent for ourselves and for those that had no room. */
  readonly node?: MeshNode;
  /** How many nodes stand behind this sign and are not drawn. */
  readonly folded: number;
  /** 0 for ourselves. */
  readonly column: number;
  readonly row: number;
  /** The spot that it hangs from. */
  readonly over: Spot | undefined;
};

/** How much fits: columns beside our own, and rows. */
export type Grid = { readonly columns: number; readonly rows: number };

/**
 * Places ourselves at the left and every node in the column of its hops, behind the one it hangs from; those farther than the last column
 * stand in it. What does not fit is folded into one spot where it hangs. What is on the way to the `chosen` one is not folded.
 *
 * @param nodes - those nearest first, as `meshNodes` gives them
 */
export function mapLayout(nodes: readonly MeshNode[], grid: Grid, chosen?: string): readonly Spot[] {
  const spots: Spot[] = [];
  const begin = { id: '', column: 0, over: undefined };
  place(begin, { top: 0, rows: Math.max(1, grid.rows) }, new Plan(nodes, grid.columns, chosen), spots);
  return spots;
}

type Placed = Pick<Spot, 'id' | 'column' | 'over' | 'node'>;
type Room = { readonly top: number; readonly rows: number };

/** Places one, and all behind it, into rows of their own. */
function place(one: Placed, { top, rows }: Room, plan: Plan, spots: Spot[]): void {
  const here = plan.behind(one);
  const shares = shareOut(here, rows, plan);
  const taken = shares.reduce((sum, share) => sum + share.rows, 0);
  const folded = here.length === 0 ? plan.countBehind(one.id) : 0;
  const spot: Spot = { ...one, folded, row: top + (Math.max(0, taken - 1) >> 1) };
  spots.push(spot);
  let at = top;
  for (const share of shares) {
    if (share.node) {
      const { id, hops } = share.node;
      place(
        { id, node: share.node, column: Math.min(plan.columns, hops), over: spot },
        { top: at, rows: share.rows },
        plan,
        spots,
      );
    } else spots.push({ id: `+${one.id}`, folded: share.folded, column: one.column + 1, row: at, over: spot });
    at += share.rows;
  }
}

/** Rows for one of those that hang together, or one row for all that are folded. */
type Share =
  | { readonly node: MeshNode; readonly rows: number }
  | { readonly node?: undefined; readonly rows: 1; readonly folded: number };

/** Divides rows among those that hang from one: each gets what it wants, as far as that goes round. */
function shareOut(here: readonly MeshNode[], rows: number, plan: Plan): readonly Share[] {
  const shown = here.length <= rows ? here : plan.windowOn(here, rows - 1);
  const folded = here.length === shown.length ? 0 : plan.countWith(here) - plan.countWith(shown);
  const given = new Map<MeshNode, number>();
  let left = rows - (folded > 0 ? 1 : 0);
  for (const node of shown.toSorted((a, b) => plan.wants(a) - plan.wants(b))) {
    const share = Math.min(plan.wants(node), Math.floor(left / (shown.length - given.size)));
    given.set(node, share);
    left -= share;
  }
  const shares = shown.map((node): Share => ({ node, rows: given.get(node) ?? 1 }));
  return folded > 0 ? [...shares, { rows: 1, folded }] : shares;
}

/** What has to be known of all nodes to place one of them. */
class Plan {
  readonly columns: number;
  readonly #tree: Tree;
  /** The chosen one, and those that it hangs from. */
  readonly #kept = new Set<string>();

  constructor(nodes: readonly MeshNode[], columns: number, chosen: string | undefined) {
    this.columns = columns;
    this.#tree = treeOf(nodes, columns);
    for (let id = chosen; id !== undefined && !this.#kept.has(id); id = this.#tree.over.get(id)) this.#kept.add(id);
  }

  /** Those that hang from one and have a column. */
  behind({ id, column }: Pick<Spot, 'id' | 'column'>): readonly MeshNode[] {
    return column < this.columns ? (this.#tree.behind.get(id) ?? []) : [];
  }

  /** How many are behind one, at any depth. */
  countBehind(id: string): number {
    return this.#tree.counts.get(id) ?? 0;
  }

  countWith(nodes: readonly MeshNode[]): number {
    return countWith(nodes, this.#tree);
  }

  /** The rows that a node wants: one for each behind it that leads nowhere. */
  wants({ id }: MeshNode): number {
    return this.#tree.wants.get(id) ?? 1;
  }

  /** `count` of these, those that have to be shown among them. */
  windowOn(here: readonly MeshNode[], count: number): readonly MeshNode[] {
    const at = here.findIndex(({ id }) => this.#kept.has(id));
    const from = Math.max(0, Math.min(at - (count >> 1), here.length - count));
    return here.slice(from, from + Math.max(0, count));
  }
}

/** Who hangs from whom; the same for every key that is pressed while the node says nothing new. */
type Tree = {
  readonly columns: number;
  readonly behind: ReadonlyMap<string, readonly MeshNode[]>;
  readonly over: ReadonlyMap<string, string>;
  readonly counts: Map<string, number>;
  readonly wants: Map<string, number>;
};

function treeOf(nodes: readonly MeshNode[], columns: number): Tree {
  const known = made.get(nodes);
  if (known?.columns === columns) return known;
  const behind = Map.groupBy(nodes, ({ over }) => over ?? '');
  const over = new Map(nodes.flatMap((node) => (node.over === undefined ? [] : [[node.id, node.over] as const])));
  const tree: Tree = { columns, behind, over, counts: new Map([['', nodes.length]]), wants: new Map() };
  // The farthest first: what is behind a node has been counted when its own turn comes.
  for (const { id, hops } of nodes.toReversed()) {
    const here = behind.get(id);
    if (!here) continue;
    tree.counts.set(id, countWith(here, tree));
    const rows = hops < columns ? here.reduce((sum, one) => sum + (tree.wants.get(one.id) ?? 1), 0) : 1;
    tree.wants.set(id, Math.max(1, rows));
  }
  made.set(nodes, tree);
  return tree;
}

const made = new WeakMap<readonly MeshNode[], Tree>();

const countWith = (nodes: readonly MeshNode[], { counts }: Tree): number =>
  nodes.reduce((sum, { id }) => sum + 1 + (counts.get(id) ?? 0), 0);
