import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { AckFrequency } from '../../../src/core/transport/ack-frequency.ts';
import { Acks } from '../../../src/core/transport/acks.ts';
import type { Keys } from '../../../src/core/transport/keys.ts';
import { PacketBuilder } from '../../../src/core/transport/packet-builder.ts';
import { type AckFrequencyFrame, decodeFrames } from '../../../src/core/wire/frame.ts';
import { Pair } from '../../support/pair.ts';

const KEYS = { seal: (_header: Uint8Array, _number: number, payload: Uint8Array) => payload } as Keys;

/** What goes into the next packet; `undefined` for nothing. */
function write(part: { writeFrames(builder: PacketBuilder): void }): AckFrequencyFrame | undefined {
  const destination = new Uint8Array(8);
  const builder = new PacketBuilder({
    packetNumber: 9,
    acknowledged: 8,
    destination,
    bytesMax: 1_200,
    scratch: new Writer(),
  });
  part.writeFrames(builder);
  if (builder.isEmpty) return undefined;
  return decodeFrames(builder.seal(KEYS)).find((frame): frame is AckFrequencyFrame => frame.type === 'ack-frequency');
}

const asker = (): AckFrequency => new AckFrequency({ maxAckDelayMs: 25, minAckDelayMicros: 1_000 });

const path = (windowPackets: number, rttMs: number, datagramBytes = 1_200) => ({
  windowBytes: windowPackets * datagramBytes,
  datagramBytes,
  rttMs,
});

/** What is wished for on such a path: an ACK for how many packets, and after how long. */
function wishOn(...of: Parameters<typeof path>): [every: number, delayMs: number] | undefined {
  const asking = asker();
  asking.adapt(path(...of));
  const frame = write(asking);
  return frame && [frame.elicitingThreshold + 1, frame.maxAckDelayMicros / 1_000];
}

describe('draft-ietf-quic-ack-frequency: what we wish', () => {
  test('an ACK for a quarter of the window, 2 to 32 packets, 64 KiB; after a quarter of a round trip, 5 to 25 ms', () => {
    expect(wishOn(10, 40)).toEqual([2, 10]);
    expect(wishOn(64, 200)).toEqual([16, 25]);
    expect(wishOn(10_000, 60)).toEqual([32, 15]);
    expect(wishOn(10_000, 0.1)).toEqual([32, 5]);
    expect(wishOn(1_000, 0.1, 16_384)).toEqual([4, 5]);
    expect(wishOn(3, 1)).toEqual([2, 5]);
  });

  test('nothing, of a peer that takes no wishes, or where it does what we would wish', () => {
    const peer = new AckFrequency({ maxAckDelayMs: 25, minAckDelayMicros: 0 });
    peer.adapt(path(1_000, 10));
    expect(write(peer)).toBeUndefined();
    expect(peer.maxAckDelayMs).toBe(25);
    expect(wishOn(12, 100)).toBeUndefined();
  });

  test('never a shorter delay than the peer can keep', () => {
    const peer = new AckFrequency({ maxAckDelayMs: 40, minAckDelayMicros: 12_345 });
    peer.adapt(path(40, 4));
    expect(write(peer)?.maxAckDelayMicros).toBe(12_345);
  });

  test('again only when it differs by a factor of two, and not before the last was acknowledged', () => {
    const asking = asker();
    asking.adapt(path(32, 80));
    expect(write(asking)).toMatchObject({ sequence: 1, elicitingThreshold: 7, reorderingThreshold: 3 });
    asking.adapt(path(128, 80));
    expect(write(asking)).toBeUndefined();
    asking.acked(1);
    asking.adapt(path(60, 120));
    expect(write(asking)).toBeUndefined();
    asking.adapt(path(64, 120));
    expect(write(asking)).toMatchObject({ sequence: 2, elicitingThreshold: 15 });
    asking.acked(2);
    asking.adapt(path(32, 80));
    expect(write(asking)).toMatchObject({ sequence: 3, elicitingThreshold: 7 });
  });

  test('a wish that counted as lost and came after all is what the peer does; the one that took its place is still sent', () => {
    const asking = asker();
    asking.adapt(path(64, 80));
    expect(write(asking)).toMatchObject({ sequence: 1, maxAckDelayMicros: 20_000 });
    asking.lost(1);
    asking.adapt(path(64, 20));
    asking.acked(1);
    expect(asking.maxAckDelayMs).toBe(20);
    expect(write(asking)).toMatchObject({ sequence: 2, maxAckDelayMicros: 5_000 });
    asking.acked(2);
    expect(asking.maxAckDelayMs).toBe(5);
  });

  test('a wish is sent with what is sent anyway', () => {
    const asking = asker();
    asking.adapt(path(64, 20));
    expect(asking.isPending).toBe(false);
  });

  test('until it is acknowledged, the longer of the old and the new delay is reckoned with', () => {
    const asking = asker();
    asking.adapt(path(64, 20));
    write(asking);
    expect(asking.maxAckDelayMs).toBe(25);
    asking.acked(1);
    expect(asking.maxAckDelayMs).toBe(5);
    asking.adapt(path(64, 60));
    write(asking);
    expect(asking.maxAckDelayMs).toBe(15);
    asking.lost(2);
    asking.adapt(path(64, 20));
    expect(write(asking)).toMatchObject({ sequence: 3, maxAckDelayMicros: 5_000 });
    // The lost one may have come through.
    expect(asking.maxAckDelayMs).toBe(15);
    asking.acked(2);
    expect(asking.maxAckDelayMs).toBe(15);
    asking.acked(3);
    expect(asking.maxAckDelayMs).toBe(5);
  });

  test('a lost wish is said again, as it is by then; one that counted as lost and arrived is not', () => {
    const asking = asker();
    asking.adapt(path(64, 100));
    write(asking);
    asking.lost(1);
    asking.adapt(path(128, 100));
    expect(write(asking)).toMatchObject({ sequence: 2, elicitingThreshold: 31 });
    asking.lost(1);
    expect(write(asking)).toBeUndefined();
    asking.lost(2);
    asking.acked(2);
    expect(write(asking)).toBeUndefined();
    asking.lost(2);
    expect(write(asking)).toBeUndefined();
  });

  test('the other side does so: 640 packets are told by 40 ACKs', () => {
    const asking = asker();
    asking.adapt(path(64, 100));
    const acks = new Acks();
    acks.adapt(write(asking)!);
    let told = 0;
    for (let number = 0; number < 640; number++) {
      const now: Instant = instant(number / 100);
      acks.record(number, true, now);
      if (!acks.isDue(now)) continue;
      told++;
      write({ writeFrames: (builder) => acks.writeFrames(builder, false, now) });
    }
    expect(told).toBe(40);
  });

  test('a wish finds room beside a transfer that fills every packet: one packet comes back for ten and more', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    const sent = new Map<string, number>();
    pair.onSend = (_, from) => void sent.set(from.name, (sent.get(from.name) ?? 0) + 1);
    const id = client.openStream('unidirectional')!;
    let left = 1_500_000;
    const write = (): void => {
      if (left > 0) left -= client.write(id, new Uint8Array(left));
    };
    pair.client.onEvent = ({ type }) => {
      if (type === 'writable') write();
    };
    pair.server.onEvent = (event) => {
      if (event.type === 'readable') while (event.connection.read(event.stream));
    };
    write();
    pair.drive({ until: () => left === 0 });
    expect(left).toBe(0);
    expect(sent.get('server')! * 10).toBeLessThan(sent.get('client')!);
  });
});
