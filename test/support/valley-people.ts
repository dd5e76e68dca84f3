import type { Channel, Contact, Peer, Route } from '../../src/api/shapes.ts';
import { nodeId, PEOPLE, STORY_BEGINS } from './fake-people.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The moment of every picture: eight minutes after the story begins. */
export const VALLEY_NOW = STORY_BEGINS + 8 * MINUTE_MS;

/** Those of the valley, by what ann calls them. The machines on the hills are nodes like all others. */
export const VALLEY = {
  ann: PEOPLE.ann,
  bob: nodeId('bobw'),
  chioma: nodeId('chio'),
  えりか: nodeId('e2ri'),
  Мила: nodeId('m2la'),
  Νίκος: nodeId('n6ik'),
  'hill-2': nodeId('h2il'),
  school: nodeId('scho'),
  library: nodeId('l7br'),
  '~fox.m3xa': nodeId('m3xa'),
} as const;

/** One of them. */
export type Neighbour = keyof typeof VALLEY;

/** The channels that ann reads. */
export const TOPICS = {
  valley: nodeId('vall'),
  repairs: nodeId('repa'),
  market: nodeId('mark'),
} as const;

type Link = Pick<Peer, 'rttMs' | 'loss' | 'address'>;

const near = (name: Neighbour, link: Link, of: Partial<Peer> = {}): Peer => ({
  id: VALLEY[name],
  name,
  source: 'mdns',
  state: 'connected',
  roles: [],
  hops: 1,
  lastSeen: VALLEY_NOW - 2_000,
  ...link,
  ...of,
});

const far = (name: Neighbour, hops: number): Peer => ({
  id: VALLEY[name],
  name,
  source: 'route',
  state: 'known',
  roles: [],
  hops,
  lastSeen: VALLEY_NOW - hops * 11_000,
});

export const valleyPeers = (): Peer[] => [
  near('hill-2', { address: '10.20.0.2:7000', rttMs: 4.1, loss: 0 }, { roles: ['relay'], source: 'manual' }),
  near('bob', { address: '192.168.7.31:7000', rttMs: 1.8, loss: 0.001 }),
  near('school', { address: '10.20.0.9:7000', rttMs: 23, loss: 0.06 }, { roles: ['relay'], source: 'remembered' }),
  near('~fox.m3xa', { address: '192.168.7.44:7010', rttMs: 6.4, loss: 0 }),
  far('えりか', 2),
  far('chioma', 2),
  far('Мила', 3),
  {
    id: VALLEY.library,
    name: 'library',
    address: '10.20.0.14:7000',
    source: 'remembered',
    state: 'known',
    roles: ['relay'],
    lastSeen: VALLEY_NOW - 13 * MINUTE_MS,
  },
  {
    id: VALLEY.Νίκος,
    name: 'Νίκος',
    source: 'remembered',
    state: 'known',
    roles: [],
    lastSeen: VALLEY_NOW - 26 * HOUR_MS,
  },
];

export const valleyContacts = (): Contact[] =>
  (['bob', 'chioma', 'えりか', 'Мила', 'Νίκος', 'hill-2', 'school', 'library'] as const).map((name) => ({
    id: VALLEY[name],
    name,
    petname: name,
    verified: name === 'bob' || name === 'えりか',
    blocked: false,
    added: STORY_BEGINS - 40 * 24 * HOUR_MS,
  }));

export const valleyChannels = (): Channel[] =>
  Object.entries(TOPICS).map(([channel, id]) => ({
    channel,
    id,
    open: channel !== 'repairs',
    neighbours: 3,
    members: channel === 'valley' ? 12 : 5,
  }));

const way = (to: Neighbour, over: Neighbour, hops: number, metric: number, of: Partial<Route> = {}): Route => {
  const { rttMs, loss } = valleyPeers().find(({ id }) => id === VALLEY[over]) ?? {};
  return {
    to: VALLEY[to],
    name: to,
    nextHop: VALLEY[over],
    nextHopName: over,
    hops,
    metric,
    ...(rttMs !== undefined && { rttMs }),
    ...(loss !== undefined && { loss }),
    ageMs: 4_000 + hops * 3_000,
    selected: true,
    ...of,
  };
};

/** Every way that ann's node knows; the second of two to one node is not in use. */
export const valleyRoutes = (): Route[] => [
  way('hill-2', 'hill-2', 1, 98),
  way('bob', 'bob', 1, 96),
  way('school', 'school', 1, 131),
  way('~fox.m3xa', '~fox.m3xa', 1, 102),
  way('えりか', 'hill-2', 2, 201),
  way('えりか', 'school', 3, 342, { selected: false }),
  way('chioma', 'hill-2', 2, 214),
  way('chioma', 'bob', 3, 290, { selected: false, ageMs: 19_000 }),
  way('Мила', 'school', 3, 377),
];
