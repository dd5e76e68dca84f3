import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../support/pair.ts';
import { Departures } from './departures.ts';
import { Lane } from './lane.ts';
import { bindingsBefore, headerBytes, type Scenario } from './scenario.ts';
import { type Direction, type Sighting, sighting } from './sighting.ts';

/** A socket that stands for one client towards the server. */
type Outside = { readonly socket: Socket; readonly name: string; inside: RemoteInfo | undefined };

/**
 * The cable of a scenario between two real sockets, as a UDP proxy: clients send to `port`, and the server sees each of them at a
 * port of its own, as behind a NAT, which is rebound when the scenario says so. Keeps a record of every datagram.
 */
export class CableProxy {
  readonly capture: Sighting[] = [];
  readonly lanes: Readonly<Record<Direction, Lane>>;
  readonly #scenario: Scenario;
  readonly #server: { readonly host: string; readonly port: number };
  readonly #front: Socket;
  readonly #departures = new Departures();
  readonly #byInside = new Map<string, Outside>();
  /** Bound, and waiting for the next client or the next binding. */
  #spare: Outside;
  #bindings = 0;
  #closed = false;

  /** A proxy on any port of `host`, to a server on another. */
  static async open(scenario: Scenario, server: { host: string; port: number }, seed: number): Promise<CableProxy> {
    const front = await bound(server.host);
    return new CableProxy(scenario, server, front, await outsideAt(server.host), seed);
  }

  private constructor(
    scenario: Scenario,
    server: { readonly host: string; readonly port: number },
    front: Socket,
    spare: Outside,
    seed: number,
  ) {
    const random = seeded(seed);
    this.lanes = { up: new Lane(scenario.up, random), down: new Lane(scenario.down, random) };
    this.#scenario = scenario;
    this.#server = server;
    this.#front = front;
    this.#spare = spare;
    front.on('message', (bytes, from) => this.#fromClient(bytes, from));
    this.#hear(spare);
  }

  get port(): number {
    return this.#front.address().port;
  }

  /** Which share of the datagrams it kept for more than a millisecond too long. */
  get lateShare(): number {
    const { late, all } = this.#departures.punctuality;
    return all === 0 ? 0 : late / all;
  }

  close(): void {
    this.#closed = true;
    this.#departures.stop();
    this.#front.close();
    for (const { socket } of new Set([this.#spare, ...this.#byInside.values()])) socket.close();
  }

  #fromClient(bytes: Buffer, from: RemoteInfo): void {
    const now = this.#departures.elapsed();
    const inside = nameOf(from);
    const known = this.#byInside.get(inside);
    if (!known) this.#rebind(inside, from);
    const seen = sighting({ direction: 'up', bytes: plain(bytes), sentAt: now, inside, outside: undefined });
    this.#enter(seen, (out) => {
      const outside = this.#byInside.get(inside)!;
      seen.outside = outside.name;
      outside.socket.send(out, this.#server.port, this.#server.host);
    });
  }

  #fromServer(bytes: Buffer, outside: Outside): void {
    const { inside } = outside;
    if (!inside) return;
    const names = { inside: nameOf(inside), outside: outside.name };
    const seen = sighting({ direction: 'down', bytes: plain(bytes), sentAt: this.#departures.elapsed(), ...names });
    this.#enter(seen, (out) => this.#front.send(out, inside.port, inside.address));
  }

  #enter(seen: Sighting, send: (bytes: Uint8Array) => void): void {
    this.capture.push(seen);
    const passage = this.lanes[seen.direction].admit(seen.bytes, headerBytes(this.#scenario), seen.sentAt);
    if (!passage) return;
    const { at, bytes, damaged } = passage;
    this.#departures.add(at, () => {
      this.#keepBindings();
      seen.arrivedAt = this.#departures.elapsed();
      seen.damaged = damaged;
      send(bytes);
    });
  }

  /** Rebinds when that is due. */
  #keepBindings(): void {
    const { rebinding } = this.#scenario;
    const bindings = rebinding ? bindingsBefore(rebinding, this.#departures.elapsed()) : 0;
    if (bindings <= this.#bindings) return;
    this.#bindings = bindings;
    for (const [inside, { inside: at }] of [...this.#byInside]) this.#rebind(inside, at!);
  }

  /** Gives a client the spare socket, and gets another; packets to the one that it had go nowhere from now on. */
  #rebind(inside: string, at: RemoteInfo): void {
    this.#byInside.get(inside)?.socket.close();
    const outside = this.#spare;
    outside.inside = at;
    this.#byInside.set(inside, outside);
    const changesAddress = this.#scenario.rebinding?.changes === 'address';
    // All of 127/8 is this machine.
    const host = changesAddress ? `127.0.0.${2 + this.#bindings}` : this.#server.host;
    void outsideAt(host).then((spare) => {
      this.#spare = spare;
      if (this.#closed) spare.socket.close();
      else this.#hear(spare);
    });
  }

  #hear(outside: Outside): void {
    outside.socket.on('message', (bytes) => this.#fromServer(bytes, outside));
  }
}

async function bound(host: string): Promise<Socket> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const listening = once(socket, 'listening');
  socket.bind(0, host);
  await listening;
  return socket;
}

async function outsideAt(host: string): Promise<Outside> {
  const socket = await bound(host);
  return { socket, name: nameOf(socket.address()), inside: undefined };
}

const nameOf = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const plain = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
