import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { Histogram, quantile } from '../../../src/core/base/histogram.ts';
import { Counter, Distribution, gauge } from '../../../src/core/base/metric.ts';
import { Meter } from '../../../src/host/metrics/meter.ts';
import { type MetricsServer, serveMetrics } from '../../../src/host/metrics/metrics-server.ts';
import { prometheusText } from '../../../src/host/metrics/prometheus.ts';
import { localAddress } from '../../../src/host/options/option-kinds.ts';

describe('a histogram', () => {
  test('puts each value into the first bucket that it fits, and knows sum and count', () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0.5, 1, 2, 10, 11]) histogram.add(value);
    expect(histogram.view).toEqual({ bounds: [1, 10], counts: [2, 2, 1], sum: 24.5, count: 5 });
    expect([0.4, 0.5, 0.8, 1].map((share) => quantile(histogram.view, share))).toEqual([1, 10, 10, Infinity]);
    expect(quantile(new Histogram([1]).view, 0.5)).toBeUndefined();
  });
});

describe('the text for Prometheus', () => {
  test('has one HELP and TYPE for each name, escaped labels, and buckets that add up', () => {
    const why = new Counter('drops_total', 'Dropped.', 'reason');
    why.add('a "b"\\\n', 2);
    why.add('full');
    const took = new Distribution('took_ms', 'How long.', [1, 10]);
    for (const ms of [0.5, 5, 50]) took.add(ms);
    expect(prometheusText([...why.metrics, took.metric, gauge('now', 'Now.', 3)])).toBe(
      [
        '# HELP qpc_drops_total Dropped.',
        '# TYPE qpc_drops_total counter',
        'qpc_drops_total{reason="a \\"b\\"\\\\\\n"} 2',
        'qpc_drops_total{reason="full"} 1',
        '',
        '# HELP qpc_took_ms How long.',
        '# TYPE qpc_took_ms histogram',
        'qpc_took_ms_bucket{le="1"} 1',
        'qpc_took_ms_bucket{le="10"} 2',
        'qpc_took_ms_bucket{le="+Inf"} 3',
        'qpc_took_ms_sum 55.5',
        'qpc_took_ms_count 3',
        '',
        '# HELP qpc_now Now.',
        '# TYPE qpc_now gauge',
        'qpc_now 3',
        '',
      ].join('\n'),
    );
  });
});

describe('the server', () => {
  let server: MetricsServer;
  afterEach(() => server.stop());

  const ask = (path: string, how: { method?: string; host?: string } = {}): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', host = `127.0.0.1:${server.port}` } = how;
      const out = request({ host: '127.0.0.1', port: server.port, path, method, headers: { host } }, (answer) => {
        let text = '';
        answer.on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode!, text }));
      });
      out.on('error', reject);
      out.end();
    });

  test('gives the figures of now at /metrics, and nothing else', async () => {
    let value = 1;
    server = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => [gauge('value', 'A value.', value)]);
    expect(await ask('/metrics')).toEqual({ status: 200, text: expect.stringContaining('qpc_value 1\n') });
    value = 2;
    expect((await ask('/metrics')).text).toContain('qpc_value 2\n');
    expect(await ask('/')).toEqual({ status: 404, text: '' });
    expect(await ask('/metrics', { method: 'POST' })).toEqual({ status: 405, text: '' });
  });

  test('refuses who asks under another name: a page in a browser must not read it', async () => {
    server = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => []);
    expect((await ask('/metrics', { host: 'evil.example' })).status).toBe(403);
    expect((await ask('/metrics', { host: 'localhost:1' })).status).toBe(200);
  });
});

describe('where it may be served', () => {
  test.each(['127.0.0.1:9464', '[::1]:0', 'localhost:9464'])('%s', (text) => {
    expect(localAddress.read(text)).toBeDefined();
  });
  test.each(['0.0.0.0:9464', '[::]:9464', '192.168.1.2:9464', '9464', 'example.org:9464'])('not %s', (text) => {
    expect(localAddress.read(text)).toBeUndefined();
  });
});

test('the meter of a process has figures of it', () => {
  const meter = new Meter();
  meter.turned(2);
  meter.committed(3, 0.4);
  const names = meter.metrics.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['turn_ms', 'commit_ms', 'process_resident_bytes']));
  meter.stop();
});
