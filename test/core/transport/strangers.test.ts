import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import type { DropReason } from '../../../src/core/base/drop-reason.ts';
import { CONNECTIONS_PER_BLOCK_MAX, HALF_OPEN_MAX } from '../../../src/core/base/limits.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { retryTag, silenceKey, silenceMac } from '../../../src/core/transport/handshake.ts';
import { RetryTokens } from '../../../src/core/transport/retry-token.ts';
import { decodeInitial, decodeRetry, encodeRetry, packetKind } from '../../../src/core/wire/packet.ts';
import { Pair, type Side, seeded } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;
const dropped = (side: Side, reason: DropReason): number => side.endpoint.dropped.get(reason) ?? 0;

/** Keeps everything that one side sends. */
function sentBy(pair: Pair, side: Side): { readonly to: Address; readonly bytes: Uint8Array }[] {
  const sent: { to: Address; bytes: Uint8Array }[] = [];
  const before = pair.onSend;
  pair.onSend = (datagram, from, to) => {
    if (from === side) sent.push({ to, bytes: datagram.bytes });
    return before(datagram, from, to);
  };
  return sent;
}

/** Half-open connections from many blocks, until strangers are asked for a token. */
function crowd(pair: Pair, count: number): void {
  for (let i = 0; i < count; i++) {
    const caller = new Stranger(pair, pair.server, at(`198.51.${i}.1`));
    caller.send(caller.initial());
  }
}

describe('§1.1 silence', () => {
  test('no bytes of a stranger are answered, and none does harm', () => {
    const pair = new Pair();
    const sent = sentBy(pair, pair.server);
    const first = fc.constantFrom(0xc0, 0xe0, 0xf0, 0x40, 0x5c, 0x60, 0x7f, 0x80, 0x00);
    const wild = fc
      .tuple(first, fc.oneof(fc.uint8Array({ maxLength: 90 }), fc.uint8Array({ minLength: 1_199, maxLength: 1_400 })))
      .map(([byte, rest]) => concat(new Uint8Array([byte, 0x71, 0x70, 0x63, 0x31, 8]), rest));
    fc.assert(
      fc.property(fc.oneof(wild, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        pair.inject(pair.server, at('192.0.2.66'), bytes);
      }),
      { numRuns: 1_000 },
    );
    pair.inject(pair.server, at('192.0.2.66'), new Uint8Array(0));
    expect(sent).toEqual([]);
    expect(pair.server.endpoint.deadline()).toBeUndefined();
  });

  test('a datagram longer than this node reads is dropped, whoever sent it', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66')).call();
    const parameters = caller.heard.find((frame) => frame.type === 'transport-parameters')?.parameters;
    expect(parameters?.maxUdpPayloadBytes).toBe(16_384);
    const ping = (bytes: number): Uint8Array => caller.seal(new Uint8Array(bytes - 13 - 16).fill(1));
    caller.send(ping(16_385));
    expect(dropped(pair.server, 'too-long')).toBe(1);
    expect(pair.server.of('confirmed')).toHaveLength(0);
    caller.send(ping(16_384));
    expect(pair.server.of('confirmed')).toHaveLength(1);
  });

  test('an Initial of less than 1200 bytes is not answered, whatever it says', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    for (const bytes of [1_199, 1_000, 500]) caller.send(caller.initial(undefined, { bytes }));
    expect(caller.received).toEqual([]);
    expect(dropped(pair.server, 'initial-size')).toBe(3);
    caller.send(caller.initial(undefined, { bytes: 1_300 }));
    expect(caller.received).toHaveLength(1);
  });

  test('an Initial of more than 2048 bytes is not answered', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    caller.send(caller.initial(undefined, { bytes: 2_049 }));
    expect(caller.received).toEqual([]);
    expect(dropped(pair.server, 'initial-size')).toBe(1);
    caller.send(caller.initial(undefined, { bytes: 2_048 }));
    expect(caller.received).toHaveLength(1);
  });

  test('a source that is no host is not answered', () => {
    const pair = new Pair();
    for (const host of ['224.0.0.251', '255.255.255.255', '0.0.0.0', 'ff02::fb', '::']) {
      const caller = new Stranger(pair, pair.server, at(host));
      caller.send(caller.initial());
      expect(caller.received).toEqual([]);
    }
    expect(dropped(pair.server, 'initial-source')).toBe(5);
  });

  test('random short packets go unanswered', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const sent = sentBy(pair, pair.server);
    for (let i = 0; i < 200; i++) {
      pair.inject(pair.server, client.address, concat(new Uint8Array([0x40]), pair.random.bytes(60)));
    }
    expect(sent).toEqual([]);
    expect(dropped(pair.server, 'stranger')).toBe(200);
  });
});

describe('§1.1 repeats', () => {
  test('before confirmation a repeat is answered by the same bytes, to where the copy came from', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    const elsewhere = new Stranger(pair, pair.server, at('192.0.2.67'));
    const initial = caller.initial();
    caller.send(initial);
    caller.send(initial);
    caller.send(initial, elsewhere.address);
    expect(caller.received).toHaveLength(2);
    expect(caller.received[1]).toEqual(caller.received[0]);
    expect(elsewhere.received).toEqual([caller.received[0]]);
  });

  test('each answer gives the client ten seconds to prove itself, within the minute that a dial takes', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    const initial = caller.initial();
    caller.send(initial);
    // The answer to the first copy was lost, and so on: the client has message 2 after 9 s, and proves itself 9 s later.
    pair.drive({ forMs: 9_000 });
    caller.send(initial);
    pair.drive({ forMs: 9_000 });
    caller.send(caller.packet([{ type: 'ping' }]));
    expect(pair.server.of('confirmed')).toHaveLength(1);
    // Who only repeats is forgotten after a minute at the latest.
    const idler = new Stranger(pair, pair.server, at('192.0.2.67'));
    const again = idler.initial();
    for (let i = 0; i < 6; i++, pair.drive({ forMs: 9_900 })) idler.send(again);
    pair.drive({ forMs: 1_000 });
    idler.send(idler.packet([{ type: 'ping' }]));
    expect(pair.server.of('confirmed')).toHaveLength(1);
    expect(dropped(pair.server, 'forgotten')).toBe(1);
  });

  test('after confirmation it is dropped', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    const initial = caller.initial();
    caller.send(initial);
    caller.send(caller.packet([{ type: 'ping' }]));
    const answers = caller.received.length;
    caller.send(initial);
    caller.send(initial, at('192.0.2.68'));
    expect(caller.received).toHaveLength(answers);
    expect(dropped(pair.server, 'initial-repeat')).toBe(2);
  });

  test('an old message 1, replayed to a server that has forgotten it, replaces nothing and is forgotten again', () => {
    const pair = new Pair();
    const recorded: Uint8Array[] = [];
    pair.onSend = ({ bytes }) => {
      if (packetKind(bytes) === 'initial') recorded.push(bytes);
      return true;
    };
    pair.connect();
    pair.server.restart();
    pair.client.restart();
    const { client, server } = pair.connect();
    pair.server.events.length = 0;
    pair.inject(pair.server, at('203.0.113.9'), recorded[0]!);
    pair.drive({ forMs: 30_000 });
    expect([client.closed, server.closed]).toEqual([false, false]);
    expect(pair.server.events.filter(({ type }) => type !== 'observed')).toEqual([]);
    expect([...pair.server.endpoint.connections()]).toEqual([server]);
  });
});

describe('§1.1 denial of service', () => {
  test('one address block is heard five times at once, then twenty times a second', () => {
    const pair = new Pair();
    const answered = (count: number, host: (i: number) => string): number => {
      let answers = 0;
      for (let i = 0; i < count; i++) {
        const caller = new Stranger(pair, pair.server, at(host(i)));
        caller.send(caller.initial());
        if (packetKind(caller.received[0] ?? new Uint8Array(0)) !== 'handshake') continue;
        answers++;
        caller.send(caller.packet([{ type: 'ping' }]));
      }
      return answers;
    };
    expect(answered(20, () => '203.0.113.1')).toBe(5);
    expect(answered(20, (i) => `2001:db8:5::${i + 1}`)).toBe(5);
    pair.drive({ forMs: 200 });
    expect(answered(20, () => '203.0.113.1')).toBe(4);
    expect(answered(10, (i) => `203.0.114.${i}`)).toBe(10);
  });

  test('from eight half-open connections on, strangers must bring a token; the crowd never grows over its bound', () => {
    const pair = new Pair();
    crowd(pair, 8);
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    const initial = caller.initial();
    caller.send(initial);
    expect(caller.received.map((bytes) => packetKind(bytes))).toEqual(['retry']);
    expect(caller.received[0]!.length).toBeLessThan(initial.length / 3);
    for (let i = 0; i < 100; i++) {
      const next = new Stranger(pair, pair.server, at(`198.${18 + (i % 4)}.${i}.1`));
      next.send(next.initial());
      const retry = decodeRetry(next.received[0]!)!;
      next.send(next.initial(undefined, { token: retry.token }));
    }
    const half = [...Array(100)].filter((_, i) => i < HALF_OPEN_MAX - 8).length;
    expect(dropped(pair.server, 'initial-half-open')).toBe(100 - half);
    pair.drive({ forMs: 11_000 });
    const late = new Stranger(pair, pair.server, at('192.0.2.99'));
    expect(late.call().received.map((bytes) => packetKind(bytes))).toEqual(['handshake']);
  });

  test('one address block cannot take all connections', () => {
    const pair = new Pair();
    const reasonFor = (host: string): number | undefined => {
      const caller = new Stranger(pair, pair.server, at(host)).call();
      caller.send(caller.packet([{ type: 'ping' }]));
      pair.drive({ forMs: 100 });
      return caller.closeCode;
    };
    const answers = Array.from({ length: 40 }, () => reasonFor('203.0.113.1'));
    expect(answers.filter((code) => code === undefined)).toHaveLength(CONNECTIONS_PER_BLOCK_MAX);
    expect(answers.at(-1)).toBe(CLOSE_REASONS.refused.code);
    pair.drive({ forMs: 11_000 });
    expect(reasonFor('203.0.113.2')).toBeUndefined();
  });

  test('a flood of first packets that nobody signed, from everywhere, keeps no caller out: it must bring a token', () => {
    const pair = new Pair();
    for (let i = 0; i < 400; i++) {
      const forger = new Stranger(pair, pair.server, at(`198.${18 + (i >> 8)}.${i & 255}.1`));
      const bytes = forger.initial();
      bytes[100]! ^= 1;
      const key = silenceKey(pair.suite, pair.server.endpoint.self.key);
      bytes.set(silenceMac(pair.suite, key, bytes.subarray(0, -16)), bytes.length - 16);
      forger.send(bytes);
    }
    expect(dropped(pair.server, 'initial-forged')).toBeLessThanOrEqual(60);
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    caller.send(caller.initial());
    const retry = decodeRetry(caller.received[0]!)!;
    caller.send(caller.initial(undefined, { token: retry.token }));
    expect(caller.received.map((bytes) => packetKind(bytes))).toEqual(['retry', 'handshake']);
  });

  test('a dial survives a Retry, and both sides have checked its ids', () => {
    const pair = new Pair();
    crowd(pair, 8);
    const sent = sentBy(pair, pair.server);
    const { server } = pair.connect();
    expect(sent.map(({ bytes }) => packetKind(bytes)).slice(0, 2)).toEqual(['retry', 'handshake']);
    expect(server.peer).toBe(pair.client.endpoint.id);
  });

  test('early data is in the message that answers the Retry', () => {
    const pair = new Pair();
    crowd(pair, 8);
    pair.dial(pair.client, pair.server, [utf8('still early')]);
    pair.drive({ forMs: 35 });
    expect(pair.server.of('readable')).toHaveLength(1);
    expect(pair.server.of('confirmed')).toEqual([]);
  });

  test('a Retry that was forged, flipped or comes twice is not followed', () => {
    const pair = new Pair();
    crowd(pair, 8);
    const sent = sentBy(pair, pair.client);
    const before = pair.onSend;
    pair.onSend = (datagram, from, to) => {
      before(datagram, from, to);
      if (packetKind(datagram.bytes) !== 'retry') return true;
      for (let byte = 0; byte < datagram.bytes.length; byte++) {
        const copy = datagram.bytes.slice();
        copy[byte]! ^= 2;
        pair.client.endpoint.receive({ ...datagram, bytes: copy }, pair.now);
      }
      pair.client.endpoint.receive(datagram, pair.now);
      return true;
    };
    pair.connect();
    expect(sent.filter(({ bytes }) => packetKind(bytes) === 'initial')).toHaveLength(2);
  });

  test('a Retry by somebody who only sees message 1 go by, and knows its server, keeps no dial from being answered', () => {
    const pair = new Pair();
    const { suite, random } = pair;
    const silence = silenceKey(suite, pair.server.endpoint.self.key);
    let forged = 0;
    pair.onSend = ({ bytes }, from) => {
      const initial = from === pair.client ? decodeInitial(bytes) : undefined;
      if (!initial || initial.token.length > 0) return undefined;
      const retry = encodeRetry({ destination: initial.source, source: random.bytes(8), token: random.bytes(29) });
      const packet = concat(retry, retryTag(suite, silence, initial.destination, retry));
      pair.client.endpoint.receive({ address: pair.server.address, bytes: packet }, pair.now);
      forged++;
      return undefined;
    };
    const connection = pair.dial();
    pair.drive({ until: () => connection.confirmed });
    expect(forged).toBe(1);
    expect(connection.confirmed).toBe(true);
  });

  test('a token that the server refuses is not its last word: the dial starts over without it', () => {
    const pair = new Pair();
    crowd(pair, 8);
    pair.dial();
    // The server restarts with a new key before the token comes back.
    pair.drive({ forMs: 25 });
    pair.server.restart();
    pair.drive({ forMs: 10_000 });
    expect(dropped(pair.server, 'initial-token')).toBeGreaterThan(0);
    expect(pair.client.of('confirmed')).toHaveLength(1);
  });

  test('a token is good once it is whole, young, and where it was sent to', () => {
    const pair = new Pair();
    const tokens = new RetryTokens(pair.suite, seeded(9));
    const subject = {
      address: at('192.0.2.66'),
      original: new Uint8Array(8).fill(1),
      source: new Uint8Array(8).fill(2),
    };
    const token = tokens.issue(subject, pair.now);
    const later = (ms: number): Instant => instant(pair.now + ms);
    expect(tokens.open(token, subject, later(14_000))).toEqual(subject.original);
    expect(tokens.open(token, subject, later(17_000))).toBeUndefined();
    expect(tokens.open(token, { ...subject, address: at('192.0.2.67') }, later(1))).toBeUndefined();
    expect(tokens.open(token, { ...subject, address: at('192.0.2.66', 7001) }, later(1))).toBeUndefined();
    expect(tokens.open(token, { ...subject, source: new Uint8Array(8) }, later(1))).toBeUndefined();
    for (let bit = 0; bit < token.length * 8; bit++) {
      const flipped = token.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(tokens.open(flipped, subject, later(1))).toBeUndefined();
    }
    for (const length of [0, 1, 28, 30, 65_535]) {
      expect(tokens.open(new Uint8Array(length).fill(1), subject, later(1))).toBeUndefined();
    }
  });

  test('the token key is replaced, and the one before still opens', () => {
    const pair = new Pair();
    const tokens = new RetryTokens(pair.suite, seeded(9));
    const subject = { address: at('192.0.2.66'), original: new Uint8Array(8), source: new Uint8Array(8) };
    tokens.issue(subject, pair.now);
    const token = tokens.issue(subject, instant(pair.now + 119_000));
    expect(tokens.open(token, subject, instant(pair.now + 121_000))).toBeDefined();
  });

  test('bytes to an address that is not proved are at no time more than three times what came from it', () => {
    const pair = new Pair({ weather: { loss: 0.2 } });
    const balance = new Map<Address, number>();
    let worst = 0;
    pair.onSend = ({ bytes, address: source }, from, to) => {
      const proved = pair.server.of('confirmed').length > 0;
      if (from === pair.client) balance.set(source, (balance.get(source) ?? 0) + bytes.length);
      else if (!proved) {
        balance.set(to, (balance.get(to) ?? 0) - bytes.length / 3);
        worst = Math.min(worst, balance.get(to)!);
      }
      // Never let the client prove itself.
      return packetKind(bytes) !== 'short';
    };
    pair.dial(pair.client, pair.server, [utf8('x')]);
    pair.drive({ forMs: 60_000 });
    expect(worst).toBe(0);
    expect(balance.size).toBe(1);
  });
});
