import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openLog } from '../../../src/host/log.ts';
import { listen } from '../../../src/host/network/listening.ts';
import type { UdpSocket } from '../../../src/host/network/udp.ts';
import { tempDir } from '../../support/temp-dir.ts';

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
});

/** Another program that has a port. */
async function takenPort(): Promise<number> {
  const socket: Socket = createSocket('udp4');
  open.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

async function listenIn(home: string, port: number): Promise<{ udp: UdpSocket; notice: string | undefined }> {
  const listening = await listen(home, { host: '127.0.0.1', port }, openLog(join(home, 'node.log')));
  open.push(listening.udp);
  return listening;
}

describe('the port of a node', () => {
  test('is the one that was asked for, or any for 0, without a word', async () => {
    const home = tempDir();
    const any = await listenIn(home, 0);
    expect(any.notice).toBeUndefined();
    const { port } = any.udp;
    await any.udp.close();
    expect(await listenIn(home, port)).toMatchObject({ udp: { port }, notice: undefined });
  });

  test('taken, it is another, which is said, and kept for the next start', async () => {
    const home = tempDir();
    const taken = await takenPort();
    const first = await listenIn(home, taken);
    const { port } = first.udp;
    expect(port).not.toBe(taken);
    expect(first.notice).toBe(
      `127.0.0.1:${taken} is taken, so this node listens on 127.0.0.1:${port}, and will the next time`,
    );
    await first.udp.close();
    open[0]?.close();
    open.shift();
    // The port that was asked for is free again, but others remember the other one.
    const second = await listenIn(home, taken);
    expect(second.udp.port).toBe(port);
    expect(second.notice).toBe(`listening on 127.0.0.1:${port}, as the last time, not on 127.0.0.1:${taken}`);
  });

  test('somebody who asks for another address gets it', async () => {
    const home = tempDir();
    const first = await listenIn(home, await takenPort());
    await first.udp.close();
    const { udp } = await listenIn(home, 0);
    const { port } = udp;
    await udp.close();
    expect(await listenIn(home, port)).toMatchObject({ udp: { port }, notice: undefined });
  });

  test('a kept port that makes no sense is as none', async () => {
    const home = tempDir();
    for (const text of ['', '{"asked":"127.0.0.1:1","port":70000}', '[]', '\0']) {
      writeFileSync(join(home, 'node.port'), text);
      expect((await listenIn(home, await takenPort())).notice).toContain('is taken');
      expect(JSON.parse(readFileSync(join(home, 'node.port'), 'utf8'))).toMatchObject({ port: expect.any(Number) });
    }
  });
});
