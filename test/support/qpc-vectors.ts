import { type Address, address } from '../../src/core/base/address.ts';
import type { Random } from '../../src/core/base/random.ts';
import { after, instant, timestamp } from '../../src/core/base/time.ts';
import { base32 } from '../../src/core/bytes/base32.ts';
import { concat } from '../../src/core/bytes/concat.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import { utf8 } from '../../src/core/bytes/utf8.ts';
import { identityOf } from '../../src/core/crypto/identity.ts';
import { expandLabel } from '../../src/core/crypto/kdf.ts';
import { nobleSuite as suite } from '../../src/core/crypto/noble-suite.ts';
import { fingerprint, type NodeId, peerId } from '../../src/core/crypto/node-id.ts';
import { Initiator, keyPair, Responder } from '../../src/core/crypto/noise/handshake-state.ts';
import { networkTag, signedBytes } from '../../src/core/crypto/purpose.ts';
import { announce, routeOf } from '../../src/core/mesh/announcement.ts';
import { Posts } from '../../src/core/store/posts.ts';
import { ACK_DELAY_MS } from '../../src/core/transport/acks.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import { prologue, retryTag, silenceKey } from '../../src/core/transport/handshake.ts';
import { PacketProtection } from '../../src/core/transport/protection.ts';
import { RetryTokens } from '../../src/core/transport/retry-token.ts';
import { formatInvite } from '../../src/core/wire/channel-invite.ts';
import { formatContact, qrText } from '../../src/core/wire/contact-uri.ts';
import { encodeMeshDatagram, type MeshDatagram } from '../../src/core/wire/datagram.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';
import {
  announcement,
  type ControlMessage,
  encodeAnswer,
  encodeControl,
  encodePush,
  METRIC_INFINITE,
  type PushAnswer,
} from '../../src/core/wire/mesh-message.ts';
import { decodeHandshake, decodeInitial, decodeShort, encodeRetry } from '../../src/core/wire/packet.ts';
import { END, shortId } from '../../src/core/wire/reconcile.ts';
import { normalTopic } from '../../src/core/wire/topic.ts';
import { type Trace, traceStep } from '../../src/core/wire/trace-message.ts';
import { formatIdentity, storeIdentity } from '../../src/host/identity/identity-json.ts';
import { backupWords, comparisonWords } from '../../src/host/identity/identity-words.ts';
import { textOf } from '../../src/host/network/mdns-record.ts';

/*
 * The vectors of docs/protocol.md that this project makes itself: from fixed seeds, by `scripts/vectors.mjs`, into
 * test/vectors/qpc. `test/vectors.test.ts` reads them, and fails when the code makes other bytes.
 */

const NETWORK_ID = 'vectors';
const network = networkTag(suite, NETWORK_ID);
const seedOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const ann = identityOf(suite, seedOf(1));
const bob = identityOf(suite, seedOf(2));

/** A value for JSON: bytes as hexadecimal, absent fields left out. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, plain(inside)]));
}

/** §0, §3.3, §5: what people copy, read aloud and announce. */
export function textVectors() {
  const [at, at6] = [address('192.0.2.7', 7000)!, address('fe80::7%eth0', 7000)!];
  const contacts = [
    { id: ann.id, at: [], via: [] },
    { id: ann.id, name: 'Ann & Böb?', network, at: [at, at6], via: [{ id: bob.id, address: at }] },
  ];
  const invites = ['garden', 'größe'].map((topic, i) => ({ topic, key: seedOf(7 + i) }));
  const topics = [
    '#Mesh',
    'MESH-2.0_beta',
    'Cafe\u0301',
    'ＭＥＳＨ',
    '²',
    'Straße',
    'ΣΊΣΥΦΟΣ',
    'İstanbul',
    '日本語',
    'ｶﾞｽ',
  ];
  const none = ['', '##mesh', '-mesh', 'two words', 'smile🙂', '½', '\u{10D50}', 'x'.repeat(65)];
  const records = [{}, { name: 'Ann’s node', announce: 'hill.example:7000', domain: 'lab' }];
  const created = timestamp(1_760_000_000_000);
  const lock = { passphrase: 'open sesame', random: counting('lock'), work: { n: 16, r: 1, p: 1 } };
  return {
    networkId: NETWORK_ID,
    network,
    identities: [ann, bob, identityOf(suite, seedOf(42))].map((identity) => ({
      seed: identity.seed,
      publicKey: identity.publicKey,
      id: identity.id,
      peerId: peerId(identity.id),
      fingerprint: fingerprint(suite, identity.id),
      compare: comparisonWords(suite, identity.id),
      words: backupWords(identity),
      qr: qrText(identity.id),
      agreementKey: suite.agreementKey(identity.publicKey),
    })),
    files: [
      { text: formatIdentity(storeIdentity(ann, created)) },
      { passphrase: lock.passphrase, text: formatIdentity(storeIdentity(ann, created, lock)) },
    ],
    contacts: contacts.map((contact) => ({ contact, uri: formatContact(suite, contact) })),
    invites: invites.map((invite) => ({ invite, uri: formatInvite(suite, invite) })),
    topics: [...topics, ...none].map((text) => ({ text, topic: normalTopic(text) ?? false })),
    mdns: records.map((own) => {
      const said = {
        id: ann.id,
        name: '',
        port: 7000,
        announce: 'ann.local:7000',
        networkTag8: hex(network).slice(0, 8),
      };
      return Object.entries(textOf({ ...said, ...own })).map(([key, value]) => `${key}=${value}`);
    }),
  };
}

/** §2.4: a trace of ann's that bob has turned round. */
function traceVector(): Trace {
  const token = suite.hash(utf8('trace')).subarray(0, 8);
  const asked = { type: 'trace', token, origin: ann.publicKey, target: bob.publicKey, phase: 'reached' } as const;
  const turned: Trace = { ...asked, there: [], back: [] };
  const signature = suite.sign(bob.seed, signedBytes('trace', network, traceStep(turned, 123, undefined)));
  return { ...turned, there: [{ node: bob.publicKey, rtt: 123, signature }] };
}

/** §2: one of each thing that neighbours say. */
export function meshVectors() {
  const claim = { origin: ann.id, seqno: 1_700_000_000, features: 0, lifetimeSeconds: 1800, heardAt: instant(0) };
  const announced = announce(suite, { seed: ann.seed, network }, claim);
  const route = routeOf(announced, 192, 2);
  const none = { origin: bob.publicKey, seqno: 0, features: 0, lifetimeSeconds: 0, signature: new Uint8Array(0) };
  const id = suite.hash(utf8('an envelope'));
  const at: Address = address('192.0.2.7', 7000)!;
  const posts = new Posts();
  posts.add({ created: 1_700_000_040_000, id: hex(id) as EnvelopeId });
  const mark = posts.fingerprint(suite, 0, 1);
  const [boot, tag] = [suite.hash(utf8('boot')).subarray(0, 8), suite.hash(utf8('tag')).subarray(0, 8)];
  const about = { boot, features: 0, name: 'ann', roles: [], addresses: [at], clock: timestamp(1_700_000_000_000) };
  const controls: readonly ControlMessage[] = [
    { type: 'hello', ...about },
    { type: 'routes', routes: [routeOf(announced, 0, 0), route, { ...none, metric: METRIC_INFINITE, hops: 0 }] },
    { type: 'routes', routes: [routeOf(announced, METRIC_INFINITE, 0)] },
    { type: 'seqno-request', origin: ann.publicKey, seqno: 1_700_000_001, hopsLeft: 64 },
    { type: 'interest', channel: bob.publicKey, tag, hops: 0 },
    { type: 'interest', channel: bob.publicKey, tag, hops: 17 },
    { type: 'have', ids: [id] },
    { type: 'want', ids: [id] },
    { type: 'addresses', addresses: [at] },
    { type: 'goodbye' },
    { type: 'ping', token: 1 },
    { type: 'pong', token: 1 },
    {
      type: 'reconcile',
      channel: bob.publicKey,
      round: 1,
      ranges: [
        { upTo: { created: 1_700_000_040_000, prefix: '' }, claim: { type: 'same' } },
        {
          upTo: { created: 1_700_000_040_000, prefix: hex(id).slice(0, 4) },
          claim: { type: 'fingerprint', fingerprint: mark },
        },
        {
          upTo: { created: 1_700_000_100_000, prefix: '' },
          claim: { type: 'list', fingerprint: mark, ids: [shortId(hex(id))] },
        },
        { upTo: END, claim: { type: 'difference', offered: [shortId(hex(id))], wanted: [shortId(hex(tag))] } },
      ],
    },
    traceVector(),
  ];
  const push = { envelope: utf8('an envelope'), copies: 1, again: true };
  const answers: readonly PushAnswer[] = [
    { type: 'accepted', copies: 1 },
    { type: 'held' },
    { type: 'passed', atSeconds: 60 },
    { type: 'done' },
    { type: 'refused', reason: 'no-route' },
  ];
  const datagrams: readonly MeshDatagram[] = [{ type: 'typing' }, { type: 'typing', channel: base32(seedOf(0x64)) }];
  return {
    networkId: NETWORK_ID,
    network,
    announcement: { seed: ann.seed, signed: announcement(route), signature: route.signature },
    controls: controls.map((message) => ({ message, bytes: encodeControl(message) })),
    push: { push, bytes: encodePush(push) },
    answers: answers.map((answer) => ({ answer, bytes: encodeAnswer(answer) })),
    datagrams: datagrams.map((datagram) => ({ datagram, bytes: encodeMeshDatagram(datagram) })),
  };
}

/** §1: a handshake with early data, the first packet each way, one each way after a key update, and a Retry with the Initial that answers it. */
export function transportVectors() {
  const now = instant(1_000);
  const [client, server] = [sideOf('client', ann.seed, 1), sideOf('server', bob.seed, 2)];
  const say = (from: Side, to: Side, at = now): Uint8Array => {
    from.endpoint.elapse(at);
    const { bytes } = from.endpoint.pollTransmit(at)!;
    to.endpoint.receive({ address: from.address, bytes }, at);
    return bytes;
  };
  const connection = client.endpoint.dial({ peer: bob.id, addresses: [server.address], early: [utf8('early')] }, now);
  const initial = say(client, server);
  const handshake = say(server, client);
  const [fromClient, fromServer] = [say(client, server), say(server, client)];
  connection.steer((link) => link.updateKeys(now));
  const newerFromClient = say(client, server);
  const newerFromServer = say(server, client, after(now, ACK_DELAY_MS));
  const read = readHandshake(initial, handshake, client.ephemeral);
  return {
    networkId: NETWORK_ID,
    network,
    client: about(client, ann.id, decodeInitial(initial)!.source),
    server: about(server, bob.id, decodeHandshake(handshake)!.source),
    initial: { payload: read.payload1, datagram: initial },
    handshake: { payload: read.payload2, datagram: handshake },
    ...read.secrets,
    clientPacket: { ...readShort(fromClient, read.secrets.clientToServer), datagram: fromClient },
    serverPacket: { ...readShort(fromServer, read.secrets.serverToClient), datagram: fromServer },
    keyUpdate: {
      clientPacket: { ...readNewer(newerFromClient, read.secrets.clientToServer), datagram: newerFromClient },
      serverPacket: { ...readNewer(newerFromServer, read.secrets.serverToClient), datagram: newerFromServer },
    },
    retry: retryVector(),
  };
}

type Side = ReturnType<typeof sideOf>;

function sideOf(name: string, seed: Uint8Array, host: number) {
  const resetKey = suite.hash(utf8(`${name} reset key`));
  const random = counting(name);
  const endpoint = new Endpoint({ suite, random, seed, network, alpn: ['quicprochat/p2p/1'], resetKey });
  const address_ = address(`192.0.2.${host}`, 7000)!;
  return {
    seed,
    resetKey,
    endpoint,
    address: address_,
    /** The first draw of 32 bytes. */
    get ephemeral(): Uint8Array {
      return random.draws.find(({ length }) => length === 32)!;
    },
  };
}

const about = ({ seed, address: at, ephemeral, resetKey }: Side, id: NodeId, connectionId: Uint8Array) => {
  const resetToken = suite.hmac(resetKey, utf8('token'), connectionId).subarray(0, 16);
  return { id, seed, address: at, ephemeral, resetKey, connectionId, resetToken };
};

/** What both messages say, read with both sides' secrets. The padding, which is zeros, is left out. */
function readHandshake(initial: Uint8Array, handshake: Uint8Array, ephemeral: Uint8Array) {
  const { header, message } = decodeInitial(initial)!;
  const own = (seed: Uint8Array) => keyPair(suite, suite.agreementSecret(seed));
  const start = { suite, prologue: prologue(bob.publicKey, header) };
  const { payload } = new Responder({ ...start, own: own(bob.seed) }).readMessage1(message)!;
  const keys = { own: own(ann.seed), ephemeral: keyPair(suite, ephemeral), server: own(bob.seed).publicKey };
  const noise = new Initiator({ ...start, ...keys });
  noise.writeMessage1(payload);
  const answer = noise.readMessage2(decodeHandshake(handshake)!.message)!;
  return { payload1: unpadded(payload), payload2: unpadded(answer.payload), secrets: answer.secrets };
}

function readShort(datagram: Uint8Array, secret: Uint8Array) {
  const { packet } = decodeShort(datagram, 0)!;
  const { packetNumber, payload } = new PacketProtection(suite, secret).open(packet.bytes, packet.packetNumberAt, -1)!;
  return { packetNumber, payload };
}

/** A packet of key phase 1: its secret, and what it holds. */
function readNewer(datagram: Uint8Array, firstSecret: Uint8Array) {
  const { packet } = decodeShort(datagram, 0)!;
  const protection = new PacketProtection(suite, firstSecret).next();
  const { packetNumber, firstByte, payload } = protection.open(packet.bytes, packet.packetNumberAt, -1)!;
  return { secret: expandLabel(suite, firstSecret, 'quic ku', 32), packetNumber, firstByte, payload };
}

/** A dial that is asked for a token, and brings it. */
function retryVector() {
  const now = instant(1_000);
  const client = sideOf('client', ann.seed, 1);
  const server: Address = address('192.0.2.2', 7000)!;
  client.endpoint.dial({ peer: bob.id, addresses: [server] }, now);
  const { destination: original, source } = decodeInitial(client.endpoint.pollTransmit(now)!.bytes)!;
  const bootKey = suite.hash(utf8('boot key'));
  const tokens = new RetryTokens(suite, { bytes: () => bootKey });
  const token = tokens.issue({ address: client.address, original, source }, instant(1_234_000));
  const sourceOfRetry = suite.hash(utf8('retry')).subarray(0, 8);
  const retry = encodeRetry({ destination: source, source: sourceOfRetry, token });
  const datagram = concat(retry, retryTag(suite, silenceKey(suite, bob.publicKey), original, retry));
  client.endpoint.receive({ address: server, bytes: datagram }, now);
  const initial = client.endpoint.pollTransmit(now)!.bytes;
  return { originalDestination: original, bootKey, issued: 1_234, token, datagram, initial };
}

function unpadded(payload: Uint8Array): Uint8Array {
  return payload.subarray(0, payload.findLastIndex((byte) => byte !== 0) + 1);
}

/** Chance that is none: each draw is the beginning of SHA-256(name || how many came before). */
function counting(name: string): Random & { readonly draws: readonly Uint8Array[] } {
  const draws: Uint8Array[] = [];
  const bytes = (count: number): Uint8Array => {
    const drawn = suite.hash(utf8(`${name} ${draws.length}`)).slice(0, count);
    draws.push(drawn);
    return drawn;
  };
  return { bytes, draws };
}
