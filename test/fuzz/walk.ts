import fc from 'fast-check';
import { type Address, address } from '../../src/core/base/address.ts';
import { CONNECTION_IDS_ACTIVE_MAX, STREAMS_MAX } from '../../src/core/base/limits.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import type { StreamId, TransportEvent } from '../../src/core/transport/event.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { anyFrame } from '../support/frames.ts';
import { Pair, type Side, type Weather } from '../support/pair.ts';
import { Stranger } from '../support/stranger.ts';
import { Ledger, WalkError } from './ledger.ts';
import { mutate } from './mutate.ts';

/** Datagrams remembered, to be replayed and damaged. */
const CAPTURED_MAX = 200;
/** Until everything has arrived or been given up: three idle timeouts, and then as long again until all is forgotten. */
const CALM_MS = 200_000;
/** Moments at which something happens in one stretch of time. More is something that goes on for ever. */
const MOMENTS_MAX = 50_000;

/** What a walk did, to see that it did anything. */
export type WalkReport = {
  readonly connections: number;
  readonly bytesRead: number;
  readonly streamsRead: number;
  readonly datagrams: number;
};

/** What a step may be. */
export type Operation = (walker: Walker, random: SeededRandom) => void;

/**
 * Two endpoints, and somebody with a key who says anything, over a wire that is at times very bad. After each step everything must
 * be as it must be; at the end all is calm, then over, and nothing may be left.
 */
export class Walker {
  readonly #pair: Pair;
  readonly #sides: readonly Side[];
  readonly #ledgers: Ledger[] = [];
  readonly #byConnection = new Map<Connection, Ledger>();
  readonly #captured: { readonly to: Address; readonly from: Address; readonly bytes: Uint8Array }[] = [];
  #stranger: Stranger | undefined;
  #strangers = new Set<string>();
  #ports = 7001;
  #datagrams = 0;
  #calm = false;

  constructor(seed: string) {
    const random = new SeededRandom(seed);
    this.#pair = new Pair({ suite: paperSuite, seed: random.word() });
    const hosts = random.word() % 2 === 0 ? ['192.0.2.3', '192.0.2.4'] : ['2001:db8::3', '2001:db8::4'];
    // Connections are replaced after minutes or megabytes on some walks, on others not at all.
    const options = random.word() % 2 === 0 ? { renewal: { ageMs: 100_000, bytes: 1_000_000 } } : {};
    this.#sides = ['client', 'server'].map((name, i) => this.#pair.add(name, hosts[i]!, options));
    for (const side of this.#sides) side.onEvent = (event) => this.#heard(side, event);
    this.#pair.onSend = ({ address: from, bytes }, _, to) => {
      this.#datagrams++;
      if (this.#captured.length >= CAPTURED_MAX) this.#captured.shift();
      this.#captured.push({ to, from, bytes });
      return undefined;
    };
  }

  get report(): WalkReport {
    const total = (of: (ledger: Ledger) => number): number => this.#ledgers.reduce((sum, one) => sum + of(one), 0);
    return {
      connections: this.#ledgers.length,
      bytesRead: total(({ bytesRead }) => bytesRead),
      streamsRead: total(({ streamsRead }) => streamsRead),
      datagrams: this.#datagrams,
    };
  }

  step(operation: Operation, random: SeededRandom): void {
    operation(this, random);
    this.#pair.flush();
    for (const { endpoint } of this.#sides) endpoint.elapse(this.#pair.now);
    this.#pair.flush();
    this.#check();
  }

  /** Each end reads all that there is. */
  readAll(): void {
    for (const [connection, ledger] of this.#byConnection) for (const id of ledger.streams) ledger.read(connection, id);
  }

  finish(): void {
    this.weather({ latencyMs: 10, jitterMs: 0, loss: 0, duplicate: 0, corrupt: 0 });
    this.#calm = true;
    this.readAll();
    for (const [connection, ledger] of this.#byConnection)
      for (const id of ledger.streams) ledger.finish(connection, id);
    this.drive(CALM_MS);
    for (const [connection, ledger] of this.#byConnection) {
      if (!connection.closed && connection.confirmed) ledger.checkComplete();
    }
    for (const { endpoint } of this.#sides) endpoint.close(this.#pair.now, 'goodbye');
    this.drive(CALM_MS);
    for (const { name, endpoint } of this.#sides) {
      if ([...endpoint.connections()].length > 0) throw new WalkError(`${name} still has connections`);
      if (endpoint.deadline() !== undefined) throw new WalkError(`${name} still waits for something`);
    }
  }

  side(random: SeededRandom): Side {
    return this.#sides[random.word() % 2]!;
  }

  /** An end of a connection that is not over, and its ledger, if there is any; now and then that of a hostile peer. */
  end(random: SeededRandom): { readonly connection: Connection; readonly ledger: Ledger } | undefined {
    const any = random.word() % 8 === 0;
    const open = [...this.#byConnection].filter(([{ closed }, { isHostile }]) => !closed && (any || !isHostile));
    const one = open[random.word() % open.length];
    return one && { connection: one[0], ledger: one[1] };
  }

  dial(from: Side, earlyBytes: readonly number[]): void {
    const to = this.#sides.find((side) => side !== from)!;
    if ([...from.endpoint.connections()].some(({ peer, retiring }) => peer === to.endpoint.id && !retiring)) return;
    const ledger = new Ledger(from, this.#ledgers, false);
    const early = earlyBytes.map((length, i) => ledger.early((4 * (i + 1)) as StreamId, length));
    this.#byConnection.set(this.#pair.dial(from, to, early), ledger);
  }

  close(connection: Connection, random: SeededRandom): void {
    const reasons = ['goodbye', 'none', 'internal', 'refused'] as const;
    connection.close(reasons[random.word() % reasons.length]!, 'x'.repeat(random.word() % 2000), this.#pair.now);
  }

  /** Says goodbye when all has been said. */
  finishAndClose(connection: Connection): void {
    connection.finishAndClose('goodbye', '', this.#pair.now);
  }

  updateKeys(connection: Connection): void {
    connection.steer((link) => link.updateKeys(this.#pair.now));
  }

  /** The machine of a side says that its networks have changed, whether or not they have. */
  networkChanged(side: Side): void {
    side.endpoint.networkChanged(this.#pair.now);
  }

  /** The machine of a side does not send datagrams of this size to the other. */
  datagramRefused(side: Side, bytes: number): void {
    for (const { address: to } of this.#sides) side.endpoint.datagramRefused(to, bytes);
  }

  /** An end is told where else its peer may be: at true places, and at false ones. */
  offer(connection: Connection, random: SeededRandom): void {
    const places = [...this.#sides.map((side) => side.address), elsewhere(random)];
    connection.steer(({ paths }) => paths.offer(places));
  }

  weather(weather: Weather): void {
    this.#pair.weather = weather;
  }

  drive(forMs: number): void {
    let moments = 0;
    this.#pair.drive({
      forMs,
      until: () => {
        if (++moments > MOMENTS_MAX) throw new WalkError('this goes on for ever');
        if (moments > 1) this.#checkDeadlines();
        return false;
      },
    });
  }

  restart(side: Side): void {
    for (const [connection, ledger] of this.#byConnection)
      if (ledger.side === side) this.#byConnection.delete(connection);
    side.restart();
  }

  /** Loses what is on the wire. */
  cut(): void {
    this.#pair.cut();
  }

  /** A NAT forgets: from now on this side is seen, and reached, elsewhere. */
  rebind(side: Side): void {
    side.address = address(side.address.startsWith('[') ? '2001:db8::9' : '192.0.2.9', this.#ports++)!;
  }

  replay(random: SeededRandom, damaged: boolean): void {
    const one = this.#captured[random.word() % (this.#captured.length || 1)];
    const to = one && this.#sides.find((side) => side.address === one.to);
    if (!to) return;
    const bytes = damaged ? mutate([one.bytes, this.#captured[0]!.bytes], random) : one.bytes;
    this.#pair.inject(to, random.word() % 4 === 0 ? elsewhere(random) : one.from, bytes);
  }

  garbage(random: SeededRandom): void {
    const bytes = random.bytes(random.word() % (1 << (random.word() % 12)));
    if (bytes.length > 0 && random.word() % 2 === 0) bytes[0] = [0xc0, 0xe0, 0xf0, 0x40, 0x60][random.word() % 5]!;
    this.#pair.inject(this.side(random), elsewhere(random), bytes);
  }

  /** Somebody with a key and a connection to the server says anything at all. */
  hostility(random: SeededRandom): void {
    if (!this.#stranger || this.#stranger.closeCode !== undefined || random.word() % 16 === 0) this.#call(random);
    const stranger = this.#stranger;
    if (!stranger) return;
    for (let packets = random.word() % 4; packets >= 0; packets--) {
      if (random.word() % 8 === 0) stranger.nextNumber += random.word() % 40;
      const frames = fc.sample(anyFrame, { seed: random.word() | 0, numRuns: 1 + (random.word() % 6) });
      stranger.send(stranger.packet(frames), random.word() % 8 === 0 ? elsewhere(random) : stranger.address);
    }
  }

  #call(random: SeededRandom): void {
    const from = address('192.0.2.66', 8000 + this.#strangers.size)!;
    const stranger = new Stranger(this.#pair, this.#sides[1]!, from, random.bytes(32));
    this.#strangers.add(from);
    this.#stranger = undefined;
    try {
      this.#stranger = stranger.call();
      if (random.word() % 2 === 0) stranger.send(stranger.packet([{ type: 'ping' }]));
    } catch {
      // It was not answered: the server is asked too often.
    }
  }

  #heard(side: Side, event: TransportEvent): void {
    const { connection } = event;
    let ledger = this.#byConnection.get(connection);
    if (!ledger) {
      const isHostile = this.#sides.every(({ endpoint }) => endpoint.id !== connection.peer);
      ledger = new Ledger(side, this.#ledgers, isHostile);
      this.#byConnection.set(connection, ledger);
    }
    ledger.heard(event);
    if (event.type === 'readable' && this.#calm) ledger.read(connection, event.stream);
  }

  #check(): void {
    for (const [connection, { side }] of this.#byConnection) {
      const { streams, localIds } = connection;
      // Those that either side may open, of both kinds.
      if (streams.size > 4 * STREAMS_MAX) throw new WalkError(`${side.name} keeps ${streams.size} streams`);
      if (localIds.size > 2 * CONNECTION_IDS_ACTIVE_MAX) throw new WalkError(`${side.name} keeps ${localIds.size} ids`);
    }
    for (const { events } of this.#sides) events.length = 0;
    this.#checkDeadlines();
  }

  /** Whoever did everything that was due waits for something later. */
  #checkDeadlines(): void {
    for (const { name, endpoint } of this.#sides) {
      const deadline = endpoint.deadline();
      if (deadline !== undefined && deadline <= this.#pair.now) throw new WalkError(`${name} waits for what is over`);
    }
  }
}

const elsewhere = (random: SeededRandom): Address => address('203.0.113.5', 1 + (random.word() % 3))!;
