import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Address } from '../../../src/core/base/address.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import type { Traced } from '../../../src/core/transport/trace.ts';
import { Qlog } from '../../../src/host/qlog/qlog.ts';
import { has } from '../../support/needs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const root = process.platform === 'linux' && process.getuid?.() === 0;

test('on a full disk qlog ends, the log hears of it once, and who traces notices nothing', async (context) => {
  if (!has(root, 'root on Linux, to mount a small disk')) return context.skip();
  const directory = tempDir();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', directory]);
  try {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    const qlog = new Qlog({ directory, log, calendar: () => timestamp(0) });
    const address = '192.0.2.7:7000' as Address;
    for (let byte = 0; byte < 3; byte++) {
      const connection: Traced = { peer: 'a'.repeat(52) as Traced['peer'], initiator: true, alpn: 'x' };
      qlog.trace(connection, { type: 'started', originalId: new Uint8Array(8).fill(byte), address }, instant(0));
      for (let number = 0; number < 1_000; number++) {
        qlog.trace(connection, { type: 'packet-sent', kind: 'short', number, bytes: 1200, address }, instant(number));
        if (number % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await qlog.stop();
    expect(readdirSync(directory).length).toBeGreaterThan(0);
    expect(qlog.lost).toBeGreaterThan(0);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ENOSPC');
  } finally {
    execFileSync('umount', ['-l', directory]);
  }
});
