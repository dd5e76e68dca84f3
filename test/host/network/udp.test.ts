import { execFile } from 'node:child_process';
import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Address, type Datagram, parseAddress } from '../../../src/core/base/address.ts';
import { openLog } from '../../../src/host/log.ts';
import { UdpSocket } from '../../../src/host/network/udp.ts';
import type { Listen } from '../../../src/host/network/udp-bind.ts';
import { UdpError } from '../../../src/host/network/udp-error.ts';
import { has } from '../../support/needs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const run = promisify(execFile);

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

describe('what cannot be answered', () => {
  test('from port 0, or from no address, is counted and reaches nobody', async () => {
    let system: Socket | undefined;
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, (options) => {
      system = createSocket(options);
      return system;
    });
    opened.push(socket);
    const arrived = next(socket);
    for (const [host, port] of [
      ['127.0.0.1', 0],
      ['192.0.2.7', 65_536],
      ['somebody', 7000],
    ]) {
      system!.emit('message', Buffer.of(1), { address: host, port, family: 'IPv4', size: 1 });
    }
    system!.emit('message', Buffer.of(2), { address: '192.0.2.7', port: 1, family: 'IPv4', size: 1 });
    expect(await arrived).toEqual([{ address: at('192.0.2.7', 1), bytes: bytes(2) }]);
    expect([...socket.dropped]).toEqual([['unusable source', 3]]);
  });
});

describe('a flood', () => {
  test('comes in bursts of 32 at most, with a turn of everything else after each', async () => {
    const [a, b] = [await open({ host: '127.0.0.1', port: 0 }), await open({ host: '127.0.0.1', port: 0 })];
    const bursts: number[] = [];
    let turns = 0;
    const turn = (): void => {
      turns++;
      if (bursts.length < 20) setTimeout(turn, 0);
    };
    const turnsAtBurst: number[] = [];
    const enough = new Promise<void>((resolve) => {
      b.onBurst((burst) => {
        bursts.push(burst.length);
        turnsAtBurst.push(turns);
        // As slow as a handshake each, so that a timer is due after every burst.
        for (const until = performance.now() + 3; performance.now() < until; );
        if (bursts.length === 20) resolve();
      });
    });
    for (let i = 0; i < 1_000; i++) a.send({ address: at('127.0.0.1', b.port), bytes: bytes(i & 255) });
    turn();
    await enough;
    expect(Math.max(...bursts)).toBeLessThanOrEqual(32);
    expect(turnsAtBurst.slice(2).every((count, i) => count > turnsAtBurst[i + 1]!)).toBe(true);
  });
});

describe('what cannot be sent', () => {
  test('is counted, never thrown', async () => {
    const socket = await open({ host: '127.0.0.1', port: 0 });
    socket.send({ address: at('127.0.0.1', 9), bytes: new Uint8Array(65_508) });
    socket.send({ address: at('::1', 9), bytes: bytes(1) });
    // Linux knows 127.255.255.255 as a broadcast address; others refuse it by other words.
    const broadcast = process.platform === 'linux' ? '127.255.255.255' : '255.255.255.255';
    socket.send({ address: at(broadcast, 9), bytes: bytes(1) });
    await expect
      .poll(() => [...socket.dropped.keys()].sort())
      .toEqual([process.platform === 'linux' ? 'EACCES' : 'unusable destination', 'EMSGSIZE', 'no such family'].sort());
    await socket.close();
    socket.send({ address: at('127.0.0.1', 9), bytes: bytes(1) });
    expect(socket.dropped.get('closed')).toBe(1);
  });

  const nowhere = [
    ...['192.0.2.1:0', '192.0.2.1:65536', '192.0.2.1:NaN', '192.0.2.1:-1', '192.0.2.1', '', ':7000', '[::1]:0'],
    ...['example.com:7000', 'localhost:7000', '127.1:7000', '2130706433:7000', '[::ffff:127.0.0.1]:7000', '::1:7000'],
    ...['0.0.0.0:7000', '[::]:7000', '255.255.255.255:7000', '224.0.0.251:5353', '[ff02::fb%lo]:5353', '240.0.0.1:7'],
  ];
  test('an address that nobody can have goes to no socket, to no name server, and to nobody on this machine', async () => {
    const asked: unknown[] = [];
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, (options) => {
      const real = createSocket(options);
      real.send = (...what: unknown[]) => asked.push(what);
      return real;
    });
    opened.push(socket);
    for (const address of nowhere) socket.send({ address: address as Address, bytes: bytes(1) });
    expect([...socket.dropped]).toEqual([['unusable destination', nowhere.length]]);
    expect(asked).toEqual([]);
  });

  test('one that is too large is told with where it should go and its size, the others are not', async (context) => {
    if (!has(hasV6, 'IPv6')) return context.skip();
    const socket = await open({ host: '::', port: 0 });
    const told: unknown[] = [];
    socket.onTooLong((...what) => told.push(what));
    for (const size of [1200, 65_508, 65_509]) {
      socket.send({ address: at('127.0.0.1', 9), bytes: new Uint8Array(size) });
    }
    await expect
      .poll(() => told)
      .toEqual([
        [at('127.0.0.1', 9), 65_508],
        [at('127.0.0.1', 9), 65_509],
      ]);
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

  /** A system that refuses to bind the ports of which `refuses` says so, by this word. */
  const picky = (code: string, refuses: (port: number) => boolean) => (options: SocketOptions) => {
    const real = createSocket(options);
    const bind = real.bind.bind(real) as (what: object) => Socket;
    real.bind = ((what: { port: number }) => {
      if (!refuses(what.port)) return bind(what);
      process.nextTick(() => real.emit('error', Object.assign(new Error(code), { code })));
      return real;
    }) as Socket['bind'];
    return real;
  };

  test('where every port that it tries is taken, on any that is free', async () => {
    const create = picky('EADDRINUSE', (port) => port !== 0);
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 7000 }, log, create);
    opened.push(socket);
    expect(socket.port).toBeGreaterThan(0);
  });

  test('a port that this user may not have is an error in words', async () => {
    const create = picky('EACCES', (port) => port < 1_024);
    await expect(UdpSocket.open({ host: '127.0.0.1', port: 53 }, log, create)).rejects.toMatchObject({
      code: 'EACCES',
      message: 'this user may not listen on 127.0.0.1:53',
      hint: expect.stringContaining('1024'),
    });
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

describe('what the system may say to any datagram', () => {
  /** A real socket, but for the system's answer to the datagrams of a share. */
  const refusing = async (code: string, share: number, path = '/dev/null'): Promise<UdpSocket> => {
    let sent = 0;
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, openLog(path), (options) => {
      const real = createSocket(options);
      const send = real.send.bind(real) as (...what: unknown[]) => void;
      real.send = (...[what, port, host, done]: unknown[]) => {
        if (++sent % Math.round(1 / share) > 0) return send(what, port, host, done);
        const error = Object.assign(new Error(code), { code, address: host, port });
        process.nextTick(done as (error: Error) => void, error);
      };
      return real;
    });
    opened.push(socket);
    return socket;
  };

  for (const code of ['EPERM', 'ENOBUFS', 'ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH', 'EMSGSIZE']) {
    test(`${code} of a fifth: counted, and the others arrive`, async () => {
      const [a, b] = [await refusing(code, 0.2), await open({ host: '127.0.0.1', port: 0 })];
      const arrived = next(b, 80);
      for (let n = 0; n < 100; n++) a.send({ address: at('127.0.0.1', b.port), bytes: bytes(n) });
      expect(await arrived).toHaveLength(80);
      expect([...a.dropped]).toEqual([[code, 20]]);
    });
  }

  test('of all, a thousand times: one line in the log', async () => {
    const path = join(tempDir(), 'log');
    const socket = await refusing('EPERM', 1, path);
    for (let n = 0; n < 1_000; n++) socket.send({ address: at('127.0.0.1', 9), bytes: bytes(1) });
    await expect.poll(() => socket.dropped.get('EPERM')).toBe(1_000);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toEqual([expect.stringContaining('EPERM')]);
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

  test('what it says after it was replaced does not harm its successor', async () => {
    const { made, create } = stuck();
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log, create);
    opened.push(socket);
    const reopened = new Promise<void>((resolve) => socket.onReopened(resolve));
    made[0]!.emit('error', Object.assign(new Error('gone'), { code: 'ENETDOWN' }));
    socket.check();
    await reopened;
    made[0]!.emit('error', Object.assign(new Error('gone again'), { code: 'ENETDOWN' }));
    const peer = await open({ host: '127.0.0.1', port: 0 });
    const arrived = next(peer);
    socket.send({ address: at('127.0.0.1', peer.port), bytes: bytes(1) });
    expect(await arrived).toHaveLength(1);
  });

  test('while it cannot be opened anew that is said once, and tried at every check', async () => {
    const path = join(tempDir(), 'log');
    const { made, create } = stuck();
    const socket = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, openLog(path), create);
    opened.push(socket);
    made[0]!.emit('error', Object.assign(new Error('gone'), { code: 'ENETDOWN' }));
    const squatter = createSocket('udp4').bind(socket.port, '127.0.0.1');
    await once(squatter, 'listening');
    for (let n = 2; n < 6; n++) {
      socket.check();
      await expect.poll(() => made.length).toBe(n);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(readFileSync(path, 'utf8').match(/not opened anew yet/g)).toHaveLength(1);
    squatter.close();
    await once(squatter, 'close');
    const reopened = new Promise<void>((resolve) => socket.onReopened(resolve));
    socket.check();
    await reopened;
  });
});

describe('a machine without IPv6', () => {
  test('where the system has no such sockets, :: is every IPv4 address', async () => {
    const socket = await UdpSocket.open({ host: '::', port: 0 }, log, (options) => {
      const real = createSocket(options);
      if (options.type === 'udp6') {
        const refused = Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' });
        real.bind = () => {
          process.nextTick(() => real.emit('error', refused));
          return real;
        };
      }
      return real;
    });
    opened.push(socket);
    expect([socket.host, socket.families]).toEqual(['0.0.0.0', [4]]);
    const peer = await open({ host: '127.0.0.1', port: 0 });
    const arrived = next(socket);
    peer.send({ address: at('127.0.0.1', socket.port), bytes: bytes(1) });
    expect(await arrived).toMatchObject([{ address: at('127.0.0.1', peer.port) }]);
  });
});

describe('no file descriptor left', () => {
  test('the node’s socket goes on, another is an error in words, and one that broke is back when there is room', async () => {
    const child = resolve(import.meta.dirname, '../../support/out-of-files-child.ts');
    const { stdout } = await run('sh', ['-c', 'ulimit -n 40; exec "$0" "$1"', process.execPath, child]);
    expect(stdout.trim().split('\n')).toEqual([
      'arrived',
      'networks as they were',
      expect.stringMatching(/^EMFILE: no file descriptor left .* ulimit -n$/),
      'closed',
      'arrived',
    ]);
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
