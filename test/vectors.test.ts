import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  verify,
} from 'node:crypto';
import { decode, encode } from 'cborg';
import { describe, expect, test } from 'vitest';
import { address } from '../src/core/base/address.ts';
import { instant } from '../src/core/base/time.ts';
import { hex } from '../src/core/bytes/hex.ts';
import { utf8 } from '../src/core/bytes/utf8.ts';
import { identityOf } from '../src/core/crypto/identity.ts';
import { parseNodeId } from '../src/core/crypto/node-id.ts';
import { signedBytes } from '../src/core/crypto/purpose.ts';
import { RetryTokens } from '../src/core/transport/retry-token.ts';
import { parseInvite } from '../src/core/wire/channel-invite.ts';
import { parseContact } from '../src/core/wire/contact-uri.ts';
import { decodeMeshDatagram } from '../src/core/wire/datagram.ts';
import { decodeFrames } from '../src/core/wire/frame.ts';
import { decodeAnswer, decodeControl, decodePush } from '../src/core/wire/mesh-message.ts';
import { decodeInitial } from '../src/core/wire/packet.ts';
import { normalTopic } from '../src/core/wire/topic.ts';
import { openIdentity, parseIdentity } from '../src/host/identity/identity-json.ts';
import { seedOfWords } from '../src/host/identity/identity-words.ts';
import { readClaim } from '../src/host/network/mdns-record.ts';
import { nodeSuite as suite } from '../src/host/node-suite.ts';
import { contentVectors } from './support/content-vectors.ts';
import { meshVectors, plain, textVectors, transportVectors } from './support/qpc-vectors.ts';
import { unhex, vectors } from './support/vectors.ts';

/*
 * test/vectors/qpc, read as another implementation would: by the formulas of docs/protocol.md where they are short.
 * When the first test fails and the change of bytes is meant, `node scripts/vectors.mjs` writes them anew.
 */

/** What a maker of vectors makes, as it stands in its file: bytes are hexadecimal. */
type Plain<T> = T extends Uint8Array | string
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

const contents =
  vectors<readonly { readonly content: Record<string, unknown>; readonly bytes: string }[]>('qpc/contents.json');
const mesh = vectors<Plain<ReturnType<typeof meshVectors>>>('qpc/mesh.json');
const text = vectors<Plain<ReturnType<typeof textVectors>>>('qpc/text.json');
const transport = vectors<Plain<ReturnType<typeof transportVectors>>>('qpc/transport.json');

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hmac = (key: Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer =>
  parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();
const first = (bytes: Uint8Array, count: number): string => hex(bytes.subarray(0, count));

describe('vectors', () => {
  for (const [name, file, made] of [
    ['contents', contents, contentVectors()],
    ['mesh', mesh, meshVectors()],
    ['text', text, textVectors()],
    ['transport', transport, transportVectors()],
  ] as const) {
    test(`${name}.json is what this code makes`, () => expect(file).toEqual(plain(made)));
  }
});

describe('§1 transport', () => {
  const { client, server, retry } = transport;
  const serverKey = suite.publicKey(unhex(server.seed));
  const silence = sha256('qpc silence v1\0', serverKey);

  test('the MAC of both Initials', () => {
    for (const datagram of [transport.initial.datagram, retry.initial].map(unhex)) {
      expect(datagram.length).toBe(1200);
      expect(hex(datagram.subarray(-16))).toBe(first(hmac(silence, datagram.subarray(0, -16)), 16));
    }
  });

  test('the tag and the token of a Retry', () => {
    const datagram = unhex(retry.datagram);
    const tag = hmac(silence, unhex(retry.originalDestination), datagram.subarray(0, -16));
    expect(hex(datagram.subarray(-16))).toBe(first(tag, 16));
    const issued = Buffer.from(retry.token.slice(2, 10), 'hex');
    expect(issued.readUInt32BE()).toBe(retry.issued);
    const ids = [unhex(retry.originalDestination), unhex(client.connectionId)];
    const mac = first(hmac(unhex(retry.bootKey), issued, client.address, ...ids), 16);
    expect(retry.token).toBe(`01${hex(issued)}${mac}${retry.originalDestination}`);
  });

  test('the Initial that answers it has the token, the id of the Retry, and the same id of its own', () => {
    const initial = decodeInitial(unhex(retry.initial).subarray())!;
    expect(hex(initial.token)).toBe(retry.token);
    expect(hex(initial.destination)).toBe(retry.datagram.slice(30, 46));
    expect(hex(initial.source)).toBe(client.connectionId);
    const tokens = new RetryTokens(suite, { bytes: () => unhex(retry.bootKey) });
    const from = { address: address('192.0.2.1', 7000)!, source: initial.source };
    expect(tokens.open(initial.token, from, instant(1_240_000))).toEqual(unhex(retry.originalDestination));
  });

  test('connection ids and reset tokens', () => {
    for (const { connectionId, resetKey, resetToken } of [client, server]) {
      const [random, check] = [connectionId.slice(0, 8), connectionId.slice(8)];
      expect(check).toBe(first(hmac(unhex(resetKey), unhex(random)), 4));
      expect(resetToken).toBe(first(hmac(unhex(resetKey), 'token', unhex(connectionId)), 16));
    }
  });

  test('what the messages and the first packets hold', () => {
    const kinds = (payload: string) => decodeFrames(unhex(payload)).map(({ type }) => type);
    expect(kinds(transport.initial.payload)).toEqual(['transport-parameters', 'stream']);
    expect(kinds(transport.handshake.payload)).toEqual(['transport-parameters']);
    expect(kinds(transport.clientPacket.payload)).toEqual(['ack-frequency']);
    const news = ['observed-address', 'ack-frequency', ...Array(4).fill('new-connection-id')];
    expect(kinds(transport.serverPacket.payload)).toEqual(['ack', ...news]);
    const [parameters] = decodeFrames(unhex(transport.initial.payload));
    expect(plain(parameters)).toMatchObject({
      parameters: {
        nodeId: hex(suite.publicKey(unhex(client.seed))),
        alpn: 'quicprochat/p2p/1',
        network: transport.network,
        initialSourceConnectionId: client.connectionId,
        statelessResetToken: client.resetToken,
      },
    });
  });
});

describe('§1.2 a key update', () => {
  const { keyUpdate, clientToServer, serverToClient } = transport;

  /** HKDF-Expand-Label of RFC 8446 §7.1 with an empty context, for up to 32 bytes. */
  const expand = (secret: Uint8Array, label: string, length: number): Buffer => {
    const name = `tls13 ${label}`;
    return hmac(secret, Buffer.of(0, length, name.length), name, Buffer.of(0, 1)).subarray(0, length);
  };

  for (const [side, first, { secret, packetNumber, firstByte, payload, datagram }] of [
    ['client', clientToServer, keyUpdate.clientPacket],
    ['server', serverToClient, keyUpdate.serverPacket],
  ] as const) {
    test(`the first packet of the ${side} after it: newer key and iv, the header protection that was, and K`, () => {
      expect(secret).toBe(hex(expand(unhex(first), 'quic ku', 32)));
      const packet = unhex(datagram);
      const sample = packet.subarray(9 + 4, 9 + 4 + 16);
      const mask = createDecipheriv('chacha20', expand(unhex(first), 'quic hp', 32), sample).update(Buffer.alloc(5));
      packet[0]! ^= mask[0]! & 0x1f;
      packet[9]! ^= mask[1]!;
      expect([packet[0], packet[9]]).toEqual([firstByte, packetNumber]);
      expect(packet[0]).toBe(0x44); // K, and a packet number of one byte
      const nonce = expand(unhex(secret), 'quic iv', 12);
      nonce[11]! ^= packetNumber;
      const aead = createDecipheriv('chacha20-poly1305', expand(unhex(secret), 'quic key', 32), nonce, {
        authTagLength: 16,
      });
      aead.setAAD(packet.subarray(0, 10), { plaintextLength: packet.length - 26 }).setAuthTag(packet.subarray(-16));
      expect(hex(Buffer.concat([aead.update(packet.subarray(10, -16)), aead.final()]))).toBe(payload);
    });
  }
});

describe('§2 mesh', () => {
  test('the fingerprint of one post', () => {
    const id = sha256('an envelope');
    const claims = mesh.controls.flatMap(({ message }) =>
      'ranges' in message ? message.ranges.map(({ claim }) => claim) : [],
    );
    const fingerprint = first(sha256(unhex('0000000000000001'), id), 16);
    expect(claims).toContainEqual({ type: 'fingerprint', fingerprint });
    expect(claims).toContainEqual({ type: 'list', fingerprint, ids: [first(id, 8)] });
  });

  test('each control message, the push and each answer is read from its bytes', () => {
    for (const { message, bytes } of mesh.controls) expect(plain(decodeControl(unhex(bytes)))).toEqual(message);
    for (const { answer, bytes } of mesh.answers) expect(plain(decodeAnswer(unhex(bytes)))).toEqual(answer);
    expect(plain(decodePush(unhex(mesh.push.bytes)))).toEqual(mesh.push.push);
  });

  test('what is said in a datagram is read from its bytes', () => {
    expect(mesh.datagrams).toHaveLength(2);
    for (const { datagram, bytes } of mesh.datagrams) expect(plain(decodeMeshDatagram(unhex(bytes)))).toEqual(datagram);
  });

  test('there is every kind of them', () => {
    expect(new Set(mesh.controls.map(({ message }) => message.type)).size).toBe(12);
    expect(new Set(mesh.answers.map(({ answer }) => answer.type)).size).toBe(5);
  });

  test('the origin has signed its announcement', () => {
    const { seed, signed, signature } = mesh.announcement;
    const network = sha256('qpc network v1\0', mesh.networkId).subarray(0, 16);
    expect(hex(network)).toBe(mesh.network);
    const bytes = Buffer.concat([utf8('qpc route v1\0'), network, unhex(signed)]);
    expect(hex(bytes)).toBe(hex(signedBytes('route', network, unhex(signed))));
    expect(suite.verify(suite.publicKey(unhex(seed)), bytes, unhex(signature))).toBe(true);
  });
});

describe('§4.1 contents', () => {
  const KINDS = ['', 'text', 'receipt', 'seen', 'edit', 'delete', 'reaction'];

  test('every key has the number that §4.1 gives it', () => {
    for (const { content, bytes } of contents) {
      const map = decode(unhex(bytes), { useMaps: true }) as Map<number, unknown>;
      expect([map.get(0), KINDS[map.get(1) as number]]).toEqual([1, content.type]);
      const keys = { created: 2, seq: 4, text: 6, read: 8, name: 9, rank: 10, sign: 13 };
      for (const [name, key] of Object.entries(keys)) expect([name, map.get(key)]).toEqual([name, content[name]]);
      for (const [name, key] of [
        ['epoch', 3],
        ['re', 12],
      ] as const) {
        const value = map.get(key) as Uint8Array | undefined;
        expect([name, value && hex(value)]).toEqual([name, content[name]]);
      }
    }
  });
});

/** One of test/vectors/qpc/envelopes.json. */
type Sealed = Readonly<Record<'network' | 'content' | 'envelope', string>> & {
  readonly toSeed?: string;
  readonly topic?: string;
  readonly channelKey?: string;
};

/** An envelope taken apart by another CBOR. */
function takenApart({ envelope, network }: Sealed) {
  const cbor = (bytes: Uint8Array) => decode(bytes, { useMaps: true });
  const [signed, signature, hop, proof] = cbor(unhex(envelope)) as [Uint8Array, Uint8Array, number[], Uint8Array?];
  const header = cbor(signed) as Map<number, Uint8Array>;
  const payload = cbor(header.get(7)!) as Uint8Array[];
  const aad = encode(new Map(header).set(7, NONE));
  const message = (purpose: string) => Buffer.concat([Buffer.from(`qpc ${purpose} v1\0`), unhex(network), signed]);
  return { from: header.get(2)!, to: header.get(3)!, payload, aad, signature, proof, hop, message };
}

describe('§3 envelopes, by node:crypto and another CBOR alone', () => {
  const [direct, post] = vectors<readonly [Sealed, Sealed]>('qpc/envelopes.json');
  const padded = ({ content }: Sealed): string => `${content}80`.padEnd(512, '0');

  test('both are signed, and a holder of the key let the post into its channel', () => {
    for (const { from, message, signature, hop } of [takenApart(direct), takenApart(post)]) {
      expect(verify(null, message('envelope'), edwards(from), signature)).toBe(true);
      expect(hop).toEqual([0, 0]);
    }
    const { to, message, proof } = takenApart(post);
    expect(verify(null, message('channel'), edwards(to), proof!)).toBe(true);
  });

  test('§3.1 a direct text is opened by its recipient', () => {
    const { from, to, payload, aad } = takenApart(direct);
    const [, , enc, ct] = payload as [unknown, unknown, Uint8Array, Uint8Array];
    const secret = createHash('sha512').update(unhex(direct.toSeed!)).digest().subarray(0, 32);
    const privateKey = der('302e020100300506032b656e04220420', secret, createPrivateKey, 'pkcs8');
    const own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
    const dh = diffieHellman({ privateKey, publicKey: der('302a300506032b656e032100', enc, createPublicKey, 'spki') });
    const [kem, suiteId] = [unhex('4b454d0020'), unhex('48504b45002000010003')];
    const extract = (id: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array) =>
      hmac(salt, 'HPKE-v1', id, label, ikm);
    const expand = (id: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number) =>
      hmac(prk, Uint8Array.of(0, length), 'HPKE-v1', id, label, info, Uint8Array.of(1)).subarray(0, length);
    const shared = expand(kem, extract(kem, NONE, 'eae_prk', dh), 'shared_secret', Buffer.concat([enc, own]), 32);
    const info = Buffer.concat([Buffer.from('qpc seal v1\0'), from, to]);
    const hashes = [extract(suiteId, NONE, 'psk_id_hash', NONE), extract(suiteId, NONE, 'info_hash', info)];
    const context = Buffer.concat([Uint8Array.of(0), ...hashes]);
    const schedule = extract(suiteId, shared, 'secret', NONE);
    const key = expand(suiteId, schedule, 'key', context, 32);
    expect(opened(key, expand(suiteId, schedule, 'base_nonce', context, 12), aad, ct)).toBe(padded(direct));
  });

  test('§3.3 a post is opened by who knows the topic', () => {
    const { to, payload, aad } = takenApart(post);
    const [, salt, ct] = payload as [unknown, Uint8Array, Uint8Array];
    const network = unhex(post.network);
    const key = hkdf(post.topic!, network, 'qpc open channel v1');
    expect(hex(key)).toBe(post.channelKey);
    const seed = hkdf(key, NONE, Buffer.concat([Buffer.from('qpc channel id v1'), network]));
    const channel = createPublicKey(der('302e020100300506032b657004220420', seed, createPrivateKey, 'pkcs8'));
    expect(hex(channel.export({ format: 'der', type: 'spki' }).subarray(-32))).toBe(hex(to));
    const messageKey = hkdf(hkdf(key, NONE, 'qpc channel encryption v1'), salt, 'qpc channel message v1');
    expect(opened(messageKey, new Uint8Array(12), aad, ct)).toBe(padded(post));
  });
});

const NONE = new Uint8Array(0);

const hkdf = (ikm: Uint8Array | string, salt: Uint8Array, info: Uint8Array | string): Buffer =>
  Buffer.from(hkdfSync('sha256', ikm, salt, info, 32));

/** A raw key behind the DER of its kind (RFC 8410). */
const der = <Type extends 'pkcs8' | 'spki'>(
  prefix: string,
  raw: Uint8Array,
  read: (key: { key: Buffer; format: 'der'; type: Type }) => KeyObject,
  type: Type,
): KeyObject => read({ key: Buffer.concat([unhex(prefix), raw]), format: 'der', type });

const edwards = (key: Uint8Array): KeyObject => der('302a300506032b6570032100', key, createPublicKey, 'spki');

/** What ChaCha20-Poly1305 opens, in hexadecimal; throws when it does not. */
function opened(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ct: Uint8Array): string {
  const opener = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  opener.setAAD(aad, { plaintextLength: ct.length - 16 });
  opener.setAuthTag(ct.subarray(-16));
  return hex(Buffer.concat([opener.update(ct.subarray(0, -16)), opener.final()]));
}

describe('§0, §3.3, §5 text forms', () => {
  test('identities', () => {
    for (const { seed, publicKey, id, words, qr, fingerprint } of text.identities) {
      expect(hex(seedOfWords(words))).toBe(seed);
      expect(hex(suite.publicKey(unhex(seed)))).toBe(publicKey);
      expect(parseNodeId(suite, id)).toBe(id);
      expect(parseContact(suite, qr)).toMatchObject({ id });
      expect(fingerprint.replaceAll(' ', '')).toBe(first(sha256('qpc fingerprint v1\0', unhex(publicKey)), 16));
    }
  });

  test('identity files', () => {
    for (const file of text.files) {
      const passphrase = 'passphrase' in file ? file.passphrase : undefined;
      expect(openIdentity(suite, parseIdentity(utf8(file.text)), passphrase)).toEqual(
        identityOf(suite, unhex(text.identities[0]!.seed)),
      );
    }
  });

  test('contacts, invites and topics', () => {
    for (const { contact, uri } of text.contacts) expect(plain(parseContact(suite, uri))).toEqual(contact);
    for (const { invite, uri } of text.invites) expect(plain(parseInvite(suite, uri))).toEqual(invite);
    for (const { text: typed, topic } of text.topics) expect(normalTopic(typed) ?? false).toBe(topic);
  });

  test('mDNS records', () => {
    const ours = { parseId: (id: string) => parseNodeId(suite, id), networkTag8: text.network.slice(0, 8) };
    const [id, name] = [text.identities[0]!.id, text.identities[0]!.id.slice(0, 16)];
    const claims = text.mdns.map((strings) => {
      const answer = { name, port: 7000, rawTxt: strings.map((one) => utf8(one)), referer: { address: '192.0.2.1' } };
      return readClaim(answer, ours, { onLink: () => false });
    });
    const addresses = ['192.0.2.1:7000'];
    expect(claims).toEqual([
      { id, name: '', addresses },
      { id, name: 'Ann’s node', addresses },
    ]);
  });
});
