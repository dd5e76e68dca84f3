import { describe, expect, test } from 'vitest';
import { networkOf, networksWork } from '../support/networks.ts';
import { delivered, peerIs, person, resultOf, says } from '../support/person.ts';
import type { TestNetwork } from '../support/test-network.ts';

/*
 * Ways that take less than Ethernet does: an interface of this machine, or a router on the way that says so (ICMP), for which the
 * system then sends in pieces what is longer.
 */

/** Two hosts with a router between them whose way to the second one takes packets of so many bytes. */
function routed(
  name: string,
  hosts: readonly [ann: string, west: string, east: string, bob: string],
  mtu: number,
): TestNetwork {
  const network = networkOf(name);
  const [ann, west, east, bob] = hosts;
  const six = ann.includes(':') ? ['-6'] : [];
  network.lan('west');
  network.lan('east');
  network.attach('ann', 'west', ann);
  network.attach('hub', 'west', west);
  network.attach('hub', 'east', east);
  network.attach('bob', 'east', bob);
  network.run(
    'hub',
    'sh',
    '-c',
    'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
  );
  network.run('ann', 'ip', ...six, 'route', 'add', 'default', 'via', west);
  network.run('bob', 'ip', ...six, 'route', 'add', 'default', 'via', east);
  network.run('hub', 'ip', 'link', 'set', 'east0', 'mtu', String(mtu));
  network.run('bob', 'ip', 'link', 'set', 'east0', 'mtu', String(mtu));
  return network;
}

describe.runIf(networksWork)('two nodes with a router between them', () => {
  for (const [what, hosts, place, mtu] of [
    ['IPv6, of 1280 bytes', ['fd00:1::1', 'fd00:1::254', 'fd00:2::254', 'fd00:2::2'], '[fd00:2::2]:7000', 1_280],
    ['IPv4, of 1280 bytes', ['10.7.1.1', '10.7.1.254', '10.7.2.254', '10.7.2.2'], '10.7.2.2:7000', 1_280],
    ['IPv4, of 576 bytes, in pieces', ['10.7.1.1', '10.7.1.254', '10.7.2.254', '10.7.2.2'], '10.7.2.2:7000', 576],
  ] as const) {
    test(`${what}: they meet, and a long message arrives`, async () => {
      const network = routed(`way${mtu}`, hosts, mtu);
      const bob = await person(network, 'bob', ['--no-mdns']);
      const ann = await person(network, 'ann', ['--no-mdns', '--peer', `${bob.id}@${place}`]);
      await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob at ann');
      const text = 'x'.repeat(50_000);
      const sent = resultOf(await ann.qpc.type(`/mesh send ${bob.id} ${text}`));
      await bob.qpc.until(says(text), 'the message', 10_000);
      await ann.qpc.until(delivered(sent.id), 'the receipt', 10_000);
      const back = resultOf(await bob.qpc.type(`/mesh send ${ann.id} ${text}`));
      await bob.qpc.until(delivered(back.id), 'the receipt', 10_000);
      expect(ann.qpc.lines.some(peerIs(bob.id, 'disconnected'))).toBe(false);
    });
  }
});
