import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import { Reader } from '../../../src/core/bytes/reader.ts';
import {
  decodeHandshake,
  decodeInitial,
  decodePacketNumber,
  decodeRetry,
  decodeShort,
  encodeHandshake,
  encodeInitialHeader,
  encodeRetry,
  packetKind,
  packetNumberLength,
} from '../../../src/core/wire/packet.ts';

type Vectors = {
  readonly rfc9000_a1: readonly { readonly hex: string; readonly value: string }[];
  readonly rfc9000_a2: readonly { readonly largestAcked: string; readonly sending: string; readonly bits: number }[];
  readonly rfc9000_a3: readonly {
    readonly largest: string;
    readonly truncated: string;
    readonly bits: number;
    readonly decoded: string;
  }[];
};
const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/quic/rfc9000-9001.json', import.meta.url), 'utf8'),
) as Vectors;

const id = fc.uint8Array({ minLength: 8, maxLength: 8 });
const some = fc.uint8Array({ maxLength: 60 });

describe('RFC 9000 §A: sample algorithms', () => {
  for (const { hex, value } of vectors.rfc9000_a1) {
    const small = BigInt(value) <= BigInt(Number.MAX_SAFE_INTEGER);
    test(`A.1: ${hex} is ${small ? value : 'more than a number here holds, and refused'}`, () => {
      const read = (): number => new Reader(fromHex(hex)!).varint();
      if (small) expect(read()).toBe(Number(value));
      else expect(read).toThrow('varint');
    });
  }

  for (const { largestAcked, sending, bits } of vectors.rfc9000_a2) {
    test(`A.2: ${sending} after ${largestAcked} takes ${bits} bits`, () => {
      expect(packetNumberLength(Number(sending), Number(largestAcked))).toBe(bits / 8);
    });
  }

  for (const { largest, truncated, bits, decoded } of vectors.rfc9000_a3) {
    test(`A.3: ${truncated} after ${largest} is ${decoded}`, () => {
      expect(decodePacketNumber(Number(truncated), bits / 8, Number(largest))).toBe(Number(decoded));
    });
  }

  test('any number survives, when the receiver has seen what the sender knows to be acknowledged', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 40),
        fc.nat(2 ** 23),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (base, ahead, share) => {
          const number = base + ahead;
          const acknowledged = base - 1;
          const seen = Math.min(number - 1, acknowledged + Math.floor(ahead * share));
          const length = packetNumberLength(number, acknowledged);
          expect(decodePacketNumber(number % 2 ** (8 * length), length, seen)).toBe(number);
        },
      ),
    );
  });
});

describe('§1.1, §1.2 packets', () => {
  test('every Initial survives the round trip', () => {
    fc.assert(
      fc.property(id, id, some, some, (destination, source, token, message) => {
        const header = encodeInitialHeader({ destination, source, token });
        const packet = decodeInitial(concat(header, message, new Uint8Array(16)));
        expect(packet).toEqual({ destination, source, token, header, message });
      }),
    );
  });

  test('every Handshake and every Retry survives the round trip', () => {
    fc.assert(
      fc.property(id, id, some, (destination, source, body) => {
        const handshake = { destination, source, message: body };
        expect(decodeHandshake(encodeHandshake(handshake))).toEqual(handshake);
        const tagged = encodeRetry({ destination, source, token: body });
        const tag = new Uint8Array(16).fill(9);
        expect(decodeRetry(concat(tagged, tag))).toEqual({ destination, source, token: body, tagged, tag });
      }),
    );
  });

  test('a long header of another version, part or id length is nobody’s', () => {
    const good = encodeHandshake({
      destination: new Uint8Array(8),
      source: new Uint8Array(8),
      message: new Uint8Array(50),
    });
    expect(decodeHandshake(good)).toBeDefined();
    for (const at of [0, 1, 4, 5, 14, 23]) {
      const wrong = good.slice();
      wrong[at]! ^= 1;
      expect(decodeHandshake(wrong)).toBeUndefined();
    }
  });

  test('short packets with a length stand side by side in a datagram; the last one needs none', () => {
    const first = concat(new Uint8Array([0x60, 1, 1, 1, 1, 1, 1, 1, 1, 0, 21]), new Uint8Array(21).fill(3));
    const second = concat(new Uint8Array([0x40, 2, 2, 2, 2, 2, 2, 2, 2]), new Uint8Array(30).fill(4));
    const datagram = concat(first, second);
    const one = decodeShort(datagram, 0)!;
    expect(one.packet).toEqual({ bytes: first, destination: new Uint8Array(8).fill(1), packetNumberAt: 11 });
    const two = decodeShort(datagram, one.next)!;
    expect(two.packet).toEqual({ bytes: second, destination: new Uint8Array(8).fill(2), packetNumberAt: 9 });
    expect(two.next).toBe(datagram.length);
  });

  test('any bytes are a packet or nothing, and what is read always moves on', () => {
    const wild = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .tuple(fc.constantFrom(0xc0, 0xe0, 0xf0, 0x40, 0x60, 0x7f), fc.uint8Array({ maxLength: 100 }))
        .map(([first, rest]) => new Uint8Array([first, 0x71, 0x70, 0x63, 0x31, 8, ...rest])),
    );
    fc.assert(
      fc.property(wild, (bytes) => {
        packetKind(bytes);
        for (const decode of [decodeInitial, decodeHandshake, decodeRetry]) decode(bytes);
        const short = decodeShort(bytes, 0);
        if (short) expect(short.next).toBeGreaterThan(20);
      }),
      { numRuns: 2_000 },
    );
  });
});
