import type { Address, Datagram } from '../core/base/address.ts';
import { CALENDAR_STEP_MS, HEARTBEAT_MS, SLEPT_MS_MIN, STOP_MS_MAX } from '../core/base/limits.ts';
import type { Instant } from '../core/base/time.ts';
import type { NodeCommands } from '../core/node/commands.ts';
import type { NodeEvent } from '../core/node/event.ts';
import type { DurableMachine } from '../core/node/machine.ts';
import { Alarm } from './alarm.ts';
import type { Clock } from './clock.ts';
import { Commits } from './commits.ts';
import type { Database } from './database/database.ts';
import { DatabaseError, StoreFull } from './database/database-error.ts';
import type { Log } from './log.ts';
import type { Meter } from './metrics/meter.ts';
import { listeningAt } from './network/interfaces.ts';
import { Networks } from './network/networks.ts';
import type { UdpSocket } from './network/udp.ts';

/** What a driver owns. */
export type DriverParts = {
  readonly node: DurableMachine<NodeEvent> & NodeCommands;
  readonly database: Database;
  readonly udp: UdpSocket;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the user says it is reached from outside; neighbours are told before the machine's own addresses. */
  readonly announced?: readonly Address[];
  /** Looked at every 2 s. */
  readonly networks?: Networks;
  /** Told how long turns and commits take. */
  readonly meter?: Meter;
};

/**
 * The owner of a node on a real machine, and the twin of `sim/world`: it tells the node what happened and does what the node
 * asks, with one socket, one timer and one database. Nothing is decided here.
 *
 * A turn is: something happened; records and reads are drained until there are none; datagrams go out; events are told.
 * What the node may say only after a write it says by itself, after `committed`: so draining everything is always right.
 */
export class Driver {
  readonly #parts: DriverParts;
  readonly #commits: Commits;
  readonly #alarm: Alarm;
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  readonly #networks: Networks;
  #addresses: readonly Address[] = [];
  #storeFailure: Error | undefined;
  #events: NodeEvent[] = [];
  #telling = false;
  /** What the node was last told: how far the calendar is ahead of the monotonic clock, in milliseconds. */
  #calendarLeadMs: number | undefined;
  #lastTurnAt: Instant | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;
  #stopping: Promise<void> | undefined;
  /** While it stops: called when the neighbours have what was written to them. */
  #left: (() => void) | undefined;

  constructor(parts: DriverParts) {
    const { node, database, clock } = parts;
    this.#parts = parts;
    this.#networks = parts.networks ?? new Networks();
    this.#alarm = new Alarm(clock, () => this.#step((now) => node.elapse(now)));
    this.#commits = new Commits(
      node,
      database,
      (done) => this.#step(done),
      (failure) => this.#storing(failure),
      parts.meter,
    );
  }

  /** Where the node listens: a wildcard stands for the addresses of this machine. */
  get addresses(): readonly Address[] {
    return this.#addresses;
  }

  /** Why nothing can be stored at the moment. */
  get storeFailure(): Error | undefined {
    return this.#storeFailure;
  }

  async start(): Promise<void> {
    const { node, udp } = this.#parts;
    udp.onBurst((burst) => this.#step((now) => this.#receive(burst, now)));
    udp.onTooLong((address, bytes) => this.#step(() => node.datagramRefused(address, bytes)));
    udp.onReopened(() => this.#step((now) => node.networkChanged(now)));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#beat();
  }

  /**
   * Says goodbye, writes what is left to write, and closes the socket. What was under way to a neighbour that answers gets there;
   * one that does not is waited for 2 s. The database stays open: it is the caller's.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Runs a command on the node and everything that follows from it. */
  turn<T>(command: (node: DriverParts['node'], now: Instant) => T): T {
    const now = this.#now();
    try {
      return command(this.#parts.node, now);
    } finally {
      this.#settle(now);
      this.#parts.meter?.turned(this.#parts.clock.now() - now);
    }
  }

  /** Events from now on, until the returned function is called. A listener may start another turn; its events come after these. */
  onEvent(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A turn that nobody waits for. A mistake of ours in it must not end a node that others rely on: it is logged, loudly. */
  #step(happened: (now: Instant) => void): void {
    if (this.#stopped) return;
    try {
      this.turn((_, now) => happened(now));
    } catch (error) {
      this.#fault(error);
    }
  }

  /** One datagram that trips over a mistake of ours does not take the rest of its burst with it. */
  #receive(burst: readonly Datagram[], now: Instant): void {
    for (const datagram of burst) {
      try {
        this.#parts.node.receive(datagram, now);
      } catch (error) {
        this.#fault(error);
      }
    }
  }

  async #stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    const left = Promise.withResolvers<void>();
    this.#left = left.resolve;
    const late = setTimeout(left.resolve, STOP_MS_MAX);
    this.#step(() => {});
    this.#commitAll();
    await left.promise;
    clearTimeout(late);
    this.#commitAll();
    this.#stopped = true;
    this.#alarm.clear();
    this.#commits.clear();
    await this.#parts.udp.close();
  }

  /** Asks the node to stop, if it is time for that. Whether it has just done so. */
  #leave(now: Instant): boolean {
    const left = this.#left;
    if (!left || !this.#parts.node.stop(now)) return false;
    this.#left = undefined;
    left();
    return true;
  }

  /** What a commit releases may ask for another one: an answer, the end of a conversation. */
  #commitAll(): void {
    for (let round = 0; round < 8 && this.#commits.waiting; round++) this.#commits.commit();
  }

  #settle(now: Instant): void {
    const { node, udp } = this.#parts;
    while (this.#commits.collect() || this.#read(now) || this.#leave(now));
    for (let out = node.pollTransmit(now); out; out = node.pollTransmit(now)) udp.send(out);
    for (let event = node.pollEvent(); event; event = node.pollEvent()) this.#events.push(event);
    if (!this.#stopped) {
      this.#commits.schedule();
      this.#alarm.set(node.deadline());
    }
    this.#tell();
  }

  /**
   * Tells the user once that the disk takes nothing, and once that it does again. What was refused the node knows by itself, and
   * before anybody who is told: the event goes out with the turn in which the node hears of it.
   */
  #storing(failure: Error | undefined): void {
    this.#storeFailure = failure;
    if (failure) this.#parts.log.error({ err: failure }, 'not stored');
    else this.#parts.log.info('stored again');
    const code = failure === undefined ? 'STORE_OK' : failure instanceof StoreFull ? 'STORE_FULL' : 'STORE_FAILED';
    const hint = failure instanceof DatabaseError ? ` · ${failure.hint}` : '';
    const message = failure ? `nothing can be stored: ${failure.message}${hint}` : 'storing works again';
    this.#events.push({ type: 'notice', level: failure ? 'error' : 'info', code, message });
  }

  /** Answers what the node wants to know from the disk. Whether it wanted anything. */
  #read(now: Instant): boolean {
    const { node, database } = this.#parts;
    let any = false;
    for (let request = node.pollRead(); request; request = node.pollRead()) {
      any = true;
      if (request.want === 'envelope') node.loaded(request.id, database.envelope(request.id), now);
      else node.known(request.id, database.shown(request.id), now);
    }
    return any;
  }

  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      for (const listener of this.#listeners) {
        try {
          listener(event);
        } catch (error) {
          this.#fault(error);
        }
      }
    }
    this.#telling = false;
  }

  /** The moment of a turn; the node is told first when the calendar was moved since the last one, or the machine slept. */
  #now(): Instant {
    const { node, clock } = this.#parts;
    const now = clock.now();
    const calendar = clock.calendar();
    const leadMs = calendar - now;
    const stepMs = Math.abs(leadMs - (this.#calendarLeadMs ?? leadMs));
    // The heartbeat is a turn, so only a machine that stood still has none for so long.
    const pauseMs = now - (this.#lastTurnAt ?? now);
    this.#lastTurnAt = now;
    if (this.#calendarLeadMs === undefined || stepMs > CALENDAR_STEP_MS) {
      this.#calendarLeadMs = leadMs;
      node.calendar(calendar, now);
    }
    // A virtual machine that was halted has no other sign of it than its calendar, once somebody sets that.
    if (pauseMs > HEARTBEAT_MS + SLEPT_MS_MIN || stepMs > SLEPT_MS_MIN) node.networkChanged(now);
    return now;
  }

  /** Looks at what announces itself to nobody: a machine that slept, other networks, a socket that is stuck. */
  #beat(): void {
    const { node, udp, announced = [] } = this.#parts;
    this.#step((now) => {
      udp.check();
      if (this.#networks.look()) node.networkChanged(now);
      const addresses = listeningAt(udp, this.#networks.all);
      if (addresses.join() !== this.#addresses.join()) node.reachableAt([...announced, ...addresses], now);
      this.#addresses = addresses;
      node.elapse(now);
    });
  }

  #fault(error: unknown): void {
    this.#parts.log.error({ err: error }, 'a mistake of ours');
  }
}
