import type { Random } from '../../core/base/random.ts';
import type { DiskHabits } from '../computer.ts';
import { full, geometric, grid, line, randomNet, ring, star } from '../shapes.ts';
import type { Climate, Link } from '../weather.ts';
import type { People } from './people.ts';
import { MapError, type Table } from './table.ts';

/** The weather when a map says nothing: a good home network. */
const FAIR: Climate = { latencyMs: { min: 5, max: 40 }, jitterMs: 5, lossShare: 0, duplicateShare: 0, corruptShare: 0 };

/** Nodes that may all have links to each other: it is half a million of them. */
const FULL_MAX = 1_000;

const SHAPES = ['line', 'ring', 'star', 'grid', 'full', 'random', 'geometric'] as const;

/** Reads what a table says about the weather, where it says something; `otherwise` holds for the rest. */
export function readClimate(table: Table, otherwise: Climate = FAIR): Climate {
  const { bandwidth: before } = otherwise;
  const reorderShare = table.share('reorder', otherwise.reorderShare ?? 0);
  const climate = {
    latencyMs: table.range('latency_ms', otherwise.latencyMs),
    jitterMs: table.number('jitter_ms', { min: 0, max: 60_000 }, otherwise.jitterMs),
    lossShare: table.share('loss', otherwise.lossShare),
    duplicateShare: table.share('duplicate', otherwise.duplicateShare),
    corruptShare: table.share('corrupt', otherwise.corruptShare),
    reorderShare,
  };
  const kbit = table.number('bandwidth_kbit', { min: 0, max: 100_000_000 }, before ? before.bytesPerSecond / 125 : 0);
  const queueKb = table.number('queue_kb', { min: 2, max: 1_000_000 }, before ? before.queueBytes / 1_000 : 64);
  return kbit === 0 ? climate : { ...climate, bandwidth: { bytesPerSecond: kbit * 125, queueBytes: queueKb * 1_000 } };
}

/** Reads how the disks are. */
export const readDisk = (table: Table): DiskHabits => ({
  delayMs: table.number('delay_ms', { min: 0, max: 60_000 }, 10),
  refuseShare: table.share('refused', 0),
});

/** Reads the links: single ones, and those of a shape. A later one between the same two takes the place of an earlier one. */
export function readLinks(tables: readonly Table[], people: People, climate: Climate, random: Random): Link[] {
  const links = new Map<string, Link>();
  for (const table of tables) {
    const ends = table.has('between') ? between(table, people) : shaped(table, people, random);
    const own = readClimate(table, climate);
    const isOwn = JSON.stringify(own) !== JSON.stringify(climate);
    for (const [a, b] of ends) links.set(`${Math.min(a, b)} ${Math.max(a, b)}`, isOwn ? [a, b, own] : [a, b]);
    table.done();
  }
  return [...links.values()];
}

/** Two names are a link, more of them a chain. */
function between(table: Table, people: People): Link[] {
  const names = table.texts('between');
  const chain = names.map((name) => people.one(table, 'between', name));
  if (chain.length < 2 || new Set(chain).size < chain.length) table.wrong('between', 'two or more different nodes');
  return line(chain.length).map(([a, b]) => [chain[a]!, chain[b]!]);
}

function shaped(table: Table, people: People, random: Random): Link[] {
  if (!table.has('shape')) {
    throw new MapError(`${table.where()}: a link has between = ["a", "b"], or a shape: ${SHAPES.join(', ')}`);
  }
  const shape = table.oneOf('shape', SHAPES);
  const others = people.all(table, 'of', ['all']);
  const members = shape === 'star' ? around(people.one(table, 'centre'), others) : others;
  if (members.length < 2) table.wrong('of', 'two or more nodes');
  return linksOf(shape, members.length, table, random).map(([a, b]) => [members[a]!, members[b]!]);
}

const around = (centre: number, others: readonly number[]): number[] => [
  centre,
  ...others.filter((one) => one !== centre),
];

function linksOf(shape: (typeof SHAPES)[number], count: number, table: Table, random: Random): Link[] {
  switch (shape) {
    case 'line':
      return line(count);
    case 'ring':
      return ring(count);
    case 'star':
      return star(count);
    case 'grid':
      return grid(count);
    case 'full':
      return count <= FULL_MAX
        ? full(count)
        : table.wrong('shape', `full for at most ${FULL_MAX} nodes, and these are ${count}`);
    case 'random':
      return randomNet(random, count, table.count('more', { min: 0, max: 100_000 }, Math.floor(count / 2)));
    case 'geometric':
      return geometric(random, count, table.number('radius', { min: 0, max: 2 }, 0.3));
  }
}
