import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { type Author, writeToChannel } from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import type { Envelope } from '../../../src/core/wire/envelope.ts';
import { encodeControl } from '../../../src/core/wire/mesh-message.ts';
import type { Reconcile } from '../../../src/core/wire/reconcile.ts';
import { type Claim, END, type Range, shortId } from '../../../src/core/wire/reconcile.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author, testNetwork } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';

const key = openChannelKey(suite, testNetwork, 'hill');
const hill = channelIdentity(suite, testNetwork, key);
const calendar = timestamp(1_767_225_600_000);
let count = 0;

function post(by: Author): Envelope {
  const line = { created: calendar, epoch: new Uint8Array(8), seq: ++count, after: [], name: '' };
  const channel = { id: hill.id, topic: 'hill', key, open: true, joined: calendar };
  return writeToChannel(by, { channel, content: { type: 'text', ...line, text: 'hi' }, calendar });
}

/** A node that reads the channel, among neighbours who do. */
function amongReaders(...names: readonly string[]): {
  readonly world: Surrounded;
  readonly readers: readonly HandMade[];
} {
  const world = new Surrounded();
  world.node.subscribe({ topic: 'hill' }, world.now);
  const readers = names.map((name, i) => {
    const reader = world.neighbour(name);
    reader.say({ type: 'interest', channel: hill.publicKey, tag: new Uint8Array(8).fill(i + 1), hops: 0 });
    return reader;
  });
  world.run(10_000);
  for (const { heard } of readers) heard.length = 0;
  return { world, readers };
}

const saying = (claim: Claim, round = 0): Reconcile => ({
  type: 'reconcile',
  channel: hill.publicKey,
  round,
  ranges: [{ upTo: END, claim }],
});

/** All that it has: these posts. */
const has = (...posts: readonly Envelope[]): Reconcile =>
  saying({ type: 'list', fingerprint: new Uint8Array(16).fill(9), ids: posts.map(({ id }) => shortId(id)) });

const rangesOf = (reader: HandMade): readonly Range[] =>
  reader.heard.flatMap((said) => (said.type === 'reconcile' ? said.ranges : []));

const wantedOf = (reader: HandMade): readonly string[] =>
  rangesOf(reader).flatMap(({ claim }) => (claim.type === 'difference' ? claim.wanted : []));

const comparisonsWith = (reader: HandMade): number =>
  reader.heard.filter((said) => said.type === 'reconcile' && said.round === 0).length;

describe('§2.5 what is wanted, and of whom', () => {
  test('what is on its way from one neighbour is not wanted of another; when that does not send it, it is', () => {
    const { world, readers } = amongReaders('ann', 'bob');
    const [ann, bob] = readers as [HandMade, HandMade];
    const mail = post(ann.author);
    ann.say(has(mail));
    bob.say(has(mail));
    expect([wantedOf(ann), wantedOf(bob)]).toEqual([[shortId(mail.id)], []]);
    world.run(31_000);
    expect(comparisonsWith(bob)).toBeGreaterThan(0);
    bob.say(has(mail));
    expect(wantedOf(bob)).toEqual([shortId(mail.id)]);
  });

  test('who leaves with it on its way: it is wanted of another at once', () => {
    const { world, readers } = amongReaders('ann', 'bob');
    const [ann, bob] = readers as [HandMade, HandMade];
    const mail = post(ann.author);
    ann.say(has(mail));
    ann.say({ type: 'goodbye' });
    world.run(1_000);
    expect(comparisonsWith(bob)).toBe(1);
    bob.say(has(mail));
    expect(wantedOf(bob)).toEqual([shortId(mail.id)]);
  });

  test('who offers and does not send is not asked for a minute, then for two: nobody can keep a post from us', () => {
    const { world, readers } = amongReaders('eve');
    const [eve] = readers as [HandMade];
    const mail = post(eve.author);
    const asks = (): number => {
      eve.heard.length = 0;
      eve.say(has(mail));
      return wantedOf(eve).length;
    };
    expect(asks()).toBe(1);
    world.run(31_000);
    expect(asks()).toBe(0);
    world.run(60_000);
    expect(asks()).toBe(1);
    world.run(91_000);
    expect(asks()).toBe(0);
    world.run(60_000);
    expect(asks()).toBe(1);
  });

  test('nor by sending it spoilt: with another signature, or as old as its ttl, or having crossed all links', () => {
    const { world, readers } = amongReaders('eve', 'bob');
    const [eve, bob] = readers as [HandMade, HandMade];
    const mail = post(eve.author);
    const spoilt = [
      { ...mail, signature: new Uint8Array(64) },
      { ...mail, hop: { count: 0, ageSeconds: mail.signed.ttlSeconds } },
      { ...mail, hop: { count: 64, ageSeconds: 0 } },
    ];
    for (const push of spoilt) {
      eve.say(has(mail));
      expect(eve.push(push).answer).toMatchObject({ type: 'refused' });
    }
    expect(wantedOf(eve)).toHaveLength(1);
    world.run(31_000);
    eve.say(has(mail));
    bob.say(has(mail));
    expect([wantedOf(eve).length, wantedOf(bob)]).toEqual([1, [shortId(mail.id)]]);
  });

  test('who sends one of many each half minute is not waited for longer than five minutes', () => {
    const { world, readers } = amongReaders('eve', 'bob');
    const [eve, bob] = readers as [HandMade, HandMade];
    const posts = Array.from({ length: 30 }, () => post(eve.author));
    eve.say(has(...posts));
    for (const mail of posts.slice(0, 11)) {
      eve.push(mail);
      world.run(27_000);
    }
    world.run(5_000);
    bob.heard.length = 0;
    bob.say(has(...posts));
    expect(wantedOf(bob)).toHaveLength(19);
  });

  test('what this node will never take is asked for once: of who is blocked, and what is no line', () => {
    const { world, readers } = amongReaders('ann');
    const [ann] = readers as [HandMade];
    const blocked = author('blocked');
    world.node.putContact({ id: blocked.id, petname: '', verified: false, blocked: true, added: calendar }, world.now);
    const content = { type: 'receipt', ids: [post(ann.author).id], hops: [1], read: false } as const;
    const channel = { id: hill.id, topic: 'hill', key, open: true, joined: calendar };
    const posts = [post(blocked), writeToChannel(ann.author, { channel, content, calendar })];
    ann.say(has(...posts));
    expect(posts.map((mail) => ann.push(mail).answer)).toMatchObject([{ reason: 'blocked' }, { reason: 'invalid' }]);
    ann.say(has(...posts));
    expect(wantedOf(ann)).toHaveLength(2);
  });

  test('one that came because it was wanted is not pushed to others, but compared with them', () => {
    const { world, readers } = amongReaders('ann', 'bob');
    const [ann, bob] = readers as [HandMade, HandMade];
    const [old, fresh] = [post(ann.author), post(ann.author)];
    ann.say(has(old));
    ann.push(old);
    world.run(1_000);
    expect([bob.pushed.length, comparisonsWith(bob), comparisonsWith(ann)]).toEqual([0, 1, 0]);
    expect(rangesOf(bob)).toMatchObject([{ claim: { type: 'list', ids: [shortId(old.id)] } }]);
    ann.push(fresh);
    expect(bob.pushed).toHaveLength(1);
  });

  test('no more than 2,048 are on their way from one neighbour; with what is beyond it is compared again', () => {
    const { world, readers } = amongReaders('ann');
    const [ann] = readers as [HandMade];
    const ids = Array.from({ length: 3 * 1_024 }, (_, i) => i.toString(16).padStart(16, '0'));
    for (let part = 0; part < 3; part++) {
      const claim = {
        type: 'list',
        fingerprint: new Uint8Array(16),
        ids: ids.slice(1_024 * part, 1_024 * (part + 1)),
      } as const;
      ann.say(saying(claim));
    }
    expect(wantedOf(ann)).toHaveLength(2_048);
    expect(comparisonsWith(ann)).toBe(0);
    world.run(35_000);
    expect(comparisonsWith(ann)).toBe(1);
  });

  test('what is asked whole, since its id begins like another, is given', () => {
    const { readers } = amongReaders('ann');
    const [ann] = readers as [HandMade];
    const mail = post(ann.author);
    ann.push(mail);
    // A list of the same short id under another fingerprint.
    ann.say(has(mail));
    expect(ann.heard).toContainEqual({ type: 'have', ids: [fromHex(mail.id)] });
  });
});

describe('§2.5 when', () => {
  test('in a stable net nothing is said', () => {
    const { world, readers } = amongReaders('ann', 'bob');
    world.run(3_000_000);
    expect(readers.map(comparisonsWith)).toEqual([0, 0]);
  });

  test('a neighbour that goes on over another connection is compared with once more', () => {
    const { world, readers } = amongReaders('ann');
    const mail = post(readers[0]!.author);
    readers[0]!.push(mail);
    const again = world.neighbour('ann');
    again.say({ type: 'interest', channel: hill.publicKey, tag: new Uint8Array(8).fill(1), hops: 0 });
    world.run(10_000);
    expect(comparisonsWith(again)).toBe(1);
  });

  test('whoever begins to read asks the neighbours that read already', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    ann.say({ type: 'interest', channel: hill.publicKey, tag: new Uint8Array(8).fill(1), hops: 0 });
    world.run(10_000);
    ann.heard.length = 0;
    world.node.subscribe({ topic: 'hill' }, world.now);
    world.run(1_000);
    expect(rangesOf(ann)).toMatchObject([{ upTo: END, claim: { type: 'list', ids: [] } }]);
  });
});

describe('§2.5 what a neighbour may cost', () => {
  test('more messages than there is a reason for are passed over', () => {
    const { world, readers } = amongReaders('eve');
    const [eve] = readers as [HandMade];
    eve.push(post(eve.author));
    const nothing = saying({ type: 'list', fingerprint: new Uint8Array(16), ids: [] });
    const body = encodeControl(nothing);
    const hundred = concat(...Array.from({ length: 100 }, () => concat(new Writer().u32(body.length).finish(), body)));
    for (let i = 0; i < 42; i++) eve.sayBytes(hundred);
    const answered = rangesOf(eve).length;
    expect(answered).toBeGreaterThan(4_000);
    eve.say(nothing);
    eve.say(nothing);
    expect(rangesOf(eve).length - answered).toBeLessThanOrEqual(2);
    expect(world.node.peers().length).toBe(1);
  });

  test('what looks at more posts than a million is passed over', () => {
    const { world, readers } = amongReaders('eve');
    const [eve] = readers as [HandMade];
    eve.push(post(eve.author));
    const claim: Claim = { type: 'fingerprint', fingerprint: new Uint8Array(16) };
    // The last of them is where the post is.
    const ranges = Array.from({ length: 512 }, (_, i) => ({
      upTo: i === 511 ? END : { created: i + 1, prefix: '' },
      claim,
    }));
    for (let i = 0; i < 40; i++) eve.say({ ...saying(claim), ranges });
    const answers = eve.heard.filter((said) => said.type === 'reconcile').length;
    expect(answers).toBeGreaterThanOrEqual(15);
    expect(answers).toBeLessThan(20);
    expect(world.node.peers()).toHaveLength(1);
  });

  test('a channel of which nobody told anything is as if it were not there', () => {
    const world = new Surrounded();
    const eve = world.neighbour('eve');
    eve.say(saying({ type: 'fingerprint', fingerprint: new Uint8Array(16) }));
    expect(rangesOf(eve)).toEqual([]);
  });
});
