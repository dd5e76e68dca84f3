import { addressParts, parseAddress } from '../../src/core/base/address.ts';
import { seeded } from '../support/pair.ts';
import { dissect } from './dissect.ts';
import { namesOf } from './files.ts';
import { Party } from './party.ts';
import { CableProxy } from './proxy.ts';
import { judge, lostOn, type Run } from './run.ts';
import type { Scenario } from './scenario.ts';

/** Runs a scenario over sockets: a process for each side, and the cable in this one. The seed decides what the cable does. */
export async function runReal(scenario: Scenario, seed: number): Promise<Run> {
  const host = scenario.v6 ? '::1' : '127.0.0.1';
  using server = new Party({ role: 'server', host });
  const { id, address } = await server.hear('listening');
  const proxy = await CableProxy.open(scenario, { host, port: addressParts(parseAddress(address)!).port }, seed);
  const random = seeded(seed);
  const files = scenario.work.connections.map((sizes) => namesOf(sizes, random));
  using client = new Party({
    role: 'client',
    scenario: scenario.name,
    host,
    nextHost: scenario.v6 ? host : '127.0.0.9',
    server: id,
    address: host.includes(':') ? `[${host}]:${proxy.port}` : `${host}:${proxy.port}`,
    direct: address,
    files,
  });
  const done = await client.hear('downloaded', scenario.timeoutMs).catch(() => undefined);
  const downloaded = done ?? (await client.ask('downloaded'));
  const served = await server.ask('served');
  proxy.close();
  const evidence = {
    scenario,
    files,
    client: downloaded.report,
    server: served.report,
    seen: dissect(proxy.capture, [...downloaded.secrets, ...served.secrets]),
  };
  const { lanes, lateShare } = proxy;
  return judge(evidence, { way: 'real', seed, lost: lostOn(lanes), lateShare, timedOut: done === undefined });
}
