import { below, fraction, type Random } from '../core/base/random.ts';
import type { Action } from './plan.ts';
import { border } from './shapes.ts';
import type { Link } from './weather.ts';

/** A number from `min` to `max`. */
export const between = (random: Random, min: number, max: number): number => min + (max - min) * fraction(random);

/** What a schedule is drawn from. Counts are for the whole storm. */
export type Busyness = {
  readonly nodes: number;
  readonly links: readonly Link[];
  readonly untilMs: number;
  readonly sends: number;
  readonly posts: number;
  readonly topics: readonly string[];
  readonly crashes: number;
  readonly cuts: number;
  readonly partitions: number;
  readonly clocks: number;
  readonly fullDisks?: number;
  readonly leaves?: number;
  readonly moves?: number;
  /** Routers that start anew. */
  readonly routers?: number;
};

/** Draws what people and accidents do during a storm, in order of time. Channels are joined in its first tenth. */
export function drawActions(random: Random, busy: Busyness): Action[] {
  const { nodes, links, untilMs, topics } = busy;
  const times = <T>(count: number, draw: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(i));
  const atMs = () => between(random, untilMs * 0.1, untilMs * 0.95);
  const other = (than: number) => (than + 1 + below(random, nodes - 1)) % nodes;
  const forMs = () => between(random, 1_000, untilMs / 4);
  const readers = topics.map(() => times(nodes, () => below(random, 2) === 0));

  const actions: Action[] = [
    ...topics.flatMap((topic, t) =>
      times(nodes, (node) => ({
        atMs: between(random, 0, untilMs * 0.1),
        do: 'subscribe' as const,
        node,
        topic,
      })).filter(({ node }) => readers[t]?.[node]),
    ),
    ...times(busy.sends, (i): Action => {
      const from = below(random, nodes);
      return { atMs: atMs(), do: 'send', from, to: other(from), text: `letter ${i}` };
    }),
    ...times(topics.length > 0 ? busy.posts : 0, (i): Action => {
      const t = below(random, topics.length);
      const authors = times(nodes, (node) => node).filter((node) => readers[t]?.[node]);
      const from = authors[below(random, authors.length)] ?? 0;
      return { atMs: atMs(), do: 'publish', from, topic: topics[t] ?? '', text: `post ${i}` };
    }),
    ...times(busy.crashes, (): Action => ({ atMs: atMs(), do: 'crash', node: below(random, nodes), forMs: forMs() })),
    ...times(busy.cuts, (): Action => {
      const link = links[below(random, links.length)];
      return { atMs: atMs(), do: 'cut', links: link ? [link] : [], forMs: forMs() };
    }),
    ...times(busy.partitions, (): Action => {
      const group = new Set(times(nodes, (node) => node).filter(() => below(random, 2) === 0));
      return { atMs: atMs(), do: 'cut', links: border(links, group), forMs: forMs() };
    }),
    ...times(busy.clocks, (): Action => {
      const byMs = Math.round(between(random, -1, 1) * 2 * 365 * 86_400_000);
      return { atMs: atMs(), do: 'clock', node: below(random, nodes), byMs };
    }),
    ...times(
      busy.fullDisks ?? 0,
      (): Action => ({ atMs: atMs(), do: 'full', node: below(random, nodes), forMs: forMs() }),
    ),
    ...times(
      busy.leaves ?? 0,
      (): Action => ({ atMs: atMs(), do: 'leave', node: below(random, nodes), forMs: forMs() }),
    ),
    ...times(busy.moves ?? 0, (): Action => ({ atMs: atMs(), do: 'move', node: below(random, nodes) })),
    ...times(busy.routers ?? 0, (): Action => ({ atMs: atMs(), do: 'router', node: below(random, nodes) })),
  ];
  return actions.sort((a, b) => a.atMs - b.atMs);
}
