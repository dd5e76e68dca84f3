import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { Keys } from '../../../src/core/transport/keys.ts';
import { PacketProtection } from '../../../src/core/transport/protection.ts';
import { decodeShort } from '../../../src/core/wire/packet.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';

const PROBE_MS = 100;
const secret = (byte: number) => new Uint8Array(32).fill(byte);

/** A short header with a packet number of two bytes. */
const header = (number: number) => Uint8Array.of(0x41, 1, 2, 3, 4, 5, 6, 7, 8, number >> 8, number);
const payload = new Uint8Array(8);

/** One side's keys, and a count of its packets. */
class End {
  readonly keys: Keys;
  next = 0;
  largest = -1;

  constructor(send: number, receive: number, wear: ConstructorParameters<typeof Keys>[3] = {}, probeMs = PROBE_MS) {
    this.keys = new Keys(nodeSuite, { send: secret(send), receive: secret(receive) }, () => probeMs, wear);
  }

  seal(): { readonly number: number; readonly bytes: Uint8Array } {
    const number = this.next++;
    return { number, bytes: this.keys.seal(header(number), number, payload) };
  }

  /** @returns the number of the packet, when it opens. */
  open({ bytes }: { readonly bytes: Uint8Array }, at = 0): number | undefined {
    const opened = this.keys.open(decodeShort(bytes, 0)!.packet, this.largest, instant(at));
    if (opened) this.largest = Math.max(this.largest, opened.packetNumber);
    return opened?.packetNumber;
  }
}

const ends = (wear?: ConstructorParameters<typeof Keys>[3]) => [new End(1, 2, wear), new End(2, 1, wear)] as const;

/** A packet each way, each acknowledged. */
function talk(a: End, b: End, at = 0): void {
  const there = a.seal();
  expect(b.open(there, at)).toBe(there.number);
  const back = b.seal();
  expect(a.open(back, at)).toBe(back.number);
  a.keys.acknowledged(there.number);
  b.keys.acknowledged(back.number);
}

/** One side updates, and the other follows. */
function updateBoth(a: End, b: End): void {
  a.keys.update(instant(0));
  talk(a, b);
}

const phases = (...all: readonly End[]) => all.map(({ keys }) => keys.phase);

/** The peer, who may seal as it likes: any phase, any number. */
function sealedBy(send: number, phase: number, number: number): { readonly bytes: Uint8Array } {
  let protection = new PacketProtection(nodeSuite, secret(send));
  for (let i = 0; i < phase; i++) protection = protection.next();
  const plain = header(number);
  if (phase % 2 === 1) plain[0]! |= 0x04;
  return { bytes: protection.seal(plain, number, payload) };
}

const KEY_UPDATE = expect.objectContaining({ reason: 'keyUpdate' });
const blame = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
};

describe('RFC 9001 §6.1: an update', () => {
  test('is begun by one side, followed by the other with its next packet, and both understand each other on', () => {
    const [a, b] = ends();
    talk(a, b);
    updateBoth(a, b);
    expect(phases(a, b)).toEqual([1, 1]);
    talk(a, b);
    talk(b, a);
  });

  test('both sides may begin at once: it is one update', () => {
    const [a, b] = ends();
    talk(a, b);
    a.keys.update(instant(0));
    b.keys.update(instant(0));
    const [one, other] = [a.seal(), b.seal()];
    expect([b.open(one), a.open(other)]).toEqual([one.number, other.number]);
    expect(phases(a, b)).toEqual([1, 1]);
    talk(a, b);
    expect(phases(a, b)).toEqual([1, 1]);
  });

  test('is not begun before a packet of this phase was acknowledged', () => {
    const [a, b] = ends();
    a.keys.update(instant(0));
    const [first, second] = [a.seal(), a.seal()];
    expect(phases(a)).toEqual([0]);
    b.open(first);
    a.keys.acknowledged(first.number);
    a.seal();
    expect(phases(a)).toEqual([1]);
    a.keys.update(instant(0));
    a.keys.acknowledged(second.number); // which was of the phase before
    a.seal();
    expect(phases(a)).toEqual([1]);
  });

  test('an ACK that comes with the update which is followed is of the phase before', () => {
    const [a, b] = ends();
    talk(a, b);
    const { number } = b.seal();
    a.keys.update(instant(0));
    b.open(a.seal());
    b.keys.acknowledged(number);
    b.keys.update(instant(300));
    b.seal();
    expect(phases(b)).toEqual([1]);
  });

  test('is not begun while packets of the phase before may still come: three probe timeouts', () => {
    const [a, b] = ends();
    talk(a, b);
    updateBoth(a, b);
    a.keys.update(instant(299));
    a.seal();
    expect(phases(a)).toEqual([1]);
    a.keys.update(instant(300));
    a.seal();
    expect(phases(a)).toEqual([2]);
  });

  test('comes by itself after so many packets of a phase', () => {
    const [a, b] = ends({ updateAfter: 10 });
    for (let at = 0; at < 100; at++) {
      talk(a, b, at * 100);
      expect(phases(a)[0]).toBe(Math.floor(at / 10));
    }
  });
});

describe('RFC 9001 §6.5: packets that an update overtook', () => {
  test('open for three probe timeouts, and then no more', () => {
    const [a, b] = ends();
    talk(a, b);
    const late = [a.seal(), a.seal()] as const;
    a.keys.update(instant(0));
    b.open(a.seal(), 1_000);
    expect(b.open(late[0], 1_299)).toBe(late[0].number);
    expect(b.open(late[1], 1_300)).toBeUndefined();
  });

  test('open for ten seconds at most, whatever the path', () => {
    const [sender, receiver] = [new End(1, 2), new End(2, 1, {}, 60_000)];
    talk(sender, receiver);
    const late = [sender.seal(), sender.seal()] as const;
    sender.keys.update(instant(0));
    receiver.open(sender.seal(), 1_000);
    expect(receiver.open(late[0], 10_999)).toBe(late[0].number);
    expect(receiver.open(late[1], 11_000)).toBeUndefined();
  });

  test('in whatever order packets come, all open that are not older than three probe timeouts', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (late) => {
        const [a, b] = ends({ updateAfter: 10 });
        let delayed: { readonly number: number; readonly bytes: Uint8Array }[] = [];
        for (const [turn, isLate] of late.entries()) {
          talk(a, b, turn * 250);
          for (const packet of delayed) expect(b.open(packet, turn * 250)).toBe(packet.number);
          delayed = [a.seal()];
          if (isLate) continue;
          expect(b.open(delayed[0]!, turn * 250)).toBe(delayed[0]!.number);
          delayed = [];
        }
        expect(phases(a)[0]).toBeGreaterThan(5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('RFC 9001 §6.2 and §6.4: a peer that updates wrongly', () => {
  /** A receiver in phase 1, whose first packet had number 10, and what its peer may say then. */
  const updated = (answered: boolean): End => {
    const receiver = new End(2, 1);
    receiver.open(sealedBy(1, 0, 1));
    receiver.seal();
    expect(receiver.open(sealedBy(1, 1, 10))).toBe(10);
    if (answered) receiver.seal();
    return receiver;
  };

  test('an older key for a number above one of a newer key: keyUpdate', () => {
    const receiver = updated(false);
    expect(blame(() => receiver.open(sealedBy(1, 0, 11)) ?? receiver.open(sealedBy(1, 0, 12)))).toEqual(KEY_UPDATE);
  });

  test('the same, when the newer ones come in disorder: keyUpdate', () => {
    const receiver = new End(2, 1);
    receiver.open(sealedBy(1, 0, 1));
    receiver.seal();
    expect([13, 11].map((number) => receiver.open(sealedBy(1, 1, number)))).toEqual([13, 11]);
    expect(blame(() => receiver.open(sealedBy(1, 0, 12)))).toEqual(KEY_UPDATE);
  });

  test('the same, when the newer one comes later: keyUpdate', () => {
    const receiver = updated(true);
    expect(receiver.open(sealedBy(1, 0, 8))).toBe(8);
    expect(blame(() => receiver.open(sealedBy(1, 1, 7)))).toEqual(KEY_UPDATE);
    const other = new End(2, 1);
    other.open(sealedBy(1, 0, 5));
    other.seal();
    expect(blame(() => other.open(sealedBy(1, 1, 4)))).toEqual(KEY_UPDATE);
  });

  test('two updates without an ACK of ours between: keyUpdate', () => {
    const receiver = updated(false);
    expect(blame(() => receiver.open(sealedBy(1, 2, 11)) ?? receiver.open(sealedBy(1, 2, 12)))).toEqual(KEY_UPDATE);
  });

  test('an update before anything was answered at all: keyUpdate', () => {
    expect(blame(() => new End(2, 1).open(sealedBy(1, 1, 0)))).toEqual(KEY_UPDATE);
  });

  test('a second update after our ACK is none of that, even within the three probe timeouts', () => {
    const receiver = updated(true);
    expect(receiver.open(sealedBy(1, 2, 11))).toBe(11);
    expect(receiver.keys.phase).toBe(2);
  });

  test('an ACK of what was sealed in a phase that the peer has not followed into: keyUpdate', () => {
    const [a, b] = ends();
    talk(a, b);
    a.keys.update(instant(0));
    const { number } = a.seal();
    expect(blame(() => a.keys.acknowledged(number))).toEqual(KEY_UPDATE);
  });
});

describe('RFC 9001 §6.3 and §9.5: a packet that was forged', () => {
  test('changes nothing, whatever its key phase, and costs one attempt to open it', () => {
    let attempts = 0;
    const suite: typeof nodeSuite = {
      ...nodeSuite,
      aead: (key) => {
        const aead = nodeSuite.aead(key);
        return {
          ...aead,
          open: (...sealed) => {
            attempts++;
            return aead.open(...sealed);
          },
        };
      },
    };
    const wear = { failedMax: 1_000_000 };
    const receiver = new Keys(suite, { send: secret(2), receive: secret(1) }, () => PROBE_MS, wear);
    const open = (bytes: Uint8Array, at: number) => receiver.open(decodeShort(bytes, 0)!.packet, 20, instant(at));
    const honest: readonly (readonly [number, number])[] = [
      [0, 3],
      [1, 10],
      [1, 12],
      [2, 20],
    ];
    let now = 0;
    for (const [phase, number] of honest) {
      for (let forged = 0; forged < 64; forged++) {
        const bytes = sealedBy(9, forged % 2, 5 + (forged >> 1)).bytes;
        const before = attempts;
        expect(open(bytes, ++now)).toBeUndefined();
        expect(attempts).toBe(before + 1);
      }
      expect(open(sealedBy(1, phase, number).bytes, now)?.packetNumber).toBe(number);
      receiver.seal(header(0), 0, payload);
    }
    expect(receiver.phase).toBe(2);
  });
});

describe('RFC 9001 §6.6: how long keys last', () => {
  test('keys that sealed too many packets are worn out', () => {
    const [sender] = ends({ sealedMax: 4 });
    for (let count = 0; count < 4; count++) {
      expect(sender.keys.wornOut).toBe(false);
      sender.seal();
    }
    expect(sender.keys.wornOut).toBe(true);
  });

  test('newer keys have sealed nothing yet', () => {
    const [a, b] = ends({ sealedMax: 4 });
    talk(a, b);
    a.seal();
    a.seal();
    updateBoth(a, b);
    expect(a.keys.wornOut).toBe(false);
  });

  test('so are keys under which too many packets did not open, and those that opened do not count', () => {
    const [sender, receiver] = ends({ failedMax: 3 });
    const stranger = new End(3, 2);
    for (let count = 0; count < 3; count++) {
      expect(receiver.open(sender.seal())).toBe(count);
      expect(receiver.keys.wornOut).toBe(false);
      expect(receiver.open(stranger.seal())).toBeUndefined();
    }
    expect(receiver.keys.wornOut).toBe(true);
  });

  test('those that did not open count over all updates', () => {
    const [a, b] = ends({ failedMax: 2 });
    talk(a, b);
    b.open(sealedBy(9, 0, 5));
    updateBoth(a, b);
    expect(b.keys.wornOut).toBe(false);
    b.open(sealedBy(9, 0, 5));
    expect(b.keys.wornOut).toBe(true);
  });
});

describe('RFC 9000 §12.3: packet numbers', () => {
  test('that are used up end the connection: ours', () => {
    const [sender] = ends();
    sender.keys.seal(header(0), 2 ** 52 - 1, payload);
    expect(sender.keys.wornOut).toBe(false);
    sender.keys.seal(header(0), 2 ** 52, payload);
    expect(sender.keys.wornOut).toBe(true);
  });

  test('that are used up end the connection: those of the peer', () => {
    const [sender, receiver] = ends();
    const open = (number: number, at: Instant = instant(0)) => {
      const bytes = sender.keys.seal(header(number & 0xffff), number, payload);
      return receiver.keys.open(decodeShort(bytes, 0)!.packet, number - 1, at);
    };
    expect(open(2 ** 52)?.packetNumber).toBe(2 ** 52);
    expect(blame(() => open(2 ** 52 + 1))).toEqual(expect.objectContaining({ reason: 'aeadLimit' }));
  });
});
