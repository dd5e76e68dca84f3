import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, address, reach } from '../../../src/core/base/address.ts';
import { ADDRESS_CACHE_MAX } from '../../../src/core/base/limits.ts';
import { AddressBook } from '../../../src/host/network/address-book.ts';

const port = fc.integer({ min: 1, max: 65_535 });

describe('addresses in two spellings', () => {
  test('what a socket for both families says of an IPv4 sender is what one for IPv4 says', () => {
    const [both, four] = [new AddressBook(true), new AddressBook(false)];
    fc.assert(
      fc.property(fc.ipV4(), port, (host, number) => {
        expect(both.address(`::ffff:${host}`, number)).toBe(four.address(host, number));
      }),
    );
  });

  test('a sender can be answered where it is; one that nobody can be is neither heard nor answered', () => {
    const book = new AddressBook(true);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), port, (host, number) => {
        const canonical = address(host, number)!;
        const usable = reach(canonical) !== 'unusable';
        expect(book.address(host, number)).toBe(usable ? canonical : undefined);
        const to = book.parts(canonical);
        expect(to && book.address(to.host, to.port)).toBe(usable ? canonical : undefined);
      }),
    );
  });

  test('any text is an address or goes nowhere, and the same the second time', () => {
    const book = new AddressBook(false);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const first = book.parts(text as Address);
        expect(book.parts(text as Address)).toBe(first);
        if (first) expect(address(first.host, first.port)).toBe(text);
      }),
    );
  });

  test('a crowd of senders does not confuse it', () => {
    const book = new AddressBook(false);
    const host = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    for (const round of [1, 2]) {
      for (let n = 0; n < ADDRESS_CACHE_MAX + 10; n++) expect(book.address(host(n), round)).toBe(`${host(n)}:${round}`);
    }
  });
});
