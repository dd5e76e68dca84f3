// The other end of the transport's figures, in a process of its own: gives back what comes on a stream, or counts it.
import { openEndpoint } from './lib/endpoint.mjs';

const counting = new Map();

const { endpoint, address } = await openEndpoint((event) => {
  if (event.type !== 'readable') return;
  const { connection, stream } = event;
  for (let got = connection.read(stream); got; got = connection.read(stream)) {
    // A first byte of 1 asks for counting: bulk. Anything else is given back as it came.
    const key = `${connection.startedAt} ${connection.peer} ${stream}`;
    const known = counting.get(key);
    if (known === undefined && got.bytes[0] !== 1) {
      connection.write(stream, got.bytes);
      if (got.fin) connection.finish(stream);
    } else {
      counting.set(key, (known ?? 0) + got.bytes.length);
      if (got.fin) {
        connection.write(stream, new TextEncoder().encode(String(counting.get(key))));
        connection.finish(stream);
        counting.delete(key);
      }
    }
    if (got.fin) break;
  }
});
process.on('message', (ask) => {
  if (ask === 'memory') {
    globalThis.gc?.();
    process.send({ rss: process.memoryUsage().rss });
  }
});
process.send({ id: endpoint.id, address });
