import type { Message } from '../../src/api/shapes.ts';
import type { Handlers } from './fake-answers.ts';
import type { FakeBook } from './fake-book.ts';
import { FakeNode } from './fake-node.ts';
import { messageId, nodeId, STORY_BEGINS } from './fake-people.ts';
import { lifeOfCarried, whyCarried } from './valley-life.ts';
import {
  type Neighbour,
  TOPICS,
  VALLEY,
  VALLEY_NOW,
  valleyChannels,
  valleyContacts,
  valleyPeers,
  valleyRoutes,
} from './valley-people.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A morning in the valley, on ann's node: a small mesh of neighbours, some news, mail for one who is away, and one failure. */
export function valley(): FakeNode {
  const node = new FakeNode({ delivery: 'by hand', answers: valleyAnswers });
  const { book } = node;
  book.now = VALLEY_NOW;
  book.mdns = 'on';
  refill(book.contacts, valleyContacts());
  refill(book.peers, valleyPeers());
  refill(book.channels, valleyChannels());
  refill(book.messages, valleyLines());
  book.unread.set(TOPICS.valley, 3);
  book.unread.set(TOPICS.market, 12);
  book.unread.set(VALLEY.えりか, 1);
  return node;
}

function refill<T>(list: T[], by: readonly T[]): void {
  list.splice(0, list.length, ...by);
}

/** A line: in which conversation, at which minute before now, whose, and what more is known of it. */
type Said = readonly [
  where: keyof typeof TOPICS | Neighbour,
  at: number,
  who: Neighbour,
  text: string,
  more?: Partial<Message>,
];

/** Ten in the evening before. */
const EVENING = 608;

const SAID: readonly Said[] = [
  ['market', 400, 'chioma', 'two crates of apples at the mill, take some'],
  ['market', 31, 'Мила', 'есть лишняя детская кровать, отдам'],
  ['repairs', 380, 'bob', 'the lamp on the bridge blinks again'],
  ['repairs', 65, 'ann', 'I bring the ladder on Saturday', { state: 'sent', coverage: { have: 5, of: 5 } }],
  ['えりか', 52, 'ann', 'did the photos arrive?', { state: 'read' }],
  ['えりか', 12, 'えりか', '全部届きました、ありがとう！'],
  ['Νίκος', 95, 'ann', 'the minutes of Tuesday: https://valley.example/minutes', { state: 'carried', detail: '2' }],
  ['Νίκος', 40, 'ann', 'and the key is under the blue pot', { state: 'queued' }],
  ['bob', 70, 'bob', 'coffee at ten?'],
  ['bob', 69, 'ann', 'at eleven', { state: 'delivered' }],
  ['valley', EVENING + 190, 'Мила', 'кто завтра идёт на рынок?', { hops: 3 }],
  ['valley', EVENING + 188, 'chioma', 'me, at nine. who needs bread?', { hops: 2 }],
  ['valley', EVENING + 187, 'Νίκος', 'δύο, ευχαριστώ', { hops: 3 }],
  ['valley', EVENING + 186, 'ann', 'one, with seeds 🥖', { state: 'sent', coverage: { have: 12, of: 12 } }],
  ['valley', EVENING + 101, 'bob', 'going up the hill, its node has been silent since Monday'],
  ['valley', EVENING + 3, 'bob', 'the hill node is back up, three hops to town now'],
  ['valley', EVENING + 2, 'chioma', 'nice! does it hold in the rain?'],
  [
    'valley',
    EVENING,
    'bob',
    'since noon: 4 ms, nothing lost',
    { edited: { id: messageId(900), at: STORY_BEGINS - 9 * 60 * MINUTE_MS } },
  ],
  ['valley', 27, 'ann', 'moved my node to the window, who sees me?', { state: 'sent', coverage: { have: 12, of: 12 } }],
  ['valley', 26, 'えりか', '見えます 👋 二ホップです', { hops: 2 }],
  [
    'valley',
    25,
    'Мила',
    'и я, через школу',
    { hops: 3, reactions: [{ sign: '👍', count: 2, mine: true, names: ['bob'] }] },
  ],
  ['valley', 19, 'chioma', 'could somebody put the minutes of Tuesday online?', { hops: 2 }],
  ['valley', 18, 'bob', 'https://valley.example/minutes'],
  ['valley', 17, 'ann', 'map of all links: /mesh map', { state: 'sent', coverage: { have: 9, of: 12 } }],
  ['valley', 9, 'bob', '@ann the library is gone since five to eight, do you still reach it?'],
  ['valley', 8, '~fox.m3xa', 'same here'],
  ['valley', 6, 'Мила', 'через мельницу работает', { hops: 3 }],
  [
    'valley',
    2,
    'ann',
    'looking. no way there since 07:55, and it said no goodbye',
    { state: 'sent', coverage: { have: 4, of: 12 } },
  ],
  ['library', 5, 'ann', 'are you there?', { state: 'queued' }],
  ['library', 4, 'ann', 'floorplan, all of it', { state: 'refused', detail: 'larger than 16 kB' }],
];

/** Which text answers which. */
const ANSWERS: ReadonlyMap<string, string> = new Map([
  ['https://valley.example/minutes', 'could somebody put the minutes of Tuesday online?'],
]);

function valleyLines(): Message[] {
  const lines = SAID.toSorted((a, b) => b[1] - a[1]).map((said, index) => line(said, index));
  return lines.map((message) => {
    const answered = lines.find(({ text }) => text === ANSWERS.get(message.text));
    if (!answered) return message;
    const { id, from, fromName, text } = answered;
    return { ...message, re: { id, from, fromName, text } };
  });
}

function line([where, minutesAgo, who, text, more]: Said, index: number): Message {
  const at = VALLEY_NOW - minutesAgo * MINUTE_MS;
  const mine = who === 'ann';
  const channel = where in TOPICS ? (where as keyof typeof TOPICS) : undefined;
  return {
    id: messageId(index),
    kind: channel ? 'channel' : 'direct',
    from: VALLEY[who],
    fromName: who,
    to: channel ? TOPICS[channel] : mine ? VALLEY[where as Neighbour] : VALLEY.ann,
    ...(channel && { channel }),
    text,
    created: at,
    received: at + 300,
    hops: mine ? 0 : 1,
    rank: index + 1,
    ...more,
  };
}

function valleyAnswers(book: FakeBook): Partial<Handlers> {
  const letter = () => book.messages.find(({ state }) => state === 'carried')!;
  return {
    why: () => whyCarried(letter()),
    details: () => lifeOfCarried(letter()),
    route: ({ peer }) => {
      const only = peer === undefined ? undefined : book.peer(peer);
      return { routes: valleyRoutes().filter(({ to }) => only === undefined || to === only) };
    },
    trace: ({ peer }) => {
      const to = book.peer(peer);
      const ways = Object.entries(ON_THE_WAY) as [Neighbour, readonly (readonly [string, number])[]][];
      const [name, way] = ways.find(([name]) => VALLEY[name] === to) ?? ['bob', [['bob', 1.8]]];
      const hops = way.map(([name, rttMs]) => ({ id: idOf(name), name, rttMs, signed: true }));
      const back = [...hops.slice(0, -1).reverse(), { id: VALLEY.ann, name: 'ann', rttMs: 4.2, signed: true }];
      const rttMs = hops.reduce((sum, hop) => sum + hop.rttMs, 0.7);
      return { id: to, name, end: 'reached', rttMs, there: hops, back };
    },
    identity: () => ({
      id: VALLEY.ann,
      peerId: '12D3KooWQ7sMbWq3cUhTzXr8vYdJ2kLfN5gPaE6RtBxVmC4sHwZy',
      name: book.name,
      uri: `qpc:${VALLEY.ann}?v=1&c=k2qd&a=192.168.7.20:7000&name=ann`,
      fingerprint: '7d1e 40b2 c95a 3f08 e6d4 912b 5ac7 08fe',
      words: 'anchor velvet orbit maple canyon whisper',
      home: '/home/ann/.local/share/qpc',
      peers: book.peers.length,
    }),
    store: () => ({
      outbox: { envelopes: 4, bytes: 9_412, oldestMs: 95 * MINUTE_MS },
      carried: { envelopes: 4_112, bytes: 118_200_000 },
      lanes: [
        { lane: 'contact', envelopes: 3_015, bytes: 86_400_000, bytesMax: 134_217_728 },
        { lane: 'neighbour', envelopes: 322, bytes: 9_100_000, bytesMax: 67_108_864 },
        { lane: 'stranger', envelopes: 775, bytes: 22_700_000, bytesMax: 33_554_432 },
      ],
      seen: 18_204,
      bytes: 143_200_000,
      limits: { perRecipientEnvelopes: 1000, perRecipientBytes: 16_777_216, carriedBytes: 268_435_456 },
      perRecipient: [
        kept('Νίκος', 214, 6_410_000, 26 * 60, 2.1),
        kept('library', 31, 1_204_000, 13, 2.9),
        kept('Мила', 3, 2_150, 1, 3),
        { ...kept('chioma', 1_412, 44_100_000, 31, 2.8), to: TOPICS.market, kind: 'channel', name: '#market' },
      ],
      expired: 7,
      evicted: 0,
      refused: { full: 2 },
    }),
  };
}

/** Who is on the way to whom, with the round trip of the link that leads to each. */
const ON_THE_WAY = {
  えりか: [
    ['hill-2', 4.1],
    ['えりか', 33],
  ],
  chioma: [
    ['hill-2', 4.2],
    ['chioma', 12],
  ],
  Мила: [
    ['school', 23],
    ['~mill.mi2q', 8.4],
    ['Мила', 5.1],
  ],
} as const;

/** Those whom ann knows from traces only have names of their own. */
const idOf = (name: string): string => VALLEY[name as Neighbour] ?? nodeId(name.slice(-4));

const kept = (to: Neighbour, envelopes: number, bytes: number, minutes: number, days: number) => ({
  to: VALLEY[to],
  kind: 'direct' as const,
  name: to,
  envelopes,
  bytes,
  oldestMs: minutes * MINUTE_MS,
  expiresInMs: Math.round(days * DAY_MS),
});
