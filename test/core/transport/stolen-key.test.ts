import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { equalBytes } from '../../../src/core/bytes/equal.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { Initiator, type KeyPair, keyPair, Responder } from '../../../src/core/crypto/noise/handshake-state.ts';
import type { Suite } from '../../../src/core/crypto/suite.ts';
import { prologue, silenceKey, silenceMac } from '../../../src/core/transport/handshake.ts';
import { encodeFrame, type StreamId } from '../../../src/core/wire/frame.ts';
import {
  decodeHandshake,
  decodeInitial,
  encodeHandshake,
  encodeInitialHeader,
  packetKind,
  VERSION,
} from '../../../src/core/wire/packet.ts';
import { DEFAULT_PARAMETERS, type TransportParameters } from '../../../src/core/wire/transport-parameters.ts';
import { Pair } from '../../support/pair.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;

/*
 * Whoever has Ann's static key can be Ann. It must not make others believable to Ann (key compromise impersonation). In message 1
 * the caller proves itself by `ss` alone, which both keys can compute; so message 1 proves nothing, and nothing follows from it.
 */
describe('somebody who stole Ann’s static key', () => {
  /** Ann, Bob, and the thief's ways to compute what only Bob should. */
  function robbed() {
    const pair = new Pair();
    const [ann, bob] = [pair.server, pair.client];
    const annSecret = ann.endpoint.self.agreement.secret;
    const bobsPublicKey = bob.endpoint.self.agreement.publicKey;
    const asBob: KeyPair = { secret: new Uint8Array(32).fill(1), publicKey: bobsPublicKey };
    const annsPublicKey = ann.endpoint.self.agreement.publicKey;
    /** Agrees in Bob's name with Ann's static key, for DH(b, A) is DH(a, B). With any other key it cannot. */
    const agree: Suite['agree'] = (input) =>
      input.secret === asBob.secret && equalBytes(input.publicKey, annsPublicKey)
        ? pair.suite.agree({ ...input, secret: annSecret, publicKey: bobsPublicKey })
        : pair.suite.agree(input);
    const suite: Suite = { ...pair.suite, agree };
    return { pair, ann, bob, asBob, suite };
  }

  /** A message 1 that Ann takes for Bob's. */
  function forge({ pair, ann, bob, asBob, suite }: ReturnType<typeof robbed>, early: string) {
    const { key, agreement } = ann.endpoint.self;
    const source = pair.random.bytes(8);
    const header = encodeInitialHeader({ destination: pair.random.bytes(8), source, token: new Uint8Array(0) });
    const ephemeral = keyPair(pair.suite, pair.random.bytes(32));
    const noise = new Initiator({
      suite,
      prologue: prologue(key, header),
      own: asBob,
      ephemeral,
      server: agreement.publicKey,
    });
    const parameters: TransportParameters = {
      ...DEFAULT_PARAMETERS,
      nodeId: bob.endpoint.self.key,
      alpn: 'quicprochat/p2p/1',
      network: ann.options.network,
      initialSourceConnectionId: source,
      versions: { chosen: VERSION, available: [VERSION] },
    };
    const said = concat(
      encodeFrame({ type: 'transport-parameters', parameters }),
      encodeFrame({ type: 'stream', id: 4 as StreamId, offset: 0, data: utf8(early), fin: true }),
    );
    const packet = concat(header, noise.writeMessage1(concat(said, new Uint8Array(1_100 - said.length))));
    return { noise, initial: concat(packet, silenceMac(pair.suite, silenceKey(pair.suite, key), packet)) };
  }

  test('can write a message 1 in Bob’s name, and cannot read the answer: nothing is confirmed, replaced or learnt from it', () => {
    const thief = robbed();
    const { pair, ann, bob } = thief;
    const { server: real } = pair.connect(bob, ann);
    pair.drive({ forMs: 5_000 });
    ann.events.length = 0;
    const place = at('203.0.113.66');
    const { noise, initial } = forge(thief, 'I am Bob');
    const answers: Uint8Array[] = [];
    pair.onSend = (datagram, _, to) => {
      if (to === place) answers.push(datagram.bytes);
      return undefined;
    };
    pair.inject(ann, place, initial);
    expect(answers.map((bytes) => packetKind(bytes))).toEqual(['handshake']);
    // `se` takes Bob's key, or Ann's ephemeral one.
    expect(noise.readMessage2(decodeHandshake(answers[0]!)!.message)).toBeUndefined();
    const shown = ann.of('stream')[0]!.connection;
    expect([shown.peer, shown.confirmed]).toEqual([bob.endpoint.id, false]);
    expect(ann.events.map(({ type }) => type)).toEqual(['stream', 'readable']);
    pair.drive({ forMs: 15_000 });
    expect(answers).toHaveLength(1);
    expect(ann.of('confirmed')).toEqual([]);
    expect(ann.of('closed').map(({ connection, reason }) => [connection === shown, reason])).toEqual([
      [true, 'unreachable'],
    ]);
    expect([...ann.endpoint.connections()]).toEqual([real]);
    expect(real.address).toBe(bob.address);
  });

  test('cannot answer Ann’s own call in Bob’s place', () => {
    const { pair, ann, bob, asBob, suite } = robbed();
    const place = at('203.0.113.66');
    const forged: Uint8Array[] = [];
    pair.onSend = ({ bytes }, by, to) => {
      if (by !== ann || to !== place || packetKind(bytes) !== 'initial') return undefined;
      const packet = decodeInitial(bytes)!;
      // `es` takes Bob's key, or Ann's ephemeral one: with what the thief has, message 1 does not even open.
      for (const own of [asBob, ann.endpoint.self.agreement]) {
        const noise = new Responder({ suite, prologue: prologue(bob.endpoint.self.key, packet.header), own });
        expect(noise.readMessage1(packet.message)).toBeUndefined();
      }
      const message = pair.random.bytes(1_160);
      forged.push(encodeHandshake({ destination: packet.source, source: pair.random.bytes(8), message }));
      return false;
    };
    const call = ann.endpoint.dial({ peer: bob.endpoint.id, addresses: [place, bob.address] }, pair.now);
    pair.flush();
    for (const bytes of forged) pair.inject(ann, place, bytes);
    expect(forged).toHaveLength(1);
    pair.drive({ until: () => call.confirmed });
    expect([call.confirmed, call.address]).toEqual([true, bob.address]);
  });
});
