import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { networkOf, networksWork } from '../support/networks.ts';
import { delivered, type Person, peerIs, person, resultOf, says } from '../support/person.ts';
import type { TestNetwork } from '../support/test-network.ts';

/*
 * What the shell does when networks come, go and change: two nodes that know each other by address only, without mDNS, so that
 * nothing but the connection itself brings them back together.
 */

const SENDER = resolve(import.meta.dirname, '../support/sending-child.ts');

/** How soon a node must be back after its network is, in milliseconds. */
const BACK_MS = 5_000;

type Two = { readonly ann: Person; readonly bob: Person };

/** Two nodes, the first of which was told where the second is. */
async function connected(network: TestNetwork, place: string): Promise<Two> {
  const bob = await person(network, 'bob', ['--no-mdns']);
  const ann = await person(network, 'ann', ['--no-mdns', '--peer', `${bob.id}@${place}`]);
  await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob at ann');
  await bob.qpc.until(peerIs(ann.id, 'connected'), 'ann at bob');
  return { ann, bob };
}

/** A message from one to the other that was queued before arrives, and is confirmed, in time. */
async function arrives(
  { ann, bob }: Two,
  text: string,
  sent: Record<string, unknown>,
  withinMs = BACK_MS,
): Promise<void> {
  await bob.qpc.until(says(text), `"${text}"`, withinMs);
  await ann.qpc.until(delivered(sent.id), 'the receipt', withinMs);
  expect(bob.qpc.lines.filter(says(text))).toHaveLength(1);
}

const send = async ({ ann, bob }: Two, text: string): Promise<Record<string, unknown>> =>
  resultOf(await ann.qpc.type(`/mesh send ${bob.id} ${text}`));

/** Two LANs with a router between them, and a host on each whose way out is that router. */
function routed(name: string): TestNetwork {
  const network = networkOf(name);
  network.lan('west');
  network.lan('east');
  network.attach('ann', 'west', '10.7.1.1');
  network.attach('hub', 'west', '10.7.1.254');
  network.attach('hub', 'east', '10.7.2.254');
  network.attach('bob', 'east', '10.7.2.2');
  network.run('hub', 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  network.run('ann', 'ip', 'route', 'add', 'default', 'via', '10.7.1.254');
  network.run('bob', 'ip', 'route', 'add', 'default', 'via', '10.7.2.254');
  return network;
}

describe.runIf(networksWork)('back within 5 s after', () => {
  function pair(name: string): TestNetwork {
    const network = networkOf(name);
    network.lan('home');
    network.attach('ann', 'home', '10.7.0.1');
    network.attach('bob', 'home', '10.7.0.2');
    return network;
  }

  for (const [name, downMs] of [
    ['cable', 10_000],
    ['cable2', 85_000],
  ] as const) {
    test(`the cable was out for ${downMs / 1000} s`, { timeout: downMs + 60_000 }, async () => {
      const network = pair(name);
      const two = await connected(network, '10.7.0.2:7000');
      network.cable('ann', 'home', 'down');
      const sent = await send(two, 'written without a cable');
      await sleep(downMs);
      network.cable('ann', 'home', 'up');
      await arrives(two, 'written without a cable', sent);
    });
  }

  test('another address', async () => {
    const network = pair('readdr');
    const two = await connected(network, '10.7.0.2:7000');
    network.run('ann', 'ip', 'addr', 'del', '10.7.0.1/24', 'dev', 'home0');
    network.run('ann', 'ip', 'addr', 'add', '10.7.0.77/24', 'dev', 'home0');
    await arrives(two, 'from elsewhere', await send(two, 'from elsewhere'));
    expect(two.ann.qpc.lines.some(peerIs(two.bob.id, 'disconnected'))).toBe(false);
  });

  test('the default route was gone for 10 s', async () => {
    const network = routed('noroute');
    const two = await connected(network, '10.7.2.2:7000');
    network.run('ann', 'ip', 'route', 'del', 'default');
    const sent = await send(two, 'written without a route');
    await sleep(10_000);
    network.run('ann', 'ip', 'route', 'add', 'default', 'via', '10.7.1.254');
    await arrives(two, 'written without a route', sent);
  });

  test('the change from one way out to the other, as from Wi-Fi to mobile', async () => {
    const network = routed('handover');
    network.lan('air');
    network.attach('ann', 'air', '10.7.3.1');
    network.attach('hub', 'air', '10.7.3.254');
    network.run('ann', 'ip', 'route', 'add', 'default', 'via', '10.7.3.254', 'metric', '500');
    const two = await connected(network, '10.7.2.2:7000');
    network.cable('ann', 'west', 'down');
    await arrives(two, 'on the way', await send(two, 'on the way'));
    expect(two.ann.qpc.lines.some(peerIs(two.bob.id, 'disconnected'))).toBe(false);
  });
});

describe.runIf(networksWork)('hosts of one kind of address', () => {
  test('IPv6 alone: they meet and talk', async () => {
    const network = networkOf('sixonly');
    network.lan('home');
    network.attach('ann', 'home', 'fd00:7::1');
    network.attach('bob', 'home', 'fd00:7::2');
    const two = await connected(network, '[fd00:7::2]:7000');
    await arrives(two, 'over six', await send(two, 'over six'));
  });

  test('a link-local address with its zone: they meet and talk', async () => {
    const network = networkOf('onlylink');
    network.lan('home');
    network.attach('ann', 'home', 'fe80::7:1');
    network.attach('bob', 'home', 'fe80::7:2');
    const two = await connected(network, '[fe80::7:2%home0]:7000');
    await arrives(two, 'over the link', await send(two, 'over the link'));
  });

  test('a system where IPv6 is turned off: they meet and talk', async () => {
    const network = networkOf('fouronly');
    network.lan('home');
    for (const [n, host] of ['ann', 'bob'].entries()) {
      network.attach(host, 'home', `10.7.0.${n + 1}`);
      network.run(host, 'sh', '-c', 'for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $f; done');
    }
    const two = await connected(network, '10.7.0.2:7000');
    await arrives(two, 'over four', await send(two, 'over four'));
  });
});

describe.runIf(networksWork)('addresses and links as they are found', () => {
  test('a host that is called at its second address, and answers from its first', async () => {
    const network = networkOf('second');
    network.lan('home');
    network.attach('ann', 'home', '10.7.0.1');
    network.attach('bob', 'home', '10.7.0.2');
    network.run('bob', 'ip', 'addr', 'add', '10.7.0.3/24', 'dev', 'home0');
    const two = await connected(network, '10.7.0.3:7000');
    await arrives(two, 'to the second', await send(two, 'to the second'));
  });

  /** How large the packets were, in bytes, that a host got over an interface while something was done: the mean. */
  async function meanPacketBytes(
    network: TestNetwork,
    host: string,
    name: string,
    doing: () => Promise<void>,
  ): Promise<number> {
    const count = (what: string) => Number(network.run(host, 'cat', `/sys/class/net/${name}/statistics/rx_${what}`));
    const [bytes, packets] = [count('bytes'), count('packets')];
    await doing();
    return (count('bytes') - bytes) / (count('packets') - packets);
  }

  const LONG = 'long '.repeat(11_000).trim();

  for (const mtu of [1280, 1300, 1400]) {
    test(`a link of ${mtu} bytes behind the router: what is long arrives`, async () => {
      const network = routed(`mtu${mtu}`);
      network.run('hub', 'ip', 'link', 'set', 'east0', 'mtu', String(mtu));
      network.run('bob', 'ip', 'link', 'set', 'east0', 'mtu', String(mtu));
      const two = await connected(network, '10.7.2.2:7000');
      for (const n of [1, 2, 3]) await arrives(two, `${n} ${LONG}`, await send(two, `${n} ${LONG}`), 15_000);
    });
  }

  test('a link of 9,000 bytes: packets are as long once the path is known', async () => {
    const network = networkOf('jumbo');
    network.lan('home');
    for (const [n, host] of ['ann', 'bob'].entries()) {
      network.attach(host, 'home', `10.7.0.${n + 1}`);
      network.run(host, 'ip', 'link', 'set', 'home0', 'mtu', '9000');
      network.widen('home', 9000);
    }
    const two = await connected(network, '10.7.0.2:7000');
    await arrives(two, `0 ${LONG}`, await send(two, `0 ${LONG}`), 15_000);
    const mean = await meanPacketBytes(network, 'bob', 'home0', async () => {
      for (const n of [1, 2, 3]) await arrives(two, `${n} ${LONG}`, await send(two, `${n} ${LONG}`), 15_000);
    });
    expect(mean).toBeGreaterThan(2_000);
  });
});

describe.runIf(networksWork)('what the system refuses to send', () => {
  for (const [kind, words] of [
    ['prohibit', 'EACCES'],
    ['blackhole', 'EINVAL'],
    ['unreachable', 'EHOSTUNREACH'],
  ] as const) {
    test(`a route of the kind ${kind}: counted, others are served, and mail goes on when it is gone`, async () => {
      const network = networkOf(kind.slice(0, 8));
      network.lan('home');
      for (const [n, host] of ['ann', 'bob', 'carol'].entries()) network.attach(host, 'home', `10.7.0.${n + 1}`);
      const two = await connected(network, '10.7.0.2:7000');
      const carol = await person(network, 'carol', ['--no-mdns', '--peer', `${two.ann.id}@10.7.0.1:7000`]);
      await two.ann.qpc.until(peerIs(carol.id, 'connected'), 'carol at ann');
      network.run('ann', 'ip', 'route', 'add', kind, '10.7.0.2');
      const sent = await send(two, 'kept for later');
      const toCarol = { ann: two.ann, bob: carol };
      await arrives(toCarol, 'meanwhile', await send(toCarol, 'meanwhile'));
      await expect
        .poll(async () => JSON.stringify(await two.ann.qpc.type('/mesh status')), { timeout: 5_000 })
        .toContain(words);
      network.run('ann', 'ip', 'route', 'del', kind, '10.7.0.2');
      // Nobody tells that a route to one host is gone: the next probe finds out, 8 s later at most.
      await arrives(two, 'kept for later', sent, 10_000);
    });
  }

  test('a link that is far too narrow: a bounded queue, a new socket when it is stuck, and all is well when it is wide', async () => {
    const network = networkOf('narrow');
    network.lan('home');
    network.attach('ann', 'home', '10.7.0.1');
    network.attach('bob', 'home', '10.7.0.2');
    network.run(
      'ann',
      'tc',
      'qdisc',
      'add',
      'dev',
      'home0',
      'root',
      'tbf',
      ...'rate 8kbit burst 2kb limit 10mb'.split(' '),
    );
    const child = network.spawn('ann', process.execPath, [SENDER, '10.7.0.2:7000']);
    const told: { dropped: Record<string, number>; reopened: number; cpuShare: number }[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => told.push(JSON.parse(line)));
    await expect.poll(() => told.at(-1)?.dropped['queue full'] ?? 0, { timeout: 10_000 }).toBeGreaterThan(100);
    await expect.poll(() => told.at(-1)?.reopened ?? 0, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(Math.min(...told.map(({ cpuShare }) => cpuShare))).toBeLessThan(0.3);
    network.run('ann', 'tc', 'qdisc', 'del', 'dev', 'home0', 'root');
    const losses = () => Object.values(told.at(-1)!.dropped).reduce((sum, one) => sum + one, 0);
    // What waits goes out at once; from then on nothing more is lost.
    await sleep(1_500);
    const lost = losses();
    const lines = told.length;
    await expect.poll(() => told.length, { timeout: 5_000 }).toBeGreaterThan(lines + 2);
    expect(losses()).toBe(lost);
  });
});
