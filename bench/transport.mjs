// Handshake, round trip, bulk and memory of the transport: this process against a child, over loopback, OpenSSL suite.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openEndpoint } from './lib/endpoint.mjs';
import { quantile, report } from './lib/report.mjs';

const server = fork(new URL('./echo-server.mjs', import.meta.url), { execArgv: ['--expose-gc'] });
const [{ id, address }] = await once(server, 'message');

const waiting = new Map();
const key = (connection, what) => `${connection.startedAt} ${what}`;
const client = await openEndpoint((event) => {
  if (event.type === 'closed' && !event.connection.confirmed) throw new Error(`dial failed: ${event.reason}`);
  const what = event.type === 'confirmed' ? 'confirmed' : `${event.type} ${event.stream}`;
  const waiter = waiting.get(key(event.connection, what));
  waiter?.();
});
const happened = (connection, what) =>
  new Promise((done) => {
    waiting.set(key(connection, what), () => {
      waiting.delete(key(connection, what));
      done();
    });
  });

async function connected() {
  const connection = client.dial(id, address);
  await happened(connection, 'confirmed');
  return connection;
}

/** The peer is dialled anew each time; the older connection gives way, as docs/protocol.md §1.1 says. */
async function handshakes(count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    const connection = await connected();
    times.push(performance.now() - started);
    client.turn((now) => connection.close('none', '', now));
    await new Promise((next) => setTimeout(next, 2));
  }
  // The first dials load and compile.
  const warm = times.slice(5);
  report('handshake', { p50_ms: quantile(warm, 0.5), p99_ms: quantile(warm, 0.99), dials: warm.length });
}

async function roundTrips(count) {
  const connection = await connected();
  const stream = client.turn(() => connection.openStream('bidirectional'));
  const message = new Uint8Array(200);
  const times = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    client.turn(() => connection.write(stream, message.slice()));
    for (let got = 0; got < message.length; ) {
      await happened(connection, `readable ${stream}`);
      got += client.turn(() => connection.read(stream)?.bytes.length ?? 0);
    }
    times.push((performance.now() - started) * 1000);
  }
  const warm = times.slice(Math.floor(count / 10));
  report('round_trip', {
    p50_us: quantile(warm, 0.5),
    p99_us: quantile(warm, 0.99),
    bytes: message.length,
    count: warm.length,
  });
  client.turn((now) => connection.close('none', '', now));
}

async function bulk(megabytes) {
  const connection = await connected();
  const stream = client.turn(() => connection.openStream('bidirectional'));
  const total = megabytes * 1024 * 1024;
  const chunk = new Uint8Array(64 * 1024).fill(1);
  const started = performance.now();
  for (let sent = 0; sent < total; ) {
    const rest = chunk.subarray(0, Math.min(chunk.length, total - sent));
    const taken = client.turn(() => connection.write(stream, rest));
    sent += taken;
    if (taken < rest.length) await happened(connection, `writable ${stream}`);
  }
  client.turn(() => connection.finish(stream));
  await happened(connection, `readable ${stream}`);
  const seconds = (performance.now() - started) / 1000;
  const counted = Number(new TextDecoder().decode(client.turn(() => connection.read(stream)).bytes));
  if (counted !== total) throw new Error(`${counted} of ${total} bytes arrived`);
  report('bulk', { MBps: total / 1e6 / seconds, megabytes, seconds });
  client.turn((now) => connection.close('none', '', now));
}

const memoryOfServer = async () => {
  server.send('memory');
  return (await once(server, 'message'))[0].rss;
};

/** Idle connections into one process, each from an endpoint and key of its own, as nodes have them. */
async function memory(count) {
  const before = await memoryOfServer();
  const clients = [];
  for (let i = 0; i < count; i++) {
    let confirmed;
    const opened = new Promise((done) => {
      confirmed = done;
    });
    const other = await openEndpoint((event) => event.type === 'confirmed' && confirmed());
    other.dial(id, address);
    await opened;
    clients.push(other);
  }
  await new Promise((next) => setTimeout(next, 500));
  const kilobytes = ((await memoryOfServer()) - before) / 1024 / count;
  report('memory', { server_rss_KB_per_connection: kilobytes, connections: count });
  for (const one of clients) await one.close();
}

await handshakes(55);
await roundTrips(3_300);
await bulk(64);
await memory(100);
await client.close();
server.kill();
