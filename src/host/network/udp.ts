import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Address, Datagram } from '../../core/base/address.ts';
import {
  FALLBACK_PORT,
  FALLBACK_PORTS,
  SEND_QUEUE_BYTES_MAX,
  SEND_STUCK_MS,
  SENT_SIZES_MAX,
} from '../../core/base/limits.ts';
import type { Log } from '../log.ts';
import { AddressBook } from './address-book.ts';
import { type Bound, bindSocket, type CreateSocket, type Listen } from './udp-bind.ts';
import { codeOf, UdpError } from './udp-error.ts';

/** What Node says of a datagram that the system did not send. */
type SendError = Error & { readonly address?: string; readonly port?: number };

type Settled = (error: SendError | null) => void;

/**
 * The one socket of a node. Datagrams come out in bursts, one for each turn of the event loop, 32 at most (as many as libuv reads):
 * a flood waits in the system, or is dropped there, and takes no turn from timers and the terminal. Sending never throws and never
 * waits: what cannot be sent is dropped and counted, as the network itself would do, and the layers above send again.
 */
export class UdpSocket {
  /** What it listens on: after a fallback not what was asked. */
  readonly host: string;
  readonly port: number;
  readonly families: readonly (4 | 6)[];
  /** Datagrams not sent or not taken, by the system's word or ours. The first of each kind is logged. */
  readonly dropped = new Map<string, number>();
  /** What the system has refused since it last sent something: its last word for that, and how often. */
  refusals: { readonly code: string; readonly count: number } | undefined;
  readonly #listen: Listen;
  readonly #log: Log;
  readonly #create: CreateSocket;
  readonly #book: AddressBook;
  #socket: Socket | undefined;
  #opening = false;
  /** Why it could not be opened anew the last time. */
  #unopened: string | undefined;
  #closed = false;
  #burstListener: (burst: readonly Datagram[]) => void = () => {};
  #tooLongListener: (address: Address, bytes: number) => void = () => {};
  #reopenedListener: () => void = () => {};
  #burst: Datagram[] = [];
  /** Datagrams that the system has taken, or refused, since the queue was last seen to move. */
  #moved = 0;
  #stuck: { since: number; moved: number } | undefined;
  /** By the size of a datagram, what hears what became of it. */
  readonly #settledBySize = new Map<number, Settled>();

  /**
   * Opens the socket: on the wanted port, else on the next free one from 7010; without IPv6 on IPv4 alone.
   *
   * @param create - makes the system's socket
   * @throws UdpError
   */
  static async open(listen: Listen, log: Log, create: CreateSocket = createSocket): Promise<UdpSocket> {
    const others = Array.from({ length: FALLBACK_PORTS }, (_, i) => FALLBACK_PORT + i);
    const ports = listen.port === 0 || listen.fallback === false ? [listen.port] : [listen.port, ...others, 0];
    let refused: UdpError | undefined;
    for (const port of ports) {
      const bound = await bindSocket({ ...listen, port }, create);
      if (!(bound instanceof UdpError)) return new UdpSocket(listen, bound, log, create);
      refused = bound;
      if (bound.code !== 'EADDRINUSE') break;
    }
    throw refused;
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
    this.#burstListener = listener;
  }

  /** Who hears that the system sends no datagram of so many bytes to an address. */
  onTooLong(listener: (address: Address, bytes: number) => void): void {
    this.#tooLongListener = listener;
  }

  /** Who hears that the system's socket is another one, and what waited in the last one is lost. */
  onReopened(listener: () => void): void {
    this.#reopenedListener = listener;
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
      void this.#reopen();
      return;
    }
    const waiting = this.#socket.getSendQueueSize() > 0;
    if (!waiting) this.#stuck = undefined;
    else if (this.#stuck?.moved !== this.#moved) this.#stuck = { since: nowMs, moved: this.#moved };
    else if (nowMs - this.#stuck.since >= SEND_STUCK_MS) {
      this.#log.warn({ port: this.port }, 'the socket sends nothing any more and is opened anew');
      this.#detach();
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
    if (!to) return 'unusable destination';
    if (!this.families.includes(to.family)) return 'no such family';
    try {
      if (socket.getSendQueueSize() + bytes.length > SEND_QUEUE_BYTES_MAX) return 'queue full';
      socket.send(bytes, to.port, to.host, this.#settled(bytes.length));
      return undefined;
    } catch (thrown) {
      return codeOf(thrown);
    }
  }

  /** A function for all datagrams of a size, not one for each: the system's answer does not say what was sent. */
  #settled(bytes: number): Settled {
    const known = this.#settledBySize.get(bytes);
    if (known) return known;
    const settled: Settled = (error) => {
      this.#moved++;
      if (error) this.#refused(error, bytes);
      else this.refusals = undefined;
    };
    if (this.#settledBySize.size >= SENT_SIZES_MAX) this.#settledBySize.clear();
    this.#settledBySize.set(bytes, settled);
    return settled;
  }

  #refused(error: SendError, bytes: number): void {
    const code = codeOf(error);
    this.#drop(code);
    if (code !== 'EMSGSIZE') {
      this.refusals = { code, count: (this.refusals?.count ?? 0) + 1 };
      return;
    }
    const address = this.#book.address(error.address ?? '', error.port ?? 0);
    if (address) this.#tooLongListener(address, bytes);
  }

  #attach(socket: Socket): void {
    socket.on('message', this.#received);
    socket.on('error', (error) => {
      this.#drop(codeOf(error));
      if (this.#socket !== socket) return;
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

  /** What cannot be opened now is tried again at the next check. */
  async #reopen(): Promise<void> {
    if (this.#opening || this.#closed) return;
    this.#opening = true;
    const bound = await bindSocket(this.#listen, this.#create);
    this.#opening = false;
    if (bound instanceof UdpError) {
      if (bound.code !== this.#unopened) this.#log.warn({ code: bound.code }, `not opened anew yet: ${bound.message}`);
      this.#unopened = bound.code;
    } else if (this.#closed) bound.socket.close();
    else {
      this.#unopened = undefined;
      this.#attach(bound.socket);
      this.#reopenedListener();
    }
  }

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
    this.#burstListener(burst);
  };

  #drop(why: string): void {
    const before = this.dropped.get(why) ?? 0;
    this.dropped.set(why, before + 1);
    if (before === 0) this.#log.info({ why, port: this.port }, 'the first datagram lost in this way');
  }
}
