import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import { type Contact, formatContact, parseContact, qrText } from '../../../src/core/wire/contact-uri.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';

const { id } = identityOf(suite, new Uint8Array(32).fill(42));
const hub = identityOf(suite, new Uint8Array(32).fill(43)).id;
const at = ['192.0.2.7:7000', '[2001:db8::7]:7000'] as Address[];
const whole: Contact = {
  id,
  name: 'Ann & Böb?',
  network: networkTag(suite, 'lab'),
  at,
  via: [{ id: hub, address: at[0]! }],
};

describe('§0 contact URIs', () => {
  test('this is one: a second implementation can hold itself to it', () => {
    expect(formatContact(suite, whole)).toBe(
      `qpc:${id}?v=1&c=4s2b&name=Ann%20%26%20B%C3%B6b%3F&net=cd6fb3f12b5b0b124c0f26b77734b5e7&at=192.0.2.7:7000&at=[2001:db8::7]:7000&via=${hub}@192.0.2.7:7000`,
    );
  });

  test('what is formatted is read again', () => {
    expect(parseContact(suite, formatContact(suite, whole))).toEqual(whole);
    const least: Contact = { id, at: [], via: [] };
    expect(parseContact(suite, formatContact(suite, least))).toEqual(least);
    expect(parseContact(suite, `  ${formatContact(suite, least)}\n`)).toEqual(least);
  });

  const anAddress = fc
    .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65_535 }))
    .map(([host, port]) => address(host, port)!);

  test('every contact survives the round trip', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((name) => name.isWellFormed()),
        fc.array(anAddress, { maxLength: 8 }),
        (name, addresses) => {
          const contact: Contact = {
            id,
            name,
            at: addresses,
            via: addresses.map((one) => ({ id: hub, address: one })),
          };
          expect(parseContact(suite, formatContact(suite, contact))).toEqual(contact);
        },
      ),
    );
  });

  test('an IPv6 zone survives it too', () => {
    const contact: Contact = { id, at: [address('fe80::1%eth0', 7000)!], via: [] };
    expect(parseContact(suite, formatContact(suite, contact))).toEqual(contact);
  });

  test('a bare id, and what a QR code holds, are contacts', () => {
    const bare = { id, at: [], via: [] };
    for (const text of [id, id.toUpperCase(), qrText(id), `qpc:${id}`, ` ${id} `])
      expect(parseContact(suite, text)).toEqual(bare);
    expect(qrText(id)).toMatch(/^QPC:[A-Z2-7]{52}$/);
  });

  test('every single wrong letter of id and checksum is noticed', () => {
    const uri = formatContact(suite, { id, at: [], via: [] });
    const letters = [...Array(52).keys()].map((i) => 4 + i).concat([0, 1, 2, 3].map((i) => uri.indexOf('&c=') + 3 + i));
    for (const i of letters) {
      const wrong = uri[i] === 'a' ? 'b' : 'a';
      const parsed = parseContact(suite, uri.slice(0, i) + wrong + uri.slice(i + 1));
      expect(['bad-id', 'bad-checksum'], `letter ${i}`).toContain(parsed);
    }
  });

  const valid = formatContact(suite, { id, at: [], via: [] });
  for (const [text, fault] of [
    ['', 'not-a-contact'],
    ['bob', 'not-a-contact'],
    ['https://example.org', 'not-a-contact'],
    [`qpc-channel:${id}`, 'not-a-contact'],
    ['qpc:bob', 'bad-id'],
    [id.slice(1), 'not-a-contact'],
    ['a'.repeat(52), 'bad-id'],
    [`qpc:${id.slice(0, -1)}`, 'bad-id'],
    [valid.replace('v=1', 'v=2'), 'newer-version'],
    [valid.replace('v=1', 'v=2').replace(/&c=.*/, ''), 'newer-version'],
    [valid.replace(/c=..../, 'c=aaaa'), 'bad-checksum'],
    [`qpc:${id}?v=1`, 'bad-parameter'],
    [`qpc:${id}?`, 'bad-parameter'],
    [`${valid}&name=a&name=b`, 'bad-parameter'],
    [`${valid}&name=%ff`, 'bad-parameter'],
    [`${valid}&name=%`, 'bad-parameter'],
    [`${valid}&net=00`, 'bad-parameter'],
    [`${valid}&net=xyz`, 'bad-parameter'],
    [`${valid}&${'x'.repeat(5000)}=1`, 'bad-parameter'],
  ] as const) {
    test(`${text.replace(id, '<id>').slice(0, 40)} is ${fault}`, () => expect(parseContact(suite, text)).toBe(fault));
  }

  test('what a newer qpc may add is passed over', () => {
    const text = `${valid}&at=relay:somewhere&at=192.0.2.7:7000&via=nobody@192.0.2.7:1&mood=good&at=host.example:7000`;
    expect(parseContact(suite, text)).toEqual({ id, at: ['192.0.2.7:7000'], via: [] });
  });

  test('of many addresses the first eight are read', () => {
    const many = Array.from({ length: 20 }, (_, i) => `&at=192.0.2.${i}:7000`).join('');
    expect((parseContact(suite, valid + many) as Contact).at).toHaveLength(8);
  });

  test('any text is a contact or a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['string', 'object']).toContain(typeof parseContact(suite, text));
        expect(['string', 'object']).toContain(typeof parseContact(suite, `${valid}&${text}`));
      }),
    );
  });
});
