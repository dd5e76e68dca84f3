import { cleanName } from '../base/clean.ts';
import { nearest } from '../base/nearest.ts';
import { type NodeId, parseNodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import type { ChannelRecord, ContactRecord } from './record.ts';

type SelfNamed = {
  readonly id: NodeId;
  /** The name it gives itself: text from a stranger, empty when it gives none. */
  readonly selfName: string;
};

/** Everybody this node has a name for. */
export type Book = {
  readonly contacts: readonly Pick<ContactRecord, 'id' | 'petname'>[];
  readonly peers: readonly (SelfNamed & {
    /** Whether this user named it or connected to it. */
    readonly named: boolean;
  })[];
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
/** Longest text that is looked at, in UTF-16 units: no name of 64 cells with its marks and letters needs more. */
const TEXT_UNITS_MAX = 1024;

/** `~name.k7qd`: the last dot that four or more letters of an id follow, to the end. */
const EXACT = /^~(.*)\.([a-z2-7]{4,52})$/s;

/**
 * Whom a person means: a petname; `~name` that exactly one known node gives itself; `~name.k7qd`, with the first letters of
 * its id; a full id; or 8 and more first letters of the id of somebody who was named or connected to. Case does not matter.
 * Nothing that a stranger chooses resolves unless it was typed with its `~`.
 */
export function resolvePeer(suite: Suite, text: string, book: Book): Resolution {
  const wanted = text.trim();
  if (wanted.length > TEXT_UNITS_MAX) return { unknown: true, near: [] };
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
  const alike = beginningWith(id.slice(0, LETTERS_MIN), book).filter(
    (other) => other.id !== id && folded(other.selfName) === fold(name),
  );
  let letters = LETTERS_MIN;
  while (alike.some((peer) => peer.id.startsWith(id.slice(0, letters)))) letters++;
  return `~${name}.${id.slice(0, letters)}`;
}

function byPetname(wanted: string, { contacts }: Book): Resolution | undefined {
  const exact = contacts.filter(({ petname }) => petname !== '' && petname === wanted);
  const name = fold(wanted);
  const alike = contacts.filter(({ petname }) => petname !== '' && fold(petname) === name);
  return one((exact.length > 0 ? exact : alike).map(({ id, petname }) => ({ id, name: petname })));
}

function bySelfName(wanted: string, book: Book): Resolution | undefined {
  const exact = EXACT.exec(wanted.toLowerCase());
  // What looks exact is never taken for a plain name with a dot in it: a stranger could bear the name `bob.k7qd`.
  const [name, letters] = exact ? [exact[1]!, exact[2]!] : [wanted.slice(1), ''];
  if (name === '' && !exact) return undefined;
  const wantedName = fold(name);
  const bearers = beginningWith(letters, book).filter(({ selfName }) => folded(selfName) === wantedName);
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
  const name = fold(wanted);
  const begun = book.contacts.filter(({ petname }) => petname !== '' && fold(petname).startsWith(name));
  const bearers = book.peers.filter(({ selfName }) => folded(selfName) === name);
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

/** Peers, and contacts that were never met, whose ids begin with these letters. */
function beginningWith(letters: string, { contacts, peers }: Book): readonly SelfNamed[] {
  const met = peers.filter(({ id }) => id.startsWith(letters));
  const ids = new Set(met.map(({ id }) => id));
  const unmet = contacts.filter(({ id }) => id.startsWith(letters) && !ids.has(id));
  return [...met, ...unmet.map(({ id }) => ({ id, selfName: '' }))];
}

/** What a node calls itself, for comparing. */
const folded = (selfName: string): string => fold(cleanName(selfName));

/** Names that differ only in case or in how their letters are encoded are the same. */
const fold = (name: string): string => name.normalize('NFKC').toLowerCase();
