import type { Address } from '../../src/core/base/address.ts';
import { timestamp } from '../../src/core/base/time.ts';
import { type Cbor, encodeCbor } from '../../src/core/bytes/cbor.ts';
import { concat } from '../../src/core/bytes/concat.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import { utf8 } from '../../src/core/bytes/utf8.ts';
import { identityOf } from '../../src/core/crypto/identity.ts';
import type { Contact } from '../../src/core/wire/contact-uri.ts';
import type { Content } from '../../src/core/wire/content.ts';
import { type EnvelopeId, encodeSigned, type Signed } from '../../src/core/wire/envelope.ts';
import type { Frame, StreamId } from '../../src/core/wire/frame.ts';
import type { ControlMessage, Push, PushAnswer } from '../../src/core/wire/mesh-message.ts';
import { METRIC_INFINITE } from '../../src/core/wire/mesh-message.ts';
import { END } from '../../src/core/wire/reconcile.ts';
import { DEFAULT_PARAMETERS, type TransportParameters } from '../../src/core/wire/transport-parameters.ts';
import { formatIdentity, storeIdentity } from '../../src/host/identity/identity-json.ts';
import { paperSuite as suite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

/*
 * One good value of every kind, from which the fuzzer makes bad ones.
 */

const random = new SeededRandom('examples');

export const ann = identityOf(suite, new Uint8Array(32).fill(1));
export const bob = identityOf(suite, new Uint8Array(32).fill(2));

const addresses = ['192.0.2.7:7000', '[2001:db8::7]:7000'] as Address[];
const id = (): EnvelopeId => hex(random.bytes(32)) as EnvelopeId;
const stream = (number: number): StreamId => number as StreamId;

export const cbor: readonly Uint8Array[] = [
  encodeCbor(0),
  encodeCbor([1, [2, [3, ['four', [5, [6, [7, [8]]]]]]]]),
  encodeCbor(
    new Map<number | string, Cbor>([
      [1, true],
      [300, -70_000],
      ['a', new Uint8Array(30)],
      ['bc', [false, 'ü']],
    ]),
  ),
];

export const longHeader = (tokenBytes: number) => ({
  destination: random.bytes(8),
  source: random.bytes(8),
  token: random.bytes(tokenBytes),
});

/** Two short packets in one datagram, the first with its length. */
export const coalesced = (from: SeededRandom): Uint8Array =>
  concat(Uint8Array.of(0x60), from.bytes(8), Uint8Array.of(0, 40), from.bytes(40), Uint8Array.of(0x40), from.bytes(40));

export const transportParameters: TransportParameters = {
  ...DEFAULT_PARAMETERS,
  maxIdleTimeoutMs: 60_000,
  initialMaxData: 1_000_000,
  activeConnectionIdLimit: 8,
  maxDatagramFrameBytes: 65_535,
  minAckDelayMicros: 1_000,
  addressDiscovery: 2,
  nodeId: ann.publicKey,
  network: random.bytes(16),
  originalDestinationConnectionId: random.bytes(8),
  alpn: 'quicprochat/p2p/1',
  versions: { chosen: 1, available: [1, 2] },
};

export const frames: readonly Frame[] = [
  { type: 'ping' },
  {
    type: 'ack',
    delay: 5,
    ranges: [
      { start: 90, end: 100 },
      { start: 3, end: 80 },
      { start: 0, end: 1 },
    ],
  },
  { type: 'reset-stream', id: stream(4), code: 1, finalSize: 1000 },
  { type: 'stop-sending', id: stream(4), code: 1 },
  { type: 'stream', id: stream(0), offset: 0, data: utf8('hello'), fin: false },
  { type: 'stream', id: stream(8), offset: 70_000, data: utf8('world'), fin: true },
  { type: 'max-data', limit: 2 ** 40 },
  { type: 'max-stream-data', id: stream(4), limit: 70_000 },
  { type: 'max-streams', kind: 'bidirectional', limit: 128 },
  { type: 'data-blocked', limit: 5 },
  { type: 'streams-blocked', kind: 'unidirectional', limit: 3 },
  { type: 'new-connection-id', sequence: 3, retirePriorTo: 1, id: random.bytes(8), resetToken: random.bytes(16) },
  { type: 'retire-connection-id', sequence: 2 },
  { type: 'path-challenge', data: random.bytes(8) },
  { type: 'path-response', data: random.bytes(8) },
  { type: 'close', application: false, code: 0x0a, detail: 'forbidden' },
  { type: 'close', application: true, code: 1, detail: '' },
  { type: 'datagram', data: random.bytes(20) },
  { type: 'ack-frequency', sequence: 3, elicitingThreshold: 9, maxAckDelayMicros: 25_000, reorderingThreshold: 3 },
  { type: 'immediate-ack' },
  ...addresses.map((address, sequence): Frame => ({ type: 'observed-address', sequence, address })),
  { type: 'observed-address', sequence: 70, address: undefined },
  { type: 'transport-parameters', parameters: transportParameters },
];

const route = {
  origin: ann.publicKey,
  seqno: 1_760_000_000,
  features: 0,
  lifetimeSeconds: 1800,
  signature: random.bytes(64),
  metric: 160,
  hops: 2,
};

export const controlMessages: readonly ControlMessage[] = [
  {
    type: 'hello',
    boot: random.bytes(8),
    features: 0,
    name: 'ann',
    roles: ['relay'],
    addresses,
    clock: timestamp(1_760_000_000_000),
  },
  { type: 'routes', routes: [route, { ...route, signature: new Uint8Array(0), metric: METRIC_INFINITE }] },
  { type: 'seqno-request', origin: bob.publicKey, seqno: 7, hopsLeft: 16 },
  { type: 'interest', channel: random.bytes(32), tag: random.bytes(8), hops: 3 },
  { type: 'have', ids: [random.bytes(32), random.bytes(32)] },
  { type: 'want', ids: [random.bytes(32)] },
  { type: 'addresses', addresses },
  { type: 'goodbye' },
  { type: 'ping', token: 5 },
  { type: 'pong', token: 5 },
  {
    type: 'reconcile',
    channel: random.bytes(32),
    round: 3,
    ranges: [
      { upTo: { created: 1_760_000_040_000, prefix: '' }, claim: { type: 'same' } },
      {
        upTo: { created: 1_760_000_040_000, prefix: 'a1b2' },
        claim: { type: 'fingerprint', fingerprint: random.bytes(16) },
      },
      {
        upTo: { created: 1_760_000_100_000, prefix: '' },
        claim: { type: 'difference', offered: [hex(random.bytes(8))], wanted: [] },
      },
      {
        upTo: END,
        claim: { type: 'list', fingerprint: random.bytes(16), ids: [hex(random.bytes(8)), hex(random.bytes(8))] },
      },
    ],
  },
  {
    type: 'trace',
    token: random.bytes(8),
    origin: ann.publicKey,
    target: bob.publicKey,
    phase: 'reached',
    there: [{ node: bob.publicKey, rtt: 123, signature: random.bytes(64) }],
    back: [],
  },
];

export const signed: Signed = {
  version: 1,
  kind: 1,
  from: ann.publicKey,
  to: bob.publicKey,
  created: timestamp(1_760_000_000_000),
  ttlSeconds: 3600,
  hopsMax: 16,
  payload: random.bytes(64),
};

/** Keys that this version does not know, among them an odd one. */
export const newerSigned = encodeCbor(
  new Map<number, Cbor>([
    [0, 2],
    [1, 1],
    [8, 'even'],
    [9, 'odd'],
  ]),
);

const signedBytes = encodeSigned(signed);
const signature = random.bytes(64);
export const envelopes = [
  { signedBytes, signature, hop: { count: 0, ageSeconds: 0 }, proof: undefined },
  { signedBytes, signature, hop: { count: 3, ageSeconds: 70_000 }, proof: random.bytes(64) },
];

export const push: Push = { envelope: random.bytes(200), copies: 4, again: false };

export const answers: readonly PushAnswer[] = [
  { type: 'accepted', copies: 4 },
  { type: 'held' },
  { type: 'passed', atSeconds: 30 },
  { type: 'done' },
  { type: 'refused', reason: 'full' },
];

const line = {
  created: timestamp(1_760_000_000_000),
  epoch: random.bytes(8),
  seq: 3,
  after: [id(), id()],
  name: 'ann',
};
export const contents: readonly Content[] = [
  { type: 'text', ...line, text: 'the hill node is back' },
  { type: 'receipt', ids: [id(), id()], hops: [1, 3], read: false },
  { type: 'seen', created: line.created, name: 'ann', rank: 9, has: [{ run: '0102030405060708', first: 3, last: 9 }] },
  { type: 'receipt', ids: [id()], hops: [2], read: false, refused: 'blocked' },
  { type: 'text', ...line, text: 'so it is', re: id() },
  { type: 'edit', ...line, rank: 4, re: id(), text: 'the hill node is up' },
  { type: 'delete', ...line, rank: 4, re: id() },
  { type: 'reaction', ...line, rank: 4, re: id(), sign: '👍' },
];

export const contact: Contact = {
  id: ann.id,
  name: 'Ann & Böb?',
  network: random.bytes(16),
  at: addresses,
  via: [{ id: bob.id, address: addresses[0]! }],
};

const work = { n: 16, r: 1, p: 1 };
export const identityFiles: readonly Uint8Array[] = [
  storeIdentity(ann, timestamp(1_760_000_000_000)),
  storeIdentity(ann, timestamp(1_760_000_000_000), { passphrase: 'x', random, work }),
].map((stored) => utf8(formatIdentity(stored)));
