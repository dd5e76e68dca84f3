import { describe, expect, test } from 'vitest';
import type { Address } from '../../../src/core/base/address.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { fromBase32 } from '../../../src/core/bytes/base32.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import { writeDirect } from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { type Envelope, encodeEnvelope } from '../../../src/core/wire/envelope.ts';
import type { StreamId } from '../../../src/core/wire/frame.ts';
import type { Push } from '../../../src/core/wire/mesh-message.ts';
import { addressOf } from '../../../src/sim/internet.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import { HostilePeer, NETWORK_ID } from '../../support/hostile-peer.ts';
import { outside, Village } from '../../support/village.ts';

/** A letter of a hostile peer to ann. */
const letter = (village: Village, from: HostilePeer, text: string) =>
  writeDirect(from.author, {
    to: village.ann.node.id,
    content: {
      type: 'text',
      created: timestamp(1),
      epoch: new Uint8Array(8),
      seq: 1,
      after: [],
      name: '',
      text,
    },
    calendar: timestamp(1_767_225_600_000),
  });

const sentTo = (village: Village, addresses: readonly Address[]): Address[] =>
  village.ann.sent.map(({ address }) => address).filter((address) => addresses.includes(address));

/** A first packet of a peer, which it never follows up: as a replay is seen, or a packet made with a stolen key. */
function firstPacket(village: Village, peer: HostilePeer, early: readonly Push[]): void {
  village.at(peer, (_, now) => peer.dial(village.ann.node.id, addressOf(99), now, early));
  const bytes = peer.firstPacket!;
  peer.hangUp();
  village.atAnn((node, now) => node.receive({ address: outside('203.0.113.66:7000'), bytes }, now));
}

describe('§2.0 addresses that a neighbour tells', () => {
  test('of other machines of ours, of other networks and of services are not dialled', () => {
    const village = new Village();
    const told = ['203.0.113.9:53', '127.0.0.1:8080', '192.168.1.1:8080', '169.254.1.1:7000', '203.0.113.9:7000'];
    const eve = village.meet(village.eve, { addresses: told.map(outside) });
    village.at(eve, (_, now) => eve.connection!.close('internal', '', now));
    eve.deaf = true;
    village.run(60_000);
    expect(new Set(sentTo(village, told.map(outside)))).toEqual(new Set([outside('203.0.113.9:7000')]));
  });

  test('of machines of ours are not dialled because a datagram with a forged source said that it is there', () => {
    const village = new Village();
    const ours = ['192.168.1.1:8080', '10.0.0.1:7000'].map(outside);
    const eve = village.meet(village.eve, {});
    const packets: Uint8Array[] = [];
    village.at(eve, (_, now) => {
      eve.say({ type: 'addresses', addresses: ours });
      for (let out = eve.pollTransmit(now); out; out = eve.pollTransmit(now)) packets.push(out.bytes);
    });
    for (const bytes of packets)
      village.atAnn((node, now) => node.receive({ address: outside('192.168.1.77:7000'), bytes }, now));
    eve.deaf = true;
    village.atAnn((node, now) => node.send(eve.id, 'are you there?', now));
    village.run(100_000);
    expect(packets.length).toBeGreaterThan(0);
    expect(sentTo(village, ours)).toEqual([]);
  });

  test('of every useless kind are not asked either when it falls silent: nothing is sent to any of them', () => {
    const village = new Village();
    const useless = [
      ...['0.0.0.0:7000', '127.0.0.1:7000', '169.254.3.4:7000', '224.0.0.1:7000', '239.1.2.3:7000', '240.0.0.1:7000'],
      ...['255.255.255.255:7000', '192.168.1.1:7000', '10.0.0.1:7000', '100.64.0.1:7000', '[::]:7000', '[::1]:7000'],
      ...['[::ffff:127.0.0.1]:7000', '[::7f00:1]:7000', '[fe80::1]:7000', '[ff02::1]:7000', '[fd00::1]:7000'],
      ...['[64:ff9b::7f00:1]:7000', '[64:ff9b::c0a8:101]:7000', '[2002:a9fe:101::1]:7000', '[2002:a00:1::1]:7000'],
      ...['203.0.113.9:53', '203.0.113.9:80', '203.0.113.9:1023'],
    ].map(outside);
    const good = outside('203.0.113.9:7000');
    const eve = village.meet(village.eve, { addresses: [good] });
    for (let from = 0; from < useless.length; from += 5) {
      village.at(eve, () => eve.say({ type: 'addresses', addresses: [...useless.slice(from, from + 5), good] }));
      village.run(11_000);
      eve.deaf = true;
      village.atAnn((node, now) => node.send(eve.id, 'are you there?', now));
      village.run(20_000);
      eve.deaf = false;
      village.run(20_000);
    }
    expect(eve.connection?.closed).toBe(false);
    expect(new Set(sentTo(village, [...useless, good]))).toEqual(new Set([good]));
  });

  test('are dialled a few at a time, however many peers tell them', () => {
    const village = new Village(40);
    const victims = village.peers.map((_, i) => outside(`203.0.113.${i}:7000`));
    for (const [i, peer] of village.peers.entries()) {
      village.meet(peer, { addresses: [victims[i]!] });
      village.at(peer, (_, now) => peer.connection!.close('internal', '', now));
      peer.deaf = true;
    }
    village.ann.sent.length = 0;
    village.run(60_000);
    expect(new Set(sentTo(village, victims)).size).toBeLessThanOrEqual(16);
  });

  test('are written to disk now and then, not each time', () => {
    const village = new Village();
    const eve = village.meet();
    const before = village.ann.records.length;
    for (let i = 0; i < 100; i++) {
      village.at(eve, () => {
        for (let n = 0; n < 10; n++) eve.say({ type: 'addresses', addresses: [outside(`203.0.113.${n}:7000`)] });
      });
      village.run(20);
    }
    expect(village.ann.records.length - before).toBeLessThan(40);
    expect(village.isServing()).toBe(true);
  });
});

describe('§1.1 a message 1 whose sender is never confirmed', () => {
  test('makes this node neither dial its sender nor say that it does not answer', () => {
    const village = new Village();
    const eve = village.meet();
    village.atAnn((node, now) => node.connect(eve.id, [], 'manual', now));
    village.at(eve, () => eve.say({ type: 'goodbye' }));
    village.run(2_000);
    eve.deaf = true;
    village.ann.sent.length = 0;
    village.ann.events.length = 0;
    const envelope = encodeEnvelope(letter(village, eve, 'hi'));
    firstPacket(village, eve, [{ envelope, copies: 1, again: false }]);
    village.run(60_000);
    expect(village.ann.events).toEqual([]);
    expect(sentTo(village, [addressOf(2)])).toEqual([]);
  });

  test('brings mail of a contact for this node, and no other', () => {
    const village = new Village();
    const eve = village.meet();
    village.at(eve, () => eve.say({ type: 'goodbye' }));
    village.run(2_000);
    eve.deaf = true;
    const push = (text: string) => ({ envelope: encodeEnvelope(letter(village, eve, text)), copies: 1, again: false });
    const texts = () => village.ann.events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
    firstPacket(village, eve, [push('from a stranger')]);
    village.run(5_000);
    expect(texts()).toEqual([]);
    const contact = { id: eve.id, petname: 'eve', verified: false, blocked: false, added: timestamp(0) };
    village.atAnn((node, now) => node.putContact(contact, now));
    firstPacket(village, eve, [push('from a contact')]);
    village.run(5_000);
    expect(texts()).toEqual(['from a contact']);
  });

  test('is nobody’s violation', () => {
    const village = new Village();
    for (let i = 0; i < 4; i++) {
      firstPacket(village, village.eve, [{ envelope: new Uint8Array(9), copies: 1, again: false }]);
      village.run(11_000);
    }
    village.meet();
    expect(village.ann.node.peers().find(({ id }) => id === village.eve.id)?.state).toBe('connected');
  });

  test('has no mail acknowledged again', () => {
    const village = new Village();
    const eve = village.meet();
    const envelope = letter(village, eve, 'hi');
    village.at(eve, () => eve.push(envelope));
    village.run(120_000);
    const receipts = () => village.ann.records.filter((record) => 'put' in record && record.put === 'envelope').length;
    expect(receipts()).toBe(1);
    village.at(eve, () => eve.say({ type: 'goodbye' }));
    village.run(2_000);
    firstPacket(village, eve, [{ envelope: encodeEnvelope(envelope), copies: 1, again: false }]);
    village.run(20_000);
    expect(receipts()).toBe(1);
  });
});

describe('what a neighbour makes this node keep', () => {
  test('pushes that never end: the neighbour that leaves megabytes of them is cut off', () => {
    const village = new Village(2);
    const [eve, mallory] = [village.meet(village.peers[0]), village.meet(village.peers[1])];
    for (let i = 0; i < 120; i++) {
      village.at(eve, () => eve.open(new Uint8Array(70_000), false));
      village.run(200);
    }
    expect(eve.closed).toMatchObject({ byPeer: true, reason: 'meshViolation' });
    expect(mallory.closed).toBeUndefined();
    expect(village.isServing()).toBe(true);
  });

  test('the same from many neighbours: who leaves the most goes', () => {
    const village = new Village(24);
    for (const peer of village.peers) {
      village.meet(peer);
      for (let i = 0; i < 43; i++) village.at(peer, () => peer.open(new Uint8Array(70_000), false));
      village.run(4_000);
    }
    expect(village.peers.some(({ closed }) => closed?.byPeer && closed.reason === 'refused')).toBe(true);
    expect(village.isServing()).toBe(true);
  });

  test('letters of strangers: a disk full of them is more than one may bring; who was written to is none', () => {
    const village = new Village();
    const eve = village.meet();
    const long = 'x'.repeat(60_000);
    const push = (text: string): StreamId => {
      let stream: StreamId | undefined;
      village.at(eve, () => {
        stream = eve.push(letter(village, eve, text));
      });
      village.run(400);
      return stream!;
    };
    const streams = Array.from({ length: 300 }, (_, i) => push(`${i} ${long}`));
    village.run(5_000);
    const full = streams.filter((stream) => eve.answers.get(stream)?.type === 'refused');
    expect(full.length).toBeGreaterThan(10);
    expect(full.length).toBeLessThan(40);
    village.atAnn((node, now) => node.send(eve.id, 'who are you?', now));
    village.run(1_000);
    const next = push(long);
    village.run(1_000);
    expect(eve.answers.get(next)).toEqual({ type: 'accepted', copies: 1 });
    expect(village.isServing()).toBe(true);
  });

  test('mail of ever new authors is taken at a pace that leaves time for others', () => {
    const village = new Village();
    const eve = village.meet();
    const streams: (StreamId | undefined)[] = [];
    for (let i = 0; i < 700; i += 50) {
      village.at(eve, () => {
        for (let n = 0; n < 50; n++) {
          const author = new HostilePeer(village.random.bytes(32), village.random);
          streams.push(eve.push(letter(village, author, 'x')));
        }
      });
      village.run(400);
    }
    const answers = streams.map((stream) => stream !== undefined && eve.answers.get(stream));
    const full = answers.filter((answer) => answer && answer.type === 'refused' && answer.reason === 'full');
    // 512 at once, and 20 in each of the six seconds.
    expect(full.length).toBeGreaterThan(50);
    expect(full.length).toBeLessThan(100);
    expect(village.isServing()).toBe(true);
  });

  test('a want for the same envelope, ten thousand times, is one push', () => {
    const village = new Village();
    const eve = village.meet();
    let channel = '';
    village.atAnn((node, now) => {
      const joined = node.subscribe({ topic: 'general' }, now);
      channel = 'id' in joined ? joined.id : '';
    });
    village.run(1_000);
    let post = '';
    village.atAnn((node, now) => {
      const sent = node.publish(channel, 'x'.repeat(50_000), now);
      post = 'id' in sent ? sent.id : '';
    });
    village.run(1_000);
    village.at(eve, () =>
      eve.say({ type: 'interest', channel: fromBase32(channel)!, tag: new Uint8Array(8), hops: 0 }),
    );
    village.run(1_000);
    const ids = Array.from({ length: 512 }, () => fromHex(post)!);
    for (let i = 0; i < 20; i++) {
      village.at(eve, () => eve.say({ type: 'want', ids }));
      village.run(500);
    }
    expect(eve.offered.length).toBe(1);
  });
});

describe('a node whose id is that of an open channel: its key is made of the topic', () => {
  test('does not speak for the channel: nothing is sent to it that it did not ask for, and its answers are a neighbour’s', () => {
    const network = networkTag(paperSuite, NETWORK_ID);
    const { seed } = channelIdentity(paperSuite, network, openChannelKey(paperSuite, network, 'general'));
    const village = new Village(1, [seed]);
    const { eve } = village;
    eve.answer = { type: 'refused', reason: 'invalid' };
    village.atAnn((node, now) => {
      node.subscribe({ topic: 'general' }, now);
      node.publish(eve.id, 'to all', now);
    });
    village.run(1_000);
    village.meet();
    village.run(120_000);
    expect(eve.offered).toEqual([]);
    village.at(eve, () => eve.say({ type: 'interest', channel: fromBase32(eve.id)!, tag: new Uint8Array(8), hops: 0 }));
    village.run(120_000);
    const states = village.ann.events.flatMap((event) => (event.type === 'delivery' ? [event.state] : []));
    expect(states).toEqual(['queued']);
    village.turn(1, (node, now) => (node as Node).subscribe({ topic: 'general' }, now));
    village.run(10_000);
    expect(village.bob.events.some((event) => event.type === 'message' && event.message.text === 'to all')).toBe(true);
  });

  test('acknowledges no posts, not even to who has left the channel', () => {
    const network = networkTag(paperSuite, NETWORK_ID);
    const { seed } = channelIdentity(paperSuite, network, openChannelKey(paperSuite, network, 'general'));
    const village = new Village(1, [seed]);
    const states = () => village.ann.events.flatMap((event) => (event.type === 'delivery' ? [event.state] : []));
    let receipt: Envelope | undefined;
    village.atAnn((node, now) => {
      node.subscribe({ topic: 'general' }, now);
      const sent = node.publish(village.eve.id, 'to all', now);
      node.unsubscribe(village.eve.id, now);
      const content = { type: 'receipt', ids: 'id' in sent ? [sent.id] : [], hops: [1], read: true } as const;
      receipt = writeDirect(village.eve.author, { to: node.id, content, calendar: timestamp(1_767_225_600_000) });
    });
    const eve = village.meet();
    village.at(eve, () => eve.push(receipt!));
    village.run(5_000);
    expect(states()).toEqual(['queued']);
    village.turn(1, (node, now) => (node as Node).subscribe({ topic: 'general' }, now));
    village.run(10_000);
    expect(states()).toEqual(['queued', 'carried']);
  });

  test('writes no letters: they would stand between the posts', () => {
    const network = networkTag(paperSuite, NETWORK_ID);
    const { seed } = channelIdentity(paperSuite, network, openChannelKey(paperSuite, network, 'general'));
    const village = new Village(1, [seed]);
    village.atAnn((node, now) => node.subscribe({ topic: 'general' }, now));
    const eve = village.meet();
    let stream: StreamId | undefined;
    village.at(eve, () => {
      stream = eve.push(letter(village, eve, 'I speak for everybody'));
    });
    village.run(5_000);
    expect(village.ann.events.filter(({ type }) => type === 'message')).toEqual([]);
    expect(eve.answers.get(stream!)).toEqual({ type: 'refused', reason: 'invalid' });
  });
});
