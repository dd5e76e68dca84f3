import { type Address, address, type Datagram } from '../../src/core/base/address.ts';
import type { Random } from '../../src/core/base/random.ts';
import { earliest, type Instant, instant } from '../../src/core/base/time.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { seeded } from '../support/pair.ts';
import { dissect } from './dissect.ts';
import { Downloader } from './downloader.ts';
import { FileServer, namesOf } from './files.ts';
import { withKeyLog } from './key-log.ts';
import { Lane, type Passage } from './lane.ts';
import { judge, LAB, lostOn, type Run } from './run.ts';
import { bindingsBefore, headerBytes, type Scenario } from './scenario.ts';
import { type Direction, type Sighting, sighting } from './sighting.ts';

/** Runs a scenario in virtual time. The same seed gives the same run, datagram by datagram. */
export function runVirtual(scenario: Scenario, seed: number): Run {
  const world = new VirtualWorld(scenario, seed);
  const timedOut = !world.run();
  return judge(world.evidence, { way: 'sim', seed, lost: world.lost, lateShare: 0, timedOut });
}

/** `moves`: how often the client had moved when this was under way. */
type Flight = { readonly passage: Passage; readonly sighting: Sighting; readonly moves: number };

const START = instant(1_000);

/** A client and a server, each with its application, and between them a cable and a NAT. */
class VirtualWorld {
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #secrets = new Set<string>();
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  readonly #flights: Readonly<Record<Direction, Flight[]>> = { up: [], down: [] };
  readonly #capture: Sighting[] = [];
  readonly #server: Endpoint;
  readonly #client: Endpoint;
  readonly #files = new FileServer();
  readonly #downloader: Downloader;
  readonly #names;
  readonly #serverAddress: Address;
  readonly #hosts: readonly [string, string];
  /** How often the client has moved. */
  #moves = 0;
  #now = START;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#random = seeded(seed);
    this.#lanes = { up: new Lane(scenario.up, this.#random), down: new Lane(scenario.down, this.#random) };
    this.#hosts = scenario.v6 ? ['2001:db8::1', '2001:db8::2'] : ['192.0.2.1', '198.51.100.2'];
    this.#serverAddress = address(this.#hosts[1], 7000)!;
    this.#server = this.#endpoint();
    this.#client = this.#endpoint();
    this.#names = scenario.work.connections.map((sizes) => namesOf(sizes, this.#random));
    this.#downloader = new Downloader(scenario.work, {
      endpoint: this.#client,
      server: this.#server.id,
      address: this.#serverAddress,
      files: this.#names,
      move: (now) => {
        this.#moves++;
        this.#client.networkChanged(now);
      },
    });
  }

  /** @returns whether all files came in time */
  run(): boolean {
    const { timeoutMs, work } = this.#scenario;
    for (let i = 0; i < (work.crowd ?? 0); i++) this.#crowd(i);
    this.#downloader.begin(this.#now);
    this.#settle();
    while (!this.#downloader.done) {
      const at = earliest(this.#next('up'), this.#next('down'), this.#client.deadline(), this.#server.deadline());
      if (at === undefined || at - START > timeoutMs) return false;
      this.#now = instant(Math.max(this.#now, at));
      for (const direction of ['up', 'down'] as const) this.#land(direction);
      for (const endpoint of [this.#client, this.#server]) endpoint.elapse(this.#now);
      this.#settle();
    }
    return true;
  }

  get evidence(): Parameters<typeof judge>[0] {
    const { confirmed, early } = this.#files;
    return {
      scenario: this.#scenario,
      files: this.#names,
      client: this.#downloader.report,
      server: { confirmed: confirmed.length, early },
      seen: dissect(this.#capture, this.#secrets),
    };
  }

  get lost(): Run['lost'] {
    return lostOn(this.#lanes);
  }

  #endpoint(): Endpoint {
    return new Endpoint({
      ...LAB,
      suite: withKeyLog(nodeSuite, (secret) => this.#secrets.add(secret)),
      random: this.#random,
      seed: this.#random.bytes(32),
      resetKey: this.#random.bytes(32),
    });
  }

  /** A stranger from elsewhere, who says the first word and no other. */
  #crowd(index: number): void {
    const stranger = this.#endpoint();
    const now = this.#now;
    stranger.dial({ peer: this.#server.id, addresses: [this.#serverAddress] }, now);
    const { bytes } = stranger.pollTransmit(now)!;
    this.#server.receive({ address: address(`203.${index}.113.1`, 7000)!, bytes }, now);
    while (this.#server.pollTransmit(now));
  }

  /** Milliseconds since the cable was plugged in. */
  get #elapsed(): number {
    return this.#now - START;
  }

  get #inside(): Address {
    return address(this.#hosts[0], 7000 + this.#moves)!;
  }

  /** Where the client is after so many moves, as the server sees it now. */
  #outside(moves: number): Address {
    const { rebinding, v6 } = this.#scenario;
    const bindings = rebinding ? bindingsBefore(rebinding, this.#elapsed) : 0;
    const host = rebinding?.changes === 'address' ? `192.0.2.${1 + bindings}` : this.#hosts[0];
    const port = 20_000 + 100 * moves + (rebinding?.changes === 'port' ? bindings : 0);
    return address(v6 ? this.#hosts[0] : host, port)!;
  }

  #next(direction: Direction): Instant | undefined {
    const at = this.#flights[direction][0]?.passage.at;
    return at === undefined ? undefined : instant(START + at);
  }

  /** Lets both sides act until neither has anything to say. */
  #settle(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const [endpoint, direction] of [
        [this.#client, 'up'],
        [this.#server, 'down'],
      ] as const) {
        for (let event = endpoint.pollEvent(); event; event = endpoint.pollEvent()) {
          if (endpoint === this.#client) this.#downloader.handle(event, this.#now);
          else this.#files.handle(event);
          busy = true;
        }
        for (let out = endpoint.pollTransmit(this.#now); out; out = endpoint.pollTransmit(this.#now)) {
          this.#send(direction, out);
          busy = true;
        }
      }
    }
  }

  #send(direction: Direction, { address: to, bytes }: Datagram): void {
    const outside = direction === 'up' ? undefined : to;
    const seen = sighting({ direction, bytes, sentAt: this.#elapsed, inside: this.#inside, outside });
    this.#capture.push(seen);
    // The NAT stands at the server's end: what it does not know goes no further.
    if (direction === 'down' && to !== this.#outside(this.#moves)) return;
    const passage = this.#lanes[direction].admit(bytes, headerBytes(this.#scenario), this.#elapsed);
    if (passage) this.#flights[direction].push({ passage, sighting: seen, moves: this.#moves });
  }

  #land(direction: Direction): void {
    const flights = this.#flights[direction];
    while (flights[0] && START + flights[0].passage.at <= this.#now) {
      const { passage, sighting: seen, moves } = flights.shift()!;
      if (direction === 'up') seen.outside = this.#outside(moves);
      // The client has left the place that this was sent to.
      else if (moves !== this.#moves) continue;
      seen.arrivedAt = this.#elapsed;
      seen.damaged = passage.damaged;
      const from = direction === 'up' ? this.#outside(moves) : this.#serverAddress;
      (direction === 'up' ? this.#server : this.#client).receive({ address: from, bytes: passage.bytes }, this.#now);
    }
  }
}
