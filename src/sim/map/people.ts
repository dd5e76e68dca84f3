import { nearest } from '../../core/base/nearest.ts';
import { HOSTILE_KINDS, type HostileKind } from '../hostile/kinds.ts';
import type { Site } from '../internet.ts';
import { NAT_KINDS } from '../nat.ts';
import { MapError, type Table } from './table.ts';

/** Most nodes that a map may have. */
const NODES_MAX = 10_000;

/** The nodes of a map: what they are called, where they are, and what is said of them. */
export class People {
  readonly names: string[] = [];
  readonly clockOffsetsMs: number[] = [];
  readonly late = new Map<number, number>();
  readonly hostile = new Map<number, HostileKind>();
  readonly #groups = new Map<string, readonly number[]>();
  readonly #sites = new Map<string, { nat: Site['nat']; members: number[]; timeoutMs?: number }>();

  /** @param nodes - how many there are to be, when that is asked; the one group that has a count is made larger or smaller. */
  constructor(tables: readonly Table[], nodes: number | undefined, where: string) {
    if (tables.length === 0)
      throw new MapError(`${where}: a map has nodes: write [[node]] and a name for each, or a name and a count`);
    const change = nodes === undefined ? 0 : nodes - tables.reduce((sum, table) => sum + countOf(table), 0);
    const counted = tables.filter((table) => table.has('count'));
    if (nodes !== undefined && counted.length !== 1) {
      throw new MapError(
        `${where}: --nodes is for a map in which one [[node]] has a count; here ${counted.length} have`,
      );
    }
    for (const table of tables) this.#add(table, countOf(table) + (table === counted[0] ? change : 0));
  }

  get count(): number {
    return this.names.length;
  }

  get sites(): readonly Site[] {
    return [...this.#sites.values()];
  }

  /** The nodes that some names stand for: of single nodes, of groups, or "all". */
  all(table: Table, key: string, otherwise?: readonly string[]): readonly number[] {
    const found = table.texts(key, otherwise).flatMap((name) => {
      const members = name === 'all' ? [...this.names.keys()] : this.#groups.get(name);
      return members ?? this.#unknown(table, key, name);
    });
    return [...new Set(found)];
  }

  /** The one node that a name stands for. */
  one(table: Table, key: string, name = table.text(key)): number {
    const members = this.#groups.get(name) ?? this.#unknown(table, key, name);
    if (members.length === 1) return members[0]!;
    throw new MapError(`${table.where(key)}: ${name} are ${members.length} nodes: say which one, as ${name}-1`);
  }

  #add(table: Table, count: number): void {
    const name = table.text('name');
    if (this.#groups.has(name) || name === 'all')
      throw new MapError(`${table.where('name')}: there is another ${name}`);
    if (count < 1 || this.count + count > NODES_MAX) {
      throw new MapError(`${table.where('count')}: ${name} would be ${count} of at most ${NODES_MAX} nodes`);
    }
    const isGroup = table.has('count');
    const members = Array.from({ length: count }, (_, i) => {
      const own = isGroup ? `${name}-${i + 1}` : name;
      const index = this.names.push(own) - 1;
      if (isGroup) this.#groups.set(own, [index]);
      return index;
    });
    this.#groups.set(name, members);
    const [clockMs, lateMs] = [table.timeMs('clock', { min: Number.NEGATIVE_INFINITY, otherwise: 0 }), lateOf(table)];
    const hostile = table.has('hostile') ? table.oneOf('hostile', HOSTILE_KINDS) : undefined;
    for (const index of members) {
      this.clockOffsetsMs.push(clockMs);
      if (lateMs !== undefined) this.late.set(index, lateMs);
      if (hostile) this.hostile.set(index, hostile);
    }
    if (table.has('nat')) this.#settle(table, name, members);
    table.done();
  }

  /** Each of them has a router of its own, unless a site says that they share one. */
  #settle(table: Table, name: string, members: readonly number[]): void {
    const nat = table.oneOf('nat', NAT_KINDS);
    const timeoutMs = table.has('mapping') ? table.timeMs('mapping', { min: 1_000 }) : undefined;
    const shared = table.has('site') ? `site ${table.text('site')}` : undefined;
    for (const index of members) {
      const key = shared ?? `own ${name} ${index}`;
      const site = this.#sites.get(key) ?? { nat, members: [], ...(timeoutMs === undefined ? {} : { timeoutMs }) };
      if (site.nat !== nat)
        throw new MapError(`${table.where('nat')}: the same site has a router of another kind: ${site.nat}`);
      site.members.push(index);
      this.#sites.set(key, site);
    }
  }

  #unknown(table: Table, key: string, name: string): never {
    const [near] = nearest(name, this.#groups.keys());
    throw new MapError(`${table.where(key)}: there is no node ${name}${near ? `: did you mean ${near}?` : ''}`);
  }
}

const countOf = (table: Table): number => table.count('count', { min: 1, max: NODES_MAX }, 1);

const lateOf = (table: Table): number | undefined => (table.has('late') ? table.timeMs('late') : undefined);
