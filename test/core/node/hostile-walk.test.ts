import { describe, expect, test } from 'vitest';
import { below } from '../../../src/core/base/random.ts';
import { type Instant, instant, timestamp } from '../../../src/core/base/time.ts';
import { fromBase32 } from '../../../src/core/bytes/base32.ts';
import { fromHex, hex } from '../../../src/core/bytes/hex.ts';
import { writeDirect, writeToChannel } from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import { nodeIdBytes, nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import { announce, routeOf } from '../../../src/core/mesh/announcement.ts';
import type { StreamId } from '../../../src/core/transport/event.ts';
import type { Content } from '../../../src/core/wire/content.ts';
import { type Envelope, type EnvelopeId, encodeEnvelope } from '../../../src/core/wire/envelope.ts';
import {
  type ControlMessage,
  encodeControl,
  encodePush,
  METRIC_INFINITE,
  type PushAnswer,
  type Route,
} from '../../../src/core/wire/mesh-message.ts';
import { type Claim, END, type Range, shortId } from '../../../src/core/wire/reconcile.ts';
import { addressOf } from '../../../src/sim/internet.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { mutate } from '../../fuzz/mutate.ts';
import { type HostilePeer, NETWORK_ID } from '../../support/hostile-peer.ts';
import { outside, Village } from '../../support/village.ts';

/** How many walks are taken, and how long each is; more when asked for. */
const RUNS = Number(process.env.RUNS ?? 12);
const STEPS = Number(process.env.STEPS ?? 150);

const network = networkTag(paperSuite, NETWORK_ID);
const KEY = openChannelKey(paperSuite, network, 'general');
const CHANNEL = nodeIdOf(channelIdentity(paperSuite, network, KEY).publicKey);
/** Numbers that are fond of being wrong. */
const EDGES = [0, 1, 16, 17, 64, 255, 65_535, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1];
const ANSWERS: readonly (PushAnswer | undefined)[] = [
  undefined,
  { type: 'accepted', copies: 255 },
  { type: 'done' },
  { type: 'held' },
  { type: 'passed', atSeconds: 2 ** 53 - 1 },
  { type: 'refused', reason: 'full' },
  { type: 'refused', reason: 'invalid' },
];

/** One hostile peer that does one thing after the other to ann, by chance. */
class Walk {
  readonly village = new Village();
  /** Ids of messages that ann has shown or written. */
  readonly #ids: EnvelopeId[] = [];
  /** What was pushed, newest first, to be pushed again. */
  readonly #sent: Envelope[] = [];
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(`walk ${seed}`);
    this.village.atAnn((node, now) => {
      node.subscribe({ topic: 'general' }, now);
      node.publish(CHANNEL, 'welcome', now);
      node.send(this.village.eve.id, 'who are you?', now);
    });
    this.village.run(500);
  }

  step(): void {
    const { eve, ann } = this.village;
    for (const record of ann.records.splice(0)) {
      if ('put' in record && record.put === 'message') this.#ids.push(record.message.id);
    }
    // What ends the connection comes seldom, so that the rest has time to do harm.
    const isRude = this.#chance(20);
    this.village.at(eve, (_, now) => this.#pick(isRude ? this.#rudeDeeds(eve, now) : this.#deeds(eve))());
    this.village.run(this.#pick([0, 1, 20, 150, 2_500]));
    if (eve.connection?.closed === false) return;
    // A key that has broken too many rules is no use any more.
    if (this.#chance(2)) eve.become(this.#random.bytes(32));
    const name = this.#pick(['eve', '\u001b[2J', '', 'ann']);
    this.village.meet(eve, { name, boot: this.#random.bytes(8) });
  }

  #deeds(eve: HostilePeer): (() => void)[] {
    const letter = (): Envelope => {
      const old = this.#sent[below(this.#random, 40)];
      if (old) return old;
      this.#sent.unshift(this.#envelope(eve));
      return this.#sent[0]!;
    };
    return [
      () => eve.say(this.#message(eve)),
      () => eve.say(...Array.from({ length: 50 }, () => this.#message(eve))),
      () => eve.push(letter(), { again: this.#chance(2), copies: this.#pick([0, 1, 255]) }),
      () => eve.push(letter()),
      () => eve.push({ ...letter(), hop: { count: below(this.#random, 65), ageSeconds: this.#edge() } }),
      () => eve.push({ ...letter(), signature: this.#random.bytes(64) }),
      () => eve.open(this.#random.bytes(below(this.#random, 3_000)), false),
      () => eve.connection?.openStream('unidirectional'),
      () => eve.connection?.resetStream((4 + below(this.#random, 40)) as StreamId, this.#edge()),
      () => {
        eve.answer = this.#pick(ANSWERS);
      },
    ];
  }

  /** What no honest node does, and what ends a connection. */
  #rudeDeeds(eve: HostilePeer, now: Instant): (() => void)[] {
    const { ann } = this.village;
    const push = () => ({ envelope: encodeEnvelope(this.#envelope(eve)), copies: 1, again: this.#chance(2) });
    return [
      () => eve.sayBytes(mutate([encodeControl(this.#message(eve)), this.#random.bytes(40)], this.#random)),
      () => eve.open(mutate([encodePush(push())], this.#random), true),
      () => eve.open(this.#random.bytes(below(this.#random, 3_000)), true),
      () => eve.say({ type: 'routes', routes: [{ ...this.#ownRoute(eve), origin: nodeIdBytes(ann.node.id) }] }),
      () => eve.connection?.stopSending(below(this.#random, 40) as StreamId, this.#edge()),
      () => eve.connection?.close('internal', '\u001b]52;c;x\u0007', now),
      () => eve.hangUp(),
      () => eve.dial(ann.node.id, addressOf(0), now, [push()]),
    ];
  }

  #ownRoute({ id: origin, author: { seed } }: HostilePeer): Route {
    const claim = { origin, seqno: this.#edge(), features: this.#edge(), lifetimeSeconds: 1_800, heardAt: instant(0) };
    return routeOf(announce(paperSuite, { seed, network }, claim), 0, 0);
  }

  #message(eve: HostilePeer): ControlMessage {
    const { ann, bob } = this.village;
    const own = this.#ownRoute(eve);
    const origin = nodeIdBytes(this.#pick([ann.node.id, bob.node.id, eve.id]));
    const tag = this.#random.bytes(8);
    return this.#pick<ControlMessage>([
      { type: 'routes', routes: [own] },
      { type: 'routes', routes: [{ ...own, metric: METRIC_INFINITE }] },
      { type: 'routes', routes: [{ ...own, origin, metric: METRIC_INFINITE, signature: new Uint8Array(0) }] },
      { type: 'seqno-request', origin, seqno: this.#edge(), hopsLeft: below(this.#random, 65) },
      { type: 'interest', channel: fromBase32(CHANNEL)!, tag, hops: below(this.#random, 18) },
      { type: 'interest', channel: this.#random.bytes(32), tag, hops: below(this.#random, 18) },
      { type: this.#pick(['have', 'want']), ids: [this.#random.bytes(32), ...this.#ids.slice(-500).map(idBytes)] },
      { type: 'reconcile', channel: fromBase32(CHANNEL)!, round: below(this.#random, 16), ranges: this.#ranges() },
      { type: 'addresses', addresses: [outside(`203.0.113.${below(this.#random, 250)}:7000`)] },
      { type: this.#pick(['ping', 'pong']), token: this.#edge() },
    ]);
  }

  #ranges(): Range[] {
    const some = (): string[] => [hex(this.#random.bytes(8)), ...this.#ids.slice(-this.#pick([1, 400])).map(shortId)];
    const claim = (): Claim =>
      this.#pick<Claim>([
        { type: 'same' },
        { type: 'fingerprint', fingerprint: this.#random.bytes(16) },
        { type: 'list', fingerprint: this.#random.bytes(16), ids: this.#chance(2) ? [] : some() },
        { type: 'difference', offered: some(), wanted: some() },
      ]);
    const ranges = Array.from({ length: below(this.#random, 4) }, (_, i) => ({
      upTo: { created: 10 ** (6 * i), prefix: hex(this.#random.bytes(i)) },
      claim: claim(),
    }));
    return [...ranges, { upTo: END, claim: claim() }];
  }

  #envelope({ id, author }: HostilePeer): Envelope {
    const { ann, bob } = this.village;
    const life = { calendar: timestamp(this.#edge()), ttlSeconds: this.#pick([0, 1, 3_600, 2_592_000]), hopsMax: 64 };
    if (this.#chance(4)) {
      const channel = { id: CHANNEL, topic: 'general', key: KEY, open: true, joined: timestamp(0) };
      return writeToChannel(author, { channel, content: this.#text(), ...life });
    }
    const content = this.#chance(3) ? this.#receipt() : this.#text();
    return writeDirect(author, { to: this.#pick([ann.node.id, ann.node.id, bob.node.id, id]), content, ...life });
  }

  #text(): Content {
    const text = this.#pick(['', 'hi\u001b[0m', 'x'.repeat(2_000)]);
    const [created, epoch] = [timestamp(this.#edge()), this.#random.bytes(8)];
    const after = this.#ids.slice(-this.#pick([1, 8]));
    return { type: 'text', created, epoch, seq: Math.max(1, this.#edge()), after, name: '\u202eeve', text };
  }

  #receipt(): Content {
    const ids = this.#ids.slice(-9);
    return { type: 'receipt', ids, hops: ids.map(() => 65), read: this.#chance(2) };
  }

  #pick<T>(these: readonly T[]): T {
    return these[below(this.#random, these.length)]!;
  }

  #edge(): number {
    return this.#pick(EDGES);
  }

  #chance(oneIn: number): boolean {
    return below(this.#random, oneIn) === 0;
  }
}

const idBytes = (id: EnvelopeId): Uint8Array => fromHex(id)!;

describe('whatever an authenticated peer does', () => {
  test(
    'the node throws nothing, believes no false receipt, sends no more than it is made to, and serves others',
    () => {
      const answers = new Set<string>();
      for (let seed = 1; seed <= RUNS; seed++) {
        const { village, ...walk } = takeWalk(seed);
        const { ann, bob, eve } = village;
        expect(village.isServing(), `walk ${seed}`).toBe(true);
        const bytesTo = ann.sent.reduce(
          (sum, { address, bytes }) => sum + (address === addressOf(2) ? bytes.length : 0),
          0,
        );
        expect(bytesTo, `walk ${seed}`).toBeLessThan(2 * eve.bytesSent + 100_000);
        for (const event of ann.events) {
          if (event.type === 'delivery' && event.state === 'delivered')
            expect(event.to, `walk ${seed}`).not.toBe(bob.node.id);
        }
        for (const { type } of walk.answers) answers.add(type);
      }
      // The walks have been where they should go.
      expect([...answers].sort()).toEqual(['accepted', 'done', 'held', 'passed', 'refused']);
    },
    60_000 + RUNS * STEPS * 40,
  );
});

function takeWalk(seed: number): { readonly village: Village; readonly answers: readonly PushAnswer[] } {
  const walk = new Walk(seed);
  for (let step = 0; step < STEPS; step++) walk.step();
  return { village: walk.village, answers: walk.village.eve.answered };
}
