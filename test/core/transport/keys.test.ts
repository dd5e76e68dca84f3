import { describe, expect, test } from 'vitest';
import { Keys } from '../../../src/core/transport/keys.ts';
import { decodeShort } from '../../../src/core/wire/packet.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';

const header = new Uint8Array(10).fill(0x40, 0, 1);
const keys = (send: number, receive: number) =>
  new Keys(
    nodeSuite,
    { send: new Uint8Array(32).fill(send), receive: new Uint8Array(32).fill(receive) },
    { sealedMax: 4, failedMax: 3 },
  );

describe('RFC 9001 §6.6: how long keys last', () => {
  test('keys that sealed too many packets are worn out', () => {
    const sender = keys(1, 2);
    for (let number = 0; number < 4; number++) {
      expect(sender.wornOut).toBe(false);
      sender.seal(header, number, new Uint8Array(8));
    }
    expect(sender.wornOut).toBe(true);
  });

  test('so are keys under which too many packets did not open, and those that opened do not count', () => {
    const [sender, stranger, receiver] = [keys(1, 2), keys(3, 2), keys(2, 1)];
    const open = (bytes: Uint8Array) => receiver.open(decodeShort(bytes, 0)!.packet, -1);
    for (let number = 0; number < 3; number++) {
      expect(open(sender.seal(header, 0, new Uint8Array(8)))).toBeDefined();
      expect(receiver.wornOut).toBe(false);
      expect(open(stranger.seal(header, 0, new Uint8Array(8)))).toBeUndefined();
    }
    expect(receiver.wornOut).toBe(true);
  });
});
