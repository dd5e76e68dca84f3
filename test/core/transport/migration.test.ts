import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Pair, type Side } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;

/** Every byte that a side reads of streams, as it comes. */
function reader(side: Side): { bytes: number; ended: number } {
  const got = { bytes: 0, ended: 0 };
  side.onEvent = (event) => {
    if (event.type !== 'readable') return;
    const read = event.connection.read(event.stream);
    got.bytes += read?.bytes.length ?? 0;
    if (read?.fin) got.ended++;
  };
  return got;
}

/** Writes it all, as fast as the stream takes it. */
function pour(side: Side, connection: Connection, total: number): void {
  const stream = connection.openStream('unidirectional')!;
  let left = total;
  const more = (): void => {
    while (left > 0) {
      const taken = connection.write(stream, new Uint8Array(Math.min(left, 64 * 1024)));
      left -= taken;
      if (taken === 0) return;
    }
    connection.finish(stream);
  };
  side.onEvent = (event) => {
    if (event.type === 'writable') more();
  };
  more();
}

/** Which ids of whom were seen between which two addresses. */
class Ids {
  readonly #ways = new Map<string, Set<string>>();

  see(from: Address, to: Address, bytes: Uint8Array): void {
    if (bytes[0]! >> 6 !== 1) return;
    const id = hex(bytes.subarray(1, 9));
    this.#ways.set(id, (this.#ways.get(id) ?? new Set()).add(`${from} ${to}`));
  }

  /** The most pairs of addresses that one id was used on by the side that chose to move. */
  get most(): number {
    return Math.max(...[...this.#ways.values()].map(({ size }) => size));
  }
}

/** Two sides that have settled. */
function settled(weather = {}) {
  const pair = new Pair({ weather });
  const connections = pair.connect();
  pair.drive({ forMs: 2_000 });
  return { pair, ...connections };
}

describe('§1.4 a peer whose address changes', () => {
  for (const [what, moved] of [
    ['the port, behind a NAT that forgot it', at('192.0.2.1', 9_999)],
    ['the address', at('203.0.113.9')],
  ] as const) {
    test(`${what}: is followed, asked at once, and nothing is lost`, () => {
      const { pair, server, client } = settled();
      const got = reader(pair.server);
      pour(pair.client, client, 2_000_000);
      pair.drive({ forMs: 120 });
      pair.client.address = moved;
      const sent = { out: 0, in: 0 };
      const first: number[] = [];
      let within = true;
      pair.onSend = ({ bytes }, from, to) => {
        if (from === pair.client && !server.link.paths.current.isProved) sent.in += bytes.length;
        if (from === pair.server && to === moved) {
          first.push(bytes.length);
          if (!server.link.paths.current.isProved || first.length === 1) {
            sent.out += bytes.length;
            within &&= sent.out <= 3 * (sent.in + 1_472);
          }
        }
        return undefined;
      };
      pair.drive({ until: () => got.ended === 1, forMs: 20_000 });
      expect(got).toEqual({ bytes: 2_000_000, ended: 1 });
      expect(server.address).toBe(moved);
      expect(server.link.paths.current.isProved).toBe(true);
      expect(first[0]).toBeGreaterThanOrEqual(1_200); // PATH_CHALLENGE
      expect(within).toBe(true);
      expect([client.closed, server.closed]).toEqual([false, false]);
    });
  }

  test('only a packet that is newest, and no mere probe, moves it', () => {
    const { pair, client, server } = settled();
    const held: Uint8Array[] = [];
    const stream = client.openStream('unidirectional')!;
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.client && held.length < 1) {
        held.push(bytes.slice());
        return false;
      }
      return undefined;
    };
    client.write(stream, utf8('first'));
    pair.flush();
    client.write(stream, utf8('second'));
    pair.drive({ forMs: 300 });
    // The packet that was held back arrives late, from elsewhere.
    pair.inject(pair.server, at('203.0.113.9'), held[0]!);
    pair.drive({ forMs: 300 });
    expect(server.address).toBe(pair.client.address);
  });

  test('the same packet again, from elsewhere, moves nothing and is answered by nothing', () => {
    const { pair, client, server } = settled();
    let copy: Uint8Array | undefined;
    const stream = client.openStream('unidirectional')!;
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.client) copy = bytes.slice();
      return undefined;
    };
    client.write(stream, utf8('once'));
    pair.drive({ forMs: 300 });
    const to: Address[] = [];
    pair.onSend = (_, from, where) => {
      if (from === pair.server) to.push(where);
      return undefined;
    };
    pair.inject(pair.server, at('203.0.113.9'), copy!);
    pair.drive({ forMs: 2_000 });
    expect(server.address).toBe(pair.client.address);
    expect(to.filter((where) => where !== pair.client.address)).toEqual([]);
  });

  test('somebody who copies packets and is faster moves it for moments only, and gets no more than three times what it sent', () => {
    const { pair, client, server } = settled();
    const thief = at('203.0.113.66');
    const got = reader(pair.server);
    const flow = { toThief: 0, fromThief: 0 };
    let copied = 0;
    pair.onSend = (datagram, from, to) => {
      if (from === pair.server && to === thief) flow.toThief += datagram.bytes.length;
      if (from === pair.client && copied < 10) {
        copied++;
        flow.fromThief += datagram.bytes.length;
        pair.server.endpoint.receive({ address: thief, bytes: datagram.bytes.slice() }, pair.now);
      }
      expect(flow.toThief).toBeLessThanOrEqual(3 * flow.fromThief);
      return undefined;
    };
    pour(pair.client, client, 300_000);
    pair.drive({ until: () => got.ended === 1, forMs: 30_000 });
    pair.drive({ forMs: 5_000 });
    expect(got).toEqual({ bytes: 300_000, ended: 1 });
    expect(server.address).toBe(pair.client.address);
  });

  test('an address that does not answer is given up for the one before', () => {
    const { pair, client, server } = settled();
    const nowhere = at('203.0.113.66');
    const stream = client.openStream('unidirectional')!;
    let taken = false;
    pair.onSend = (datagram, from) => {
      if (from !== pair.client || taken) return undefined;
      taken = true;
      pair.server.endpoint.receive({ address: nowhere, bytes: datagram.bytes.slice() }, pair.now);
      return false;
    };
    client.write(stream, utf8('x'));
    pair.flush();
    expect(server.address).toBe(nowhere);
    pair.onSend = (_, from) => (from === pair.client ? false : undefined);
    pair.drive({ forMs: 4_000 });
    pair.onSend = () => undefined;
    expect(server.address).toBe(pair.client.address);
    pair.drive({ forMs: 10_000 });
    expect([client.closed, server.closed]).toEqual([false, false]);
  });

  test('every 5 s another port, for ten minutes: nobody notices but the paths', () => {
    const { pair, client, server } = settled();
    const got = reader(pair.server);
    for (let i = 0; i < 120; i++) {
      pair.client.address = at('192.0.2.1', 10_000 + i);
      const stream = client.openStream('unidirectional')!;
      client.write(stream, utf8('still here'));
      client.finish(stream);
      pair.drive({ forMs: 5_000 });
      expect(got.ended).toBe(i + 1);
    }
    expect(server.address).toBe(pair.client.address);
    expect(server.link.paths.current.isProved).toBe(true);
    expect(server.link.remoteIds.spare).toBeGreaterThan(0);
  });

  test('an address that does not answer is asked ever more seldom, however much is lost meanwhile', () => {
    const { pair, client } = settled({ loss: 0.1 });
    const got = reader(pair.server);
    pour(pair.client, client, 2_000_000);
    pair.drive({ forMs: 40 });
    const old = pair.client.address;
    pair.client.address = at('192.0.2.1', 9_999);
    let asked = 0;
    pair.onSend = (_, from, to) => {
      if (from === pair.server && to === old && pair.server.endpoint) asked++;
      return undefined;
    };
    pair.drive({ until: () => got.ended === 1, forMs: 60_000 });
    pair.drive({ forMs: 5_000 });
    expect(got.bytes).toBe(2_000_000);
    // What was already on its way to the old port, and then a question after one, two, four … probe timeouts.
    expect(asked).toBeLessThan(20);
  });

  test('both ends may move, the one that accepted too', () => {
    const { pair, client, server } = settled();
    const got = reader(pair.client);
    pair.server.address = at('203.0.113.9');
    pour(pair.server, server, 200_000);
    pair.drive({ until: () => got.ended === 1, forMs: 20_000 });
    expect(got).toEqual({ bytes: 200_000, ended: 1 });
    expect(client.address).toBe(pair.server.address);
  });

  test('before it is confirmed nobody is followed', () => {
    const pair = new Pair();
    const client = pair.dial();
    pair.drive({ until: () => pair.client.endpoint.pollEvent() !== undefined || client.confirmed, forMs: 21 });
    expect(client.confirmed).toBe(false);
    expect(client.address).toBe(pair.server.address);
  });
});

describe('§1.4 our own side moves', () => {
  test('the peer is asked at once, under an id that was never used on another path, and follows', () => {
    const { pair, client, server } = settled();
    const ids = new Ids();
    const sizes: number[] = [];
    pair.onSend = ({ bytes, address: from }, side, to) => {
      ids.see(from, to, bytes);
      if (side === pair.client) sizes.push(bytes.length);
      return undefined;
    };
    const stream = client.openStream('unidirectional')!;
    client.write(stream, utf8('before'));
    pair.drive({ forMs: 500 });
    sizes.length = 0;
    pair.client.address = at('203.0.113.9');
    pair.client.endpoint.networkChanged(pair.now);
    pair.drive({ forMs: 40 });
    expect(sizes[0]).toBeGreaterThanOrEqual(1_200);
    pair.drive({ forMs: 1_000 });
    expect(server.address).toBe(pair.client.address);
    client.write(stream, utf8('after'));
    pair.drive({ forMs: 1_000 });
    expect(ids.most).toBe(1);
    expect([client.closed, server.closed]).toEqual([false, false]);
  });

  test('an id that was retired stays so: a copy of it that somebody held back is not sent under, and the peer’s reset for it is none', () => {
    const { pair, client, server } = settled();
    server.localIds.lost(1); // as a probe would have it
    let held: Uint8Array | undefined;
    pair.onSend = ({ bytes }, from) => {
      if (held || from !== pair.server) return undefined;
      held = bytes.slice();
      return false;
    };
    server.steer(() => {});
    pair.flush();
    const moves = (): void => {
      for (let move = 0; move < 6; move++) {
        pair.client.endpoint.networkChanged(pair.now);
        pair.drive();
      }
    };
    moves();
    expect(client.link.remoteIds.bytes(1)).toBeUndefined();
    pair.inject(pair.client, pair.server.address, held!);
    expect(client.link.remoteIds.bytes(1)).toBeUndefined();
    moves();
    expect([client.closed, server.closed]).toEqual([false, false]);
  });

  test('what was lost meanwhile is sent again at once, not after the probe timeout that had grown', () => {
    const { pair, client } = settled();
    const got = reader(pair.server);
    pair.onSend = () => false;
    pour(pair.client, client, 50_000);
    pair.drive({ forMs: 20_000 });
    pair.onSend = () => undefined;
    pair.client.address = at('203.0.113.9');
    pair.client.endpoint.networkChanged(pair.now);
    const from = pair.now;
    pair.drive({ until: () => got.ended === 1, forMs: 20_000 });
    expect(got.bytes).toBe(50_000);
    expect(pair.now - from).toBeLessThan(1_000);
  });

  test('a hundred changes in a row exhaust nothing', () => {
    const { pair, client, server } = settled();
    for (let i = 0; i < 100; i++) {
      pair.client.address = at('203.0.113.9', 2_000 + i);
      pair.client.endpoint.networkChanged(pair.now);
      pair.drive({ forMs: i % 3 === 0 ? 300 : 5 });
    }
    pair.drive({ forMs: 5_000 });
    expect([client.closed, server.closed]).toEqual([false, false]);
    const got = reader(pair.server);
    pour(pair.client, client, 10_000);
    pair.drive({ until: () => got.ended === 1, forMs: 5_000 });
    expect(got.bytes).toBe(10_000);
  });
});

describe('§1.4 a dial while our own side moves', () => {
  test('calls again at once, however long its waits have become', () => {
    const pair = new Pair();
    pair.onSend = () => false;
    const client = pair.dial();
    pair.drive({ forMs: 32_000 });
    pair.onSend = () => undefined;
    pair.client.endpoint.networkChanged(pair.now);
    pair.drive({ forMs: 100 });
    expect(client.confirmed).toBe(true);
  });
});

describe('§1.4 several candidates', () => {
  test('when the peer does not answer where it was, its other addresses are asked, and the one that answers is used', () => {
    const { pair, client } = settled();
    const got = reader(pair.server);
    const elsewhere = at('203.0.113.9');
    client.steer(({ paths }) => paths.offer([at('203.0.113.1'), at('203.0.113.2'), elsewhere]));
    pair.server.address = elsewhere;
    const from = pair.now;
    pour(pair.client, client, 10_000);
    pair.drive({ until: () => got.ended === 1, forMs: 20_000 });
    expect(got.bytes).toBe(10_000);
    expect(client.address).toBe(elsewhere);
    expect(pair.now - from).toBeLessThan(5_000);
  });

  test('no more than five packets a minute go to one that does not answer', () => {
    const { pair, client } = settled();
    const dead = at('203.0.113.1');
    client.steer(({ paths }) => paths.offer([dead]));
    pair.onSend = () => false;
    let packets = 0;
    pair.onSend = (_, __, to) => {
      if (to === dead) packets++;
      return false;
    };
    pour(pair.client, client, 10_000);
    pair.drive({ forMs: 58_000 });
    expect(packets).toBeGreaterThan(0);
    expect(packets).toBeLessThanOrEqual(5);
  });

  test('nor do more when the peer takes it off its list and puts it there again, over and over', () => {
    const pair = new Pair();
    const peer = new Stranger(pair, pair.server, at('192.0.2.66')).call().prove();
    const { connection } = pair.server.of('confirmed')[0]!;
    const victim = new Stranger(pair, pair.server, at('203.0.113.1'));
    connection.write(connection.openStream('bidirectional')!, utf8('never acknowledged'));
    for (let sequence = 1; sequence < 30; sequence++) {
      connection.steer(({ paths }) => paths.offer([sequence % 2 ? victim.address : at('203.0.113.2')]));
      const fresh = { sequence, id: pair.random.bytes(8), resetToken: pair.random.bytes(16) };
      if (sequence < 8) peer.send(peer.packet([{ type: 'new-connection-id', retirePriorTo: 0, ...fresh }]));
      else peer.prove();
      pair.drive({ forMs: 2_000 });
    }
    expect(connection.closed).toBe(false);
    expect(victim.received.length).toBeGreaterThan(0);
    expect(victim.received.length).toBeLessThanOrEqual(5);
  });
});

describe('§1.4 OBSERVED_ADDRESS', () => {
  test('each side is told where it is seen, again when that changes, and once only', () => {
    const { pair, client } = settled();
    expect(pair.client.of('observed').map(({ address: seen }) => seen)).toEqual([pair.client.address]);
    expect(pair.server.of('observed').map(({ address: seen }) => seen)).toEqual([pair.server.address]);
    pair.client.address = at('192.0.2.1', 5_555);
    client.write(client.openStream('unidirectional')!, utf8('moved'));
    pair.drive({ forMs: 5_000 });
    expect(pair.client.of('observed').map(({ address: seen }) => seen)).toEqual([
      at('192.0.2.1'),
      at('192.0.2.1', 5_555),
    ]);
  });
});

describe('§1.4 a path of another kind', () => {
  test('a connection begins over a relay, goes on directly once the peer is found there, and back when that ends', () => {
    const pair = new Pair();
    const relayed = (name: string): Address => `relay:${name}` as Address;
    const direct = [pair.client.address, pair.server.address] as const;
    [pair.client.address, pair.server.address] = [relayed('client'), relayed('server')];
    const { client, server } = pair.connect();
    pair.drive({ forMs: 2_000 });
    expect([client.address, server.address]).toEqual(['relay:server', 'relay:client']);
    const got = reader(pair.server);
    pour(pair.client, client, 100_000);
    pair.drive({ until: () => got.ended === 1, forMs: 10_000 });

    [pair.client.address, pair.server.address] = direct;
    client.steer(({ paths }) => paths.offer([direct[1]]));
    client.steer((link) => link.networkChanged(pair.now));
    pair.drive({ forMs: 2_000 });
    expect([client.address, server.address]).toEqual([direct[1], direct[0]]);
    expect(client.link.paths.current.mtu.bytesMax).toBe(1_472);

    [pair.client.address, pair.server.address] = [relayed('client'), relayed('server')];
    client.steer(({ paths }) => paths.offer([relayed('server')]));
    pour(pair.client, client, 100_000);
    pair.drive({ until: () => got.ended === 2, forMs: 10_000 });
    expect(got).toEqual({ bytes: 200_000, ended: 2 });
    expect([client.address, server.address]).toEqual(['relay:server', 'relay:client']);
    expect([client.closed, server.closed]).toEqual([false, false]);
  });
});
