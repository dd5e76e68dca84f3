import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { type Author, writeDirect, writeToChannel } from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import { signedBytes } from '../../../src/core/crypto/purpose.ts';
import {
  decodeEnvelope,
  type Envelope,
  encodeSigned,
  envelopeId,
  type Signed,
} from '../../../src/core/wire/envelope.ts';
import { encodeControl } from '../../../src/core/wire/mesh-message.ts';
import { type Claim, END } from '../../../src/core/wire/reconcile.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author, testNetwork } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';

const calendar = timestamp(1_767_225_600_000);
let count = 0;

/** A text from one to another, as its own node would push it. */
function letter(from: Author, to: Author, differences: { hopsMax?: number; ttlSeconds?: number } = {}): Envelope {
  const line = { created: calendar, epoch: new Uint8Array(8), seq: ++count, after: [], name: '' };
  return writeDirect(from, { to: to.id, content: { type: 'text', ...line, text: 'hi' }, calendar, ...differences });
}

/** The same signed anew with something else in it. */
function altered(envelope: Envelope, by: Author, differences: Partial<Signed>): Envelope {
  const signed = { ...envelope.signed, ...differences };
  const bytes = encodeSigned(signed);
  const signature = suite.sign(by.seed, signedBytes('envelope', testNetwork, bytes));
  return { ...envelope, id: envelopeId(suite, bytes), signed, signedBytes: bytes, signature };
}

const accepted = { type: 'accepted', copies: 1 };
const passedOn = { type: 'accepted', copies: 0 };
const refused = (reason: string) => ({ type: 'refused', reason });

const framed = (body: Uint8Array): Uint8Array => concat(new Writer().u32(body.length).finish(), body);

describe('§2.0 the control stream', () => {
  test('whoever calls opens it, and is answered hello by hello', () => {
    const caller = new Surrounded().caller('ann');
    expect(caller.heard).toEqual([]);
    caller.say(caller.hello);
    expect(caller.heard[0]).toMatchObject({ type: 'hello', name: 'the node' });
    expect(caller.heard.filter(({ type }) => type === 'hello')).toHaveLength(1);
  });

  test('a ping is answered by a pong with its token', () => {
    const ann = new Surrounded().neighbour('ann');
    ann.say({ type: 'ping', token: 77 });
    expect(ann.heard).toContainEqual({ type: 'pong', token: 77 });
  });

  test('goodbye ends the connection', () => {
    const ann = new Surrounded().neighbour('ann');
    ann.say({ type: 'goodbye' });
    expect(ann.closed).toBe('goodbye');
  });

  for (const [what, act] of [
    ['something before hello', (by) => by.say({ type: 'ping', token: 1 })],
    [
      'a second hello',
      (by) => {
        by.say(by.hello);
        by.say(by.hello);
      },
    ],
    ['a message of more than 64 KiB', (by) => by.sayBytes(new Writer().u32(64 * 1024 + 1).finish())],
    ['bytes that are no message', (by) => by.sayBytes(framed(utf8('hi')))],
    [
      'the end of it',
      (by) => {
        by.say(by.hello);
        by.sayBytes(new Uint8Array(), true);
      },
    ],
    [
      'its reset',
      (by) => {
        by.say(by.hello);
        by.resetControl();
      },
    ],
    [
      'a push that is no envelope',
      (by) => {
        by.say(by.hello);
        by.pushBytes(utf8('hi'));
      },
    ],
    [
      'a push of more than 80 KiB',
      (by) => {
        by.say(by.hello);
        by.pushBytes(new Uint8Array(80 * 1024 + 1));
      },
    ],
  ] as readonly (readonly [string, (by: ReturnType<Surrounded['caller']>) => void])[]) {
    test(`${what} closes the connection: meshViolation`, () => {
      const caller = new Surrounded().caller('ann');
      act(caller);
      expect(caller.closed).toBe('meshViolation');
    });
  }

  test('three violations in ten minutes, and there is no new connection for an hour', () => {
    const world = new Surrounded();
    const violate = () => {
      const caller = world.caller('ann');
      caller.sayBytes(framed(utf8('hi')));
      return caller.closed;
    };
    expect([violate(), violate(), violate()]).toEqual(['meshViolation', 'meshViolation', 'meshViolation']);
    expect(world.caller('ann').closed).toBe('refused');
    expect(world.caller('bob').closed).toBeUndefined();
    world.run(3_600_000);
    const returned = world.caller('ann');
    returned.say(returned.hello);
    expect(returned.closed).toBeUndefined();
    expect(returned.heard[0]).toMatchObject({ type: 'hello' });
  });

  test('what comes over a connection that another has replaced is passed over', () => {
    const world = new Surrounded();
    const old = world.neighbour('ann');
    const fresh = world.neighbour('ann');
    old.say({ type: 'ping', token: 1 });
    fresh.say({ type: 'ping', token: 2 });
    expect(old.heard).not.toContainEqual({ type: 'pong', token: 1 });
    expect(fresh.heard).toContainEqual({ type: 'pong', token: 2 });
  });

  test('a neighbour that goes on over another connection has neither left nor come, and a ping without answer is asked again', () => {
    const world = new Surrounded();
    const old = world.neighbour('ann');
    const peerEvents = () => world.events.filter(({ type }) => type === 'peer').length;
    const before = peerEvents();
    world.node.ping(old.author.id, 7, world.now);
    const fresh = world.neighbour('ann');
    expect(peerEvents()).toBe(before);
    expect(fresh.heard).toContainEqual({ type: 'ping', token: 7 });
    expect(fresh.heard).toContainEqual(expect.objectContaining({ type: 'routes' }));
    world.run(10_000);
    expect(old.closed).toBe('duplicate');
    expect(peerEvents()).toBe(before);
  });

  test('two lives of one key that say hello in turns are told to the user', () => {
    const world = new Surrounded();
    const say = (boot: number) => {
      const caller = world.caller('ann');
      caller.sayBytes(framed(encodeControl({ ...caller.hello, boot: new Uint8Array(8).fill(boot) } as never)));
    };
    const told = () => world.events.some((event) => event.type === 'notice' && event.code === 'IDENTITY_ELSEWHERE');
    say(1);
    say(2);
    expect(told()).toBe(false);
    say(1);
    expect(told()).toBe(true);
  });
});

describe('§2.0 pushes', () => {
  test('`accepted` and `held` are said after the commit, and not before', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    world.diskHangs = true;
    const carried = letter(ann.author, bob.author);
    const pushes = [ann.push(letter(ann.author, world.self)), ann.push(carried), ann.push(carried)];
    expect(pushes.map(({ answer }) => answer)).toEqual([undefined, undefined, undefined]);
    expect(bob.pushed).toEqual([]);
    world.diskHangs = false;
    world.run(100);
    expect(pushes.map(({ answer }) => answer)).toEqual([accepted, accepted, { type: 'held' }]);
    expect(bob.pushed).toHaveLength(1);
  });

  test('what its sender did not sign is refused, and neither stored nor shown nor passed on', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    for (const to of [world.self, bob.author]) {
      const good = letter(ann.author, to);
      expect(ann.push({ ...good, signature: new Uint8Array(64) }).answer).toEqual(refused('invalid'));
      expect(ann.push(altered(good, author('eve'), {})).answer).toEqual(refused('invalid'));
      expect(world.disk.envelope(good.id)).toBeUndefined();
      expect(world.disk.message(good.id)).toBeUndefined();
    }
    expect(bob.pushed).toEqual([]);
    expect(ann.closed).toBeUndefined();
  });

  test('what was refused is taken when it is offered again and fits', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const mail = letter(ann.author, author('bob'));
    expect(ann.push(mail, { copies: 0 }).answer).toEqual(refused('no-route'));
    const bob = world.neighbour('bob');
    expect(ann.push(mail).answer).toEqual(accepted);
    expect(bob.pushed).toHaveLength(1);
  });

  test('custody is taken anew three times for a neighbour, a minute apart and doubling; else the answer is `done`, for it was delivered', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    const mail = letter(ann.author, bob.author);
    const offer = (again: boolean) => ann.push(mail, { again }).answer?.type;
    expect(offer(false)).toBe('accepted');
    expect(bob.pushed).toHaveLength(1);
    expect(offer(false)).toBe('done');
    expect([offer(true), offer(true)]).toEqual(['accepted', 'done']);
    world.run(60_000);
    expect([offer(true), offer(true)]).toEqual(['accepted', 'done']);
    world.run(60_000);
    expect(offer(true)).toBe('done');
    world.run(60_000);
    expect(offer(true)).toBe('accepted');
    world.run(3_600_000);
    expect(offer(true)).toBe('done');
    expect(bob.pushed).toHaveLength(4);
  });

  test('a recipient says `done` to what it was given before, and acknowledges it again', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const mail = letter(ann.author, world.self);
    expect(ann.push(mail).answer).toEqual(accepted);
    expect(ann.push(mail).answer).toEqual({ type: 'done' });
    expect(ann.pushed).toHaveLength(1);
    world.run(60_000);
    ann.push(mail);
    expect(ann.pushed).toHaveLength(2);
    expect(world.events.filter(({ type }) => type === 'message')).toHaveLength(1);
  });

  test('what came with the first packet waits until its sender has proved itself, and is answered then', () => {
    const world = new Surrounded();
    const ann = author('ann');
    world.node.putContact({ id: ann.id, petname: 'ann', verified: false, blocked: false, added: calendar }, world.now);
    const bob = author('bob');
    const dials = [
      world.caller('ann', [letter(ann, world.self), letter(ann, bob)]),
      world.caller('bob', [letter(bob, world.self)]),
    ];
    expect(dials.map(({ early }) => early.map(({ answer }) => answer))).toEqual([
      // Nobody is there yet to whom it could go on.
      [passedOn, refused('no-route')],
      [passedOn],
    ]);
    world.run(5_000);
    expect(world.events.filter(({ type }) => type === 'message')).toHaveLength(2);
  });
});

describe('§2.2 forwarding', () => {
  test('an envelope goes on with one link more and with its age, and not back to its giver', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const mail = { ...letter(ann.author, author('bob')), hop: { count: 3, ageSeconds: 100 } };
    ann.say({ type: 'ping', token: 1 });
    world.diskHangs = true;
    const bob = world.neighbour('bob');
    const pushed = ann.push(mail);
    world.run(5_000);
    world.diskHangs = false;
    world.run(100);
    expect(pushed.answer).toEqual(accepted);
    expect(ann.pushed).toEqual([]);
    expect(bob.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).hop)).toEqual([
      { count: 4, ageSeconds: 105 },
    ]);
  });

  test('mail for which its giver is the only way is refused', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    expect(ann.push(letter(author('carol'), ann.author)).answer).toEqual(accepted);
    expect(ann.pushed).toHaveLength(1);
    expect(ann.push(letter(ann.author, author('bob')), { copies: 0 }).answer).toEqual(refused('no-route'));
  });

  test('nothing is passed on beyond its maxHops', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    const at = (hopsMax: number, to: Author) => ({
      ...letter(ann.author, to, { hopsMax }),
      hop: { count: 2, ageSeconds: 0 },
    });
    expect(ann.push(at(2, bob.author)).answer).toEqual(refused('hops'));
    expect(ann.push(at(3, bob.author)).answer).toEqual(accepted);
    expect(ann.push(at(2, world.self)).answer).toEqual(accepted);
    expect(ann.push(at(1, world.self)).answer).toEqual(refused('hops'));
  });

  test('what is as old as its ttl is refused', () => {
    const ann = new Surrounded().neighbour('ann');
    const mail = letter(ann.author, author('bob'), { ttlSeconds: 100 });
    expect(ann.push({ ...mail, hop: { count: 0, ageSeconds: 100 } }).answer).toEqual(refused('expired'));
  });
});

describe('§3 versions and kinds that we do not know', () => {
  for (const [what, differences] of [
    ['version', { version: 2 }],
    ['kind', { kind: 3 }],
  ] as const) {
    test(`of an unknown ${what}: carried unread, and refused by its recipient as unsupported`, () => {
      const world = new Surrounded();
      const ann = world.neighbour('ann');
      const bob = world.neighbour('bob');
      const carried = altered(letter(ann.author, bob.author), ann.author, differences);
      expect(ann.push(carried).answer).toEqual(accepted);
      expect(decodeEnvelope(suite, bob.pushed[0]!.envelope).id).toBe(carried.id);
      const mine = altered(letter(ann.author, world.self), ann.author, differences);
      expect(ann.push(mine).answer).toEqual(refused('unsupported'));
    });
  }

  test('a post of a later version is carried by who reads the channel', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    const channel = joinHill(world);
    bob.say({ type: 'interest', channel: channel.publicKey, tag: new Uint8Array(8).fill(9), hops: 0 });
    const later = altered(post(ann.author), ann.author, { version: 2 });
    expect(ann.push(later).answer).toEqual(accepted);
    expect(bob.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id)).toEqual([later.id]);
  });
});

const hillKey = openChannelKey(suite, testNetwork, 'hill');
const hill = channelIdentity(suite, testNetwork, hillKey);

function joinHill(world: Surrounded): typeof hill {
  world.node.subscribe({ topic: 'hill' }, world.now);
  world.run(100);
  return hill;
}

function post(by: Author): Envelope {
  const line = { created: calendar, epoch: new Uint8Array(8), seq: ++count, after: [], name: '' };
  const channel = { id: hill.id, topic: 'hill', key: hillKey, open: true, joined: calendar };
  return writeToChannel(by, { channel, content: { type: 'text', ...line, text: 'hi' }, calendar });
}

const nothing: Claim = { type: 'list', fingerprint: new Uint8Array(16), ids: [] };

describe('§2.3 what a neighbour may learn of', () => {
  test('posts of a channel are offered and given to who told interest in it, and to nobody else', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    joinHill(world);
    const mail = post(ann.author);
    expect(ann.push(mail).answer).toEqual(accepted);
    const id = fromHex(mail.id)!;
    bob.say({ type: 'want', ids: [id] });
    bob.say({ type: 'reconcile', channel: hill.publicKey, round: 0, ranges: [{ upTo: END, claim: nothing }] });
    world.run(10_000);
    expect(bob.pushed).toEqual([]);
    expect(bob.heard.flatMap((said) => (said.type === 'reconcile' ? said.ranges : []))).toEqual([]);
    bob.say({ type: 'interest', channel: hill.publicKey, tag: new Uint8Array(8).fill(9), hops: 0 });
    world.run(10_000);
    const short = mail.id.slice(0, 16);
    expect(bob.heard.flatMap((said) => (said.type === 'reconcile' ? said.ranges : []))).toEqual([
      { upTo: END, claim: { type: 'list', fingerprint: expect.any(Uint8Array), ids: [short] } },
    ]);
    const wants: Claim = { type: 'difference', offered: [], wanted: [short] };
    bob.say({ type: 'reconcile', channel: hill.publicKey, round: 1, ranges: [{ upTo: END, claim: wants }] });
    expect(bob.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id)).toEqual([mail.id]);
  });

  test('direct mail is never offered, nor given to who asks for it by its id', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    bob.answers = () => ({ type: 'refused', reason: 'full' });
    const mail = letter(ann.author, bob.author);
    expect(ann.push(mail).answer).toEqual(accepted);
    const eve = world.neighbour('eve');
    eve.say({ type: 'want', ids: [fromHex(mail.id)!] });
    expect(eve.pushed).toEqual([]);
    expect(eve.heard.filter(({ type }) => type === 'have' || type === 'reconcile')).toEqual([]);
  });

  test('nor to who tells interest in its recipient, as if that were a channel', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const bob = world.neighbour('bob');
    bob.answers = () => ({ type: 'refused', reason: 'full' });
    const mail = letter(ann.author, bob.author);
    expect(ann.push(mail).answer).toEqual(accepted);
    const eve = world.neighbour('eve');
    eve.say({ type: 'interest', channel: bob.author.publicKey, tag: new Uint8Array(8).fill(9), hops: 0 });
    eve.say({ type: 'want', ids: [fromHex(mail.id)!] });
    const wants: Claim = { type: 'difference', offered: [], wanted: [mail.id.slice(0, 16)] };
    for (const claim of [nothing, wants]) {
      eve.say({ type: 'reconcile', channel: bob.author.publicKey, round: 0, ranges: [{ upTo: END, claim }] });
    }
    world.run(10_000);
    // Of a channel in which there is nothing.
    const told = eve.heard.flatMap((said) => (said.type === 'reconcile' ? said.ranges : []));
    expect(told.filter(({ claim }) => claim.type !== 'list' || claim.ids.length > 0)).toEqual([]);
    expect(eve.heard.filter(({ type }) => type === 'have')).toEqual([]);
    expect(eve.pushed).toEqual([]);
  });

  test('of what a neighbour has, that is wanted which is not here', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    joinHill(world);
    const here = post(ann.author);
    ann.push(here);
    const other = new Uint8Array(32).fill(5);
    ann.say({ type: 'have', ids: [fromHex(here.id)!, other] });
    expect(ann.heard).toContainEqual({ type: 'want', ids: [other] });
  });
});
