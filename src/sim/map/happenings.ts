import { below, type Random } from '../../core/base/random.ts';
import type { Action } from '../plan.ts';
import { between } from '../schedule.ts';
import { border } from '../shapes.ts';
import type { Link } from '../weather.ts';
import type { People } from './people.ts';
import { MapError, type Table } from './table.ts';

/** What things happen to, and when they may. */
export type Stage = {
  readonly people: People;
  readonly links: readonly Link[];
  readonly stormMs: number;
  readonly random: Random;
};

/** Of the storm, the part in which channels are joined before anybody writes by chance. */
const JOINING_SHARE = 0.1;

/** How long an accident lasts when nothing is said. */
const ACCIDENT_MS = 30_000;

/** Reads who joins which channel: everybody during the first tenth of the storm. Returns the members by topic too. */
export function readChannels(
  tables: readonly Table[],
  { people, stormMs, random }: Stage,
): { readonly actions: Action[]; readonly members: ReadonlyMap<string, readonly number[]> } {
  const members = new Map<string, readonly number[]>();
  const actions = tables.flatMap((table) => {
    const topic = table.text('topic');
    const joining = people.all(table, 'members', ['all']).filter((node) => !people.hostile.has(node));
    members.set(topic, joining);
    table.done();
    return joining.map(
      (node): Action => ({ atMs: between(random, 0, stormMs * JOINING_SHARE), do: 'subscribe', node, topic }),
    );
  });
  return { actions, members };
}

/** Reads the messages that are written out, word for word. */
export const readMessages = (
  tables: readonly Table[],
  { people, stormMs }: Stage,
  topics: ReadonlySet<string>,
): Action[] =>
  tables.map((table) => {
    const atMs = within(table, 'at', stormMs);
    const [from, text] = [people.one(table, 'from'), table.text('text')];
    const topic = topicOf(table, topics);
    const to = topic === undefined ? people.one(table, 'to') : undefined;
    table.done();
    return to === undefined
      ? { atMs, do: 'publish', from, topic: topic ?? '', text }
      : { atMs, do: 'send', from, to, text };
  });

/** Reads what people write by chance: so many messages a minute, from any of some to any of others. */
export function readTraffic(
  tables: readonly Table[],
  { people, stormMs, random }: Stage,
  members: ReadonlyMap<string, readonly number[]>,
): Action[] {
  let number = 0;
  return tables.flatMap((table) => {
    const topic = topicOf(table, new Set(members.keys()));
    const honest = (key: string): number[] =>
      people.all(table, key, ['all']).filter((node) => !people.hostile.has(node));
    const to = topic === undefined ? honest('to') : [];
    const mayWrite = (node: number): boolean =>
      topic === undefined ? to.some((other) => other !== node) : (members.get(topic)?.includes(node) ?? false);
    const from = honest('from').filter(mayWrite);
    if (from.length === 0)
      table.wrong('from', topic === undefined ? 'others than they write to' : 'members of the channel');
    const fromMs = table.timeMs('begin', { otherwise: stormMs * JOINING_SHARE });
    const untilMs = table.timeMs('end', { otherwise: stormMs });
    if (untilMs > stormMs || fromMs >= untilMs) table.wrong('end', 'after begin, and within the storm');
    const perMinute = table.number('per_minute', { min: 0, max: 100_000 });
    table.done();
    const count = Math.round((perMinute * (untilMs - fromMs)) / 60_000);
    return Array.from({ length: count }, (): Action => {
      const atMs = between(random, fromMs, untilMs);
      const author = from[below(random, from.length)]!;
      if (topic !== undefined) return { atMs, do: 'publish', from: author, topic, text: `post ${number++}` };
      const others = to.filter((node) => node !== author);
      return { atMs, do: 'send', from: author, to: others[below(random, others.length)]!, text: `letter ${number++}` };
    });
  });
}

const EVENTS = ['cut', 'partition', 'crash', 'clock', 'full', 'leave', 'move', 'router'] as const;

/** Reads what happens at a time that is written down. */
export const readEvents = (tables: readonly Table[], stage: Stage): Action[] =>
  tables.map((table) => {
    const atMs = within(table, 'at', stage.stormMs);
    const [what, ...more] = EVENTS.filter((event) => table.has(event));
    if (!what || more.length > 0) throw new MapError(`${table.where()}: an event is one of ${EVENTS.join(', ')}`);
    const action = { atMs, ...readEvent(what, table, stage) } as Action;
    table.done();
    return action;
  });

function readEvent(what: (typeof EVENTS)[number], table: Table, { people, links }: Stage) {
  const forMs = () => table.timeMs('for', { otherwise: ACCIDENT_MS });
  switch (what) {
    case 'cut': {
      const ends = table.texts('cut').map((name) => people.one(table, 'cut', name));
      const cut = links.filter(([a, b]) => ends.length === 2 && ends.includes(a) && ends.includes(b));
      if (cut.length === 0) table.wrong('cut', 'two nodes that have a link');
      return { do: 'cut', links: cut, forMs: forMs() } as const;
    }
    case 'partition':
      return { do: 'cut', links: border(links, new Set(people.all(table, 'partition'))), forMs: forMs() } as const;
    case 'crash':
    case 'full':
      return { do: what, node: people.one(table, what), forMs: forMs() } as const;
    case 'clock':
      return {
        do: 'clock',
        node: people.one(table, 'clock'),
        byMs: table.timeMs('by', { min: Number.NEGATIVE_INFINITY }),
      } as const;
    case 'leave': {
      const node = people.one(table, 'leave');
      return table.has('for') ? ({ do: 'leave', node, forMs: forMs() } as const) : ({ do: 'leave', node } as const);
    }
    case 'move':
    case 'router':
      return { do: what, node: people.one(table, what) } as const;
  }
}

/** Reads how often somebody's computer is switched off, by a goodbye or by the plug, and comes back. */
export function readChurn(table: Table, { people, stormMs, random }: Stage): Action[] {
  const perMinute = table.number('per_minute', { min: 0, max: 100_000 }, 0);
  const who = people.all(table, 'who', ['all']);
  const off = table.timeMs('off', { otherwise: ACCIDENT_MS });
  table.done();
  return Array.from({ length: Math.round((perMinute * stormMs) / 60_000) }, (): Action => {
    const atMs = between(random, stormMs * JOINING_SHARE, stormMs * 0.95);
    const [node, forMs] = [who[below(random, who.length)]!, between(random, 0.5, 1.5) * off];
    return below(random, 2) === 0 ? { atMs, do: 'crash', node, forMs } : { atMs, do: 'leave', node, forMs };
  });
}

function topicOf(table: Table, topics: ReadonlySet<string>): string | undefined {
  if (!table.has('channel')) return undefined;
  if (table.has('to')) table.wrong('to', 'left out where there is a channel');
  const topic = table.text('channel');
  if (!topics.has(topic)) table.wrong('channel', 'a topic of a [[channel]]');
  return topic;
}

function within(table: Table, key: string, stormMs: number): number {
  const ms = table.timeMs(key);
  return ms <= stormMs ? ms : table.wrong(key, 'a time within the storm');
}
