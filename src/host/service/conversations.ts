import { done, failed, type Handlers } from '../../api/answer.ts';
import type { Conversation } from '../../api/shapes.ts';
import { cleanText } from '../../core/base/clean.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Desk } from './desk.ts';
import type { Requests } from './requests.ts';

/** Names that completion offers at most. */
const OFFERED_MAX = 100;
/** Newest lines among which our own messages are offered. */
const RECENT_LINES = 200;

/** Where one can write, and the names of it all. */
export const conversationMethods = (desk: Desk, requests: Requests) =>
  ({
    conversations() {
      const { names, database } = desk;
      const written: Conversation[] = database
        .conversations()
        .filter(({ id, kind }) => !requests.waits({ kind, from: id as NodeId }))
        .map((row) => ({ ...row, name: names.ofConversation(row.id, row.kind) }));
      const has = new Set(written.map(({ id }) => id));
      const empty: Conversation[] = [
        ...names.channels().map(({ id }) => ({ id: id as string, kind: 'channel' as const })),
        ...names
          .contacts()
          .flatMap(({ id, blocked }) => (blocked ? [] : [{ id: id as string, kind: 'direct' as const }])),
      ]
        .filter(({ id }) => !has.has(id))
        .map((one) => ({ ...one, name: names.ofConversation(one.id, one.kind), unread: 0 }));
      const muted = database.muted();
      const all = [...written, ...empty].map((one) => (muted.has(one.id) ? { ...one, muted: true } : one));
      return done({ conversations: all });
    },

    mute({ where }) {
      const place = desk.names.where(where);
      if (!place.ok) return place;
      const { id, name } = place.result;
      const muted = !desk.database.muted().has(id);
      if (!desk.database.mute(id, muted)) return failed('E_NOT_STORED', `the disk did not take that ${name} is muted`);
      return done({ id, name, muted });
    },

    resolve: ({ where }) => desk.names.where(where),

    complete({ kind, prefix }) {
      const names = offers(desk, kind).filter(({ name }) => name.toLowerCase().startsWith(prefix.toLowerCase()));
      return done({ names: names.slice(0, OFFERED_MAX) });
    },
  }) satisfies Partial<Handlers>;

type Offer = { readonly name: string; readonly about: string };

function offers(desk: Desk, kind: 'peer' | 'topic' | 'where' | 'message'): readonly Offer[] {
  switch (kind) {
    case 'peer':
      return peers(desk);
    case 'topic':
      return topics(desk);
    case 'where':
      return [...topics(desk), ...peers(desk)];
    case 'message':
      return own(desk);
  }
}

function peers({ owner, names }: Desk): Offer[] {
  const state = new Map(owner.turn((node) => node.peers()).map((peer) => [peer.id, peer]));
  const near = [...state.values()].filter((peer) => peer.source !== 'route' || names.contact(peer.id));
  const ids = new Set([...names.contacts().map(({ id }) => id), ...near.map(({ id }) => id)]);
  return [...ids].map((id) => ({ name: names.of(id), about: state.get(id)?.state ?? 'contact' }));
}

const topics = ({ names }: Desk): Offer[] =>
  names.channels().map(({ topic, open }) => ({ name: `#${topic}`, about: open ? 'open channel' : 'private channel' }));

function own({ database, names }: Desk): Offer[] {
  const { messages } = database.history({ limit: RECENT_LINES });
  return messages
    .filter(({ from }) => from === names.self)
    .toReversed()
    .map(({ id, text, delivery }) => ({
      name: id.slice(0, 8),
      about: `${delivery?.state ?? 'queued'} · ${cleanText(text.slice(0, 40)).replaceAll('\n', ' ')}`,
    }));
}
