import { type Address, parseAddress } from '../../src/core/base/address.ts';
import type { Instant } from '../../src/core/base/time.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import type { TransportEvent } from '../../src/core/transport/event.ts';
import { Alarm } from '../../src/host/alarm.ts';
import { SystemClock } from '../../src/host/clock.ts';
import { entropy } from '../../src/host/entropy.ts';
import { openLog } from '../../src/host/log.ts';
import { UdpSocket } from '../../src/host/network/udp.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';

const random = entropy();
const log = openLog('/dev/null');
const clock = new SystemClock();

/** How a dial ended: `confirmed`, or the reason of its close. */
export type Outcome = string;

/** The transport alone on a socket of 127.0.0.1: an endpoint with the same shell around it as a node's has. */
export class RealEndpoint {
  readonly endpoint: Endpoint;
  readonly address: Address;
  readonly #udp: UdpSocket;
  readonly #alarm: Alarm;
  readonly #waiting = new Map<Connection, (outcome: Outcome) => void>();

  static async open(seed: Uint8Array = random.bytes(32), network = 7): Promise<RealEndpoint> {
    return new RealEndpoint(await UdpSocket.open({ host: '127.0.0.1', port: 0 }, log), seed, network);
  }

  private constructor(udp: UdpSocket, seed: Uint8Array, network: number) {
    this.#udp = udp;
    this.address = parseAddress(`127.0.0.1:${udp.port}`)!;
    this.endpoint = new Endpoint({
      suite: nodeSuite,
      random,
      seed,
      network: new Uint8Array(16).fill(network),
      alpn: ['quicprochat/p2p/1'],
      resetKey: random.bytes(32),
    });
    this.#alarm = new Alarm(clock, () => this.turn((now) => this.endpoint.elapse(now)));
    udp.onBurst((burst) =>
      this.turn((now) => {
        for (const datagram of burst) this.endpoint.receive(datagram, now);
      }),
    );
  }

  /** Does something, and everything that follows from it. */
  turn<T>(act: (now: Instant) => T): T {
    const now = clock.now();
    const result = act(now);
    for (let event = this.endpoint.pollEvent(); event; event = this.endpoint.pollEvent()) this.#heard(event);
    for (let out = this.endpoint.pollTransmit(now); out; out = this.endpoint.pollTransmit(now)) this.#udp.send(out);
    this.#alarm.set(this.endpoint.deadline());
    return result;
  }

  /** Calls, and says how that ended. */
  dial(to: RealEndpoint): { readonly connection: Connection; readonly outcome: Promise<Outcome> } {
    const connection = this.turn((now) => this.endpoint.dial({ peer: to.endpoint.id, addresses: [to.address] }, now));
    return { connection, outcome: new Promise((resolve) => this.#waiting.set(connection, resolve)) };
  }

  hangUp(connection: Connection): void {
    this.turn((now) => connection.close('none', '', now));
  }

  /** Whether nothing is left to be done, now or later. */
  get isIdle(): boolean {
    return this.endpoint.deadline() === undefined;
  }

  /** Lets go of everything at once, without a word. */
  async drop(): Promise<void> {
    this.#alarm.clear();
    await this.#udp.close();
  }

  #heard(event: TransportEvent): void {
    if (event.type !== 'confirmed' && event.type !== 'closed') return;
    this.#waiting.get(event.connection)?.(event.type === 'closed' ? event.reason : 'confirmed');
    this.#waiting.delete(event.connection);
  }
}
