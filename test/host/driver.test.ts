import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Address, address } from '../../src/core/base/address.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import type { StoreRecord } from '../../src/core/node/record.ts';
import { Database } from '../../src/host/database/database.ts';
import { StoreFailed, StoreFull } from '../../src/host/database/database-error.ts';
import { Driver, type DriverParts } from '../../src/host/driver.ts';
import { openLog } from '../../src/host/log.ts';
import type { DefaultRoute } from '../../src/host/network/default-routes.ts';
import type { NetworkInterface } from '../../src/host/network/interfaces.ts';
import { Networks } from '../../src/host/network/networks.ts';
import { UdpSocket } from '../../src/host/network/udp.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { MovedClock } from '../support/moved-clock.ts';
import { envelopeOf, messageRecord } from '../support/records.ts';
import { tempDir } from '../support/temp-dir.ts';
import { ToyMachine } from '../support/toy-machine.ts';

const log = openLog('/dev/null');

/** A database that says when it writes, and can be told to fail. */
class Watched {
  readonly inner: Database;
  readonly commits: number[] = [];
  failWith: Error | undefined;

  constructor(inner: Database) {
    this.inner = inner;
  }

  apply(records: readonly StoreRecord[]): void {
    if (this.failWith) throw this.failWith;
    this.inner.apply(records);
    this.commits.push(records.length);
  }

  envelope: Database['envelope'] = (id) => this.inner.envelope(id);
  shown: Database['shown'] = (id) => this.inner.shown(id);
}

let toy: ToyMachine;
let database: Watched;
let udp: UdpSocket;
let far: UdpSocket;
let clock: MovedClock;
let networks: NetworkInterface[];
let routes: DefaultRoute[];
let driver: Driver;
let events: string[];

beforeEach(async () => {
  toy = new ToyMachine();
  database = new Watched(Database.open(join(tempDir(), 'qpc.db'), { suite: nodeSuite }));
  udp = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log);
  far = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log);
  clock = new MovedClock();
  networks = [];
  routes = [];
  const parts = {
    node: toy,
    database,
    udp,
    clock,
    log,
    networks: new Networks({ interfaces: () => networks, defaultRoutes: () => routes }),
  };
  driver = new Driver(parts as unknown as DriverParts);
  events = [];
  driver.onEvent((event) => events.push(describeEvent(event)));
  await driver.start();
});
afterEach(async () => {
  await driver.stop();
  await far.close(0);
  database.inner.close();
});

const describeEvent = (event: NodeEvent) => (event.type === 'notice' ? `${event.code}: ${event.message}` : event.type);
const here = (): Address => address('127.0.0.1', udp.port)!;
const there = (): Address => address('127.0.0.1', far.port)!;
const keep = (payload: number): void =>
  driver.turn(() => toy.keep({ address: there(), bytes: new Uint8Array([payload]) }));

/** The first bytes of everything that comes to the far end. */
const arriving = (): number[] => {
  const got: number[] = [];
  far.onBurst((burst) => got.push(...burst.map(({ bytes }) => bytes.length)));
  return got;
};

describe('durability', () => {
  test('an answer leaves only after what it answers is on disk, with the bytes from there', async () => {
    const arrived = arriving();
    const payload = new Uint8Array([1, 2, 3]);
    far.send({ address: here(), bytes: payload });
    await expect.poll(() => arrived).toEqual([envelopeOf(payload).bytes.length]);
    expect(toy.told).toEqual(['committed 1']);
    expect(events).toEqual(['TOY: answered 1']);
    expect(database.inner.envelope(envelopeOf(payload).envelope.id)).toBeDefined();
  });

  test('many turns share a commit, the first after a pause waits for nobody', async () => {
    const started = performance.now();
    for (let i = 0; i < 10; i++) keep(i);
    expect(toy.told).toEqual([]);
    await expect.poll(() => toy.told, { interval: 1 }).toEqual(['committed 10']);
    expect(performance.now() - started).toBeLessThan(100);
    expect(database.commits).toEqual([10]);
  });

  test('under load a commit comes every few milliseconds, or with 64 records', async () => {
    keep(0);
    await expect.poll(() => database.commits, { interval: 1 }).toEqual([1]);
    for (let i = 1; i < 200; i++) keep(i);
    await expect.poll(() => toy.told.at(-1), { interval: 1 }).toBe('committed 200');
    expect(database.commits.length).toBeLessThanOrEqual(5);
  });

  test('all records of one turn are in one transaction, however many', async () => {
    driver.turn(() => {
      for (let i = 0; i < 300; i++) toy.keep({ address: there(), bytes: new Uint8Array([i & 255, i >> 8]) });
    });
    await expect.poll(() => database.commits).toEqual([300]);
  });

  for (const [failure, why, code] of [
    [new StoreFull('qpc.db'), 'full', 'STORE_FULL'],
    [new StoreFailed('io', 'the disk', 'check it'), 'io', 'STORE_FAILED'],
    [new TypeError('a mistake of ours'), 'io', 'STORE_FAILED'],
  ] as const) {
    test(`${failure.name}: refused, said once, and the next write is tried`, async () => {
      database.failWith = failure;
      const arrived = arriving();
      keep(1);
      await expect.poll(() => toy.told).toEqual([`refused 1 ${why}`]);
      keep(2);
      await expect.poll(() => toy.told).toEqual([`refused 1 ${why}`, `refused 2 ${why}`]);
      expect(arrived).toEqual([]);
      expect(events).toEqual([expect.stringMatching(`^${code}: nothing can be stored`)]);
      database.failWith = undefined;
      keep(3);
      await expect.poll(() => toy.told.at(-1)).toBe('committed 3');
      expect(events.slice(1)).toEqual(['STORE_OK: storing works again', 'TOY: answered 3']);
    });
  }

  test('who hears that the disk refuses may ask for something: that is another write, and is not refused with it', async () => {
    database.failWith = new StoreFull('qpc.db');
    const off = driver.onEvent(() => {
      off();
      database.failWith = undefined;
      keep(2);
    });
    keep(1);
    await expect.poll(() => toy.told.length).toBe(2);
    expect(toy.told).toEqual(['refused 1 full', 'committed 2']);
    expect(events).toContain('TOY: answered 2');
  });

  test('what the node asks of the disk is answered in the same turn', () => {
    database.inner.apply([messageRecord(1)]);
    driver.turn(() => toy.ask(messageRecord(1).message.id));
    driver.turn(() => toy.ask(messageRecord(2).message.id));
    expect(toy.told).toEqual(['known true', 'known false']);
  });
});

describe('time', () => {
  test('the node is woken at its deadline, not before', async () => {
    const asked = driver.turn((_, now) => {
      toy.wakeIn(30, now);
      return now;
    });
    await expect.poll(() => toy.told, { interval: 1 }).toEqual(['woken']);
    expect(clock.now() - asked).toBeGreaterThanOrEqual(30);
    expect(clock.now() - asked).toBeLessThan(300);
  });

  test('a deadline that moves nearer is met; one that is over is met at once', async () => {
    driver.turn((_, now) => toy.wakeIn(60_000, now));
    driver.turn((_, now) => toy.wakeIn(10, now));
    await expect.poll(() => toy.told).toEqual(['woken']);
    driver.turn((_, now) => toy.wakeIn(-5, now));
    await expect.poll(() => toy.told).toEqual(['woken', 'woken']);
  });

  test('the node hears of the calendar at the start, and when it was moved', () => {
    expect(toy.calendars).toHaveLength(1);
    driver.turn(() => {});
    clock.movedMs = -3600_000;
    driver.turn(() => {});
    driver.turn(() => {});
    expect(toy.calendars).toHaveLength(2);
    expect(Math.abs(toy.calendars[1]! - Date.now() + 3600_000)).toBeLessThan(1000);
  });
});

describe('a machine that slept', () => {
  const EIGHT_HOURS_MS = 8 * 3600_000;

  test('the node hears of it before anything else happens, and once', () => {
    driver.turn(() => {});
    clock.sleptMs = EIGHT_HOURS_MS;
    driver.turn(() => void toy.told.push('first'));
    driver.turn(() => void toy.told.push('second'));
    expect(toy.told).toEqual(['network changed', 'first', 'second']);
  });

  test('what was due in the meantime is done once, and not for every time that it was missed', async () => {
    let elapsed = 0;
    const elapse = toy.elapse.bind(toy);
    toy.elapse = (now) => {
      elapsed++;
      elapse(now);
      if (toy.wakeAt === undefined) toy.wakeIn(20, now);
    };
    driver.turn((_, now) => toy.wakeIn(20, now));
    await expect.poll(() => toy.told.length, { interval: 1 }).toBe(2);
    const before = elapsed;
    clock.sleptMs = EIGHT_HOURS_MS;
    const from = performance.now();
    await expect.poll(() => toy.told.length, { interval: 1 }).toBeGreaterThan(10);
    // 20 ms lie between two times; a few more calls are the heartbeat's, or find that it is too early.
    expect(elapsed - before).toBeLessThanOrEqual((performance.now() - from) / 20 + 5);
    expect(toy.told.filter((word) => word === 'network changed')).toHaveLength(1);
  });

  test('a deadline after it is met in time, although the timer set before it has not gone off', async () => {
    driver.turn((_, now) => toy.wakeIn(50_000, now));
    clock.sleptMs = EIGHT_HOURS_MS;
    const asked = driver.turn((_, now) => {
      toy.wakeIn(30, now);
      return now;
    });
    await expect.poll(() => toy.told, { interval: 1 }).toEqual(['network changed', 'woken']);
    expect(clock.now() - asked).toBeLessThan(500);
  });

  test('a calendar that was set by hours may mean that a virtual machine was halted; by a second it does not', () => {
    driver.turn(() => {});
    clock.movedMs = 5_000;
    driver.turn(() => {});
    expect(toy.told).toEqual([]);
    clock.movedMs = 3600_000;
    driver.turn(() => {});
    expect(toy.told).toEqual(['network changed']);
  });
});

describe('mistakes of ours', () => {
  test('a datagram that the node trips over does not take the others with it', async () => {
    toy.onReceive = (datagram) => {
      if (datagram.bytes[0] === 1) throw new Error('tripped');
      toy.keep(datagram);
    };
    for (const n of [0, 1, 2]) far.send({ address: here(), bytes: new Uint8Array([n]) });
    await expect.poll(() => events).toEqual(['TOY: answered 1', 'TOY: answered 2']);
  });

  test('a command that throws reaches its caller, and what it began is carried out', async () => {
    const command = () =>
      driver.turn(() => {
        toy.say('begun');
        throw new Error('tripped');
      });
    expect(command).toThrow('tripped');
    expect(events).toEqual(['TOY: begun']);
  });

  test('a listener that throws does not keep events from the others', () => {
    driver.onEvent(() => {
      throw new Error('tripped');
    });
    const heard: string[] = [];
    driver.onEvent((event) => heard.push(describeEvent(event)));
    driver.turn(() => toy.say('one'));
    expect(heard).toEqual(['TOY: one']);
  });
});

describe('events', () => {
  test('come in order, to every listener, even when one of them starts another turn', () => {
    const heard: string[] = [];
    driver.onEvent((event) => {
      if (describeEvent(event) === 'TOY: one') driver.turn(() => toy.say('three'));
    });
    const off = driver.onEvent((event) => heard.push(describeEvent(event)));
    driver.turn(() => {
      toy.say('one');
      toy.say('two');
    });
    expect(heard).toEqual(['TOY: one', 'TOY: two', 'TOY: three']);
    off();
    driver.turn(() => toy.say('four'));
    expect(heard).toHaveLength(3);
  });
});

describe('addresses', () => {
  test('the node knows where it is from the start', () => {
    expect(driver.addresses).toEqual([here()]);
    expect(toy.reachable).toEqual([[here()]]);
  });

  test('what the user announces comes before what the machine has', async () => {
    const outside = address('192.0.2.7', 7000)!;
    const other = await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log);
    const parts = {
      node: toy,
      database,
      udp: other,
      clock,
      log,
      networks: new Networks({ interfaces: () => networks }),
      announced: [outside],
    };
    const announcing = new Driver(parts as unknown as DriverParts);
    await announcing.start();
    expect(toy.reachable.at(-1)).toEqual([outside, address('127.0.0.1', other.port)]);
    await announcing.stop();
  });
});

describe('the network', () => {
  const wifi = (host: string): NetworkInterface => ({
    name: 'wlan0',
    internal: false,
    addresses: [{ family: 4, host, prefixBits: 24 }],
  });

  beforeEach(async () => {
    await driver.stop();
    toy.told.length = 0;
    udp = await UdpSocket.open({ host: '0.0.0.0', port: 0 }, log);
    const places = new Networks({ interfaces: () => networks, defaultRoutes: () => routes });
    driver = new Driver({ node: toy, database, udp, clock, log, networks: places } as unknown as DriverParts);
    await driver.start();
  });

  test('other addresses: the node hears of it within 2 s, before it tells its neighbours', async () => {
    networks = [wifi('192.0.2.7')];
    await expect.poll(() => toy.told, { timeout: 2_500 }).toEqual(['network changed']);
    expect(toy.reachable.at(-1)).toEqual([address('192.0.2.7', udp.port)]);
  });

  test('another way out: the same', async () => {
    routes = [{ family: 4, name: 'wlan0', gateway: '010200C0' }];
    await expect.poll(() => toy.told, { timeout: 2_500 }).toEqual(['network changed']);
  });

  test('a datagram that the system does not send because of its size is told with its address and size', async () => {
    const to = address('127.0.0.1', 9)!;
    toy.onReceive = () => toy.transmit({ address: to, bytes: new Uint8Array(65_508) });
    driver.turn(() => toy.receive({ address: to, bytes: new Uint8Array() }));
    await expect.poll(() => toy.told).toEqual([`refused 65508 bytes to ${to}`]);
  });
});

describe('stopping', () => {
  test('says goodbye, writes what waits, and lets go of the socket', async () => {
    keep(1);
    await driver.stop();
    expect(toy.told).toEqual(['stopped', 'committed 1']);
    const again = await UdpSocket.open({ host: '127.0.0.1', port: udp.port, fallback: false }, log);
    await again.close(0);
  });

  test('twice is once, and a command after it harms nothing', async () => {
    await Promise.all([driver.stop(), driver.stop()]);
    keep(1);
    expect(toy.told.filter((word) => word === 'stopped')).toHaveLength(1);
  });
});
