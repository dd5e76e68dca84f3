import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import {
  decodeMailHead,
  encodeMailHead,
  MAIL_MAGIC,
  MailFileReader,
  mailBlock,
  secondsInFile,
} from '../../../src/core/wire/mail-file.ts';

const empty = new Uint8Array(0);

/** What a reader finds when the bytes come in these pieces. */
function blocksOf(pieces: readonly Uint8Array[]): { blocks: Uint8Array[]; rest: Uint8Array } {
  const reader = new MailFileReader(1_000);
  const blocks = pieces.flatMap((piece) => [...reader.add(piece)].map((block) => block.slice()));
  return { blocks, rest: reader.rest };
}

describe('a mail file', () => {
  test('is read the same however it is cut into pieces, up to its empty block', () => {
    const block = fc.uint8Array({ minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.array(fc.nat(400)), (blocks, cuts) => {
        const tail = Uint8Array.of(1, 2, 3);
        const bytes = concat(MAIL_MAGIC, ...blocks.map(mailBlock), mailBlock(empty), tail);
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        const found = blocksOf(pieces);
        expect(found.blocks).toEqual([...blocks, empty]);
      }),
    );
  });

  test('that begins otherwise, or has a block that is too long, is none', () => {
    expect(() => blocksOf([new Uint8Array(12)])).toThrow(PeerError);
    expect(() => blocksOf([concat(MAIL_MAGIC, mailBlock(new Uint8Array(1_001)))])).toThrow(PeerError);
  });

  test('its head says which network it is of, and when it was written', () => {
    const head = { network: new Uint8Array(16).fill(7), exported: timestamp(1_790_000_000_000) };
    expect(decodeMailHead(encodeMailHead(head))).toEqual(head);
    expect(() => decodeMailHead(empty)).toThrow(PeerError);
  });

  test('the time in it counts, unless a calendar must be wrong', () => {
    const day = 86_400;
    const then = timestamp(1_790_000_000_000);
    const later = (seconds: number) => timestamp(then + seconds * 1000);
    expect(secondsInFile(then, later(2 * day), 30 * day)).toBe(2 * day);
    expect(secondsInFile(then, later(-1), 30 * day)).toBe(0);
    expect(secondsInFile(then, later(365 * day), 30 * day)).toBe(0);
  });
});
