import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { type Address, type Datagram, parseAddress } from '../../../src/core/base/address.ts';
import { openLog } from '../../../src/host/log.ts';
import { type Listen, UdpSocket } from '../../../src/host/network/udp.ts';
import { UdpError } from '../../../src/host/network/udp-error.ts';
import { has } from '../../support/needs.ts';

const log = openLog('/dev/null');
const opened: UdpSocket[] = [];

const open = async (listen: Listen): Promise<UdpSocket> => {
  const socket = await UdpSocket.open(listen, log);
  opened.push(socket);
  return socket;
};
afterEach(async () => {
  for (const socket of opened.splice(0)) await socket.close(0);
});

const next = (socket: UdpSocket, count = 1): Promise<Datagram[]> => {
  const got: Datagram[] = [];
  return new Promise((resolve) => {
    socket.onBurst((burst) => {
      got.push(...burst);
      if (got.length >= count) resolve(got);
    });
  });
};
const at = (host: string, port: number): Address =>
  parseAddress(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)!;
const bytes = (...values: number[]) => new Uint8Array(values);
const hasV6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

describe('datagrams', () => {
  test('arrive as they were sent, with the sender’s address in canonical form, over both families of one socket', async (context) => {
    if (!has(hasV6, 'IPv6')) return context.skip();
    const both = await open({ host: '::', port: 0 });
    const four = await open({ host: '127.0.0.1', port: 0 });
    const six = await open({ host: '::1', port: 0 });
    for (const [peer, host] of [
      [four, '127.0.0.1'],
      [six, '::1'],
    ] as const) {
      const arrived = next(both);
      peer.send({ address: at(host, both.port), bytes: bytes(1, 2, 3) });
      const [datagram] = await arrived;
      expect(datagram).toEqual({ address: at(host, peer.port), bytes: bytes(1, 2, 3) });
      expect(Buffer.isBuffer(datagram!.bytes)).toBe(false);
      const answered = next(peer);
      both.send({ address: datagram!.address, bytes: bytes(4) });
      expect(await answered).toEqual([{ address: at(host, both.port), bytes: bytes(4) }]);
    }
  });

  test('an empty one and the largest that there is', async () => {
    const [a, b] = [await open({ host: '127.0.0.1', port: 0 }), await open({ host: '127.0.0.1', port: 0 })];
    const arrived = next(b, 2);
    a.send({ address: at('127.0.0.1', b.port), bytes: bytes() });
    a.send({ address: at('127.0.0.1', b.port), bytes: new Uint8Array(65_507).fill(9) });
    expect((await arrived).map((datagram) => datagram.bytes.length)).toEqual([0, 65_507]);
  });

  test('what arrives in one turn of the loop comes in one burst', async () => {
    const [a, b] = [await open({ host: '127.0.0.1', port: 0 }), await open({ host: '127.0.0.1', port: 0 })];
    const bursts: number[] = [];
    const all = new Promise<void>((resolve) => {
      b.onBurst((burst) => {
        bursts.push(burst.length);
        if (bursts.reduce((sum, one) => sum + one) === 20) resolve();
      });
    });
    for (let i = 0; i < 20; i++) a.send({ address: at('127.0.0.1', b.port), bytes: bytes(i) });
    await all;
    expect(bursts.length).toBeLessThan(20);
  });
});

describe('what cannot be sent', () => {
  test('is counted, never thrown', async () => {
    const socket = await open({ host: '127.0.0.1', port: 0 });
    socket.send({ address: at('127.0.0.1', 9), bytes: new Uint8Array(65_508) });
    socket.send({ address: at('::1', 9), bytes: bytes(1) });
    socket.send({ address: at('255.255.255.255', 9), bytes: bytes(1) });
    await expect.poll(() => [...socket.dropped.keys()].sort()).toEqual(['EACCES', 'EMSGSIZE', 'no such family']);
    await socket.close();
    socket.send({ address: at('127.0.0.1', 9), bytes: bytes(1) });
    expect(socket.dropped.get('closed')).toBe(1);
  });

  test('a port where nobody listens harms nothing', async () => {
    const [a, b] = [await open({ host: '127.0.0.1', port: 0 }), await open({ host: '127.0.0.1', port: 0 })];
    const gone = await open({ host: '127.0.0.1', port: 0 });
    await gone.close();
    const arrived = next(b);
    for (let i = 0; i < 10; i++) a.send({ address: at('127.0.0.1', gone.port), bytes: bytes(1) });
    a.send({ address: at('127.0.0.1', b.port), bytes: bytes(2) });
    expect((await arrived)[0]?.bytes).toEqual(bytes(2));
  });
});

describe('where it listens', () => {
  test('on the next free port from 7010 when the wanted one is taken', async () => {
    const first = await open({ host: '127.0.0.1', port: 0 });
    const second = await open({ host: '127.0.0.1', port: first.port });
    expect(second.port).toBeGreaterThanOrEqual(7010);
    expect(second.port).not.toBe(first.port);
  });

  test('a port that is taken by IPv4 alone is taken for both families', async () => {
    const first = await open({ host: '0.0.0.0', port: 0 });
    const second = await open({ host: '::', port: first.port });
    expect(second.port).not.toBe(first.port);
  });

  test('nowhere else when that is not wanted', async () => {
    const first = await open({ host: '127.0.0.1', port: 0 });
    const second = open({ host: '127.0.0.1', port: first.port, fallback: false });
    await expect(second).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`127.0.0.1:${first.port}`),
    });
  });

  test('an address that this machine does not have is an error in words', async () => {
    const nowhere = open({ host: '198.51.100.1', port: 0 });
    await expect(nowhere).rejects.toBeInstanceOf(UdpError);
    await expect(nowhere).rejects.toMatchObject({ hint: expect.stringContaining('--listen') });
  });

  test('IPv6 alone leaves the same port of IPv4 free', async (context) => {
    if (!has(hasV6, 'IPv6')) return context.skip();
    const six = await open({ host: '::', port: 0, v6Only: true });
    const four = await open({ host: '0.0.0.0', port: six.port, fallback: false });
    expect([six.families, four.families]).toEqual([[6], [4]]);
  });
});

describe('a socket that fails', () => {
  /** Sockets that are real but for the size of their queue, which is what the test says. */
  const stuck = () => {
    const made: Socket[] = [];
    const queue = { bytes: 0 };
    const create = (options: SocketOptions) => {
      const socket = createSocket(options);
      socket.getSendQueueSize = () => (made.at(-1) === socket ? queue.bytes : 0);
      made.push(socket);
      return socket;
    };
    return { made, queue, create };
  };

  test('is opened anew on the same port when what waits in it has not moved for 5 s, and goes on', async () => {
    const { made, queue, create } = stuck();
    const a = await open({ host: '127.0.0.1', port: 0 });
    const b = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, create);
    opened.push(b);
    const arrived = next(b);
    queue.bytes = 100;
    b.check(0);
    b.check(4_999);
    expect(made).toHaveLength(1);
    b.check(5_000);
    queue.bytes = 0;
    await expect.poll(() => made.length).toBe(2);
    a.send({ address: at('127.0.0.1', b.port), bytes: bytes(7) });
    expect(await arrived).toEqual([{ address: at('127.0.0.1', a.port), bytes: bytes(7) }]);
  });

  test('is left alone while its queue moves', async () => {
    const { made, queue, create } = stuck();
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, create);
    opened.push(socket);
    queue.bytes = 100;
    for (let ms = 0; ms < 20_000; ms += 1000) {
      socket.send({ address: at('127.0.0.1', 9), bytes: bytes(1) });
      await new Promise((resolve) => setImmediate(resolve));
      socket.check(ms);
    }
    expect(made).toHaveLength(1);
  });

  test('drops the newest when 1 MiB waits, and counts it', async () => {
    const { queue, create } = stuck();
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, create);
    opened.push(socket);
    queue.bytes = 1024 * 1024;
    for (let i = 0; i < 3; i++) socket.send({ address: at('127.0.0.1', 9), bytes: bytes(1) });
    expect(socket.dropped.get('queue full')).toBe(3);
    queue.bytes = 0;
  });

  test('an error of the system: opened anew at the next check', async () => {
    const { made, create } = stuck();
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, create);
    opened.push(socket);
    made[0]!.emit('error', Object.assign(new Error('gone'), { code: 'ENETDOWN' }));
    expect(socket.dropped.get('ENETDOWN')).toBe(1);
    socket.check();
    await expect.poll(() => made.length).toBe(2);
  });
});

test('a second program cannot take the port silently', async () => {
  const ours = await open({ host: '127.0.0.1', port: 0 });
  const theirs = createSocket('udp4');
  theirs.bind(ours.port, '127.0.0.1');
  const [error] = await once(theirs, 'error');
  expect(error.code).toBe('EADDRINUSE');
  theirs.close();
});
