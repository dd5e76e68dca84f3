import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../../src/core/base/address.ts';
import { CLOSE_REASONS, type CloseReason } from '../../../src/core/base/peer-error.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import type { Traced, TraceEvent } from '../../../src/core/transport/trace.ts';
import { DEFAULT_PARAMETERS } from '../../../src/core/wire/transport-parameters.ts';
import { Qlog, type QlogOptions } from '../../../src/host/qlog/qlog.ts';
import { qlogFrame } from '../../../src/host/qlog/qlog-frame.ts';
import { anyFrame } from '../../support/frames.ts';
import { frameSchema, readQlog } from '../../support/qlog-schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const at = '192.0.2.7:7000' as Address;
const client = (): Traced => ({ peer: 'a'.repeat(52) as Traced['peer'], initiator: true, alpn: 'x' });
const started = (byte = 1): TraceEvent => ({ type: 'started', originalId: new Uint8Array(8).fill(byte), address: at });
const closed: TraceEvent = { type: 'state', state: 'closed' };
const NAME = '0101010101010101-client.sqlog';

/** A writer with a log that can be read. */
function writer(options: Partial<QlogOptions> = {}) {
  const directory = options.directory ?? join(tempDir(), 'qlog');
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const qlog = new Qlog({ directory, log, calendar: () => timestamp(1_790_000_000_000), ...options });
  return { qlog, directory, lines, read: (name = NAME) => readQlog(readFileSync(join(directory, name), 'utf8')) };
}

const metrics = {
  type: 'metrics',
  windowBytes: 12_000.5,
  bytesInFlight: 1200,
  packetsInFlight: 1,
  smoothedRttMs: 20.000123,
  latestRttMs: 21,
  minRttMs: undefined,
  rttVariationMs: 3,
  probeTimeouts: 0,
} as const;

/** One of each kind, and of each word in it. */
const EVENTS: readonly TraceEvent[] = [
  {
    type: 'parameters',
    byPeer: false,
    parameters: { ...DEFAULT_PARAMETERS, initialSourceConnectionId: new Uint8Array(8) },
  },
  { type: 'parameters', byPeer: true, parameters: { ...DEFAULT_PARAMETERS, statelessResetToken: new Uint8Array(16) } },
  ...(['dialling', 'proving', 'open', 'closing', 'draining'] as const).map(
    (state): TraceEvent => ({ type: 'state', state }),
  ),
  ...(['initial', 'handshake', 'retry'] as const).map(
    (kind): TraceEvent => ({ type: 'packet-sent', kind, bytes: 1200 }),
  ),
  {
    type: 'packet-sent',
    kind: 'short',
    number: 3,
    keyPhase: 1,
    bytes: 40,
    frames: [{ type: 'ping' }],
    address: at,
    isProbe: true,
  },
  { type: 'packet-received', kind: 'short', number: 9, bytes: 1400, frames: [], address: at, isMtuProbe: false },
  ...(['unopened', 'duplicate'] as const).map((why): TraceEvent => ({ type: 'packet-dropped', why, bytes: 30 })),
  { type: 'packets-acknowledged', numbers: [1, 2, 5] },
  { type: 'packet-lost', number: 3, bytes: 40, why: 'time', isMtuProbe: false },
  { type: 'packet-lost', number: 4, bytes: 40, why: 'reordering', isMtuProbe: true },
  metrics,
  ...(['slow-start', 'avoidance', 'recovery'] as const).map((state): TraceEvent => ({ type: 'congestion', state })),
  { type: 'keys', phase: 1 },
  ...(['probing', 'validated', 'used'] as const).map(
    (what): TraceEvent => ({ type: 'path', address: '[2001:db8::7]:7000' as Address, what }),
  ),
  { type: 'datagram-bytes', from: 1200, to: 1452 },
  ...(['probe', 'loss'] as const).map((timer): TraceEvent => ({ type: 'expired', timer })),
  ...(Object.keys(CLOSE_REASONS) as CloseReason[]).map(
    (reason): TraceEvent => ({
      type: 'ended',
      reason,
      detail: reason === 'none' ? '' : 'words',
      byPeer: reason !== 'idle',
    }),
  ),
  closed,
];

describe('a file of qlog', () => {
  test('holds each event as the drafts have it, in order, with times from its own beginning', async () => {
    const { qlog, read } = writer();
    const connection = client();
    qlog.trace(connection, started(), instant(5000));
    for (const [i, event] of EVENTS.entries()) qlog.trace(connection, event, instant(5000 + i * 0.0014));
    await qlog.stop();
    const { header, events } = read();
    expect(header.trace.common_fields.group_id).toBe('0101010101010101');
    expect(header.trace.common_fields.reference_time.wall_clock_time).toBe('2026-09-21T14:13:20.000Z');
    // Each of the two paths is introduced when something comes over it.
    expect(events).toHaveLength(1 + EVENTS.length + 2);
    expect(events[0]).toMatchObject({ name: 'quic:tuple_assigned', data: { tuple_id: at } });
    expect(events[1]).toEqual({
      time: 0,
      name: 'quic:connection_started',
      data: { local: {}, remote: { ip_v4: '192.0.2.7', port_v4: 7000 } },
    });
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted((a, b) => a - b));
  });

  test.each([[anyFrame]])('any frame is a frame of the drafts', (frames) => {
    fc.assert(fc.property(frames, fc.nat(20), (frame, exponent) => void frameSchema.parse(qlogFrame(frame, exponent))));
  });

  test('holds neither what is said, nor tokens, nor challenges', () => {
    const secret = new Uint8Array(16).fill(0xab);
    const id = new Uint8Array(8).fill(0xcd);
    const written = JSON.stringify([
      qlogFrame({ type: 'stream', id: 4 as never, offset: 0, data: secret, fin: true }, 3),
      qlogFrame({ type: 'datagram', data: secret }, 3),
      qlogFrame({ type: 'new-connection-id', sequence: 1, retirePriorTo: 0, id, resetToken: secret }, 3),
      qlogFrame({ type: 'path-challenge', data: secret.subarray(8) }, 3),
      qlogFrame({ type: 'path-response', data: secret.subarray(8) }, 3),
    ]);
    expect(written).toContain('cdcdcdcd');
    expect(written).not.toContain('abab');
    expect(written).not.toContain('171,171');
  });

  test('numbers that did not change are not said again', async () => {
    const { qlog, read } = writer();
    const connection = client();
    qlog.trace(connection, started(), instant(0));
    qlog.trace(connection, metrics, instant(1));
    qlog.trace(connection, metrics, instant(2));
    qlog.trace(connection, { ...metrics, bytesInFlight: 0 }, instant(3));
    await qlog.stop();
    const said = read().events.slice(2);
    expect(said).toHaveLength(2);
    expect(said[0]!.data).toMatchObject({ congestion_window: 12_000, smoothed_rtt: 20 });
    expect(said[1]!.data).toEqual({ bytes_in_flight: 0 });
  });

  test('is for its owner only, and never takes the place of another', async () => {
    const { qlog, directory, lines } = writer();
    qlog.trace(client(), started(1), instant(0));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, '0202020202020202-client.sqlog'), 'mine');
    qlog.trace(client(), started(2), instant(0));
    await qlog.stop();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, NAME)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, '0202020202020202-client.sqlog'), 'utf8')).toBe('mine');
    expect(lines).toHaveLength(1);
  });

  test('ends at its size, with a record that says so', async () => {
    const { qlog, directory, read } = writer({ fileBytesMax: 4096 });
    const connection = client();
    qlog.trace(connection, started(), instant(0));
    for (let i = 0; i < 1000; i++)
      qlog.trace(connection, { type: 'packet-sent', kind: 'short', number: i, bytes: 1200 }, instant(i));
    await qlog.stop();
    expect(statSync(join(directory, NAME)).size).toBeLessThanOrEqual(4096);
    expect(statSync(join(directory, NAME)).size).toBeGreaterThan(3000);
    expect(read().events.at(-1)).toMatchObject({ name: 'loglevel:warning', data: { message: /as long as it may be/ } });
  });

  test('a run that has written all it may ends its files, and begins no other', async () => {
    const { qlog, directory, read } = writer({ bytesMax: 2000 });
    const connection = client();
    qlog.trace(connection, started(), instant(0));
    for (let i = 0; i < 100; i++) {
      qlog.trace(connection, { type: 'packet-sent', kind: 'short', number: i, bytes: 1200 }, instant(i));
    }
    qlog.trace(client(), started(2), instant(0));
    await qlog.stop();
    expect(readdirSync(directory)).toEqual([NAME]);
    expect(read().events.at(-1)!.name).toBe('loglevel:warning');
  });
});

describe('whom a file is made for', () => {
  const server = (): Traced => ({ ...client(), initiator: false });

  test('no caller that has proved nothing has one', async () => {
    const { qlog, directory } = writer();
    const stranger = server();
    qlog.trace(stranger, started(), instant(0));
    for (let i = 0; i < 1000; i++)
      qlog.trace(stranger, { type: 'packet-sent', kind: 'handshake', bytes: 1200 }, instant(i));
    qlog.trace(stranger, closed, instant(9));
    await qlog.stop();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('one that proves itself has one from the beginning on', async () => {
    const { qlog, read } = writer();
    const caller = server();
    qlog.trace(caller, started(), instant(0));
    qlog.trace(caller, { type: 'packet-sent', kind: 'handshake', bytes: 1200 }, instant(1));
    qlog.trace(caller, { type: 'state', state: 'open' }, instant(2));
    qlog.trace(caller, closed, instant(3));
    await qlog.stop();
    const { header, events } = read('0101010101010101-server.sqlog');
    expect(header.trace.vantage_point.type).toBe('server');
    expect(events.map(({ time }) => time)).toEqual([0, 0, 1, 2, 3]);
  });
});

describe('when nothing can be written', () => {
  test('the log hears of it once, and nothing else happens', async () => {
    const { qlog, directory, lines } = writer();
    rmSync(directory, { recursive: true });
    for (let i = 0; i < 5; i++) {
      const connection = client();
      qlog.trace(connection, started(i), instant(0));
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const event of EVENTS) qlog.trace(connection, event, instant(1));
    }
    await qlog.stop();
    expect(lines).toHaveLength(1);
    expect(qlog.lost).toBe(5);
  });

  test('what cannot be described does not reach who described it', async () => {
    const { qlog, lines } = writer();
    const connection = client();
    qlog.trace(connection, started(), instant(0));
    expect(() =>
      qlog.trace(
        connection,
        { type: 'ended', reason: 'nonsense' as CloseReason, detail: '', byPeer: false },
        instant(1),
      ),
    ).not.toThrow();
    await qlog.stop();
    expect(lines).toHaveLength(1);
  });
});
