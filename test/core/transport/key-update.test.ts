import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Pair } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

/** How often each side has updated the keys that it sends with. */
const phases = (...sides: readonly Connection[]) => sides.map(({ link }) => link.keyPhase);

/** Sends `bytes` bytes from the client to the server, up to 8,000 every 50 ms, which the server answers by a byte; both as they should. */
function transfer(pair: Pair, client: Connection, bytes: number, meanwhile: () => void = () => {}): void {
  const data = pair.random.bytes(bytes);
  const got: Uint8Array[] = [];
  let ended = false;
  pair.server.onEvent = (event) => {
    if (event.type !== 'readable') return;
    for (let read = event.connection.read(event.stream); read; read = event.connection.read(event.stream)) {
      got.push(read.bytes.slice());
      ended ||= read.fin;
    }
    event.connection.write(event.stream, new Uint8Array(1));
  };
  const stream = client.openStream('bidirectional')!;
  let at = 0;
  for (let rounds = 0; !ended && rounds < 2_000; rounds++) {
    at += client.write(stream, data.subarray(at, at + 8_000));
    if (at === bytes) client.finish(stream);
    meanwhile();
    pair.drive({ forMs: 50 });
  }
  expect(ended).toBe(true);
  expect(Buffer.compare(Buffer.concat(got), data)).toBe(0);
}

describe('§1.2 key update', () => {
  test('asked for before confirmation, it is not begun', () => {
    const pair = new Pair();
    const client = pair.dial();
    client.steer((link) => link.updateKeys(pair.now));
    pair.drive({ forMs: 5_000 });
    expect(client.confirmed).toBe(true);
    expect(phases(client, pair.connectionOf(pair.server, pair.client)!)).toEqual([0, 0]);
  });

  test('either side begins one, and the other follows; what is read is what was written', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    for (const [asked, expected] of [
      [client, [1, 1]],
      [server, [2, 2]],
    ] as const) {
      asked.steer((link) => link.updateKeys(pair.now));
      transfer(pair, client, 20_000);
      pair.drive();
      expect(phases(client, server)).toEqual(expected);
    }
  });

  test('both at once is one update', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    const stream = client.openStream('bidirectional')!;
    client.write(stream, utf8('a'));
    pair.drive();
    client.steer((link) => link.updateKeys(pair.now));
    server.steer((link) => link.updateKeys(pair.now));
    client.write(stream, utf8('b'));
    server.write(stream, utf8('c'));
    pair.drive();
    expect(phases(client, server)).toEqual([1, 1]);
  });

  for (const [what, weather] of [
    ['a calm wire', {}],
    ['a wire that reorders', { jitterMs: 60 }],
    ['10 % loss', { loss: 0.1, jitterMs: 10 }],
    ['everything at once', { loss: 0.05, corrupt: 0.05, duplicate: 0.2, jitterMs: 40 }],
  ] as const) {
    test(`a storm of them, by both sides as fast as they may, over ${what}: each byte arrives, and no packet is lost to them`, () => {
      const pair = new Pair({ weather, seed: 3 });
      const { client, server } = pair.connect();
      pair.drive();
      transfer(pair, client, 400_000, () => {
        client.steer((link) => link.updateKeys(pair.now));
        server.steer((link) => link.updateKeys(pair.now));
      });
      const [ours, theirs] = phases(client, server) as [number, number];
      expect(ours).toBeGreaterThan(3);
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1);
      // Of what was not damaged on the wire, everything opened.
      if (!('corrupt' in weather)) expect(pair.server.endpoint.dropped.get('unopened') ?? 0).toBe(0);
      expect(client.closed || server.closed).toBe(false);
    });
  }

  test('packets whose key phase was flipped on the wire are nothing: no update, no end, and the true ones are read', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    let flipped = 0;
    pair.onSend = ({ bytes, address: from }, _, to) => {
      const receiver = pair.sides.find((side) => side.address === to)!;
      const forged = bytes.slice();
      forged[0]! ^= 0x04;
      receiver.endpoint.receive({ address: from, bytes: forged }, pair.now);
      flipped++;
      return true;
    };
    client.steer((link) => link.updateKeys(pair.now));
    transfer(pair, client, 50_000);
    expect(phases(client, server)).toEqual([1, 1]);
    const dropped = [pair.client, pair.server].map(({ endpoint }) => endpoint.dropped.get('unopened') ?? 0);
    expect(dropped[0]! + dropped[1]!).toBe(flipped);
  });
});

describe('§1.2 a peer that updates its keys wrongly', () => {
  /** A client that may say anything, confirmed, and answered in key phase 0. */
  function caller(): { readonly pair: Pair; readonly client: Stranger } {
    const pair = new Pair();
    const client = new Stranger(pair, pair.server, address('192.0.2.66', 7000)!).call();
    client.send(client.packet([{ type: 'ping' }]));
    return { pair, client };
  }

  test('is told so when it goes back to an older key', () => {
    const { client } = caller();
    client.phase = 1;
    client.send(client.packet([{ type: 'ping' }]));
    expect(client.closeCode).toBeUndefined();
    client.phase = 0;
    for (let sent = 0; sent < 2; sent++) client.send(client.packet([{ type: 'ping' }]));
    client.phase = 1;
    client.send(client.packet([{ type: 'ping' }]));
    expect(client.closeCode).toBe(CLOSE_REASONS.keyUpdate.code);
  });

  test('is told so when it updates twice without waiting for an ACK', () => {
    const { pair, client } = caller();
    pair.drive({ forMs: 100 });
    for (const phase of [1, 2, 2]) {
      expect(client.closeCode).toBeUndefined();
      client.phase = phase;
      client.send(client.packet([{ type: 'ping' }]));
    }
    expect(client.closeCode).toBe(CLOSE_REASONS.keyUpdate.code);
  });

  test('is not followed by more updates than it waits for', () => {
    for (const number of [1, 2]) {
      const { pair, client } = caller();
      client.nextNumber = number;
      for (client.phase = 1; client.phase < 50; client.phase++) client.send(client.packet([{ type: 'ping' }]));
      const [connection] = [...pair.server.endpoint.connections()];
      if (connection) expect(connection.link.keyPhase).toBeLessThanOrEqual(2);
      else expect(pair.server.of('closed')).toEqual([expect.objectContaining({ reason: 'keyUpdate' })]);
    }
  });
});
