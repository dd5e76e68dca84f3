import { describe, expect, test } from 'vitest';
import { networkOf, networksWork } from '../support/networks.ts';
import { delivered, peerIs, person, resultOf, says } from '../support/person.ts';

describe.runIf(networksWork)('§5 neighbours on one LAN find each other', () => {
  test('in either order of starting, within 3 seconds, and talk', async () => {
    const network = networkOf('pair');
    network.lan('home');
    network.attach('ann', 'home', '10.7.0.1');
    network.attach('bob', 'home', '10.7.0.2');
    const ann = await person(network, 'ann');
    const bob = await person(network, 'bob');
    const ready = Date.now();
    await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob at ann', 3_000);
    await bob.qpc.until(peerIs(ann.id, 'connected'), 'ann at bob', 3_000 - (Date.now() - ready));

    const sent = resultOf(await ann.qpc.type('/mesh send ~bob hello over the wire'));
    expect(await bob.qpc.until(says('hello over the wire'), 'the message')).toMatchObject({
      kind: 'direct',
      from: ann.id,
      hops: 1,
    });
    await ann.qpc.until(delivered(sent.id), 'the receipt');

    resultOf(await ann.qpc.type('/mesh subscribe tea'));
    resultOf(await bob.qpc.type('/mesh subscribe #tea'));
    resultOf(await bob.qpc.type('/mesh broadcast tea the kettle is on'));
    expect(await ann.qpc.until(says('the kettle is on'), 'the post')).toMatchObject({
      kind: 'channel',
      channel: 'tea',
      from: bob.id,
    });
  });

  test('a late joiner finds everyone, and everyone finds it', async () => {
    const network = networkOf('late');
    network.lan('home');
    for (const [n, host] of ['ann', 'bob', 'carol'].entries()) network.attach(host, 'home', `10.7.0.${n + 1}`);
    const [ann, bob] = await Promise.all([person(network, 'ann'), person(network, 'bob')]);
    await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob at ann');
    const carol = await person(network, 'carol');
    for (const early of [ann, bob]) {
      await carol.qpc.until(peerIs(early.id, 'connected'), 'the others at carol', 3_000);
      await early.qpc.until(peerIs(carol.id, 'connected'), 'carol at the others', 3_000);
    }
  });

  test('one who quits says goodbye, and is gone at once', async () => {
    const network = networkOf('bye');
    network.lan('home');
    network.attach('ann', 'home', '10.7.0.1');
    network.attach('bob', 'home', '10.7.0.2');
    const [ann, bob] = await Promise.all([person(network, 'ann'), person(network, 'bob')]);
    await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob');
    expect(await bob.qpc.end()).toBe(0);
    await ann.qpc.until(peerIs(bob.id, 'disconnected'), 'the goodbye', 5_000);
  });

  test('without multicast a warning says so, and an address given by hand works', async () => {
    const network = networkOf('hand');
    network.lan('home');
    network.attach('ann', 'home', '10.7.0.1');
    network.attach('bob', 'home', '10.7.0.2');
    const bob = await person(network, 'bob', ['--no-mdns']);
    const ann = await person(network, 'ann', ['--no-mdns', '--peer', `${bob.id}@10.7.0.2:7000`]);
    await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob by hand');
  });
});

describe.runIf(networksWork)('§2 three in a line: ann and carol share no link', () => {
  test('mail takes two hops, routes say so, and a channel crosses a node that does not read it', async () => {
    const network = networkOf('line');
    network.lan('west');
    network.lan('east');
    network.attach('ann', 'west', '10.7.1.1');
    network.attach('bob', 'west', '10.7.1.2');
    network.attach('bob', 'east', '10.7.2.2');
    network.attach('carol', 'east', '10.7.2.3');
    const [ann, bob, carol] = await Promise.all(['ann', 'bob', 'carol'].map((host) => person(network, host)));
    await bob!.qpc.until(peerIs(ann!.id, 'connected'), 'ann at bob');
    await bob!.qpc.until(peerIs(carol!.id, 'connected'), 'carol at bob');

    const sent = resultOf(await ann!.qpc.type(`/mesh send ${carol!.id} over the hill`));
    expect(await carol!.qpc.until(says('over the hill'), 'the message')).toMatchObject({ from: ann!.id, hops: 2 });
    expect(await ann!.qpc.until(delivered(sent.id), 'the receipt')).toMatchObject({ hops: 2 });
    for (const [here, there] of [
      [ann!, carol!],
      [carol!, ann!],
    ] as const) {
      const { routes } = resultOf(await here.qpc.type(`/mesh route ${there.id}`)) as {
        routes: Record<string, unknown>[];
      };
      expect(routes.find(({ selected }) => selected)).toMatchObject({ to: there.id, nextHop: bob!.id, hops: 2 });
    }

    resultOf(await carol!.qpc.type('/mesh subscribe ridge'));
    resultOf(await ann!.qpc.type('/mesh subscribe ridge'));
    resultOf(await ann!.qpc.type('/mesh broadcast ridge who is on the ridge?'));
    expect(await carol!.qpc.until(says('who is on the ridge?'), 'the post')).toMatchObject({
      channel: 'ridge',
      hops: 2,
    });
    expect(resultOf(await bob!.qpc.type('/mesh channels'))).toEqual({ channels: [] });
  });
});
