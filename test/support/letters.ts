import { timestamp } from '../../src/core/base/time.ts';
import { type Author, readDirect, writeDirect } from '../../src/core/chat/letter.ts';
import { signedBytes } from '../../src/core/crypto/purpose.ts';
import type { ReceiptContent } from '../../src/core/wire/content.ts';
import {
  decodeEnvelope,
  type Envelope,
  type EnvelopeId,
  encodeSigned,
  envelopeId,
  type Signed,
} from '../../src/core/wire/envelope.ts';
import type { Push } from '../../src/core/wire/mesh-message.ts';
import { nodeSuite as suite } from '../../src/host/node-suite.ts';
import { testNetwork } from './authors.ts';

const calendar = timestamp(1_767_225_600_000);
let count = 0;

/** A text from one to another, as its own node would push it. */
export function letter(
  from: Author,
  to: Author,
  differences: { hopsMax?: number; ttlSeconds?: number } = {},
): Envelope {
  const line = { created: calendar, epoch: new Uint8Array(8), seq: ++count, after: [], name: '' };
  return writeDirect(from, { to: to.id, content: { type: 'text', ...line, text: 'hi' }, calendar, ...differences });
}

/** A receipt for one envelope. */
export const receipt = (
  from: Author,
  to: Author,
  id: EnvelopeId,
  differences: Partial<ReceiptContent> = {},
): Envelope =>
  writeDirect(from, {
    to: to.id,
    content: { type: 'receipt', ids: [id], hops: [1], read: false, ...differences },
    calendar,
  });

/** The same signed anew with something else in it. */
export function altered(envelope: Envelope, by: Author, differences: Partial<Signed>): Envelope {
  const signed = { ...envelope.signed, ...differences };
  const bytes = encodeSigned(signed);
  const signature = suite.sign(by.seed, signedBytes('envelope', testNetwork, bytes));
  return { ...envelope, id: envelopeId(suite, bytes), signed, signedBytes: bytes, signature };
}

/** The receipts among some pushes, as their recipient reads them. */
export const receiptsIn = (pushes: readonly Push[], to: Author): (ReceiptContent & { ttlSeconds: number })[] =>
  pushes.flatMap(({ envelope: bytes }) => {
    const envelope = decodeEnvelope(suite, bytes);
    const content = readDirect(to, envelope);
    return content?.type === 'receipt' ? [{ ...content, ttlSeconds: envelope.signed.ttlSeconds }] : [];
  });
