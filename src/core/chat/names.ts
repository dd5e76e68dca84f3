import { cleanName } from '../base/clean.ts';
import { nearest } from '../base/nearest.ts';
import { type NodeId, parseNodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import type { ChannelRecord, ContactRecord } from './record.ts';

/** Everybody this node has a name for. */
export type Book = {
  readonly contacts: readonly Pick<ContactRecord, 'id' | 'petname'>[];
  readonly peers: readonly {
    readonly id: NodeId;
    /** The name it gives itself: text from a stranger. */
    readonly selfName: string;
    /** Whether this user named it or connected to it. */
    readonly named: boolean;
  }[];
  readonly channels: readonly Pick<ChannelRecord, 'topic'>[];
};

/** Somebody, and the name by which a person can mean exactly them. */
export type Candidate = { readonly id: NodeId; readonly name: string };

/** Whom a text means (docs/commands.md, PEER). Only `found` is acted on. */
export type Resolution =
  | { readonly found: NodeId }
  /** Several: these. */
  | { readonly ambiguous: readonly Candidate[] }
  /** Nobody, but it may be meant for this one, who must be named in full. */
  | { readonly offer: Candidate }
  /** Nobody. These names are near, best first, at most 3. */
  | { readonly unknown: true; readonly near: readonly string[] };

/** Letters of the id in `~name.k7qd`: as many as tell apart all who bear the name, but never fewer. */
const LETTERS_MIN = 4;
/** Letters of an id that stand for it. */
const PREFIX_MIN = 8;
const NEAR_MAX = 3;

/** `~name.k7qd`: the last dot that four or more letters of an id follow, to the end. */
const EXACT = /^~(.*)\.([a-z2-7]{4,52})$/s;

/**
 * Whom a person means: a petname; `~name` that exactly one known node gives itself; `~name.k7qd`, with the first letters of
 * its id; a full id; or 8 and more first letters of the id of somebody who was named or connected to. Case does not matter.
 * Nothing that a stranger chooses resolves unless it was typed with its `~`.
 */
export function resolvePeer(suite: Suite, text: string, book: Book): Resolution {
  const wanted = text.trim();
  return (
    byPetname(wanted, book) ??
    (wanted.startsWith('~') ? bySelfName(wanted, book) : byId(suite, wanted, book)) ??
    offered(wanted, book) ?? { unknown: true, near: nearNames(wanted, book) }
  );
}

/**
 * What somebody is called on this node's screens: the petname as it stands, else `~name.k7qd`: the name it gives itself
 * with the first letters of its id, enough to tell it from everybody in the book who bears the same name. `~.k7qd` when it
 * gives itself none.
 */
export function displayName(id: NodeId, book: Book): string {
  const petname = book.contacts.find((contact) => contact.id === id)?.petname;
  return petname ? petname : selfNamed(id, book);
}

/** Whether a text can be a petname: clean, and not like any of the other ways to mean somebody. */
export const isPetname = (text: string): boolean =>
  text !== '' && cleanName(text) === text && !/^[~#/]/.test(text) && !/^[a-z2-7]{52}$/i.test(text);

function selfNamed(id: NodeId, book: Book): string {
  const name = cleanName(book.peers.find((peer) => peer.id === id)?.selfName ?? '');
  const alike = everybody(book).filter(
    (peer) => peer.id !== id && peer.id.startsWith(id.slice(0, LETTERS_MIN)) && sameName(peer.selfName, name),
  );
  let letters = LETTERS_MIN;
  while (alike.some((peer) => peer.id.startsWith(id.slice(0, letters)))) letters++;
  return `~${name}.${id.slice(0, letters)}`;
}

function byPetname(wanted: string, { contacts }: Book): Resolution | undefined {
  const exact = contacts.filter(({ petname }) => petname !== '' && petname === wanted);
  const alike = contacts.filter(({ petname }) => petname !== '' && fold(petname) === fold(wanted));
  return one((exact.length > 0 ? exact : alike).map(({ id, petname }) => ({ id, name: petname })));
}

function bySelfName(wanted: string, book: Book): Resolution | undefined {
  const exact = EXACT.exec(wanted.toLowerCase());
  // What looks exact is never taken for a plain name with a dot in it: a stranger could bear the name `bob.k7qd`.
  const [name, letters] = exact ? [exact[1]!, exact[2]!] : [wanted.slice(1), ''];
  if (name === '' && !exact) return undefined;
  const bearers = everybody(book).filter(({ id, selfName }) => id.startsWith(letters) && sameName(selfName, name));
  return one(bearers.map(({ id }) => ({ id, name: selfNamed(id, book) })));
}

function byId(suite: Suite, wanted: string, book: Book): Resolution | undefined {
  const id = parseNodeId(suite, wanted);
  if (id) return { found: id };
  if (wanted.length < PREFIX_MIN) return undefined;
  const known = [...book.contacts, ...book.peers.filter(({ named }) => named)].map(({ id: knownId }) => knownId);
  const begun = [...new Set(known)].filter((knownId) => knownId.startsWith(wanted.toLowerCase()));
  return one(begun.map((knownId) => ({ id: knownId, name: displayName(knownId, book) })));
}

/** Those who may be meant by a name without its `~`, or by the beginning of a petname. */
function offered(wanted: string, book: Book): Resolution | undefined {
  if (wanted === '' || wanted.startsWith('~')) return undefined;
  const begun = book.contacts.filter(({ petname }) => petname !== '' && fold(petname).startsWith(fold(wanted)));
  const bearers = book.peers.filter(({ selfName }) => sameName(selfName, wanted));
  const ids = new Set([...begun, ...bearers].map(({ id }) => id));
  const candidates = [...ids].map((id) => ({ id, name: displayName(id, book) }));
  const [only] = candidates;
  if (!only) return undefined;
  return candidates.length === 1 ? { offer: only } : { ambiguous: candidates };
}

/** At most 3 names in the book that the text may be a slip of: petnames, `~name.k7qd`, `#topic`. */
function nearNames(wanted: string, book: Book): readonly string[] {
  const petnames = book.contacts.map(({ petname }) => petname).filter((petname) => petname !== '');
  const topics = book.channels.map(({ topic }) => topic);
  const selfNames = new Map(book.peers.map(({ id, selfName }) => [cleanName(selfName), id]));
  selfNames.delete('');
  const bare = wanted.replace(/^[~#]/, '');
  if (bare === '') return [];
  const near = [
    ...nearest(bare, petnames),
    ...nearest(bare, selfNames.keys()).map((name) => selfNamed(selfNames.get(name)!, book)),
    ...nearest(bare, topics).map((topic) => `#${topic}`),
  ];
  return [...new Set(near)].slice(0, NEAR_MAX);
}

function one(candidates: readonly Candidate[]): Resolution | undefined {
  const [only] = candidates;
  if (!only) return undefined;
  return candidates.length === 1 ? { found: only.id } : { ambiguous: candidates };
}

/** Peers, and contacts that were never met. */
function everybody({ contacts, peers }: Book): readonly { readonly id: NodeId; readonly selfName: string }[] {
  const met = new Set(peers.map(({ id }) => id));
  return [...peers, ...contacts.filter(({ id }) => !met.has(id)).map(({ id }) => ({ id, selfName: '' }))];
}

const sameName = (selfName: string, name: string): boolean => fold(cleanName(selfName)) === fold(name);

/** Names that differ only in case or in how their letters are encoded are the same. */
const fold = (name: string): string => name.normalize('NFKC').toLowerCase();
