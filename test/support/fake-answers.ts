import type { METHODS, Method, Result } from '../../src/api/schema.ts';
import type { Message } from '../../src/api/shapes.ts';
import type { FakeDeed } from './fake-amendments.ts';
import { conversationOf, type FakeBook, Refusal } from './fake-book.ts';
import { PEOPLE, STORY_BEGINS } from './fake-people.ts';

/** An answer for every method: parameters as the schema gives them, results as it wants them. */
export type Handlers = { readonly [M in Method]: (params: FullParams<M>) => Result<M> };
type FullParams<M extends Method> = ReturnType<(typeof METHODS)[M]['params']['parse']>;

/** What answers may do beside answering. */
export type Acts = {
  /** Keeps a line of ann's own and lets it go its way; returns its id. */
  readonly write: (kind: Message['kind'], to: string, text: string, channel?: string, re?: string) => string;
  /** Does this to the line that begins so, for ann. */
  readonly amend: (id: string, deed: FakeDeed) => { readonly id: string; readonly by: string };
  readonly deliver: (id: string, state: NonNullable<Message['state']>, detail?: string) => void;
  readonly stop: () => void;
};

/** How the fake answers each method from what is in `book`; `act` does what has effects that are told as events. */
export const answers = (book: FakeBook, act: Acts): Handlers => ({
  status: () => statusOf(book),
  peers: () => ({ peers: book.peers }),
  server: ({ address, id }) => {
    if (id !== undefined) return { address, id, state: 'connecting' };
    return { address, state: 'noted', warning: 'no id is known for it · give one: /mesh server HOST:PORT --id ID' };
  },
  connect: ({ peer }) => {
    const [id = '', address] = peer.split('@');
    const known = book.peers.find((p) => p.id === id);
    if (address === undefined) throw new Refusal('E_USAGE', `${peer} has no address`, 'write ID@HOST:PORT');
    return { id, address, state: known?.state === 'connected' ? 'connected' : 'connecting' };
  },
  disconnect: ({ peer }) => {
    const id = book.peer(peer);
    const at = book.peers.findIndex((p) => p.id === id && p.state === 'connected');
    const was = book.peers[at];
    if (!was) return { id, state: 'not connected' };
    book.peers[at] = { ...was, state: 'known' };
    return { id, state: 'disconnected' };
  },
  send: ({ peer, text, re }) => {
    const to = book.peer(peer);
    if (text.length > 16_384) throw new Refusal('E_TOO_LARGE', 'the text is longer than 16 kB', 'nothing was sent');
    if (book.contacts.some((c) => c.id === to && c.blocked)) throw new Refusal('E_BLOCKED', `${peer} is blocked`);
    return { id: act.write('direct', to, text, undefined, re), to, state: 'queued' };
  },
  broadcast: ({ topic, text, re }) => {
    const name = topic.replace(/^#/, '');
    const known = book.channels.some((c) => c.channel === name);
    const channel = known ? book.channel(name) : book.join(name, true);
    return {
      id: act.write('channel', channel.id, text, channel.channel, re),
      channel: channel.channel,
      neighbours: channel.neighbours,
      subscribed: !known,
    };
  },
  edit: ({ id, text }) => ({ ...act.amend(id, { what: 'edited', text }), state: 'queued' }),
  delete: ({ id }) => ({ ...act.amend(id, { what: 'deleted' }), state: 'queued', withdrawn: false }),
  react: ({ id, sign }) => ({ ...act.amend(id, { what: 'reacted', sign }), state: 'queued' }),
  subscribe: ({ topic, private: closed }) => {
    const name = topic.replace(/^#/, '');
    const { channel, id, open } = book.channels.find((c) => c.channel === name) ?? book.join(name, !closed);
    return { channel, id, open, ...(open ? {} : { invite: `qpc-channel:${channel}?v=1&key=fake` }) };
  },
  unsubscribe: ({ topic }) => {
    const { channel, id } = book.channel(topic);
    book.channels.splice(
      book.channels.findIndex((c) => c.id === id),
      1,
    );
    return { channel, id };
  },
  channels: () => ({ channels: book.channels }),
  members: ({ topic }) => ({
    channel: book.channel(topic).channel,
    members: book.peers.slice(0, 2).map(({ id, name, lastSeen }) => ({ id, name, lastSeen, state: 'reachable' })),
  }),
  route: ({ peer }) => {
    const only = peer === undefined ? undefined : book.peer(peer);
    const near = book.peers.filter((p) => p.state === 'connected' && (only === undefined || p.id === only));
    return {
      routes: near.map((p) => ({
        to: p.id,
        name: p.name,
        nextHop: p.id,
        nextHopName: p.name,
        hops: 1,
        metric: 96,
        ...(p.rttMs === undefined ? {} : { rttMs: p.rttMs }),
        ageMs: 4000,
        selected: true,
      })),
    };
  },
  identity: () => ({
    id: PEOPLE.ann,
    peerId: '12D3KooWFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake',
    name: book.name,
    uri: `qpc:${PEOPLE.ann}?v=1&c=aaaa&name=ann`,
    fingerprint: '0123 4567 89ab cdef 0123 4567 89ab cdef',
    words: 'abandon ability able about above absent',
    home: '/home/ann/.local/share/qpc',
    peers: book.peers.length,
  }),
  metrics: () => ({ metrics: [{ name: 'neighbours', kind: 'gauge', value: 1 }] }),
  store: () => ({
    outbox: { envelopes: 1, bytes: 412, oldestMs: 60_000 },
    carried: { envelopes: 0, bytes: 0 },
    lanes: [],
    seen: book.messages.length,
    bytes: 40_960,
    limits: { perRecipientEnvelopes: 1000, perRecipientBytes: 16_777_216, carriedBytes: 268_435_456 },
    perRecipient: [
      {
        to: PEOPLE.dora,
        kind: 'direct',
        name: 'dora',
        envelopes: 1,
        bytes: 412,
        oldestMs: 60_000,
        expiresInMs: 259_140_000,
      },
    ],
    expired: 0,
    evicted: 0,
    refused: {},
  }),
  ping: ({ peer }) => {
    const id = book.peer(peer);
    const found = book.peers.find((p) => p.id === id);
    if (found?.state !== 'connected') throw new Refusal('E_NO_WAY', `no way to ${book.nameOf(id)} now`);
    return { id, rttMs: found.rttMs ?? 1, hops: 1 };
  },
  accept: ({ peer }) => ({ id: book.peer(peer), name: book.nameOf(book.peer(peer)) }),
  requests: () => ({ requests: [] }),
  storeExport: ({ file }) => ({ file, envelopes: 1, bytes: 512 }),
  storeImport: ({ file }) => ({ file, taken: 1, known: 0, refused: {}, whole: true }),
  trace: ({ peer }) => {
    const id = book.peer(peer);
    const name = book.nameOf(id);
    if (book.peers.find((p) => p.id === id)?.state !== 'connected')
      throw new Refusal('E_NO_WAY', `no way to ${name} now`);
    const home = { id: PEOPLE.ann, name: 'ann', rttMs: 1.5, signed: true };
    return { id, name, end: 'reached', rttMs: 3.1, there: [{ ...home, id, name }], back: [home] };
  },
  why: ({ what }) => {
    const message = book.messages.find((m) => m.state !== undefined && m.id.startsWith(what));
    if (message)
      return {
        paragraph: `${message.id.slice(0, 4)} is ${message.state} for ${book.nameOf(message.to)}.`,
        findings: [],
      };
    const seen = new Date(STORY_BEGINS).toISOString();
    return { paragraph: `${book.nameOf(book.peer(what))} was last seen ${seen}.`, findings: [] };
  },
  doctor: () => ({ findings: [], good: [{ what: 'node', found: 'process 4121, qpc 0.1.0' }] }),

  contacts: () => ({ contacts: book.contacts }),
  add: ({ who, name }) => {
    const id = /^(?:qpc:)?([a-z2-7]{52})/i.exec(who)?.[1]?.toLowerCase();
    if (id === undefined) throw new Refusal('E_USAGE', `${who} is neither a qpc: address nor an id`);
    const petname = name ?? 'friend';
    book.contacts.push({ id, name: petname, petname, verified: false, blocked: false, added: book.now });
    return { id, name: petname, addresses: [] };
  },
  rename: ({ peer, name }) => {
    const id = book.peer(peer);
    book.change(id, { name, petname: name });
    return { id, name };
  },
  verify: ({ peer }) => {
    const id = book.peer(peer);
    book.change(id, { verified: true });
    return { id, name: book.nameOf(id), fingerprint: 'ffff 4567 89ab cdef 0123 4567 89ab cdef' };
  },
  block: ({ peer }) => {
    const id = book.peer(peer);
    const blocked = !book.contacts.some((c) => c.id === id && c.blocked);
    book.change(id, { blocked });
    return { id, name: book.nameOf(id), blocked };
  },
  nick: ({ name }) => {
    book.name = name;
    return { name };
  },

  conversations: () => {
    const all = [
      ...book.channels.map((c) => ({ id: c.id, kind: 'channel' as const, name: `#${c.channel}` })),
      ...book.contacts.map((c) => ({ id: c.id, kind: 'direct' as const, name: c.name })),
    ].map((c) => {
      const last = book.messages.findLast((m) => conversationOf(m) === c.id);
      const unread = book.unread.get(c.id) ?? 0;
      const news = book.messages.filter((m) => conversationOf(m) === c.id && m.state === undefined);
      const fresh = unread === 0 ? undefined : news.at(-unread)?.id;
      const muted = book.muted.has(c.id);
      return {
        ...c,
        unread,
        ...(fresh && { fresh }),
        ...(muted && { muted }),
        ...(last ? { lastAt: last.received } : {}),
      };
    });
    return { conversations: all.toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0)) };
  },
  resolve: ({ where }) => {
    if (where.startsWith('#')) {
      const { id, channel } = book.channel(where);
      return { id, kind: 'channel', name: `#${channel}` };
    }
    const id = book.peer(where);
    return { id, kind: 'direct', name: book.nameOf(id) };
  },
  history: ({ where, before, after, around, since = 0, limit }) => {
    const only = where === undefined ? undefined : book.where(where);
    const lines = book.messages.filter(
      (m) => (only === undefined || conversationOf(m) === only) && m.received >= since,
    );
    const place = (id: string) => lines.findIndex((m) => m.id === id);
    const end =
      after !== undefined
        ? place(after) + 1 + limit
        : around !== undefined
          ? Math.max(limit, place(around) + Math.ceil(limit / 2))
          : before !== undefined
            ? place(before)
            : lines.length;
    const first = after !== undefined ? place(after) + 1 : Math.max(0, Math.min(end, lines.length) - limit);
    return { messages: lines.slice(first, Math.max(0, end)), more: first > 0, moreAfter: end < lines.length };
  },
  search: ({ text, where, before, limit }) => {
    const only = where === undefined ? undefined : book.where(where);
    const end =
      before === undefined ? book.messages.length : book.messages.findIndex(({ id }) => id.startsWith(before));
    const words = text.toLowerCase().split(/\s+/);
    const found = book.messages
      .slice(0, Math.max(0, end))
      .filter(
        (m) =>
          (only === undefined || conversationOf(m) === only) && words.every((w) => m.text.toLowerCase().includes(w)),
      );
    return { messages: found.slice(-limit), more: found.length > limit, words };
  },
  details: ({ id }) => {
    const message = book.messages.find((m) => id.length >= 4 && m.id.startsWith(id));
    if (!message) throw new Refusal('E_UNKNOWN_MESSAGE', `no line begins with ${id}`);
    const { state, to, from, fromName, created, received, hops } = message;
    const who = { id: to, name: book.nameOf(to) };
    const why = { paragraph: `It is ${state ?? 'here'}.`, findings: [] };
    const common = { message, size: 412, seq: 1, follows: 1, why };
    if (state === undefined) {
      const author = { id: from, name: fromName };
      const steps = [
        { what: 'written' as const, at: created, who: author },
        { what: 'received' as const, at: received, who: author, hops },
      ];
      return { ...common, steps, via: author, holders: [] };
    }
    const steps = [
      { what: 'written' as const, at: created },
      { what: 'queued' as const, at: created + 40 },
      ...(state === 'queued' ? [] : [{ what: state, at: created + 900, who, hops: 1 }]),
    ];
    const members = book.contacts.map((c, i) => ({ id: c.id, name: c.name, has: i === 0, lastSeen: book.now }));
    return {
      ...common,
      steps,
      holders: state === 'queued' ? [] : [who],
      ...(message.kind === 'channel' ? { members } : {}),
      ...(state === 'queued' ? { keptUntil: created + 259_200_000, copies: 4 } : {}),
    };
  },
  configure: ({ name, value = true }) => {
    if (!['typing', 'read-receipts'].includes(name))
      throw new Refusal('E_USAGE', `${name} cannot be changed while the node runs`);
    return { name, value };
  },
  typing: ({ where }) => {
    book.where(where);
    return {};
  },
  mute: ({ where }) => {
    const id = book.where(where);
    const muted = !book.muted.delete(id);
    if (muted) book.muted.add(id);
    return { id, name: book.nameOf(id), muted };
  },
  markRead: ({ where }) => {
    book.unread.delete(book.where(where));
    return {};
  },
  message: ({ id }) => book.line(id),
  retry: ({ id }) => {
    const message = book.own(id);
    return { id: message.id, state: message.state };
  },
  discard: ({ id }) => {
    const message = book.own(id);
    act.deliver(message.id, 'refused', 'discarded');
    return { id: message.id, state: 'refused' };
  },
  complete: ({ kind, prefix }) => {
    const people = book.peers.map((p) => ({ name: p.name, about: p.state }));
    const topics = book.channels.map((c) => ({ name: `#${c.channel}`, about: c.open ? 'open channel' : 'private' }));
    const own = book.messages
      .filter((m) => m.state !== undefined)
      .map((m) => ({ name: m.id.slice(0, 8), about: m.text }));
    const names = { peer: people, topic: topics, where: [...people, ...topics], message: own }[kind];
    return { names: names.filter((n) => n.name.startsWith(prefix)) };
  },

  attach: ({ settings }) => ({
    status: statusOf(book),
    notices: Object.keys(settings).map((name) => `--${name} differs from the running node and is not applied`),
  }),
  goodbye: () => ({}),
  stay: () => {
    book.stays = true;
    return { pid: 4121 };
  },
  down: () => {
    act.stop();
    return { pid: 4121 };
  },
});

const statusOf = (book: FakeBook): Result<'status'> => ({
  id: PEOPLE.ann,
  name: book.name,
  home: '/home/ann/.local/share/qpc',
  pid: 4121,
  version: '0.1.0',
  network: 'qpc',
  startedAt: STORY_BEGINS,
  addresses: ['127.0.0.1:7000'],
  connected: book.peers.filter((p) => p.state === 'connected').length,
  queued: book.messages.filter((m) => m.state === 'queued').length,
  carried: 0,
  mdns: book.mdns,
  stays: book.stays,
  troubles: [],
  dropped: { unauthenticated: 3 },
});
