import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { nodeIdOf, parseNodeId } from '../../../src/core/crypto/node-id.ts';
import {
  type Announcement,
  type Answer,
  instanceName,
  localHost,
  readClaim,
  textOf,
} from '../../../src/host/network/mdns-record.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';

const id = nodeIdOf(nodeSuite.publicKey(new Uint8Array(32).fill(1)));
const ours = { parseId: (text: string) => parseNodeId(nodeSuite, text), networkTag8: '0badcafe' };
const link = { onLink: (host: string) => host.startsWith('192.168.4.') };
const announcement: Announcement = { id, name: 'ann', networkTag8: '0badcafe', port: 7000 };

const items = (text: Record<string, string>) => Object.entries(text).map(([key, value]) => utf8(`${key}=${value}`));
const answer = (changes: Partial<Answer> = {}, text: Record<string, string> = {}): Answer => ({
  name: instanceName(id),
  port: 7000,
  rawTxt: items({ ...textOf(announcement), ...text }),
  addresses: ['192.168.4.7'],
  referer: { address: '192.168.4.7' },
  ...changes,
});

describe('§5 the TXT record', () => {
  test('has exactly these keys, and domain only when there is one', () => {
    expect(textOf({ ...announcement, domain: 'hills' })).toEqual({
      ver: '1',
      server: `${localHost()}:7000`,
      domain: 'hills',
      id,
      name: 'ann',
      net: '0badcafe',
    });
    expect(Object.keys(textOf({ ...announcement, domain: '' }))).toEqual(['ver', 'server', 'id', 'name', 'net']);
    expect(textOf({ ...announcement, announce: '198.51.100.4:9000' }).server).toBe('198.51.100.4:9000');
  });

  test('every string fits, whatever the user chose', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ maxLength: 400 }), (name, domain) => {
        const text = textOf({ ...announcement, name, domain, announce: `${domain}:7000` });
        expect(items(text).every((item) => item.length <= 255)).toBe(true);
        expect(typeof readClaim(answer({ rawTxt: items({ ...text, server: 'a:7000' }) }), ours, link)).toBe('object');
      }),
    );
  });
});

describe('§5 reading an answer', () => {
  test('what was announced is what is claimed', () => {
    expect(readClaim(answer(), ours, link)).toEqual({ id, name: 'ann', addresses: ['192.168.4.7:7000'] });
  });

  const refusals: readonly [string, Answer][] = [
    ['no text', answer({ rawTxt: undefined })],
    ['bad text', answer({ rawTxt: [new Uint8Array([0x61, 0x3d, 0xff])] })],
    ['bad text', answer({ rawTxt: ['ver=1'] })],
    ['bad text', answer({ rawTxt: [...(answer().rawTxt as Uint8Array[]), utf8('Name=other')] })],
    ['bad text', answer({}, { name: 'x'.repeat(241) })],
    ['other version', answer({}, { ver: '2' })],
    ['other version', answer({ rawTxt: [] })],
    ['other network', answer({}, { net: 'ffffffff' })],
    ['bad id', answer({}, { id: 'a'.repeat(52) })],
    ['bad id', answer({}, { id: id.slice(1) })],
    ['bad id', answer({ name: 'somebody' })],
    ['bad server', answer({}, { server: '' })],
    ['bad server', answer({}, { server: 'host:0' })],
    ['bad server', answer({}, { server: 'two words:7000' })],
    ['bad server', answer({ port: 53 })],
    ['bad server', answer({ port: 70_000 })],
    ['bad server', answer({ port: '7000' })],
    ['nowhere on this link', answer({ addresses: ['8.8.8.8'], referer: { address: '224.0.0.1x' } })],
  ];
  for (const [why, given] of refusals) {
    test(`${why}: ${JSON.stringify(given.name)} ${String(given.port)}`, () => {
      expect(readClaim(given, ours, link)).toBe(why);
    });
  }

  test('an empty value is empty, a key without a value or a name is nothing', () => {
    const rawTxt = [
      ...(answer().rawTxt as Uint8Array[]),
      utf8('domain='),
      utf8('flag'),
      utf8('=x'),
      utf8('__proto__=1'),
    ];
    expect(readClaim(answer({ rawTxt }), ours, link)).toMatchObject({ name: 'ann' });
  });

  test('only the sender and hosts on the link are dialled, the sender first', () => {
    const addresses = ['8.8.8.8', '127.0.0.1', '192.168.4.9', 'fe80::1', '::1', 'somewhere.example', 7 as never];
    const claim = readClaim(answer({ addresses, referer: { address: '192.168.4.8' } }), ours, link);
    expect(claim).toMatchObject({ addresses: ['192.168.4.8:7000', '192.168.4.9:7000'] });
  });

  test('an announced address counts when it is one of these, and its name is never looked up', () => {
    const of = (server: string) => readClaim(answer({}, { server }), ours, link);
    expect(of('192.168.4.20:9000')).toMatchObject({ addresses: ['192.168.4.7:7000', '192.168.4.20:9000'] });
    expect(of('8.8.8.8:9000')).toMatchObject({ addresses: ['192.168.4.7:7000'] });
    expect(of('example.org:9000')).toMatchObject({ addresses: ['192.168.4.7:7000'] });
  });

  test('an IPv6 link-local sender keeps its zone', () => {
    const claim = readClaim(answer({ referer: { address: 'fe80::7%eth0' }, addresses: [] }), ours, link);
    expect(claim).toMatchObject({ addresses: ['[fe80::7%eth0]:7000'] });
  });

  test('any answer is either a claim or refused by a word', () => {
    const anything = fc.record({
      name: fc.oneof(fc.anything(), fc.constant(instanceName(id))),
      port: fc.oneof(fc.anything(), fc.constant(7000)),
      rawTxt: fc.oneof(fc.anything(), fc.array(fc.uint8Array()), fc.constant(answer().rawTxt)),
      addresses: fc.oneof(fc.constant(undefined), fc.array(fc.oneof(fc.anything(), fc.ipV4(), fc.ipV6()))),
      referer: fc.oneof(fc.constant(undefined), fc.record({ address: fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()) })),
    });
    fc.assert(
      fc.property(anything, (given) => {
        const read = readClaim(given as Answer, ours, link);
        expect(typeof read === 'string' || read.addresses.length > 0).toBe(true);
      }),
    );
  });
});
