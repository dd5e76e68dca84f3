import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  address,
  addressBlock,
  addressBytes,
  addressFromBytes,
  addressParts,
  parseAddress,
  reach,
  widerBlock,
} from '../../../src/core/base/address.ts';

describe('addresses', () => {
  // Host as given, port, and the one spelling.
  for (const [host, port, canonical] of [
    ['192.0.2.7', 7000, '192.0.2.7:7000'],
    ['2001:db8::7', 7000, '[2001:db8::7]:7000'],
    ['2001:DB8:0:0:0:0:0:7', 1, '[2001:db8::7]:1'],
    ['2001:db8:0:1:1:1:1:1', 65_535, '[2001:db8:0:1:1:1:1:1]:65535'],
    ['2001:0:0:1:0:0:0:1', 1, '[2001:0:0:1::1]:1'],
    ['2001:db8:0:0:1:0:0:1', 1, '[2001:db8::1:0:0:1]:1'],
    ['::', 1, '[::]:1'],
    ['::1', 1, '[::1]:1'],
    ['1::', 1, '[1::]:1'],
    ['::ffff:192.0.2.7', 1, '192.0.2.7:1'],
    ['::ffff:c000:207', 1, '192.0.2.7:1'],
    ['64:ff9b::192.0.2.7', 1, '[64:ff9b::c000:207]:1'],
    ['fe80::1%eth0', 1, '[fe80::1%eth0]:1'],
    ['fe80::1%25', 1, '[fe80::1%25]:1'],
  ] as const) {
    test(`${host} is ${canonical}`, () => {
      expect(address(host, port)).toBe(canonical);
      expect(parseAddress(canonical)).toBe(canonical);
      expect(address(addressParts(canonical as Address).host, port)).toBe(canonical);
    });
  }

  for (const host of [
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.1',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1%',
    '::1%a%b',
    '::1%\u001b[31m',
    `::1%${'x'.repeat(33)}`,
    '%eth0',
    '1.2.3.4%eth0',
  ]) {
    test(`${JSON.stringify(host)} is no literal address`, () => expect(address(host, 1)).toBeUndefined());
  }

  for (const port of [0, -1, 65_536, 1.5, Number.NaN]) {
    test(`${port} is no port`, () => expect(address('192.0.2.7', port)).toBeUndefined());
  }

  for (const text of [
    '',
    '192.0.2.7',
    '192.0.2.7:',
    '192.0.2.7:99999',
    '192.0.2.7:1x',
    '::1:7000',
    '[::1]',
    '[::1]7000',
    '[192.0.2.7:1',
    'host.example:7000',
    ' 192.0.2.7:1',
    '192.0.2.7:1\n',
  ]) {
    test(`${JSON.stringify(text)} is no address with a port`, () => expect(parseAddress(text)).toBeUndefined());
  }

  test('every address survives the round trip, and node agrees that it is one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const one = address(host, port)!;
        expect(parseAddress(one)).toBe(one);
        const parts = addressParts(one);
        expect(parts.family === 4 ? isIPv4(parts.host) : isIPv6(parts.host)).toBe(true);
        expect(address(parts.host, port)).toBe(one);
      }),
    );
  });

  test('any text is an address for us exactly when it is one for node', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abf:.'), maxLength: 20 });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.ipV6().chain((ip) => fc.nat(ip.length).map((at) => ip.slice(0, at) + ip.slice(at + 1))),
        ),
        (some) => {
          expect(address(some, 1) !== undefined).toBe(isIPv4(some) || isIPv6(some));
        },
      ),
      { numRuns: 2000 },
    );
  });

  for (const [text, block] of [
    ['192.0.2.7:7000', '192.0.2.7'],
    ['[2001:db8:1:2:3:4:5:6]:7000', '2001:db8:1::/48'],
    ['[2001:db8:1:ffff::]:1', '2001:db8:1::/48'],
    ['[fe80::1%eth0]:1', 'fe80:0:0::/48'],
  ] as const) {
    test(`${text} counts under ${block}`, () => expect(addressBlock(text as Address)).toBe(block));
  }

  for (const [text, block] of [
    ['192.0.2.7:7000', '192.0.0.0/16'],
    ['[2001:db8:1:2:3:4:5:6]:7000', '2001:db8::/32'],
    ['[fe80::1%eth0]:1', 'fe80:0::/32'],
  ] as const) {
    test(`${text} is in the region ${block}`, () => expect(widerBlock(text as Address)).toBe(block));
  }

  test('an IPv4 address counts with its IPv4-mapped form, and a link-local one with itself on every link', () => {
    for (const count of [addressBlock, widerBlock]) {
      expect(count(address('::ffff:192.0.2.7', 1)!)).toBe(count(address('192.0.2.7', 2)!));
      expect(count(address('::ffff:c000:207', 1)!)).toBe(count(address('192.0.2.7', 2)!));
      expect(count(address('fe80::1%eth0', 1)!)).toBe(count(address('fe80::1%wlan0', 1)!));
    }
  });

  test('survives the trip through 4 or 16 bytes; those of an IPv4-mapped address are the IPv4 address, and a zone stays at home', () => {
    for (const text of ['192.0.2.7:7000', '[2001:db8::7]:65535', '[::1]:1'] as const) {
      const { ip, port } = addressBytes(text as Address)!;
      expect(addressFromBytes(ip, port)).toBe(text);
    }
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7);
    expect(addressFromBytes(mapped, 7000)).toBe('192.0.2.7:7000');
    const { ip } = addressBytes(address('fe80::1%eth0', 1)!)!;
    expect(addressFromBytes(ip, 1)).toBe('[fe80::1]:1');
    for (const length of [0, 3, 5, 15, 17]) expect(addressFromBytes(new Uint8Array(length), 1)).toBeUndefined();
    expect(addressFromBytes(ip, 0)).toBeUndefined();
    expect(addressBytes('relay:somebody' as Address)).toBeUndefined();
  });

  for (const [text, far] of [
    ['127.0.0.1:1', 'loopback'],
    ['[::1]:1', 'loopback'],
    ['169.254.3.4:1', 'link'],
    ['[fe80::1%eth0]:1', 'link'],
    ['[febf::1]:1', 'link'],
    ['10.1.2.3:1', 'private'],
    ['172.16.0.1:1', 'private'],
    ['172.31.255.255:1', 'private'],
    ['172.32.0.1:1', 'public'],
    ['192.168.1.1:1', 'private'],
    ['100.64.0.1:1', 'private'],
    ['100.128.0.1:1', 'public'],
    ['[fd00::1]:1', 'private'],
    ['8.8.8.8:1', 'public'],
    ['[2001:4860::8]:1', 'public'],
    ['0.0.0.0:1', 'unusable'],
    ['[::]:1', 'unusable'],
    ['[::7f00:1]:1', 'unusable'],
    ['[::c000:207]:1', 'unusable'],
    ['[64:ff9b::8.8.8.8]:1', 'public'],
    ['[64:ff9b::127.0.0.1]:1', 'loopback'],
    ['[64:ff9b::c0a8:101]:1', 'private'],
    ['[64:ff9b::224.0.0.1]:1', 'unusable'],
    ['[2002:808:808::1]:1', 'public'],
    ['[2002:7f00:1::1]:1', 'loopback'],
    ['[2002:c0a8:101::1]:1', 'private'],
    ['224.0.0.251:1', 'unusable'],
    ['255.255.255.255:1', 'unusable'],
    ['[ff02::fb]:1', 'unusable'],
  ] as const) {
    test(`${text} is ${far}`, () => expect(reach(text as Address)).toBe(far));
  }
});
