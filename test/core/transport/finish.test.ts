import { describe, expect, test } from 'vitest';
import { FINISH_MS } from '../../../src/core/base/limits.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { Pair } from '../../support/pair.ts';

describe('a close that loses nothing that was written', () => {
  test('what was written just before it arrives, to the last byte and its end, whatever the wire loses; then it closes', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const pair = new Pair({ seed, weather: { loss: 0.1, jitterMs: 10 } });
      const { client, server } = pair.connect();
      const stream = client.openStream('unidirectional')!;
      const whole = pair.random.bytes(60_000);
      client.write(stream, whole);
      client.finish(stream);
      client.finishAndClose('goodbye', 'bye', pair.now);
      expect(client.closed).toBe(false);
      pair.drive({ until: () => client.closed, forMs: 5_000 });
      // Nobody has read until now.
      const read = server.read(stream)!;
      expect(Buffer.compare(read.bytes, whole), `seed ${seed}`).toBe(0);
      expect(read.fin).toBe(true);
      pair.flush();
      expect(pair.client.of('closed')).toEqual([expect.objectContaining({ reason: 'goodbye', byPeer: false })]);
    }
  });

  test('it waits no longer than for the last acknowledgement', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    const stream = client.openStream('unidirectional')!;
    client.write(stream, utf8('the last word'));
    const from = pair.now;
    client.finishAndClose('none', '', pair.now);
    pair.drive({ until: () => client.closed });
    // A round trip, and what an ACK may wait.
    expect(pair.now - from).toBeLessThanOrEqual(20 + 25 + 1);
  });

  test('with nothing under way it closes at once; a second one changes nothing', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    client.finishAndClose('goodbye', '', pair.now);
    client.finishAndClose('none', '', pair.now);
    expect(client.closed).toBe(true);
    expect(pair.client.endpoint.pollEvent()).toMatchObject({ type: 'closed', reason: 'goodbye' });
  });

  test('meanwhile nothing new is opened or sent as a datagram, and what the peer sends is read', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    const stream = client.openStream('bidirectional')!;
    client.write(stream, new Uint8Array(200_000));
    pair.drive({ forMs: 15 });
    client.finishAndClose('goodbye', '', pair.now);
    expect(client.openStream('bidirectional')).toBeUndefined();
    expect(client.sendDatagram(utf8('late'))).toBe('closed');
    server.write(stream, utf8('still here?'));
    pair.drive({ until: () => client.closed });
    expect(Buffer.from(client.read(stream)!.bytes).toString()).toBe('still here?');
  });

  test('a peer that is silent, or does not read, is waited for so long and no longer', () => {
    for (const isSilent of [true, false]) {
      const pair = new Pair();
      const { client, server } = pair.connect();
      pair.drive();
      client.write(client.openStream('unidirectional')!, new Uint8Array(250_000));
      if (isSilent) pair.onSend = (_, from) => from === pair.client;
      const from = pair.now;
      client.finishAndClose('goodbye', '', pair.now);
      pair.drive({ until: () => client.closed, forMs: 60_000 });
      expect(pair.now - from).toBe(FINISH_MS);
      pair.drive({ forMs: 1_000 });
      expect(server.closed).toBe(true);
    }
  });

  test('a dial without early data is given up at once; with them it waits until they have arrived', () => {
    const pair = new Pair();
    const idle = pair.dial();
    idle.finishAndClose('none', '', pair.now);
    expect(idle.closed).toBe(true);
    const dial = pair.dial(pair.client, pair.server, [utf8('mail')]);
    dial.finishAndClose('goodbye', '', pair.now);
    expect(dial.closed).toBe(false);
    pair.drive({ until: () => dial.closed, forMs: 5_000 });
    const [stream] = pair.server.of('stream');
    expect(Buffer.from(stream!.connection.read(stream!.stream)!.bytes).toString()).toBe('mail');
    expect(dial.streams.isOwed).toBe(false);
  });

  test('what was reset is not waited for', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    const stream = client.openStream('unidirectional')!;
    client.write(stream, utf8('never mind'));
    client.resetStream(stream, 0);
    client.finishAndClose('none', '', pair.now);
    expect(client.closed).toBe(true);
  });
});

describe('after a connection is over', () => {
  test('what had arrived in order is read, what lies behind a gap is gone, and writing is forgotten', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    const [ended, open, torn] = [1, 2, 3].map(() => client.openStream('bidirectional')!);
    client.write(ended!, utf8('whole'));
    client.finish(ended!);
    client.write(open!, utf8('so far'));
    pair.drive();
    let sent = 0;
    pair.onSend = (_, from) => from !== pair.client || sent++ > 0;
    client.write(torn!, new Uint8Array(5_000));
    pair.drive({ forMs: 11 });
    client.close('none', '', pair.now);
    pair.drive();
    expect(server.closed).toBe(true);
    expect(server.streams.size).toBe(2);
    expect(server.read(ended!)).toEqual({ bytes: utf8('whole'), fin: true });
    expect(server.read(open!)).toEqual({ bytes: utf8('so far'), fin: false });
    expect(server.read(torn!)).toBeUndefined();
    expect(server.read(open!)).toBeUndefined();
    expect(server.streams.size).toBe(0);
    expect(server.write(open!, utf8('gone'))).toBe(4);
    expect(client.streams.size).toBe(0);
  });

  test('an end that was not read is still told', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    const stream = client.openStream('unidirectional')!;
    client.finish(stream);
    client.finishAndClose('none', '', pair.now);
    pair.drive({ forMs: 5_000 });
    expect(server.closed).toBe(true);
    expect(server.read(stream)).toEqual({ bytes: new Uint8Array(0), fin: true });
  });
});
