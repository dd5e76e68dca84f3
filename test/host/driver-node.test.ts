import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { address } from '../../src/core/base/address.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import { Node } from '../../src/core/node/node.ts';
import { Database } from '../../src/host/database/database.ts';
import { Driver } from '../../src/host/driver.ts';
import { entropy } from '../../src/host/entropy.ts';
import { openLog } from '../../src/host/log.ts';
import { UdpSocket } from '../../src/host/network/udp.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { MovedClock } from '../support/moved-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const log = openLog('/dev/null');
const running: Running[] = [];

/** How a node is started: with what it left behind, or afresh. */
type How = { readonly path?: string; readonly seed?: Uint8Array; readonly port?: number };

/** A real node: real machine, socket and database, on loopback. */
class Running {
  readonly node: Node;
  readonly driver: Driver;
  readonly database: Database;
  readonly udp: UdpSocket;
  readonly clock = new MovedClock();
  readonly events: NodeEvent[] = [];
  readonly path: string;
  readonly seed: Uint8Array;

  constructor(name: string, udp: UdpSocket, path: string, seed: Uint8Array) {
    this.path = path;
    this.seed = seed;
    this.udp = udp;
    this.database = Database.open(path, { suite: nodeSuite });
    const { clock } = this;
    this.node = new Node({
      suite: nodeSuite,
      random: entropy(),
      seed,
      networkId: 'driver test',
      name,
      state: this.database.load(),
      instant: clock.now(),
      calendar: clock.calendar(),
    });
    this.driver = new Driver({ node: this.node, database: this.database, udp, clock, log });
    this.driver.onEvent((event) => this.events.push(event));
  }

  static async start(name: string, { path = join(tempDir(), 'qpc.db'), seed = randomBytes(32), port = 0 }: How = {}) {
    const udp = await UdpSocket.open({ host: '127.0.0.1', port, fallback: false }, log);
    const one = new Running(name, udp, path, seed);
    running.push(one);
    await one.driver.start();
    return one;
  }

  get at() {
    return address('127.0.0.1', this.udp.port)!;
  }

  connect(other: Running): void {
    this.driver.turn((node, now) => node.connect(other.node.id, [other.at], 'manual', now));
  }

  send(other: Running, text: string): string {
    const sent = this.driver.turn((node, now) => node.send(other.node.id, text, now));
    if (!('id' in sent)) throw new Error(sent.why);
    return sent.id;
  }

  get heard(): string[] {
    return this.events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
  }

  state(id: string): string | undefined {
    return this.events.flatMap((event) => (event.type === 'delivery' && event.id === id ? [event.state] : [])).at(-1);
  }

  async stop(): Promise<void> {
    running.splice(running.indexOf(this), 1);
    await this.driver.stop();
    this.database.close();
  }
}

afterEach(async () => {
  for (const one of [...running]) await one.stop();
});

describe('two nodes, each with its own socket and database', () => {
  test('a message arrives, is confirmed by its recipient, and both have it on disk', async () => {
    const [ann, bob] = [await Running.start('ann'), await Running.start('bob')];
    ann.connect(bob);
    const id = ann.send(bob, 'the hill node is back');
    await expect.poll(() => bob.heard, { timeout: 5000 }).toEqual(['the hill node is back']);
    await expect.poll(() => ann.state(id), { timeout: 5000 }).toBe('delivered');
    expect(bob.database.history({ limit: 1 }).messages).toMatchObject([{ id, text: 'the hill node is back', hops: 1 }]);
    expect(ann.database.message(id)).toMatchObject({ delivery: { state: 'delivered' } });
  });

  test('what was queued while the other was away, and while one itself was, arrives once', async () => {
    const bob = await Running.start('bob');
    const { path, seed } = bob;
    const port = bob.udp.port;
    const ann = await Running.start('ann');
    ann.connect(bob);
    ann.send(bob, 'one');
    await expect.poll(() => bob.heard, { timeout: 5000 }).toEqual(['one']);
    await bob.stop();
    const id = ann.send(bob, 'two');
    await expect.poll(() => ann.state(id)).toBe('queued');
    await ann.stop();

    const again = await Running.start('ann', { path: ann.path, seed: ann.seed });
    const bobAgain = await Running.start('bob', { path, seed, port });
    again.connect(bobAgain);
    await expect.poll(() => bobAgain.heard, { timeout: 8000 }).toEqual(['two']);
    expect(bobAgain.database.history({ limit: 10 }).messages.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('what is sent just before the end arrives: the node leaves when its neighbour has it, and that is soon', async () => {
    const [ann, bob] = [await Running.start('ann'), await Running.start('bob')];
    ann.connect(bob);
    ann.send(bob, 'hello');
    await expect.poll(() => bob.heard, { timeout: 5000 }).toEqual(['hello']);
    ann.send(bob, 'x'.repeat(50_000));
    ann.send(bob, 'bye');
    const from = performance.now();
    await ann.stop();
    expect(performance.now() - from).toBeLessThan(1_000);
    await expect.poll(() => bob.heard.length, { timeout: 5000 }).toBe(3);
    expect(bob.heard.at(-1)).toBe('bye');
  });

  test('a neighbour that is silent does not hold up the end for long', async () => {
    const [ann, bob] = [await Running.start('ann'), await Running.start('bob')];
    ann.connect(bob);
    ann.send(bob, 'hello');
    await expect.poll(() => bob.heard, { timeout: 5000 }).toEqual(['hello']);
    await bob.udp.close(0);
    ann.send(bob, 'anybody there?');
    const from = performance.now();
    await ann.stop();
    expect(performance.now() - from).toBeLessThan(3_500);
  });

  test('two hundred at once: all arrive, in order, in few commits', async () => {
    const [ann, bob] = [await Running.start('ann'), await Running.start('bob')];
    ann.connect(bob);
    const texts = Array.from({ length: 200 }, (_, n) => `line ${n}`);
    for (const text of texts) ann.send(bob, text);
    await expect.poll(() => bob.heard.length, { timeout: 15_000 }).toBe(200);
    expect(bob.heard).toEqual(texts);
    expect(bob.database.counters.commits).toBeLessThan(200);
  });

  test('one that slept for 8 hours is back within 5 s, without a storm, and what waited arrives once', async () => {
    const [ann, bob] = [await Running.start('ann'), await Running.start('bob')];
    ann.connect(bob);
    ann.send(bob, 'good night');
    await expect.poll(() => bob.heard, { timeout: 5000 }).toEqual(['good night']);
    let sent = 0;
    const send = bob.udp.send.bind(bob.udp);
    bob.udp.send = (datagram) => {
      sent++;
      send(datagram);
    };
    bob.clock.sleptMs = 8 * 3600_000;
    const there = bob.send(ann, 'good morning');
    const here = ann.send(bob, 'slept well?');
    await expect.poll(() => [bob.state(there), ann.state(here)], { timeout: 5000 }).toEqual(['delivered', 'delivered']);
    expect([ann.heard, bob.heard]).toEqual([['good morning'], ['good night', 'slept well?']]);
    expect(sent).toBeLessThan(100);
  });
});
