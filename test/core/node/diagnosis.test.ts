import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import {
  CLOCK_OFF_MS,
  ENDED_TOLD_MS,
  RECEIPTS_MISSED_MAX,
  STRANGER_ENVELOPES_MAX,
} from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { author } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { letter } from '../../support/letters.ts';

const DAY_MS = 24 * 3_600_000;
const bob = author('bob');
const carol = author('carol');
const nowhere = address('203.0.113.9', 7000)!;

const codes = (world: Surrounded): string[] => world.node.diagnose(world.now).map(({ code }) => code);
const about = (world: Surrounded) => world.node.diagnose(world.now).map(({ code, subject }) => [code, subject]);

function sent(world: Surrounded, to: string, text = 'hi'): EnvelopeId {
  const made = world.node.send(to as never, text, world.now);
  if (!('id' in made)) throw new Error(made.why);
  world.run(0);
  return made.id;
}

describe('the clock', () => {
  test('is wrong when more than half of the neighbours have another one', () => {
    const world = new Surrounded();
    world.neighbour('bob');
    expect(codes(world)).toEqual([]);
    world.moveCalendar(2 * CLOCK_OFF_MS);
    expect(about(world)).toEqual([['CLOCK_WRONG', 'clock']]);
    expect(world.node.diagnose(world.now)[0]?.found).toContain('30 min ahead of that of 1 of 1 neighbours');
    world.moveCalendar(-2 * CLOCK_OFF_MS);
    expect(codes(world)).toEqual([]);
  });

  test('one odd neighbour of two is no reason to doubt it', () => {
    const world = new Surrounded();
    world.neighbour('bob');
    const odd = world.caller('carol');
    odd.say({ ...odd.hello, clock: timestamp(0) } as never);
    expect(codes(world)).toEqual([]);
  });
});

describe('somebody who cannot be reached', () => {
  test('at an address that the user gave, where nobody ever answered: the address is wrong', () => {
    const world = new Surrounded();
    world.node.connect(bob.id, [nowhere], 'manual', world.now);
    sent(world, bob.id);
    world.run(1_000);
    expect(codes(world)).toEqual([]);
    world.run(4_000);
    expect(about(world)).toEqual([['WRONG_ADDRESS', bob.id]]);
  });

  test('at a new address that the user gave, since when nobody has answered: that address is wrong', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    neighbour.connection.close('goodbye', '', world.now);
    world.run(1_000);
    world.node.connect(bob.id, [neighbour.address], 'manual', world.now);
    world.run(5_000);
    expect(codes(world)).toEqual([]);
    world.node.connect(bob.id, [nowhere], 'manual', world.now);
    world.run(5_000);
    expect(about(world)).toEqual([['WRONG_ADDRESS', bob.id]]);
  });

  test('who was there before is away, as soon as mail waits', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    neighbour.connection.close('goodbye', '', world.now);
    world.run(5_000);
    expect(codes(world)).toEqual([]);
    sent(world, bob.id);
    world.run(5_000);
    expect(about(world)).toEqual([['PEER_AWAY', bob.id]]);
  });

  test('of whom nothing is known: there is no route; and there is, once a neighbour leads there', () => {
    const world = new Surrounded();
    sent(world, carol.id);
    world.run(5_000);
    expect(about(world)).toEqual([['NO_ROUTE', carol.id]]);
    const neighbour = world.neighbour('bob');
    neighbour.leadTo(carol);
    expect(codes(world)).toEqual([]);
  });

  test('whom mDNS hears and UDP does not reach: it is blocked, here when nobody is reached, else there', () => {
    const world = new Surrounded();
    const found = { id: bob.id, name: 'bob', addresses: [nowhere] };
    world.node.discovered(found, world.now);
    world.run(1_000);
    expect(codes(world)).toEqual([]);
    world.run(4_000);
    expect(about(world)).toEqual([['UDP_BLOCKED', 'udp']]);
    world.neighbour('carol');
    expect(about(world)).toEqual([['UDP_BLOCKED', bob.id]]);
  });
});

describe('a key that changed', () => {
  test('is told of somebody named, where somebody else is now', () => {
    const world = new Surrounded();
    const at = address('192.0.2.77', 7000)!;
    const before = world.neighbour('bob', at);
    const contact = { id: bob.id, petname: 'bob', verified: false, blocked: false, added: timestamp(0) };
    world.node.putContact(contact, world.now);
    before.connection.close('goodbye', '', world.now);
    world.run(5_000);
    expect(codes(world)).toEqual([]);
    world.node.discovered({ id: carol.id, name: 'carol', addresses: [at] }, world.now);
    world.run(1_000);
    expect(about(world)).toEqual([['KEY_CHANGED', bob.id]]);
    world.node.vanished(carol.id, world.now);
    expect(codes(world)).toEqual([]);
  });
});

describe('quotas', () => {
  test('a neighbour without room, and a recipient for whom no more is kept here', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    neighbour.leadTo(carol);
    neighbour.answers = () => ({ type: 'refused', reason: 'full' });
    sent(world, carol.id);
    world.run(1_000);
    expect(about(world)).toEqual([['QUOTA_FULL', carol.id]]);
  });

  test('here: as many letters as one stranger may leave', () => {
    const world = new Surrounded();
    const [eve, dave] = [author('eve'), author('dave')];
    const giver = world.neighbour('bob');
    const hop = world.neighbour('carol');
    hop.answers = () => undefined;
    hop.leadTo(dave);
    for (let n = 1; n < STRANGER_ENVELOPES_MAX; n++) giver.push(letter(eve, dave));
    expect(codes(world)).toEqual([]);
    giver.push(letter(eve, dave));
    expect(about(world)).toEqual([['QUOTA_FULL', eve.id]]);
  });
});

describe('a black hole', () => {
  test('is a neighbour that took three letters, for none of which a receipt came', () => {
    const world = new Surrounded();
    const hole = world.neighbour('bob');
    hole.leadTo(carol);
    for (let n = 0; n < RECEIPTS_MISSED_MAX; n++) sent(world, carol.id);
    world.run(1_000);
    expect(codes(world)).toEqual([]);
    world.run(60_000);
    expect(about(world)).toEqual([['RELAY_BLACK_HOLE', bob.id]]);
  });
});

describe('mail that ended badly', () => {
  test('is told for a day, unless the user gave it up', () => {
    const world = new Surrounded();
    world.node.discard(sent(world, bob.id), world.now);
    sent(world, carol.id);
    world.run(4 * DAY_MS - ENDED_TOLD_MS);
    expect(about(world)).toEqual([['MAIL_EXPIRED', carol.id]]);
    world.restart();
    expect(about(world)).toEqual([['MAIL_EXPIRED', carol.id]]);
    world.run(2 * ENDED_TOLD_MS);
    expect(codes(world)).toEqual([]);
  });
});
