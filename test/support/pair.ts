import { type Address, address, type Datagram } from '../../src/core/base/address.ts';
import { below, fraction, type Random } from '../../src/core/base/random.ts';
import { after, earliest, type Instant, instant } from '../../src/core/base/time.ts';
import type { Suite } from '../../src/core/crypto/suite.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import { Endpoint, type EndpointOptions } from '../../src/core/transport/endpoint.ts';
import type { TransportEvent } from '../../src/core/transport/event.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import type { Bottleneck } from './bottleneck.ts';

/** Chance that comes out the same for the same seed. Good for tests, and for nothing else. */
export function seeded(seed: number): Random {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 24;
  };
  return { bytes: (count) => Uint8Array.from({ length: count }, next) };
}

/** What a wire does to datagrams. Shares are from 0 to 1. */
export type Weather = {
  readonly latencyMs: number;
  /** Added to the latency, at random: what makes datagrams overtake each other. */
  readonly jitterMs: number;
  readonly loss: number;
  readonly duplicate: number;
  /** One bit flipped. */
  readonly corrupt: number;
};

const CALM: Weather = { latencyMs: 10, jitterMs: 0, loss: 0, duplicate: 0, corrupt: 0 };

/** One endpoint on the wire, with all that it said. */
export class Side {
  readonly name: string;
  endpoint: Endpoint;
  address: Address;
  readonly options: EndpointOptions;
  readonly events: TransportEvent[] = [];
  /** What all that it sends must go through, before the weather. */
  uplink: Bottleneck | undefined;
  /** Called with each event as it comes, after it was recorded. */
  onEvent: (event: TransportEvent) => void = () => {};

  constructor(name: string, at: Address, options: EndpointOptions) {
    this.name = name;
    this.address = at;
    this.options = options;
    this.endpoint = new Endpoint(options);
  }

  /** The events of one type, oldest first. */
  of<Type extends TransportEvent['type']>(type: Type): Extract<TransportEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<TransportEvent, { type: Type }> => event.type === type);
  }

  /** Forgets all connections, as a crash does; identity and reset key stay. */
  restart(): void {
    this.endpoint = new Endpoint(this.options);
  }
}

type Flight = { readonly at: Instant; readonly order: number; readonly to: Address; readonly datagram: Datagram };

/** Two endpoints (or more), a wire between them, and virtual time: no sleeping, no sockets, the same every time. */
export class Pair {
  now: Instant = instant(1_000);
  weather: Weather;
  readonly suite: Suite;
  readonly random: Random;
  readonly sides: Side[] = [];
  readonly client: Side;
  readonly server: Side;
  /** Sees every datagram as it is sent; `false` takes it off the wire. */
  onSend: (datagram: Datagram, from: Side, to: Address) => boolean | undefined = () => undefined;
  #flights: Flight[] = [];
  #order = 0;

  constructor(options: { weather?: Partial<Weather>; seed?: number; suite?: Suite; v6?: boolean } = {}) {
    this.weather = { ...CALM, ...options.weather };
    this.random = seeded(options.seed ?? 1);
    this.suite = options.suite ?? nodeSuite;
    const v6 = options.v6 ?? false;
    this.client = this.add('client', v6 ? '2001:db8::1' : '192.0.2.1');
    this.server = this.add('server', v6 ? '2001:db8::2' : '192.0.2.2');
  }

  add(name: string, host: string, options: Partial<EndpointOptions> = {}): Side {
    const side = new Side(name, address(host, 7000)!, {
      suite: this.suite,
      random: this.random,
      seed: this.random.bytes(32),
      network: new Uint8Array(16).fill(7),
      alpn: ['quicprochat/p2p/1'],
      resetKey: this.random.bytes(32),
      ...options,
    });
    this.sides.push(side);
    return side;
  }

  /** Client and server in this order of their ids, for rules that depend on it. */
  smallerFirst(): readonly [Side, Side] {
    const smaller = Buffer.compare(this.client.endpoint.self.key, this.server.endpoint.self.key) < 0;
    return smaller ? [this.client, this.server] : [this.server, this.client];
  }

  dial(from: Side = this.client, to: Side = this.server, early: readonly Uint8Array[] = []): Connection {
    const connection = from.endpoint.dial({ peer: to.endpoint.id, addresses: [to.address], early }, this.now);
    this.flush();
    return connection;
  }

  /** Dials and drives until both sides are confirmed. */
  connect(from: Side = this.client, to: Side = this.server): { client: Connection; server: Connection } {
    const client = this.dial(from, to);
    const isUp = (): boolean => this.connectionOf(to, from)?.confirmed === true && client.confirmed;
    this.drive({ until: isUp, forMs: 70_000 });
    const server = this.connectionOf(to, from);
    if (!client.confirmed || !server?.confirmed) throw new Error('no connection came up');
    return { client, server };
  }

  connectionOf(side: Side, peer: Side): Connection | undefined {
    return [...side.endpoint.connections()].find((connection) => connection.peer === peer.endpoint.id);
  }

  /** Puts a datagram before a side as if it came from `from`. */
  inject(to: Side, from: Address, bytes: Uint8Array): void {
    to.endpoint.receive({ address: from, bytes }, this.now);
    this.flush();
  }

  /** Lets everything happen until nothing is left to happen, or the time is up, or `until` says so. */
  drive({ until, forMs = 1_000 }: { until?: () => boolean; forMs?: number } = {}): void {
    const end = after(this.now, forMs);
    this.flush();
    for (let steps = 0; !until?.(); steps++) {
      if (steps > 1_000_000) throw new Error('this goes on for ever');
      const at = earliest(this.#flights[0]?.at, ...this.sides.map(({ endpoint }) => endpoint.deadline()));
      if (at === undefined || at > end) {
        this.now = end;
        return;
      }
      this.now = instant(Math.max(this.now, at));
      this.#land();
      for (const { endpoint } of this.sides) endpoint.elapse(this.now);
      this.flush();
    }
  }

  /** Puts everything that endpoints have to say on the wire, and hears their events. */
  flush(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const side of this.sides) {
        for (let event = side.endpoint.pollEvent(); event; event = side.endpoint.pollEvent()) {
          side.events.push(event);
          side.onEvent(event);
          busy = true;
        }
        const { endpoint } = side;
        for (let out = endpoint.pollTransmit(this.now); out; out = endpoint.pollTransmit(this.now)) {
          this.#send(side, out);
          busy = true;
        }
      }
    }
  }

  /** Datagrams on the wire. */
  get inFlight(): number {
    return this.#flights.length;
  }

  /** Loses all that is on the wire. */
  cut(): void {
    this.#flights = [];
  }

  #send(from: Side, { address: to, bytes }: Datagram): void {
    const datagram = { address: from.address, bytes };
    if (this.onSend(datagram, from, to) === false) return;
    if (fraction(this.random) < this.weather.loss) return;
    const leftAt = from.uplink ? from.uplink.pass(bytes.length, this.now) : this.now;
    if (leftAt === undefined) return;
    const copies = fraction(this.random) < this.weather.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delay = this.weather.latencyMs + this.weather.jitterMs * fraction(this.random);
      const damaged = fraction(this.random) < this.weather.corrupt ? flip(bytes, this.random) : bytes;
      const flight = {
        at: after(leftAt, delay),
        order: this.#order++,
        to,
        datagram: { ...datagram, bytes: damaged },
      };
      let place = this.#flights.length;
      while (place > 0 && this.#flights[place - 1]!.at > flight.at) place--;
      this.#flights.splice(place, 0, flight);
    }
  }

  #land(): void {
    while (this.#flights[0] && this.#flights[0].at <= this.now) {
      const { to, datagram } = this.#flights.shift()!;
      this.sides.find((side) => side.address === to)?.endpoint.receive(datagram, this.now);
      this.flush();
    }
  }
}

function flip(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged = bytes.slice();
  const bit = below(random, bytes.length * 8);
  damaged[bit >> 3]! ^= 1 << (bit & 7);
  return damaged;
}
