import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { addressParts, parseAddress } from '../../src/core/base/address.ts';
import { instant } from '../../src/core/base/time.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { Downloader } from './downloader.ts';
import { FileServer } from './files.ts';
import type { Order, Said } from './party.ts';
import { LAB } from './run.ts';
import { scenarioOf } from './scenarios.ts';
import { Shell } from './shell.ts';

/* The client or the server of a scenario, in a process of its own: what it is told is an Order, what it says are Saids (party.ts). */

const say = (said: Said): void => void process.send!(said);

async function serve({ host }: Extract<Order, { role: 'server' }>): Promise<void> {
  const files = new FileServer();
  const shell = await Shell.open(host, (event) => files.handle(event));
  say({ type: 'listening', id: shell.endpoint.id, address: shell.address });
  await once(process, 'message');
  const report = { confirmed: files.confirmed.length, early: files.early };
  say({ type: 'served', report, secrets: [...shell.secrets] });
}

async function download(order: Extract<Order, { role: 'client' }>): Promise<void> {
  const { host, nextHost, server, files } = order;
  const scenario = scenarioOf(order.scenario)!;
  const address = parseAddress(order.address)!;
  await crowd(order, scenario.work.crowd ?? 0);
  const shell = await Shell.open(host, (event, now) => {
    downloader.handle(event, now);
    if (!downloader.done || finished) return;
    finished = true;
    setTimeout(finish, LAST_WORDS_MS);
  });
  let finished = false;
  const move = (): void => void shell.move(nextHost);
  const downloader = new Downloader(scenario.work, { endpoint: shell.endpoint, server, address, files, move });
  const finish = (): void => say({ type: 'downloaded', report: downloader.report, secrets: [...shell.secrets] });
  shell.turn((now) => downloader.begin(now));
  process.once('message', finish);
}

/** How long the last datagrams have to get through the cable. */
const LAST_WORDS_MS = 100;

/** Strangers who say the first word, wait until the server has heard it, and go. They do not use the cable. */
async function crowd({ host, server, direct }: Extract<Order, { role: 'client' }>, count: number): Promise<void> {
  const random = { bytes: (bytes: number) => new Uint8Array(randomBytes(bytes)) };
  const to = addressParts(parseAddress(direct)!);
  for (let i = 0; i < count; i++) {
    const options = { ...LAB, suite: nodeSuite, random, seed: random.bytes(32), resetKey: random.bytes(32) };
    const stranger = new Endpoint(options);
    const now = instant(0);
    stranger.dial({ peer: server, addresses: [parseAddress(direct)!] }, now);
    const socket = createSocket(to.family === 4 ? 'udp4' : 'udp6');
    socket.bind(0, host);
    socket.send(stranger.pollTransmit(now)!.bytes, to.port, to.host);
    await once(socket, 'message');
    socket.close();
  }
}

process.on('disconnect', () => process.exit());
process.once('message', (order: Order) => void (order.role === 'server' ? serve(order) : download(order)));
