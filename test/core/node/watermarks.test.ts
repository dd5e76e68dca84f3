import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { GRACE_MS, LET_GO_MS } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { writeDirect } from '../../../src/core/chat/letter.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { compareUsefulness, type Usefulness } from '../../../src/core/node/usefulness.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';

const FEW = { low: 3, high: 6 };

/** So many neighbours, each a second older than the next. */
function crowd(world: Surrounded, count: number): HandMade[] {
  return Array.from({ length: count }, (_, i) => {
    world.run(1_000);
    return world.neighbour(`peer ${i}`);
  });
}

const stay = (peers: readonly HandMade[]): number[] =>
  peers.flatMap(({ closed }, i) => (closed === undefined ? [i] : []));

const contact = (id: NodeId) => ({ id, petname: 'a friend', verified: false, blocked: false, added: timestamp(0) });

describe('§2.0 how many neighbours a node keeps', () => {
  test('up to the high watermark all; beyond, the youngest of the useless go, until the low one is reached, and not before they had their time', () => {
    const world = new Surrounded({ peers: FEW });
    const six = crowd(world, 6);
    world.run(2 * GRACE_MS);
    expect(stay(six)).toEqual([0, 1, 2, 3, 4, 5]);
    const seventh = world.neighbour('one too many');
    world.run(2_000);
    expect(stay(six)).toEqual([0, 1, 2]);
    expect(seventh.closed).toBeUndefined();
    world.run(GRACE_MS + 5_000);
    expect(stay([...six, seventh])).toEqual([0, 1, 2]);
    expect(seventh.closed).toBe('enough');
  });

  test('four a second, so that routes can follow', () => {
    const world = new Surrounded({ peers: { low: 1, high: 12 } });
    const all = crowd(world, 13);
    world.run(GRACE_MS - 20_000);
    expect(stay(all)).toHaveLength(13);
    let seconds = 0;
    for (; stay(all).length > 1 && seconds < 60; seconds++) world.run(1_000);
    expect(stay(all)).toEqual([0]);
    expect(seconds).toBeGreaterThan(3);
  });

  test('one that the user named stays, and so does a contact while mail is on its way to it; others who are of use come before those who are not', () => {
    const world = new Surrounded({ peers: FEW });
    const [named, busy, friend, leader, idle, other, last] = crowd(world, 7) as [HandMade, ...HandMade[]] & HandMade[];
    world.node.connect(named.author.id, [], 'manual', world.now);
    for (const { author: one } of [busy!, friend!]) world.node.putContact(contact(one.id), world.now);
    busy!.answers = () => undefined;
    world.node.send(busy!.author.id, 'hi', world.now);
    leader!.leadTo(author('far away'));
    world.run(GRACE_MS + 10_000);
    expect(stay([named, busy!, friend!, leader!, idle!, other!, last!])).toEqual([0, 1, 2]);
  });

  test('whoever was let go, or did let this node go, is not dialled without a reason for minutes; for mail it is', () => {
    const world = new Surrounded({ peers: { low: 0, high: 0 } });
    const ann = world.neighbour('ann');
    world.run(GRACE_MS + 2_000);
    expect(ann.closed).toBe('enough');
    expect(world.node.peers().find(({ id }) => id === ann.author.id)?.state).toBe('known');
    world.sentTo.clear();
    world.run(LET_GO_MS / 2);
    expect(world.sentTo.has(ann.address)).toBe(false);
    world.node.send(ann.author.id, 'hi', world.now);
    world.run(1_000);
    expect(world.sentTo.has(ann.address)).toBe(true);

    const wanting = new Surrounded();
    const bob = wanting.neighbour('bob');
    bob.connection.close('enough', '', wanting.now);
    wanting.run(100);
    wanting.sentTo.clear();
    wanting.run(LET_GO_MS / 2);
    expect(wanting.sentTo.has(bob.address)).toBe(false);
    wanting.run(LET_GO_MS);
    expect(wanting.sentTo.has(bob.address)).toBe(true);
  });
});

describe('§2.0 neighbours at one address', () => {
  const at = (host: string, port: number) => address(host, port)!;

  test('of 200 callers from one public address eight become neighbours, and who calls from elsewhere, or is a contact, is served', () => {
    const world = new Surrounded();
    const friend = author('friend');
    world.node.putContact(contact(friend.id), world.now);
    const callers = Array.from({ length: 200 }, (_, i) => world.neighbour(`caller ${i}`, at('9.9.9.9', 10_000 + i)));
    const here = () => [...world.node.neighbours()].length;
    expect(here()).toBe(8);
    expect(new Set(callers.map(({ closed }) => closed))).toEqual(new Set([undefined, 'enough']));
    const known = world.neighbour('friend', at('9.9.9.9', 7000));
    const elsewhere = world.neighbour('elsewhere', at('8.8.8.8', 7000));
    expect([known.closed, elsewhere.closed]).toEqual([undefined, undefined]);
    expect(here()).toBe(10);
  });

  test('a household behind one private address is not counted', () => {
    const world = new Surrounded();
    const callers = Array.from({ length: 20 }, (_, i) => world.neighbour(`caller ${i}`, at('192.168.1.1', 10_000 + i)));
    expect(callers.filter(({ closed }) => closed !== undefined)).toEqual([]);
  });

  test('the next may come when one has left', () => {
    const world = new Surrounded({ peers: { perAddress: 1 } });
    const first = world.neighbour('first', at('9.9.9.9', 1_111));
    expect(world.neighbour('second', at('9.9.9.9', 2_222)).closed).toBe('enough');
    first.say({ type: 'goodbye' });
    expect(world.neighbour('third', at('9.9.9.9', 3_333)).closed).toBeUndefined();
  });
});

describe('who is of use', () => {
  const nobody: Usefulness = {
    isContact: false,
    reads: false,
    brought: 0,
    leadsTo: 0,
    since: 0 as Usefulness['since'],
    rttMs: 100,
  };
  const better: readonly (readonly [string, Partial<Usefulness>, Partial<Usefulness>])[] = [
    ['a contact, whatever others do', { isContact: true }, { reads: true, brought: 9, leadsTo: 900 }],
    ['who reads what is read here, before who brings much', { reads: true }, { brought: 9, leadsTo: 900 }],
    ['who brought mail, before who says that it leads to many', { brought: 1 }, { leadsTo: 900 }],
    ['who leads to somebody, before who was here first', { leadsTo: 1, since: 5 as Usefulness['since'] }, {}],
    ['who was here first, before who is near', {}, { since: 1 as Usefulness['since'], rttMs: 1 }],
    ['who is near', { rttMs: 1 }, {}],
  ];
  test.each(better)('%s', (_, a, b) => {
    expect(compareUsefulness({ ...nobody, ...a }, { ...nobody, ...b })).toBeGreaterThan(0);
    expect(compareUsefulness({ ...nobody, ...b }, { ...nobody, ...a })).toBeLessThan(0);
  });

  test('a receipt counts for whoever brought it, if that is not who wrote it', () => {
    const world = new Surrounded({ peers: { low: 1, high: 1 } });
    const calendar = timestamp(1_767_225_600_000);
    const far = author('far away');
    const send = (to: NodeId) => {
      const sent = world.node.send(to, 'hi', world.now);
      return 'id' in sent ? sent.id : undefined;
    };
    const receipt = (from: ReturnType<typeof author>, id: EnvelopeId) =>
      writeDirect(from, {
        to: world.self.id,
        content: { type: 'receipt', ids: [id], hops: [1], read: false },
        calendar,
      });
    const self = world.neighbour('self-praise');
    world.run(1_000);
    const bearer = world.neighbour('bearer');
    self.push(receipt(self.author, send(self.author.id)!));
    bearer.leadTo(far);
    bearer.push(receipt(far, send(far.id)!));
    world.run(GRACE_MS + 10_000);
    expect([self.closed, bearer.closed]).toEqual(['enough', undefined]);
  });
});
