import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Datagram } from '../../core/base/address.ts';
import {
  FALLBACK_PORT,
  FALLBACK_PORTS,
  SEND_QUEUE_BYTES_MAX,
  SEND_STUCK_MS,
  SOCKET_RECEIVE_BYTES,
} from '../../core/base/limits.ts';
import type { Log } from '../log.ts';
import { AddressBook } from './address-book.ts';
import { UdpError } from './udp-error.ts';

/** Where to listen: a literal address (`::` is every address, IPv4 too) and a port, 0 for any. */
export type Listen = {
  readonly host: string;
  readonly port: number;
  /** With `::`: IPv6 alone. */
  readonly v6Only?: boolean;
  /** Whether another port will do when this one is taken; true unless said otherwise. */
  readonly fallback?: boolean;
};

/** How a socket is made; its tests make one that gets stuck. */
type CreateSocket = (options: SocketOptions) => Socket;

/** What a bound socket is bound to. */
type Bound = { readonly socket: Socket; readonly host: string; readonly families: readonly (4 | 6)[] };

/**
 * The one socket of a node. Datagrams come out in bursts, one for each turn of the event loop; sending never throws and never
 * waits: what cannot be sent is dropped and counted, as the network itself would do, and the layers above send again.
 */
export class UdpSocket {
  /** What it listens on: after a fallback not what was asked. */
  readonly host: string;
  readonly port: number;
  readonly families: readonly (4 | 6)[];
  /** Datagrams not sent or not taken, by the system's word or ours. */
  readonly dropped = new Map<string, number>();
  readonly #listen: Listen;
  readonly #log: Log;
  readonly #create: CreateSocket;
  readonly #book: AddressBook;
  #socket: Socket | undefined;
  #closed = false;
  #listener: (burst: readonly Datagram[]) => void = () => {};
  #burst: Datagram[] = [];
  /** Datagrams that the system has taken, or refused, since the queue was last seen to move. */
  #settled = 0;
  #stuck: { since: number; settled: number } | undefined;

  /**
   * Opens the socket: on the wanted port, else on the next free one from 7010; without IPv6 on IPv4 alone.
   *
   * @param create - makes the system's socket
   * @throws UdpError
   */
  static async open(listen: Listen, log: Log, create: CreateSocket = createSocket): Promise<UdpSocket> {
    const others = Array.from({ length: FALLBACK_PORTS }, (_, i) => FALLBACK_PORT + i);
    const ports = listen.port === 0 || listen.fallback === false ? [listen.port] : [listen.port, ...others, 0];
    for (const port of ports) {
      const bound = await bindAnyFamily({ ...listen, port }, create);
      if (!(bound instanceof UdpError)) return new UdpSocket(listen, bound, log, create);
      if (bound.code !== 'EADDRINUSE' || port === ports.at(-1)) throw bound;
    }
    throw new UdpError('EADDRINUSE', hostAndPort(listen.host, listen.port));
  }

  private constructor(listen: Listen, bound: Bound, log: Log, create: CreateSocket) {
    this.host = bound.host;
    this.families = bound.families;
    this.port = bound.socket.address().port;
    // Opened anew, it must be the same socket to the neighbours.
    this.#listen = { ...listen, host: bound.host, port: this.port };
    this.#log = log;
    this.#create = create;
    this.#book = new AddressBook(bound.host.includes(':'));
    this.#attach(bound.socket);
  }

  /** Who gets the datagrams that arrive. */
  onBurst(listener: (burst: readonly Datagram[]) => void): void {
    this.#listener = listener;
  }

  /** Sends a datagram, or drops it. The bytes are the socket's from here on. */
  send(datagram: Datagram): void {
    const refusal = this.#trySend(datagram);
    if (refusal !== undefined) this.#drop(refusal);
  }

  /**
   * To be called every few seconds. A socket whose queue has not moved for 5 s is opened anew: after ENOBUFS libuv tries for
   * ever, takes a whole core for it, and never calls back (libuv #5194).
   */
  check(nowMs = performance.now()): void {
    if (!this.#socket) {
      if (!this.#closed) void this.#reopen();
      return;
    }
    const waiting = this.#socket.getSendQueueSize() > 0;
    if (!waiting) this.#stuck = undefined;
    else if (this.#stuck?.settled !== this.#settled) this.#stuck = { since: nowMs, settled: this.#settled };
    else if (nowMs - this.#stuck.since >= SEND_STUCK_MS) {
      this.#log.warn({ port: this.port }, 'the socket sends nothing any more and is opened anew');
      void this.#reopen();
    }
  }

  /** Waits, at most `waitMs`, until all has been sent, then closes. */
  async close(waitMs = 500): Promise<void> {
    const until = performance.now() + waitMs;
    while ((this.#socket?.getSendQueueSize() ?? 0) > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#closed = true;
    this.#detach();
  }

  /** Why a datagram cannot be sent; `undefined` when the system has it. */
  #trySend({ address, bytes }: Datagram): string | undefined {
    const socket = this.#socket;
    if (!socket) return 'closed';
    const to = this.#book.parts(address);
    if (!this.families.includes(to.family)) return 'no such family';
    if (socket.getSendQueueSize() + bytes.length > SEND_QUEUE_BYTES_MAX) return 'queue full';
    try {
      socket.send(bytes, to.port, to.host, this.#sent);
      return undefined;
    } catch (thrown) {
      return codeOf(thrown);
    }
  }

  #attach(socket: Socket): void {
    growReceiveBuffer(socket);
    socket.on('message', this.#received);
    socket.on('error', (error) => {
      this.#drop(codeOf(error));
      this.#log.warn({ code: codeOf(error) }, 'the socket failed and is opened anew');
      this.#detach();
    });
    this.#socket = socket;
    this.#stuck = undefined;
  }

  #detach(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.removeAllListeners('message');
    socket?.close();
  }

  async #reopen(): Promise<void> {
    this.#detach();
    const bound = await bindAnyFamily(this.#listen, this.#create);
    if (bound instanceof UdpError) this.#log.warn({ code: bound.code }, 'the socket cannot be opened anew yet');
    else if (this.#closed || this.#socket) bound.socket.close();
    else this.#attach(bound.socket);
  }

  // Two functions for all datagrams, not two for each.
  readonly #sent = (error: Error | null): void => {
    this.#settled++;
    if (error) this.#drop(codeOf(error));
  };

  readonly #received = (bytes: Buffer, from: RemoteInfo): void => {
    const address = this.#book.address(from.address, from.port);
    if (!address) {
      this.#drop('unusable source');
      return;
    }
    // A plain view: the `slice` of a Buffer shares its memory, that of a Uint8Array does not.
    this.#burst.push({ address, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) });
    if (this.#burst.length === 1) setImmediate(this.#deliver);
  };

  readonly #deliver = (): void => {
    const burst = this.#burst;
    this.#burst = [];
    this.#listener(burst);
  };

  #drop(why: string): void {
    this.dropped.set(why, (this.dropped.get(why) ?? 0) + 1);
  }
}

/** Binds `::` to both families, or to IPv4 alone on a machine without IPv6; any other address to its own family. */
async function bindAnyFamily(listen: Listen, create: CreateSocket): Promise<Bound | UdpError> {
  const both = listen.host === '::' && !listen.v6Only;
  const bound = await bind(listen, !both, create);
  const without6 =
    bound instanceof UdpError && ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPROTONOSUPPORT'].includes(bound.code);
  return both && without6 ? bind({ ...listen, host: '0.0.0.0' }, false, create) : bound;
}

async function bind({ host, port }: Listen, v6Only: boolean, create: CreateSocket): Promise<Bound | UdpError> {
  const family = isIP(host.split('%', 1)[0] ?? '') === 6 ? 6 : 4;
  const socket = create({
    type: family === 6 ? 'udp6' : 'udp4',
    ipv6Only: family === 6 && v6Only,
    // Only literal addresses come here, and nothing may ever ask a name server on their behalf.
    lookup: (literal, _options, callback) => callback(null, literal, family),
  });
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address: host, port, exclusive: true });
    await listening;
    return { socket, host, families: family === 4 ? [4] : v6Only ? [6] : [4, 6] };
  } catch (thrown) {
    socket.close();
    return new UdpError(codeOf(thrown), hostAndPort(host, port));
  }
}

/** Asks for the largest receive buffer that the system gives. */
function growReceiveBuffer(socket: Socket): void {
  for (let bytes = SOCKET_RECEIVE_BYTES; bytes > 64 * 1024; bytes /= 2) {
    try {
      socket.setRecvBufferSize(bytes);
      return;
    } catch {
      // Some systems refuse what is above their limit instead of giving the limit.
    }
  }
}

const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

const codeOf = (thrown: unknown): string =>
  String((thrown as { readonly code?: unknown }).code ?? (thrown instanceof Error ? thrown.message : thrown));
