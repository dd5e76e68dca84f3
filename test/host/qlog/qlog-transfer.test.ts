import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { Qlog } from '../../../src/host/qlog/qlog.ts';
import { Pair, type Weather } from '../../support/pair.ts';
import { readQlog } from '../../support/qlog-schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

type Events = ReturnType<typeof readQlog>['events'];
type Named<Name extends Events[number]['name']> = Extract<Events[number], { name: Name }>;

const of = <Name extends Events[number]['name']>(events: Events, name: Name): Named<Name>[] =>
  events.filter((event): event is Named<Name> => event.name === name);

/** 300 KB from a client to a server, both written down, and a close: the two files. */
async function transfer(weather: Partial<Weather>): Promise<{ client: Events; server: Events; pair: Pair }> {
  const directory = tempDir();
  const pair = new Pair({ weather });
  const tracer = new Qlog({ directory, log: pino({ level: 'silent' }), calendar: () => timestamp(1_790_000_000_000) });
  const [from, to] = [pair.add('from', '192.0.2.3', { tracer }), pair.add('to', '192.0.2.4', { tracer })];
  to.onEvent = (event) => {
    if (event.type === 'readable') while (event.connection.read(event.stream));
  };
  const { client } = pair.connect(from, to);
  const stream = client.openStream('bidirectional')!;
  let left = 300_000;
  const write = (): void => {
    left -= client.write(stream, new Uint8Array(left));
    if (left === 0) client.finish(stream);
  };
  from.onEvent = (event) => {
    if (event.type === 'writable') write();
  };
  write();
  pair.drive({ forMs: 10_000 });
  client.close('goodbye', 'that was all', pair.now);
  pair.drive({ forMs: 60_000 });
  await tracer.stop();
  const files = readdirSync(directory).toSorted();
  const [odcid] = files[0]!.split('-');
  expect(files).toEqual([`${odcid}-client.sqlog`, `${odcid}-server.sqlog`]);
  const read = (side: string) => readQlog(readFileSync(join(directory, `${odcid}-${side}.sqlog`), 'utf8')).events;
  return { client: read('client'), server: read('server'), pair };
}

describe('a transfer with loss, written down on both sides', () => {
  test('each record is one of the drafts, and both sides tell one story', async () => {
    const { client, server } = await transfer({ loss: 0.03, duplicate: 0.02, jitterMs: 5 });
    const numbers = (events: Events, name: 'quic:packet_sent' | 'quic:packet_received') =>
      new Set(of(events, name).flatMap(({ data }) => data.header.packet_number ?? []));
    const sent = numbers(client, 'quic:packet_sent');
    const received = numbers(server, 'quic:packet_received');
    expect(received.size).toBeGreaterThan(200);
    expect([...received].filter((number) => !sent.has(number))).toEqual([]);
    expect(sent.size).toBeGreaterThan(received.size);

    const lost = of(client, 'quic:packet_lost').map(({ data }) => data.header!.packet_number!);
    const acknowledged = of(client, 'quic:packets_acked').flatMap(({ data }) => data.packet_numbers!);
    expect(lost.length).toBeGreaterThan(0);
    expect(acknowledged.filter((number) => !received.has(number))).toEqual([]);
    expect(of(server, 'quic:packet_dropped').some(({ data }) => data.trigger === 'duplicate')).toBe(true);
  });

  test('the bytes of the stream are all in the frames that the server received', async () => {
    const { server } = await transfer({ loss: 0.02 });
    const end = Math.max(
      ...of(server, 'quic:packet_received')
        .flatMap(({ data }) => data.frames ?? [])
        .map((frame) => (frame.frame_type === 'stream' ? (frame.offset ?? 0) + (frame.raw?.payload_length ?? 0) : 0)),
    );
    expect(end).toBe(300_000);
  });

  test('the numbers of recovery are there to be drawn', async () => {
    const { client } = await transfer({ loss: 0.03 });
    const metrics = of(client, 'quic:recovery_metrics_updated').map(({ data }) => data);
    const windows = metrics.flatMap(({ congestion_window }) => congestion_window ?? []);
    expect(Math.max(...windows)).toBeGreaterThan(windows[0]!);
    expect(metrics.some(({ bytes_in_flight }) => (bytes_in_flight ?? 0) > 10_000)).toBe(true);
    const rtt = metrics.flatMap(({ smoothed_rtt }) => smoothed_rtt ?? []).at(-1)!;
    expect(rtt).toBeGreaterThanOrEqual(20);
    expect(rtt).toBeLessThan(60);
    expect(of(client, 'quic:congestion_state_updated').map(({ data }) => data.new)).toContain('recovery');
    expect(of(client, 'quic:mtu_updated').at(-1)?.data.new).toBe(1472);
  });

  test('the handshake and the end are told on both sides', async () => {
    const { client, server } = await transfer({});
    for (const [events, first] of [
      [client, 'quic:packet_sent'],
      [server, 'quic:packet_received'],
    ] as const) {
      expect(of(events, first)[0]!.data.header.packet_type).toBe('initial');
      expect(of(events, 'quic:parameters_set').map(({ data }) => data.initiator)).toHaveLength(2);
      const states = of(events, 'quic:connection_state_updated').map(({ data }) => data.new);
      expect(states).toContain('handshake_confirmed');
      expect(states.at(-1)).toBe('closed');
      expect(of(events, 'quic:connection_closed')[0]!.data).toMatchObject({
        initiator: events === client ? 'local' : 'remote',
        application_error: 'unknown',
        error_code: 0x7107,
      });
    }
  });
});
