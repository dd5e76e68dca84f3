import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { type DefaultRoute, defaultRoutes } from '../../../src/host/network/default-routes.ts';
import type { NetworkInterface } from '../../../src/host/network/interfaces.ts';
import { Networks } from '../../../src/host/network/networks.ts';

const network = (name: string, ...hosts: readonly string[]): NetworkInterface => ({
  name,
  internal: name === 'lo',
  addresses: hosts.map((host) => {
    const family = host.includes(':') ? 6 : 4;
    return { family, host, prefixBits: family === 4 ? 24 : 64 };
  }),
});
const LO = network('lo', '127.0.0.1', '::1');
const route = (name: string, family: 4 | 6 = 4, gateway = '0100A8C0'): DefaultRoute => ({ family, name, gateway });

/** A machine whose networks are set by hand. */
class Machine {
  interfaces = [LO, network('eth0', '192.168.0.7', 'fe80::7', '2001:db8::7')];
  routes = [route('eth0')];
  mtus: Record<string, number> = { eth0: 1500, lo: 65_536 };
  readonly networks: Networks;

  constructor(platform: NodeJS.Platform = 'linux') {
    this.networks = new Networks({
      interfaces: () => this.interfaces,
      defaultRoutes: () => this.routes,
      mtu: (name) => this.mtus[name],
      platform,
    });
  }
}

describe('whether packets may take other ways', () => {
  const changes: readonly (readonly [what: string, change: (machine: Machine) => void])[] = [
    ['another address', ({ interfaces }) => interfaces.splice(1, 1, network('eth0', '192.168.0.8'))],
    ['the same address elsewhere', ({ interfaces }) => interfaces.splice(1, 1, network('wlan0', '192.168.0.7'))],
    ['a second interface', ({ interfaces }) => interfaces.push(network('wwan0', '10.0.0.7'))],
    ['no interface', ({ interfaces }) => interfaces.splice(1)],
    ['no default route', ({ routes }) => routes.splice(0)],
    ['another router', ({ routes }) => routes.splice(0, 1, route('eth0', 4, '0200A8C0'))],
    ['a default route of the other family', ({ routes }) => routes.push(route('eth0', 6))],
  ];
  for (const [what, change] of changes) {
    test(`${what}: they may, until it is looked again`, () => {
      const machine = new Machine();
      expect(machine.networks.look()).toBe(false);
      change(machine);
      expect(machine.networks.look()).toBe(true);
      expect(machine.networks.look()).toBe(false);
    });
  }

  test('a container that comes with a link-local address only: they may not', () => {
    const machine = new Machine();
    machine.interfaces.push(network('veth3', 'fe80::3'));
    expect(machine.networks.look()).toBe(false);
  });

  test('where there are only link-local addresses, those count', () => {
    const machine = new Machine();
    machine.interfaces = [LO, network('eth0', 'fe80::7')];
    machine.networks.look();
    machine.interfaces = [LO];
    expect(machine.networks.look()).toBe(true);
  });
});

describe('the largest datagram that leaves in one piece', () => {
  const ceiling = (host: string, machine = new Machine()): number => machine.networks.pathCeiling(address(host, 7000)!);

  test('to a neighbour it is what their link takes without the headers of IP and UDP', () => {
    const machine = new Machine();
    machine.mtus.eth0 = 9000;
    expect(ceiling('192.168.0.99', machine)).toBe(8972);
    expect(ceiling('2001:db8::99', machine)).toBe(8952);
    expect(ceiling('fe80::99%eth0', machine)).toBe(8952);
  });

  test('behind a router it is what Ethernet takes, whatever the first link does', () => {
    const machine = new Machine();
    machine.mtus.eth0 = 9000;
    expect(ceiling('198.51.100.1', machine)).toBe(1472);
    expect(ceiling('2001:db8:1::1', machine)).toBe(1452);
  });

  test('over a tunnel that takes less, less', () => {
    const machine = new Machine();
    machine.routes = [route('wg0')];
    machine.mtus.wg0 = 1420;
    machine.networks.look();
    expect(ceiling('198.51.100.1', machine)).toBe(1392);
  });

  test('never below what every path must take, nor above what is worth sending at once', () => {
    const machine = new Machine();
    machine.mtus.eth0 = 576;
    expect(ceiling('192.168.0.99', machine)).toBe(1200);
    machine.mtus.eth0 = 65_536;
    expect(ceiling('192.168.0.99', machine)).toBe(16_384);
  });

  test('within this machine it is 16,384, where the system sends so much at once', () => {
    expect(ceiling('127.0.0.1')).toBe(16_384);
    expect(ceiling('::1')).toBe(16_384);
    expect(ceiling('127.0.0.1', new Machine('darwin'))).toBe(9_216);
  });

  test('where the system does not say what a link takes, it is what Ethernet does', () => {
    const machine = new Machine('darwin');
    machine.mtus = {};
    expect([ceiling('192.168.0.99', machine), ceiling('198.51.100.1', machine)]).toEqual([1472, 1472]);
  });
});

describe('the default routes of Linux', () => {
  const v4 = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
    'wlan0\t0000A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0',
    '*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0',
    'tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0',
  ].join('\n');
  const zeros = '0'.repeat(32);
  const gateway = `fe80${'0'.repeat(27)}1`;
  const v6 = [
    `${zeros} 00 ${zeros} 00 ${gateway} 00000400 00000003 00000000 00000003    wlan0`,
    `20010db8${'0'.repeat(24)} 40 ${zeros} 00 ${zeros} 00000100 00000001 00000000 00000001    wlan0`,
    `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       lo`,
  ].join('\n');

  test('are those to everywhere that lead somewhere', () => {
    expect(defaultRoutes({ v4, v6 })).toEqual([
      { family: 4, name: 'wlan0', gateway: '0100A8C0' },
      { family: 6, name: 'wlan0', gateway },
    ]);
  });

  test('of a system that does not tell, and of nonsense, there are none', () => {
    expect(defaultRoutes({ v4: '', v6: '' })).toEqual([]);
    expect(defaultRoutes({ v4: 'a\nb c\n00000000', v6: '00\n\n0 0 0 0 0 0 0 0 zz' })).toEqual([]);
  });
});

test('this machine says of its own loopback that it leads to itself', () => {
  const networks = new Networks();
  expect(networks.all.some(({ internal }) => internal)).toBe(true);
  expect(networks.look()).toBe(false);
  expect(networks.pathCeiling(address('127.0.0.1', 7)!)).toBeGreaterThanOrEqual(9_216);
});
