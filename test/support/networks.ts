import { afterEach } from 'vitest';
import { has } from './needs.ts';
import { TestNetwork, whyNoNetworks } from './test-network.ts';

const why = whyNoNetworks();

/** Whether test networks can be made here; when they cannot, it has been said why. */
export const networksWork = has(why === undefined, `a way to make test networks (${why})`);

const networks: TestNetwork[] = [];
afterEach(() => {
  for (const network of networks.splice(0)) network[Symbol.dispose]();
});

/** A network that is taken down after the test. */
export function networkOf(name: string): TestNetwork {
  const network = new TestNetwork(name);
  networks.push(network);
  return network;
}
