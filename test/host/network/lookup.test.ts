import { describe, expect, test } from 'vitest';
import { lookup } from '../../../src/host/network/lookup.ts';

const place = { host: 'ann.example', port: 7000 };

describe('a place that the user named', () => {
  test('an address is itself, and no name server hears of it', async () => {
    const asked: string[] = [];
    const ask = async (name: string) => {
      asked.push(name);
      return [];
    };
    for (const [host, found] of [
      ['192.0.2.7', '192.0.2.7:7000'],
      ['2001:db8::7', '[2001:db8::7]:7000'],
      ['::ffff:192.0.2.7', '192.0.2.7:7000'],
    ] as const) {
      expect(await lookup({ host, port: 7000 }, { ask, patienceMs: 50 })).toEqual([found]);
    }
    expect(asked).toEqual([]);
  });

  test('a name is all addresses that it leads to, each once, and nothing else that the server says', async () => {
    const ask = async () =>
      ['192.0.2.7', '2001:db8::7', '::ffff:192.0.2.7', 'elsewhere.example', '', '192.0.2.7:80'].map((one) => ({
        address: one,
      }));
    expect(await lookup(place, { ask, patienceMs: 50 })).toEqual(['192.0.2.7:7000', '[2001:db8::7]:7000']);
  });

  test('a name that leads nowhere, and a server that fails or never answers, are no addresses', async () => {
    const refused = async () => {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    };
    for (const ask of [async () => [], refused, () => new Promise<never>(() => {})]) {
      expect(await lookup(place, { ask, patienceMs: 20 })).toEqual([]);
    }
  });
});
