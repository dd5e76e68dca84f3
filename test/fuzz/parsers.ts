import { type Address, parseAddress } from '../../src/core/base/address.ts';
import { timestamp } from '../../src/core/base/time.ts';
import { base32, fromBase32 } from '../../src/core/bytes/base32.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../../src/core/bytes/cbor.ts';
import { concat } from '../../src/core/bytes/concat.ts';
import { fromHex, hex } from '../../src/core/bytes/hex.ts';
import { fromUtf8, utf8 } from '../../src/core/bytes/utf8.ts';
import { openFromChannel, sealForChannel } from '../../src/core/crypto/channel-key.ts';
import { type NodeId, nodeIdBytes, parseNodeId, parseNodeKey } from '../../src/core/crypto/node-id.ts';
import { pad, unpad } from '../../src/core/crypto/padding.ts';
import { openSealed, sealFor } from '../../src/core/crypto/seal.ts';
import { type ChannelInvite, formatInvite, parseInvite } from '../../src/core/wire/channel-invite.ts';
import { type Contact, formatContact, parseContact } from '../../src/core/wire/contact-uri.ts';
import { decodeContent, encodeContent } from '../../src/core/wire/content.ts';
import { decodeMeshDatagram, encodeMeshDatagram } from '../../src/core/wire/datagram.ts';
import {
  decodeEnvelope,
  decodeSigned,
  encodeEnvelope,
  encodeSigned,
  needsNewer,
} from '../../src/core/wire/envelope.ts';
import { decodeFrames, encodeFrame } from '../../src/core/wire/frame.ts';
import {
  decodeMailHead,
  encodeMailHead,
  MAIL_MAGIC,
  MailFileReader,
  mailBlock,
} from '../../src/core/wire/mail-file.ts';
import {
  decodeAnswer,
  decodeControl,
  decodePush,
  encodeAnswer,
  encodeControl,
  encodePush,
  PUSH_BYTES_MAX,
} from '../../src/core/wire/mesh-message.ts';
import {
  decodeHandshake,
  decodeInitial,
  decodeRetry,
  decodeShort,
  encodeHandshake,
  encodeInitialHeader,
  encodeRetry,
} from '../../src/core/wire/packet.ts';
import { normalTopic } from '../../src/core/wire/topic.ts';
import { decodeTransportParameters, encodeTransportParameters } from '../../src/core/wire/transport-parameters.ts';
import { parseQuery } from '../../src/core/wire/uri.ts';
import { IdentityError } from '../../src/host/identity/identity-error.ts';
import { formatIdentity, parseIdentity } from '../../src/host/identity/identity-json.ts';
import { DamageError, type PlainObject, readPlainJson } from '../../src/host/identity/plain-json.ts';
// Its keys are checked in no time; what is tried here is reading, not cryptography.
import { paperSuite as suite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import * as example from './examples.ts';
import { type Parser, parser } from './fuzz.ts';

const { ann, bob } = example;
const random = new SeededRandom('seeds');
const decoder = new TextDecoder();

/** A parser of text, which gets any text: bytes that are no UTF-8 become U+FFFD. */
const ofText = <Value>(
  one: Omit<Parser, 'parse' | 'write' | 'seeds'> & {
    readonly parse: (text: string) => Value | undefined;
    readonly write?: (value: Value) => string;
    readonly seeds: () => readonly string[];
  },
): Parser => {
  const { parse, write, seeds, ...rest } = one;
  return parser<Value>({
    ...rest,
    parse: (bytes) => parse(decoder.decode(bytes)),
    ...(write && { write: (value) => utf8(write(value)) }),
    seeds: () => seeds().map(utf8),
  });
};

/**
 * Every function that makes something of bytes or text that a stranger, or a person, or a disk may have got wrong.
 * `parsers.test.ts` fails when one of src/core/bytes or src/core/wire is missing here.
 */
export const PARSERS: readonly Parser[] = [
  parser<Cbor>({
    name: 'decodeCbor',
    parse: decodeCbor,
    write: encodeCbor,
    gives: 'same bytes',
    seeds: () => [...example.cbor, ...example.controlMessages.map(encodeControl)],
  }),
  ofText<Uint8Array>({
    name: 'fromBase32',
    parse: fromBase32,
    write: base32,
    gives: 'same value',
    seeds: () => [ann.id, 'my', ''],
  }),
  ofText<Uint8Array>({ name: 'fromHex', parse: fromHex, write: hex, gives: 'same value', seeds: () => ['00ff', ''] }),
  parser<string>({
    name: 'fromUtf8',
    parse: fromUtf8,
    write: utf8,
    gives: 'same bytes',
    seeds: () => [utf8('aü€𐅑\ufeff'), utf8('')],
  }),
  ofText<Address>({
    name: 'parseAddress',
    parse: parseAddress,
    write: (address) => address,
    gives: 'same value',
    seeds: () => [
      '192.0.2.7:7000',
      '[2001:db8::7]:7000',
      '[fe80::1%eth0]:1',
      '[::ffff:1.2.3.4]:65535',
      '[1:2:3:4:5:6:7:8]:80',
    ],
  }),

  parser({
    name: 'decodeInitial',
    parse: decodeInitial,
    write: (packet) => concat(encodeInitialHeader(packet), packet.message, new Uint8Array(16)),
    gives: 'same value',
    seeds: () =>
      [0, 30].map((token) =>
        concat(encodeInitialHeader(example.longHeader(token)), random.bytes(80), new Uint8Array(16)),
      ),
  }),
  parser({
    name: 'decodeHandshake',
    parse: decodeHandshake,
    write: encodeHandshake,
    gives: 'same bytes',
    seeds: () => [encodeHandshake({ ...example.longHeader(0), message: random.bytes(64) })],
  }),
  parser({
    name: 'decodeRetry',
    parse: decodeRetry,
    write: (packet) => concat(encodeRetry(packet), packet.tag),
    gives: 'same bytes',
    seeds: () => [concat(encodeRetry(example.longHeader(29)), random.bytes(16))],
  }),
  parser({
    name: 'decodeShort',
    parse: decodeAllShort,
    seeds: () => [concat(Uint8Array.of(0x40), random.bytes(40)), example.coalesced(random)],
  }),
  parser({
    name: 'decodeFrames',
    parse: decodeFrames,
    write: (frames) => concat(...frames.map(encodeFrame)),
    gives: 'same value',
    seeds: () => [concat(...example.frames.map(encodeFrame)), ...example.frames.map(encodeFrame)],
  }),
  parser({
    name: 'decodeTransportParameters',
    parse: decodeTransportParameters,
    write: encodeTransportParameters,
    gives: 'same value',
    seeds: () => [encodeTransportParameters(example.transportParameters)],
  }),

  parser({
    name: 'decodeControl',
    parse: decodeControl,
    write: encodeControl,
    gives: 'same value',
    seeds: () => example.controlMessages.map(encodeControl),
  }),
  parser({
    name: 'decodeMeshDatagram',
    parse: decodeMeshDatagram,
    write: encodeMeshDatagram,
    gives: 'same bytes',
    seeds: () => [new Uint8Array([1]), new Uint8Array(33).fill(1)],
  }),
  parser({
    name: 'MailFileReader',
    parse: (bytes) => [...new MailFileReader(PUSH_BYTES_MAX).add(bytes)],
    seeds: () => [concat(MAIL_MAGIC, ...[encodePush(example.push), new Uint8Array(0)].map(mailBlock))],
  }),
  parser({
    name: 'decodeMailHead',
    parse: decodeMailHead,
    write: encodeMailHead,
    gives: 'same value',
    seeds: () => [encodeMailHead({ network: new Uint8Array(16), exported: timestamp(1_790_000_000_000) })],
  }),
  parser({
    name: 'decodePush',
    parse: decodePush,
    write: encodePush,
    gives: 'same value',
    seeds: () => [encodePush(example.push)],
  }),
  parser({
    name: 'decodeAnswer',
    parse: decodeAnswer,
    write: encodeAnswer,
    gives: 'same value',
    seeds: () => example.answers.map(encodeAnswer),
  }),

  parser({
    name: 'decodeSigned',
    parse: decodeSigned,
    write: encodeSigned,
    gives: 'same value',
    seeds: () => [encodeSigned(example.signed)],
  }),
  parser({ name: 'needsNewer', parse: needsNewer, seeds: () => [encodeSigned(example.signed), example.newerSigned] }),
  parser({
    name: 'decodeEnvelope',
    parse: (bytes) => decodeEnvelope(suite, bytes),
    write: encodeEnvelope,
    gives: 'same value',
    seeds: () => example.envelopes.map(encodeEnvelope),
  }),
  parser({
    name: 'decodeContent',
    parse: decodeContent,
    write: encodeContent,
    gives: 'same value',
    seeds: () => example.contents.map(encodeContent),
  }),

  parser({
    name: 'unpad',
    parse: unpad,
    write: pad,
    gives: 'same bytes',
    seeds: () => [0, 3, 255, 256, 700].map((n) => pad(random.bytes(n))),
  }),
  parser({
    name: 'openSealed',
    parse: (payload) =>
      openSealed(suite, { seed: bob.seed, from: ann.publicKey, to: bob.publicKey, aad: utf8('aad'), payload }),
    seeds: () => [
      sealFor(suite, random, { from: ann.publicKey, to: bob.publicKey, aad: utf8('aad'), content: utf8('hi') }),
    ],
  }),
  parser({
    name: 'openFromChannel',
    parse: (payload) => openFromChannel(suite, { key: ann.seed, aad: utf8('aad'), payload }),
    seeds: () => [sealForChannel(suite, random, { key: ann.seed, aad: utf8('aad'), content: utf8('hi') })],
  }),
  parser<NodeId>({
    name: 'parseNodeKey',
    parse: (bytes) => parseNodeKey(suite, bytes),
    write: nodeIdBytes,
    gives: 'same bytes',
    seeds: () => [ann.publicKey],
  }),
  ofText<NodeId>({
    name: 'parseNodeId',
    parse: (text) => parseNodeId(suite, text),
    write: (id) => id,
    gives: 'same value',
    seeds: () => [ann.id],
  }),

  ofText({
    name: 'normalTopic',
    parse: normalTopic,
    write: (topic) => topic,
    gives: 'same value',
    seeds: () => ['#Mesh', 'Ünïcode-1.0', 'ΣΊΣΥΦΟΣ', 'ﷺ日本', 'ﬁ²'],
  }),
  ofText({ name: 'parseQuery', parse: parseQuery, seeds: () => ['v=1&c=aaaa&at=1&at=2'] }),
  ofText<Contact>({
    name: 'parseContact',
    parse: (text) => aValue(parseContact(suite, text)),
    write: (contact) => formatContact(suite, contact),
    gives: 'same value',
    seeds: () => [
      formatContact(suite, example.contact),
      formatContact(suite, { id: bob.id, at: [], via: [] }),
      `QPC:${bob.id}`,
      bob.id,
    ],
  }),
  ofText<ChannelInvite>({
    name: 'parseInvite',
    parse: (text) => aValue(parseInvite(suite, text)),
    write: (invite) => formatInvite(suite, invite),
    gives: 'same value',
    seeds: () => [formatInvite(suite, { topic: 'größe', key: ann.seed })],
  }),

  parser<PlainObject>({
    name: 'readPlainJson',
    parse: readPlainJson,
    refusal: DamageError,
    write: (value) => utf8(JSON.stringify(value)),
    gives: 'same value',
    seeds: () => example.identityFiles,
  }),
  parser({
    name: 'parseIdentity',
    parse: parseIdentity,
    refusal: IdentityError,
    write: (stored) => utf8(formatIdentity(stored)),
    gives: 'same value',
    seeds: () => example.identityFiles,
  }),
];

/** All the packets of a datagram, as an endpoint takes them apart. */
function decodeAllShort(datagram: Uint8Array): unknown {
  let found: ReturnType<typeof decodeShort>;
  let packets = 0;
  for (let at = 0; at < datagram.length; at = found.next, packets++) {
    found = decodeShort(datagram, at);
    if (!found) break;
    if (found.next <= at) throw new Error('no progress');
  }
  return packets > 0 ? packets : undefined;
}

/** A fault, which is a word, is nothing. */
const aValue = <Value extends object>(result: Value | string): Value | undefined =>
  typeof result === 'string' ? undefined : result;
