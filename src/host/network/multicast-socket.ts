import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import {
  MDNS_ANSWERS_PER_ROUND,
  MDNS_DATAGRAM_BYTES_MAX,
  MDNS_DATAGRAM_RECORDS_MAX,
  MDNS_DATAGRAMS_PER_SECOND,
} from '../../core/base/limits.ts';
import { instant } from '../../core/base/time.ts';
import { TokenBucket } from '../../core/base/token-bucket.ts';
import type { NetworkInterface } from './interfaces.ts';
import { onLinkOf } from './interfaces.ts';

/** The port and groups of mDNS (RFC 6762 §3). */
export const MDNS_PORT = 5353;
export const MDNS_GROUPS = { 4: '224.0.0.251', 6: 'ff02::fb' } as const;

/** What happened to a datagram instead of being read or sent; counted by these words. */
type Loss = 'off link' | 'too large' | 'too many' | 'wrong port' | 'broke the library' | 'answered enough' | 'not sent';

/**
 * The socket that multicast-dns is given in place of its own: one network, one family. It stands between strangers and a
 * library that throws on some of what they may send, takes time by the square of a datagram's records, and does not know
 * which network a datagram came from; and it keeps a crowd of nodes from asking and answering each other without end.
 */
export class MulticastSocket extends EventEmitter {
  readonly lost = new Map<Loss, number>();
  /** The system's word for why the last datagram could not be sent; `undefined` when it could. */
  sendError: string | undefined;
  /** When another host of this network was heard last, by `performance.now()`. */
  heardAtMs: number | undefined;
  /** Set before a goodbye, which is never one too many. */
  leaving = false;
  readonly #socket: Socket;
  readonly #onLink: (host: string) => boolean;
  readonly #own: ReadonlySet<string>;
  readonly #read = new TokenBucket({ burst: 400, perSecond: MDNS_DATAGRAMS_PER_SECOND }, now());
  readonly #answers: TokenBucket;
  readonly #askedMs: number;
  /** The last question of somebody else, and when. */
  #asked: { readonly bytes: Buffer; readonly atMs: number } | undefined;
  /** Our own question, until it has come back to us. */
  #echo: Buffer | undefined;

  /** Joins the mDNS group on a network, where questions are asked about every `roundMs` milliseconds. Rejects with the system's error where there is no multicast. */
  static async open(network: NetworkInterface, family: 4 | 6, roundMs: number): Promise<MulticastSocket> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      // All programs on a machine share this port; for our own it would be wrong.
      reuseAddr: true,
      ipv6Only: family === 6,
      lookup: (literal, _options, callback) => callback(null, literal, family),
    });
    try {
      const listening = once(socket, 'listening');
      socket.bind(MDNS_PORT, family === 4 ? '0.0.0.0' : '::');
      await listening;
      const host = network.addresses.find((one) => one.family === family)?.host;
      const place = family === 4 ? String(host) : `::%${network.name}`;
      socket.addMembership(MDNS_GROUPS[family], place);
      socket.setMulticastInterface(place);
      socket.setMulticastTTL(255);
      socket.setMulticastLoopback(true);
      return new MulticastSocket(socket, network, roundMs);
    } catch (thrown) {
      socket.close();
      throw thrown;
    }
  }

  private constructor(socket: Socket, network: NetworkInterface, roundMs: number) {
    super();
    this.#socket = socket;
    this.#onLink = onLinkOf(network);
    this.#own = new Set(network.addresses.map(({ host }) => host));
    this.#answers = new TokenBucket({ burst: 6, perSecond: (MDNS_ANSWERS_PER_ROUND * 1000) / roundMs }, now());
    this.#askedMs = roundMs / 4;
    socket.on('message', (bytes, from) => this.#received(bytes, from));
    socket.on('error', (error) => {
      this.sendError = codeOf(error);
    });
  }

  /** As `dgram.Socket.send`, in the one form that multicast-dns uses; it answers every callback, and never throws. */
  send(
    from: Buffer,
    offset: number,
    length: number,
    port: number,
    host: string,
    callback: (error?: Error | null) => void,
  ): void {
    const bytes = from.subarray(offset, offset + length);
    if (isAnswer(bytes) ? !this.#mayAnswer() : !this.#mayAsk(bytes)) {
      callback(null);
      return;
    }
    const done = (error?: Error | null) => {
      this.sendError = error ? codeOf(error) : undefined;
      if (error) this.#count('not sent');
      // A network that is away is no reason for the library to throw: its callbacks get no errors.
      callback(null);
    };
    try {
      this.#socket.send(bytes, 0, bytes.length, port, host, done);
    } catch (thrown) {
      done(thrown as Error);
    }
  }

  close(callback: () => void): void {
    this.removeAllListeners();
    this.#socket.removeAllListeners('message');
    this.#socket.close(callback);
  }

  #received(bytes: Buffer, from: RemoteInfo): void {
    const loss = this.#objection(bytes, from);
    if (loss !== undefined) {
      this.#count(loss);
      return;
    }
    if (!this.#own.has(from.address.replace(/%.*/, ''))) this.heardAtMs = performance.now();
    if (!isAnswer(bytes)) this.#noteQuestion(bytes);
    try {
      this.emit('message', bytes, from);
    } catch {
      this.#count('broke the library');
    }
  }

  #objection(bytes: Buffer, from: RemoteInfo): Loss | undefined {
    // RFC 6762 §11: whoever is not on this link is not heard. On Linux a socket also gets what came in on other networks.
    if (!this.#onLink(from.address)) return 'off link';
    if (!this.#read.take(1, now())) return 'too many';
    if (bytes.length > MDNS_DATAGRAM_BYTES_MAX || recordsIn(bytes) > MDNS_DATAGRAM_RECORDS_MAX) return 'too large';
    // RFC 6762 §6: answers come from the mDNS port.
    return isAnswer(bytes) && from.port !== MDNS_PORT ? 'wrong port' : undefined;
  }

  #noteQuestion(bytes: Buffer): void {
    if (this.#echo?.equals(bytes)) this.#echo = undefined;
    else this.#asked = { bytes: Buffer.from(bytes), atMs: performance.now() };
  }

  /** RFC 6762 §7.3: answers go to everyone, so what somebody has asked within a quarter of a round is not asked again. */
  #mayAsk(bytes: Buffer): boolean {
    if (this.#asked?.bytes.equals(bytes) && performance.now() - this.#asked.atMs < this.#askedMs) return false;
    this.#echo = Buffer.from(bytes);
    return true;
  }

  #mayAnswer(): boolean {
    if (this.leaving || this.#answers.take(1, now())) return true;
    this.#count('answered enough');
    return false;
  }

  #count(loss: Loss): void {
    this.lost.set(loss, (this.lost.get(loss) ?? 0) + 1);
  }
}

const now = () => instant(performance.now());

/** The QR bit of the header (RFC 1035 §4.1.1). */
const isAnswer = (bytes: Buffer): boolean => bytes.length > 2 && (bytes[2]! & 0x80) !== 0;

/** How many questions and records the header of a datagram announces. */
function recordsIn(bytes: Buffer): number {
  if (bytes.length < 12) return 0;
  return bytes.readUInt16BE(4) + bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
}

const codeOf = (error: Error): string => String((error as { readonly code?: unknown }).code ?? error.message);
