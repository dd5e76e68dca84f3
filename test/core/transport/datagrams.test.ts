import { describe, expect, test } from 'vitest';
import { DATAGRAM_FRAME_BYTES_MAX, DATAGRAMS_QUEUED_MAX } from '../../../src/core/base/limits.ts';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Datagrams } from '../../../src/core/transport/datagrams.ts';
import type { Frame } from '../../../src/core/wire/frame.ts';
import { Pair, type Side } from '../../support/pair.ts';

const texts = (side: Side): string[] => side.of('datagram').map(({ data }) => Buffer.from(data).toString());

/** Keeps sending datagrams of this size as long as they are taken, whenever there is a chance. */
function flood(pair: Pair, connection: Connection, bytes: number): void {
  const before = pair.onSend;
  pair.onSend = (datagram, from, to) => {
    connection.sendDatagram(new Uint8Array(bytes));
    return before(datagram, from, to);
  };
  connection.sendDatagram(new Uint8Array(bytes));
}

describe('RFC 9221: datagrams', () => {
  test('arrive whole, with their bounds, and empty ones too, both ways', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    for (const text of ['one', '', 'three']) expect(client.sendDatagram(utf8(text))).toBe('queued');
    expect(server.sendDatagram(utf8('back'))).toBe('queued');
    pair.drive();
    expect(texts(pair.server)).toEqual(['one', '', 'three']);
    expect(texts(pair.client)).toEqual(['back']);
  });

  test('what is lost stays lost: none is sent again, and a stream beside them is whole', () => {
    const pair = new Pair({ weather: { loss: 0.3 }, seed: 3 });
    const { client, server } = pair.connect();
    const stream = client.openStream('unidirectional')!;
    for (let i = 0; i < 200; i++) {
      client.sendDatagram(utf8(`${i}`));
      client.write(stream, utf8(`${i} `));
      pair.drive({ forMs: 50 });
    }
    pair.drive({ forMs: 30_000 });
    const arrived = texts(pair.server);
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(arrived.length).toBeGreaterThan(100);
    expect(arrived.length).toBeLessThan(180);
    const whole = Array.from({ length: 200 }, (_, i) => `${i} `).join('');
    expect(Buffer.from(server.read(stream)!.bytes).toString()).toBe(whole);
  });

  test('the bytes of an arrival are its own: the next one does not change them', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    client.sendDatagram(utf8('first'));
    client.sendDatagram(utf8('again'));
    pair.drive();
    const [first] = pair.server.of('datagram');
    expect(first!.data.buffer.byteLength).toBe(5);
    expect(texts(pair.server)).toEqual(['first', 'again']);
  });

  test('they ask for an ACK and keep to the congestion window: without one, no more than the window goes out', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    let bytes = 0;
    pair.onSend = (datagram, from) => {
      if (from === pair.client) bytes += datagram.bytes.length;
      return false;
    };
    flood(pair, client, 1_000);
    pair.drive({ forMs: 60 });
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(20_000);
  });

  test('the largest that fits is sent, one byte more is too large for the path, and neither end closes', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    let most = 0;
    for (let bytes = 1_000; bytes < 70_000; bytes++) {
      if (client.sendDatagram(new Uint8Array(bytes)) === 'too large') break;
      most = bytes;
    }
    pair.drive({ forMs: 5_000 });
    expect(most).toBeGreaterThanOrEqual(1_150);
    expect(pair.server.of('datagram').at(-1)!.data.length).toBe(most);
    expect(client.sendDatagram(new Uint8Array(70_000))).toBe('too large');
    expect(client.closed).toBe(false);
  });

  test('of more than may wait the oldest are dropped and counted: the newest is worth most', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const count = DATAGRAMS_QUEUED_MAX + 36;
    for (let i = 0; i < count; i++) client.sendDatagram(utf8(`${i}`));
    pair.drive();
    expect(texts(pair.server)).toEqual(Array.from({ length: DATAGRAMS_QUEUED_MAX }, (_, i) => `${i + 36}`));
    expect(client.datagrams.dropped).toBe(36);
  });

  test('one that waits when the path becomes too narrow for it is dropped and counted, and those behind it go', () => {
    const [arrived, sent]: [Uint8Array[], Frame[]] = [[], []];
    let room = 1_000;
    const datagrams = new Datagrams((data) => arrived.push(data));
    datagrams.allow(65_535, () => room);
    expect(datagrams.send(new Uint8Array(900))).toBe('queued');
    expect(datagrams.send(new Uint8Array(90))).toBe('queued');
    room = 100;
    datagrams.writeFrames({ add: (frame: Frame) => sent.push(frame) > 0 } as never);
    expect(sent).toEqual([{ type: 'datagram', data: new Uint8Array(90) }]);
    expect([datagrams.dropped, datagrams.isPending]).toEqual([1, false]);
  });

  test('before the peer has said what it takes, and to one that takes none: unsupported; when it is over: closed', () => {
    const pair = new Pair();
    const dialling = pair.dial();
    expect(dialling.sendDatagram(utf8('early'))).toBe('unsupported');
    pair.drive();
    expect(dialling.sendDatagram(utf8('later'))).toBe('queued');
    dialling.datagrams.allow(0, () => 1_000);
    expect(dialling.sendDatagram(utf8('later'))).toBe('unsupported');
    dialling.datagrams.allow(7, () => 1_000);
    expect(dialling.sendDatagram(utf8('12345'))).toBe('queued');
    expect(dialling.sendDatagram(utf8('123456'))).toBe('too large');
    dialling.close('none', '', pair.now);
    expect(dialling.sendDatagram(utf8('late'))).toBe('closed');
  });

  test('a frame longer than we said that we take: forbidden', () => {
    const arrived: Uint8Array[] = [];
    const datagrams = new Datagrams((data) => arrived.push(data));
    datagrams.receive(new Uint8Array(DATAGRAM_FRAME_BYTES_MAX - 1));
    expect(arrived).toHaveLength(1);
    expect(() => datagrams.receive(new Uint8Array(DATAGRAM_FRAME_BYTES_MAX))).toThrow(PeerError);
  });

  test('one that has no room beside the ACK of a first packet goes without it, and nothing goes on for ever', () => {
    const pair = new Pair();
    let sent = 0;
    pair.onSend = () => {
      if (++sent > 100) throw new Error('this goes on for ever');
    };
    pair.server.onEvent = ({ type, connection }) => {
      if (type !== 'confirmed') return;
      const bytes = connection.link.packetRoom - 3;
      expect(connection.sendDatagram(new Uint8Array(bytes + 1))).toBe('too large');
      expect(connection.sendDatagram(new Uint8Array(bytes))).toBe('queued');
    };
    pair.dial();
    pair.drive({ forMs: 500 });
    expect(pair.client.of('datagram')).toHaveLength(1);
  });

  test('a flood of them and a flood on a stream: neither leaves the other without room', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    const stream = client.openStream('unidirectional')!;
    let read = 0;
    pair.server.onEvent = (event) => {
      if (event.type === 'readable') read += server.read(stream)!.bytes.length;
    };
    client.write(stream, new Uint8Array(200_000));
    flood(pair, client, 1_100);
    pair.drive({ until: () => read === 200_000, forMs: 5_000 });
    const datagrams = pair.server.of('datagram').length * 1_100;
    expect(read).toBe(200_000);
    expect(datagrams).toBeGreaterThan(100_000);
    expect(datagrams).toBeLessThan(400_000);
  });
});
