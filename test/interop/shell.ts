import { randomBytes } from 'node:crypto';
import { type Address, address } from '../../src/core/base/address.ts';
import type { Instant } from '../../src/core/base/time.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import type { TransportEvent } from '../../src/core/transport/event.ts';
import { Alarm } from '../../src/host/alarm.ts';
import { SystemClock } from '../../src/host/clock.ts';
import { openLog } from '../../src/host/log.ts';
import { UdpSocket } from '../../src/host/network/udp.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { withKeyLog } from './key-log.ts';
import { LAB } from './run.ts';

const log = openLog('/dev/null');

/** An endpoint on the socket, the clock and the timer that a node has: the host's driver without a database. */
export class Shell {
  readonly endpoint: Endpoint;
  /** The traffic secrets of its connections. */
  readonly secrets = new Set<string>();
  readonly #onEvent: (event: TransportEvent, now: Instant) => void;
  readonly #clock = new SystemClock();
  readonly #alarm: Alarm;
  #udp: UdpSocket;
  #host: string;

  /** Opens an endpoint on any port of `host`. What `onEvent` does is part of a turn: it needs not turn itself. */
  static async open(host: string, onEvent: (event: TransportEvent, now: Instant) => void): Promise<Shell> {
    return new Shell(host, await UdpSocket.open({ host, port: 0 }, log), onEvent);
  }

  private constructor(host: string, udp: UdpSocket, onEvent: (event: TransportEvent, now: Instant) => void) {
    const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
    this.endpoint = new Endpoint({
      ...LAB,
      suite: withKeyLog(nodeSuite, (secret) => this.secrets.add(secret)),
      random,
      seed: random.bytes(32),
      resetKey: random.bytes(32),
    });
    this.#host = host;
    this.#onEvent = onEvent;
    this.#alarm = new Alarm(this.#clock, () => this.turn((now) => this.endpoint.elapse(now)));
    this.#udp = udp;
    this.#listen();
  }

  get address(): Address {
    return address(this.#host, this.#udp.port)!;
  }

  /** Acts on the endpoint, then hands over its events, sends what it has to send, and sets the timer. */
  turn(act: (now: Instant) => void): void {
    const now = this.#clock.now();
    act(now);
    const { endpoint } = this;
    for (let busy = true; busy; ) {
      busy = false;
      for (let event = endpoint.pollEvent(); event; event = endpoint.pollEvent()) {
        this.#onEvent(event, now);
        busy = true;
      }
      for (let out = endpoint.pollTransmit(now); out; out = endpoint.pollTransmit(now)) {
        this.#udp.send(out);
        busy = true;
      }
    }
    this.#alarm.set(endpoint.deadline());
  }

  /** Leaves its socket for one at another address, as a phone leaves a network, and tells the endpoint. */
  async move(host: string): Promise<void> {
    const before = this.#udp;
    this.#udp = await UdpSocket.open({ host, port: 0 }, log);
    this.#host = host;
    this.#listen();
    void before.close();
    this.turn((now) => this.endpoint.networkChanged(now));
  }

  async close(): Promise<void> {
    this.#alarm.clear();
    await this.#udp.close();
  }

  #listen(): void {
    this.#udp.onBurst((burst) =>
      this.turn((now) => {
        for (const datagram of burst) this.endpoint.receive(datagram, now);
      }),
    );
  }
}
