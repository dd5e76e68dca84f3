import { expect, test } from 'vitest';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { loneNode } from '../../support/lone-node.ts';

test('a name given at one start is kept for the next; one given later takes its place', async () => {
  const seed = new Uint8Array(32).fill(3);
  const first = await loneNode({ name: 'ann', seed });
  const { home } = first;
  expect((await first.get('status', {})).name).toBe('ann');
  await first.stop();

  const second = await loneNode({ home, seed });
  expect((await second.get('status', {})).name).toBe('ann');
  await second.get('nick', { name: 'annie' });
  await second.stop();

  const third = await loneNode({ home, seed });
  expect((await third.get('status', {})).name).toBe('annie');
  await third.stop();
});

test('status says where metrics are served; where they cannot be, the node runs without them and says why', async () => {
  const first = await loneNode({ metrics: { host: '127.0.0.1', port: 0 } });
  const { metricsUrl } = await first.get('status', {});
  expect(await (await fetch(metricsUrl!)).text()).toContain('qpc_connections 0\n');
  const { port } = new URL(metricsUrl!);

  const second = await loneNode({ metrics: { host: '127.0.0.1', port: Number(port) } });
  expect((await second.get('status', {})).metricsUrl).toBeUndefined();
  expect(second.running.warnings).toEqual([
    `no metrics are served at 127.0.0.1:${port}: another program has that port; with port 0 the system chooses one`,
  ]);
});

test('the doctor counts in words that are right for one', async () => {
  const ann = await loneNode();
  await ann.get('send', { peer: identityOf(nodeSuite, new Uint8Array(32).fill(5)).id, text: 'hi' });
  const { good } = await ann.get('doctor', {});
  expect(good.map(({ found }) => found)).toEqual(
    expect.arrayContaining(['0 nodes can be reached', 'kept here: 1 message of yours, 0 carried for others']),
  );
});
