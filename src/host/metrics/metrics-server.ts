import { createServer } from 'node:http';
import type { Metric } from '../../core/base/metric.ts';
import type { HostPort } from '../options/option-kinds.ts';
import { prometheusText } from './prometheus.ts';

/** Who asks gets the metrics at `/metrics`; all other paths are 404, all other methods 405. */
export type MetricsServer = { readonly port: number; readonly url: string; stop(): Promise<void> };

/** Requests at a time. The next one is closed at once: one program that watches needs one. */
const CONNECTIONS_MAX = 8;
const REQUEST_MS_MAX = 5_000;

/**
 * Serves metrics over HTTP on an address of this machine only. They name no peer and no message, yet say when a person writes:
 * so nobody is asked for a password, and nobody else can reach it.
 *
 * @throws the error of `listen` when the address cannot be bound.
 */
export async function serveMetrics({ host, port }: HostPort, metrics: () => readonly Metric[]): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX },
    (request, response) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      // A page that a browser shows could read what it got from a name that it moved to this address (DNS rebinding).
      const isLocal = LOCAL_HOST.test(request.headers.host ?? '');
      const status = !isLocal ? 403 : request.url !== '/metrics' ? 404 : isRead ? 200 : 405;
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', connection: 'close' });
      response.end(status === 200 && request.method === 'GET' ? prometheusText(metrics()) : '');
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const bound = server.address();
  const at = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    port: at,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${at}/metrics`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;
