import { describe, expect, test } from 'vitest';
import { type Book, displayName, isPetname, resolvePeer } from '../../../src/core/chat/names.ts';
import { nobleSuite as suite } from '../../../src/core/crypto/noble-suite.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { author } from '../../support/authors.ts';

/** An id that begins with these letters. */
const node = (letters: string): NodeId => letters.padEnd(52, 'a') as NodeId;

const [bob, boris, ann, dora, eve] = [
  node('bbbb2222'),
  node('rrrr3333'),
  node('k7qdm3xy'),
  node('dddd4444'),
  node('eeee5555'),
];

const book: Book = {
  contacts: [
    { id: bob, petname: 'bob' },
    { id: boris, petname: 'boris' },
    { id: dora, petname: '' },
  ],
  peers: [
    { id: bob, selfName: 'Robert', named: true },
    { id: ann, selfName: 'ann', named: true },
    { id: eve, selfName: 'eve', named: false },
    { id: node('zz22aaaa'), selfName: 'twin', named: false },
    { id: node('zz33aaaa'), selfName: 'Twin', named: false },
    { id: node('mmmm6666'), selfName: '', named: false },
  ],
  channels: [{ topic: 'hill' }],
};
const resolve = (text: string, among: Book = book) => resolvePeer(suite, text, among);

describe('PEER, in this order', () => {
  test('a petname', () => {
    expect(resolve('bob')).toEqual({ found: bob });
    expect(resolve(' BOB ')).toEqual({ found: bob });
  });

  test('a petname goes before the name that another node gives itself', () => {
    const spoofed: Book = { ...book, peers: [...book.peers, { id: eve, selfName: 'bob', named: true }] };
    expect(resolve('bob', spoofed)).toEqual({ found: bob });
  });

  test('~name, when exactly one known node bears it', () => {
    expect(resolve('~ann')).toEqual({ found: ann });
    expect(resolve('~robert')).toEqual({ found: bob });
    expect(resolve('~twin')).toMatchObject({ ambiguous: [{ name: '~twin.zz22' }, { name: '~Twin.zz33' }] });
  });

  test('~name with the first letters of its id is exact', () => {
    expect(resolve('~twin.zz33')).toEqual({ found: node('zz33aaaa') });
    expect(resolve('~TWIN.ZZ33AA')).toEqual({ found: node('zz33aaaa') });
    expect(resolve('~.mmmm')).toEqual({ found: node('mmmm6666') });
    expect(resolve('~.dddd')).toEqual({ found: dora });
    expect(resolve('~ann.zz33')).toMatchObject({ unknown: true });
    expect(resolve('~.bbbb')).toMatchObject({ unknown: true });
  });

  test('a node that calls itself like the exact name of another is not taken for it', () => {
    const spoofed: Book = { contacts: [], channels: [], peers: [{ id: eve, selfName: 'bob.bbbb', named: true }] };
    expect(resolve('~bob.bbbb', spoofed)).toMatchObject({ unknown: true });
    expect(resolve('~bob.bbbb.eeee', spoofed)).toEqual({ found: eve });
  });

  test('a full id in either case, of anybody', () => {
    const { id } = author('stranger');
    expect(resolve(id)).toEqual({ found: id });
    expect(resolve(id.toUpperCase())).toEqual({ found: id });
  });

  test('52 letters that are no valid key are nobody', () => {
    expect(resolve('a'.repeat(52))).toMatchObject({ unknown: true });
  });

  test('8 and more letters of the id of a contact or of somebody named', () => {
    expect(resolve('rrrr3333')).toEqual({ found: boris });
    expect(resolve('bbbb2222')).toEqual({ found: bob });
    expect(resolve('K7QDM3XYaa')).toEqual({ found: ann });
    expect(resolve('rrrr333')).toMatchObject({ unknown: true });
  });

  test('but not of the id of somebody who is only near', () => {
    expect(resolve('eeee5555')).toEqual({ unknown: true, near: [] });
  });

  test('a prefix that two of them share is ambiguous', () => {
    const two: Book = { ...book, contacts: [...book.contacts, { id: node('rrrr3333b'), petname: 'rita' }] };
    expect(resolve('rrrr3333', two)).toEqual({
      ambiguous: [
        { id: boris, name: 'boris' },
        { id: node('rrrr3333b'), name: 'rita' },
      ],
    });
  });
});

describe('what is not exact is never sent to', () => {
  test('a name without ~ that one near node gives itself is offered', () => {
    expect(resolve('eve')).toEqual({ offer: { id: eve, name: '~eve.eeee' } });
  });

  test('the beginning of a petname is offered, or not clear', () => {
    expect(resolve('bor')).toEqual({ offer: { id: boris, name: 'boris' } });
    expect(resolve('bo')).toMatchObject({ ambiguous: [{ name: 'bob' }, { name: 'boris' }] });
  });

  test('a slip suggests near names', () => {
    expect(resolve('bbo')).toEqual({ unknown: true, near: ['bob'] });
    expect(resolve('~annn')).toEqual({ unknown: true, near: ['~ann.k7qd'] });
    expect(resolve('x')).toEqual({ unknown: true, near: [] });
    expect(resolve('hlil')).toEqual({ unknown: true, near: ['#hill'] });
  });

  test('nothing is nobody', () => {
    for (const text of ['', ' ', '~', '#', '~.', '\u202e']) expect(resolve(text)).toMatchObject({ unknown: true });
  });

  test('a megabyte is nobody, at once', () => {
    expect(resolve('~'.padEnd(1_000_000, 'x'))).toEqual({ unknown: true, near: [] });
  });

  test('two petnames that differ in case only: the exact one, else neither', () => {
    const two: Book = { ...book, contacts: [...book.contacts, { id: eve, petname: 'Bob' }] };
    expect(resolve('Bob', two)).toEqual({ found: eve });
    expect(resolve('bob', two)).toEqual({ found: bob });
    expect(resolve('BOB', two)).toMatchObject({ ambiguous: [{ name: 'bob' }, { name: 'Bob' }] });
  });
});

describe('what somebody is called', () => {
  test('the petname as it stands', () => {
    expect(displayName(bob, book)).toBe('bob');
  });

  test('else ~name with letters of the id', () => {
    expect(displayName(ann, book)).toBe('~ann.k7qd');
  });

  test('without any name, only letters of the id', () => {
    expect(displayName(node('mmmm6666'), book)).toBe('~.mmmm');
    expect(displayName(dora, book)).toBe('~.dddd');
    expect(displayName(node('qqqq7777'), book)).toBe('~.qqqq');
  });

  test('enough letters to tell it from all who bear the same name', () => {
    const mined: Book = { ...book, peers: [...book.peers, { id: node('k7qdm3zz'), selfName: 'Ann', named: false }] };
    expect(displayName(ann, mined)).toBe('~ann.k7qdm3x');
    expect(displayName(node('k7qdm3zz'), mined)).toBe('~Ann.k7qdm3z');
    expect(resolve('~ann.k7qdm3x', mined)).toEqual({ found: ann });
    expect(resolve('~ann.k7qd', mined)).toMatchObject({ ambiguous: [{}, {}] });
  });

  test('what a stranger calls itself is cleaned', () => {
    const dirty: Book = { ...book, peers: [{ id: eve, selfName: '\x1b[2J\u202e\nbob ', named: false }] };
    expect(displayName(eve, dirty)).toBe('~[2Jbob.eeee');
  });

  test('every displayed name leads back to who is displayed', () => {
    for (const id of [bob, boris, ann, dora, eve, node('zz22aaaa'), node('zz33aaaa'), node('mmmm6666')]) {
      expect(resolve(displayName(id, book))).toEqual({ found: id });
    }
  });
});

describe('petnames', () => {
  for (const name of ['bob', 'Bob Hill', '小明', 'o’neil', 'bob.k7qd']) {
    test(`${name} can be one`, () => {
      expect(isPetname(name)).toBe(true);
    });
  }

  for (const name of ['', ' bob', '~bob', '#hill', '/bob', 'bob\n', 'b\u202eob', 'a'.repeat(65), author('x').id]) {
    test(`${JSON.stringify(name)} cannot`, () => {
      expect(isPetname(name)).toBe(false);
    });
  }
});
