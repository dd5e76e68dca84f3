import { done, failed, type Handlers } from '../../api/answer.ts';
import type { Outcome } from '../../api/schema.ts';
import { cleanName } from '../../core/base/clean.ts';
import { equalBytes } from '../../core/bytes/equal.ts';
import { isPetname } from '../../core/chat/names.ts';
import type { ContactRecord } from '../../core/chat/record.ts';
import { fingerprint, type NodeId } from '../../core/crypto/node-id.ts';
import { type Contact, type ContactFault, parseContact } from '../../core/wire/contact-uri.ts';
import type { Desk } from './desk.ts';
import { refusal } from './words.ts';

/** People this user has named, verified or blocked, and the name of this node itself. */
export const contactMethods = (desk: Desk) =>
  ({
    contacts: () =>
      done({
        contacts: desk.names.contacts().map((contact) => {
          const { id, petname, verified, blocked, added } = contact;
          return { id, name: desk.names.of(id), petname, verified, blocked, added };
        }),
      }),

    add({ who, name }) {
      const contact = readContact(desk, who);
      if (!contact.ok) return contact;
      const { id, at, name: offered } = contact.result;
      if (id === desk.names.self) return refusal({ why: 'self' }, who);
      const given = name === undefined ? done(offeredName(desk, id, offered)) : petname(desk, id, name);
      if (!given.ok) return given;
      const known = desk.names.contact(id);
      // A name that the user gave once is not replaced by one that a URI brings.
      put(desk, id, { petname: name === undefined && known?.petname ? known.petname : given.result });
      if (at.length > 0) desk.owner.turn((node, now) => node.connect(id, at, 'manual', now));
      return done({ id, name: desk.names.of(id), addresses: [...at] });
    },

    rename({ peer, name }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      if (found.result === desk.names.self) return refusal({ why: 'self' }, peer);
      const given = petname(desk, found.result, name);
      if (!given.ok) return given;
      put(desk, found.result, { petname: given.result });
      return done({ id: found.result, name: desk.names.of(found.result) });
    },

    verify({ peer }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      const id = found.result;
      if (id === desk.names.self) return refusal({ why: 'self' }, peer);
      put(desk, id, { verified: true });
      return done({ id, name: desk.names.of(id), fingerprint: fingerprint(desk.suite, id) });
    },

    block({ peer }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      const id = found.result;
      if (id === desk.names.self) return refusal({ why: 'self' }, peer);
      const blocked = !desk.names.contact(id)?.blocked;
      put(desk, id, { blocked });
      return done({ id, name: desk.names.of(id), blocked });
    },

    accept({ peer }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      if (found.result === desk.names.self) return refusal({ why: 'self' }, peer);
      put(desk, found.result, { blocked: false });
      return done({ id: found.result, name: desk.names.of(found.result) });
    },

    nick({ name }) {
      if (name === '' || cleanName(name) !== name) {
        return failed(
          'E_USAGE',
          `${cleanName(name) || 'nothing'} is no name to show others`,
          '1 to 64 cells without control characters',
        );
      }
      desk.owner.turn((node, now) => {
        node.setName(name, now);
        desk.names.refresh(node);
      });
      desk.nearby.rename(name);
      return done({ name });
    },
  }) satisfies Partial<Handlers>;

function put(desk: Desk, id: NodeId, change: Partial<ContactRecord>): void {
  const before = desk.names.contact(id) ?? { id, petname: '', verified: false, blocked: false, added: desk.calendar() };
  const contact = { ...before, ...change };
  desk.owner.turn((node, now) => node.putContact(contact, now));
  desk.names.knows(contact);
}

function readContact(desk: Desk, who: string): Outcome<Pick<Contact, 'id' | 'at' | 'name'>> {
  const contact = parseContact(desk.suite, who);
  if (contact === 'not-a-contact') {
    const found = desk.names.find(who);
    return found.ok ? done({ id: found.result, at: [] }) : found;
  }
  if (typeof contact === 'string') return failed('E_USAGE', FAULTS[contact], 'copy it again, whole; nothing was added');
  const { network } = contact;
  if (
    network &&
    !equalBytes(
      network,
      desk.owner.turn((node) => node.network),
    )
  ) {
    return failed(
      'E_USAGE',
      'this contact lives in another network than yours',
      'start qpc with --network and its name',
    );
  }
  return done(contact);
}

const FAULTS: Readonly<Record<Exclude<ContactFault, 'not-a-contact'>, string>> = {
  'bad-id': 'this id is not valid: a letter is wrong or missing',
  'bad-checksum': 'the checksum of this contact does not fit: a letter is wrong',
  'newer-version': 'this contact was made by a newer qpc',
  'bad-parameter': 'this contact is damaged',
};

/** A name by which the user will call somebody: nobody else's. */
function petname({ names }: Desk, id: NodeId, name: string): Outcome<string> {
  if (!isPetname(name)) {
    return failed(
      'E_USAGE',
      `${cleanName(name) || 'nothing'} is no name for a contact`,
      '1 to 64 cells, not beginning with ~ # or /',
    );
  }
  const other = names.contacts().find((contact) => contact.id !== id && alike(contact.petname, name));
  if (other)
    return failed(
      'E_USAGE',
      `you already call somebody else ${other.petname}`,
      'take another name, or /rename that one first',
    );
  return done(name);
}

const alike = (a: string, b: string): boolean =>
  a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();

/** The name that a contact URI brings, when it can be a petname; else none. */
function offeredName(desk: Desk, id: NodeId, offered: string | undefined): string {
  const name = cleanName(offered ?? '');
  const usable = petname(desk, id, name);
  return usable.ok ? usable.result : '';
}
