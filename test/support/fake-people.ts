import type { Channel, Contact, Message, Peer } from '../../src/api/shapes.ts';

/** The moment at which every fake story begins: 2026-11-20 08:00 UTC, in milliseconds since 1970. */
export const STORY_BEGINS = Date.UTC(2026, 10, 20, 8, 0, 0);

const MINUTE_MS = 60_000;

/** An id that no key has, but that looks like one: 52 letters of base32 which begin with `start`, the same every time. */
export function nodeId(start: string): string {
  let [id, number] = [start, start.length];
  for (let at = 0; id.length < 51; at++) {
    number = (Math.imul(number, 48_271) + start.charCodeAt(at % start.length)) >>> 0;
    id += BASE32[number >>> 27];
  }
  return `${id}a`;
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** An id of a message: 64 hexadecimal digits, another for each `index`. */
export const messageId = (index: number): string =>
  (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(8);

/** Who is in the story. ann is us; bob is our contact, connected; carol is a stranger near by; dora is a contact that is away. */
export const PEOPLE = {
  ann: nodeId('aann'),
  bob: nodeId('bbob'),
  carol: nodeId('k7qd'),
  dora: nodeId('dora'),
} as const;

/** The id of the open channel `#general`, which ann reads. */
export const GENERAL = nodeId('gene');

export const peers = (): Peer[] => [
  {
    id: PEOPLE.bob,
    name: 'bob',
    address: '127.0.0.1:7002',
    source: 'manual',
    state: 'connected',
    roles: [],
    rttMs: 2.4,
    hops: 1,
    lastSeen: STORY_BEGINS,
  },
  {
    id: PEOPLE.carol,
    name: '~carol.k7qd',
    address: '127.0.0.1:7003',
    source: 'mdns',
    state: 'connected',
    roles: ['relay'],
    rttMs: 18,
    hops: 1,
    lastSeen: STORY_BEGINS,
  },
  {
    id: PEOPLE.dora,
    name: 'dora',
    source: 'remembered',
    state: 'known',
    roles: [],
    lastSeen: STORY_BEGINS - 26 * 60 * MINUTE_MS,
  },
];

export const contacts = (): Contact[] =>
  (['bob', 'dora'] as const).map((petname) => ({
    id: PEOPLE[petname],
    name: petname,
    petname,
    verified: petname === 'bob',
    blocked: false,
    added: STORY_BEGINS - 100 * MINUTE_MS,
  }));

export const channels = (): Channel[] => [{ channel: 'general', id: GENERAL, open: true, neighbours: 2, members: 2 }];

/** Eight lines in two conversations: what was said before the story begins. */
export const past = (): Message[] =>
  PAST.map(([where, who, text, state], index) => {
    const at = STORY_BEGINS - (PAST.length - index) * MINUTE_MS;
    const mine = who === 'ann';
    return {
      id: messageId(index),
      kind: where === 'general' ? 'channel' : 'direct',
      from: PEOPLE[who],
      fromName: who === 'carol' ? '~carol.k7qd' : who,
      to: where === 'general' ? GENERAL : mine ? PEOPLE.bob : PEOPLE.ann,
      ...(where === 'general' ? { channel: 'general' } : {}),
      text,
      created: at,
      received: at + 300,
      hops: mine ? 0 : 1,
      rank: index + 1,
      ...(state ? { state } : {}),
    };
  });

const PAST: readonly (readonly ['bob' | 'general', 'ann' | 'bob' | 'carol', string, Message['state']?])[] = [
  ['bob', 'bob', 'the hill node is back'],
  ['bob', 'ann', 'good. does it see the valley?', 'read'],
  ['general', 'carol', 'who runs the relay at the school?'],
  ['general', 'bob', "me. don't switch it off"],
  ['bob', 'bob', 'since 06:05, over two hops'],
  ['general', 'ann', 'I can hear it from here', 'sent'],
  ['bob', 'ann', 'then the map is right', 'delivered'],
  ['general', 'carol', 'thanks'],
];
