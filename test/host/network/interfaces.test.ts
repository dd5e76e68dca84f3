import { describe, expect, test } from 'vitest';
import { interfaces, listeningAt, type NetworkInterface, onLinkOf } from '../../../src/host/network/interfaces.ts';

const LO: NetworkInterface = {
  name: 'lo',
  internal: true,
  addresses: [
    { family: 4, host: '127.0.0.1', prefixBits: 8 },
    { family: 6, host: '::1', prefixBits: 128 },
  ],
};
const WIFI: NetworkInterface = {
  name: 'wlan0',
  internal: false,
  addresses: [
    { family: 6, host: 'fe80::1', prefixBits: 64 },
    { family: 6, host: '2001:db8::7', prefixBits: 64 },
    { family: 4, host: '192.168.4.7', prefixBits: 22 },
  ],
};

describe('where a socket can be reached', () => {
  test('a wildcard stands for every address that others can reach, IPv4 first, without link-local ones', () => {
    const listen = { host: '::', port: 7000, families: [4, 6] } as const;
    expect(listeningAt(listen, [LO, WIFI])).toEqual(['192.168.4.7:7000', '[2001:db8::7]:7000']);
  });
  test('of one family, those of that family', () => {
    expect(listeningAt({ host: '0.0.0.0', port: 7000, families: [4] }, [LO, WIFI])).toEqual(['192.168.4.7:7000']);
    expect(listeningAt({ host: '::', port: 7000, families: [6] }, [LO])).toEqual(['[::1]:7000']);
  });
  test('without a network, loopback', () => {
    expect(listeningAt({ host: '::', port: 7000, families: [4, 6] }, [LO])).toEqual(['127.0.0.1:7000']);
  });
  test('a single address is that address', () => {
    expect(listeningAt({ host: '127.0.0.1', port: 7, families: [4] }, [LO, WIFI])).toEqual(['127.0.0.1:7']);
  });
});

describe('what is on a link', () => {
  const cases: readonly [host: string, on: boolean][] = [
    ['192.168.7.255', true],
    ['192.168.8.1', false],
    ['2001:db8::99', true],
    ['2001:db8:0:1::99', false],
    ['fe80::99%wlan0', true],
    ['fe80::99%eth0', false],
    ['fe80::99', false],
    ['127.0.0.1', false],
    ['8.8.8.8', false],
  ];
  for (const [host, on] of cases) {
    test(`${host}: ${on}`, () => expect(onLinkOf(WIFI)(host)).toBe(on));
  }
});

test('this machine is on its own loopback', () => {
  expect(interfaces().some((network) => network.internal && onLinkOf(network)('127.0.0.1'))).toBe(true);
});
