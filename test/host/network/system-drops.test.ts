import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { systemDrops } from '../../../src/host/network/system-drops.ts';

describe.runIf(process.platform === 'linux')('what the system throws away', () => {
  test('is counted for the port that did not read, and for no other', async () => {
    const [deaf, other] = [createSocket({ type: 'udp4', recvBufferSize: 4_096 }), createSocket('udp6')];
    deaf.bind(0, '127.0.0.1');
    other.bind(0, '::1');
    await Promise.all([once(deaf, 'listening'), once(other, 'listening')]);
    const { port } = deaf.address();
    expect(systemDrops(port)).toBe(0);
    // Nothing is read in between: the sends all happen in this turn.
    const sender = createSocket({ type: 'udp4', lookup: (host, _options, found) => found(null, host, 4) });
    await new Promise<void>((bound) => sender.bind(0, '127.0.0.1', bound));
    for (let i = 0; i < 200; i++) sender.send(new Uint8Array(1_000), port, '127.0.0.1');
    expect(systemDrops(port)).toBeGreaterThan(100);
    expect(systemDrops(other.address().port)).toBe(0);
    for (const socket of [deaf, other, sender]) socket.close();
  });
});
