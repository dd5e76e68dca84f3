import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hex } from '../../../src/core/bytes/hex.ts';
import { type NodeId, nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import { openLog } from '../../../src/host/log.ts';
import { interfaces, type NetworkInterface } from '../../../src/host/network/interfaces.ts';
import { Mdns, type MdnsOptions, type MdnsTimes } from '../../../src/host/network/mdns.ts';
import { MulticastSocket } from '../../../src/host/network/multicast-socket.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { has } from '../../support/needs.ts';

/*
 * Real multicast, over loopback so that nothing leaves this machine. Each test has a network of its own, because other
 * programs on this machine speak mDNS too.
 */

const log = openLog('/dev/null');
const loopback = () => interfaces().filter(({ internal }) => internal);
const newId = (): NodeId => nodeIdOf(nodeSuite.publicKey(randomBytes(32)));
const SHORT: Partial<MdnsTimes> = {
  roundMs: 150,
  firstRoundsMs: [0, 50],
  expiryMs: 600,
  goodbyeMs: 100,
  againMs: 300,
  networksMs: 100,
};

let multicast = false;
let networkTag8 = '';
const started: Mdns[] = [];

beforeAll(async () => {
  multicast = await MulticastSocket.open(loopback()[0]!, 4, 20_000).then(
    (socket) => new Promise<boolean>((resolve) => socket.close(() => resolve(true))),
    () => false,
  );
});
beforeEach((context) => {
  if (!has(multicast, 'multicast on loopback')) context.skip();
  networkTag8 = hex(randomBytes(4));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((mdns) => mdns.stop()));
});

/** A node that writes down what it is told. */
async function node(name: string, options: Partial<MdnsOptions> = {}) {
  const told: string[] = [];
  const id = options.id ?? newId();
  const mdns = new Mdns(
    { id, name, networkTag8, port: 7000, log, networks: loopback, times: SHORT, ...options },
    {
      found: (claim) =>
        told.push(`found ${claim.name} ${claim.addresses.filter((at) => at.startsWith('127.')).join()}`),
      lost: (lost) => told.push(`lost ${lost.slice(0, 6)}`),
      trouble: (sentence) => told.push(sentence ?? 'fine'),
    },
  );
  started.push(mdns);
  await mdns.start();
  return { id, mdns, told, lost: `lost ${id.slice(0, 6)}` };
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Only the first round, and then none for a minute. */
const ONCE: Partial<MdnsTimes> = { ...SHORT, roundMs: 60_000, firstRoundsMs: [0], expiryMs: 60_000 };

describe('§5 who finds whom', () => {
  test('two nodes find each other, with the address of the sender and the port that was announced', async () => {
    const ann = await node('ann', { port: 7001 });
    const bob = await node('bob', { port: 7002 });
    await expect.poll(() => ann.told).toContain('found bob 127.0.0.1:7002');
    await expect.poll(() => bob.told).toContain('found ann 127.0.0.1:7001');
  });

  test('a late one and an early one find each other, both ways round, though the early one asks no more', async () => {
    const early = await node('early', { times: ONCE });
    await pause(300);
    const late = await node('late', { times: ONCE });
    await expect.poll(() => late.told).toEqual(['found early 127.0.0.1:7000']);
    await expect.poll(() => early.told).toEqual(['found late 127.0.0.1:7000']);
  });

  test('three on one machine all find each other', async () => {
    const all = [
      await node('ann', { port: 7001 }),
      await node('bob', { port: 7002 }),
      await node('carol', { port: 7003 }),
    ];
    for (const one of all) {
      await expect.poll(() => new Set(one.told.map((line) => line.split(' ')[1])).size).toBe(2);
    }
  });

  test('one that goes on being heard is told of again, and never lost', async () => {
    const ann = await node('ann');
    await node('bob');
    await expect.poll(() => ann.told.length, { timeout: 5000 }).toBeGreaterThanOrEqual(4);
    expect(new Set(ann.told)).toEqual(new Set(['found bob 127.0.0.1:7000']));
  });

  test('nodes of another network and this node itself are not found', async () => {
    const ann = await node('ann');
    await node('stranger', { networkTag8: 'ffffffff' });
    await expect.poll(() => ann.mdns.dropped().get('other network')).toBeGreaterThan(0);
    expect(ann.told).toEqual([]);
  });

  test('off is silent', async () => {
    const ann = await node('ann');
    await node('bob', { mode: 'off' });
    await pause(300);
    expect(ann.told).toEqual([]);
  });

  test('a scan asks at once', async () => {
    const ann = await node('ann', { times: { ...ONCE, againMs: 0, roundMs: 1000 } });
    await node('bob', { times: ONCE });
    await expect.poll(() => ann.told.length).toBeGreaterThan(0);
    await pause(400);
    const before = ann.told.length;
    ann.mdns.rescan();
    await expect.poll(() => ann.told.length).toBeGreaterThan(before);
  });

  test('a node that changes its name is found under it, and not lost meanwhile', async () => {
    const ann = await node('ann');
    const bob = await node('bob');
    await expect.poll(() => ann.told).toContain('found bob 127.0.0.1:7000');
    bob.mdns.rename('bobby');
    await expect.poll(() => ann.told, { timeout: 3000 }).toContain('found bobby 127.0.0.1:7000');
    await pause(200);
    expect(ann.told).not.toContain(bob.lost);
  });
});

describe('§5 who is gone', () => {
  test('one that says goodbye, at once', async () => {
    const ann = await node('ann', { times: { ...SHORT, expiryMs: 60_000 } });
    const bob = await node('bob');
    await expect.poll(() => ann.told).toContain('found bob 127.0.0.1:7000');
    await bob.mdns.stop();
    await expect.poll(() => ann.told).toContain(bob.lost);
  });

  test('one that was killed, when its time is over', async () => {
    const ann = await node('ann', { times: { ...SHORT, expiryMs: 1000 } });
    const id = newId();
    const args = [join(import.meta.dirname, '../../support/mdns-child.ts'), id, networkTag8];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await expect.poll(() => ann.told).toContain('found child 127.0.0.1:7000');
    child.kill('SIGKILL');
    await expect.poll(() => ann.told, { timeout: 5000 }).toContain(`lost ${id.slice(0, 6)}`);
  });
});

describe('§5 the networks of this machine', () => {
  test('without multicast: said in a sentence, once; over when a network comes, and found on it', async () => {
    let networks: NetworkInterface[] = [];
    const ann = await node('ann', { networks: () => networks });
    await pause(250);
    expect(ann.told).toEqual([expect.stringMatching(/^nodes nearby are not found: .*\/mesh connect/)]);
    await node('bob');
    networks = loopback();
    await expect.poll(() => ann.told.slice(1)).toEqual(['fine', 'found bob 127.0.0.1:7000']);
    networks = [];
    await expect.poll(() => ann.told.some((line) => line.startsWith('lost'))).toBe(true);
  });
});

describe('§5 strangers', () => {
  test('datagrams of any kind break nothing and print nothing', async () => {
    const out = [vi.spyOn(process.stdout, 'write'), vi.spyOn(console, 'log')];
    const ann = await node('ann');
    const forger = createSocket({ type: 'udp4', reuseAddr: true });
    forger.bind(5353, () => {
      forger.setMulticastInterface('127.0.0.1');
    });
    await once(forger, 'listening');
    const send = (bytes: Uint8Array) => forger.send(bytes, 5353, '224.0.0.251');
    for (let length = 0; length < 200; length++) send(randomBytes(length));
    send(Buffer.concat([Buffer.from([0, 0, 0x84, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]), randomBytes(1000)]));
    send(new Uint8Array(20_000));
    await node('bob');
    await expect.poll(() => ann.told).toContain('found bob 127.0.0.1:7000');
    expect(ann.mdns.dropped().get('too large')).toBeGreaterThanOrEqual(2);
    expect(out.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of out) spy.mockRestore();
    forger.close();
  });

  test('a thousand forged answers in a second: most are not read, and whoever comes after them is found', async () => {
    const ann = await node('ann');
    const forger = createSocket({ type: 'udp4', reuseAddr: true });
    forger.bind(5353, () => forger.setMulticastInterface('127.0.0.1'));
    await once(forger, 'listening');
    const answer = Buffer.concat([Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]), randomBytes(60)]);
    for (let sent = 0; sent < 1_000; sent++) {
      forger.send(answer, 5353, '224.0.0.251');
      // Or the system would throw away what has no room in a socket.
      if (sent % 20 === 0) await new Promise(setImmediate);
    }
    await expect.poll(() => ann.mdns.dropped().get('too many'), { timeout: 5_000 }).toBeGreaterThan(300);
    await node('bob');
    await expect.poll(() => ann.told, { timeout: 5_000 }).toContain('found bob 127.0.0.1:7000');
    forger.close();
  });

  test('six answers go out at once, then so many a round; a goodbye always does', async () => {
    const socket = await MulticastSocket.open(loopback()[0]!, 4, 60_000);
    const answer = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const say = () => socket.send(answer, 0, answer.length, 5353, '224.0.0.251', () => {});
    for (let answers = 0; answers < 20; answers++) say();
    expect(socket.lost.get('answered enough')).toBe(14);
    socket.leaving = true;
    say();
    expect(socket.lost.get('answered enough')).toBe(14);
    await new Promise<void>((resolve) => socket.close(resolve));
  });

  test('two nodes under one name: both go on announcing, and nothing is printed', async () => {
    const out = [vi.spyOn(process.stdout, 'write'), vi.spyOn(console, 'log')];
    const id = newId();
    const ann = await node('ann');
    await node('one', { id, port: 7001 });
    await node('two', { id, port: 7002 });
    await expect
      .poll(() => ann.told.at(-1), { timeout: 3000 })
      .toMatch(/127.0.0.1:7001.*127.0.0.1:7002|127.0.0.1:7002.*127.0.0.1:7001/);
    expect(out.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of out) spy.mockRestore();
  });
});
