import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import type { ApiEvent } from '../../src/api/schema.ts';
import { Daemon } from '../soak/daemon.ts';
import { type Attempt, type Kept, Ledger } from '../soak/ledger.ts';

/** What each of three nodes does for a message, in this order. */
export const ROLES = ['sender', 'relay', 'recipient'] as const;
/** What a node does for a message. */
export type Role = (typeof ROLES)[number];

const [SENDER, RELAY, RECIPIENT] = [0, 1, 2];
const LOOK_MS = 25;

/** Three real nodes in a row: what the first sends to the last goes through the one between. */
export class Trio {
  readonly ledger = new Ledger((from, to) => Math.abs(from - to));
  readonly #daemons: readonly Daemon[];
  readonly #ids: string[] = [];

  static async begin(folder: string): Promise<Trio> {
    const ports = await Promise.all(ROLES.map(freePort));
    const trio = new Trio(folder, ports);
    for (const [i, daemon] of trio.#daemons.entries()) {
      await daemon.start();
      const status = await daemon.api!.call('status', {});
      if (!status.ok) throw new Error(status.error.message);
      trio.#ids[i] = status.result.id;
    }
    for (const end of [SENDER, RECIPIENT]) {
      await trio.#daemons[end]!.api!.call('connect', { peer: `${trio.#ids[RELAY]}@127.0.0.1:${ports[RELAY]}` });
    }
    const first = await trio.send('the first message finds the way');
    if (!(await trio.until(() => trio.isSettled(first), 30_000)))
      throw new Error('three nodes in a row do not work at all');
    if (!(await trio.until(() => trio.isConnected(), 30_000)))
      throw new Error('three nodes in a row find each other no more');
    return trio;
  }

  private constructor(folder: string, ports: readonly number[]) {
    this.#daemons = ROLES.map(
      (role, i) =>
        new Daemon({
          home: join(folder, role),
          flags: ['--name', role, '--no-mdns', '--listen', `127.0.0.1:${ports[i]}`],
          spawn: (command, args, env) => spawn(command, args, { stdio: 'pipe', env }),
          hear: (event) => this.#hear(i, event),
        }),
    );
  }

  daemon(role: Role): Daemon {
    return this.#daemons[ROLES.indexOf(role)]!;
  }

  /** Asks the sender for a message to the recipient. */
  async send(text: string): Promise<Attempt> {
    const attempt = this.ledger.attempt(SENDER, RECIPIENT, text);
    const sent = await this.daemon('sender').api?.call('send', { peer: this.#ids[RECIPIENT]!, text });
    if (sent?.ok) attempt.id = sent.result.id;
    return attempt;
  }

  /** Whether all have found their neighbours. */
  async isConnected(): Promise<boolean> {
    for (const role of ROLES) {
      const status = await this.daemon(role).api?.call('status', {});
      if (!status?.ok || status.result.connected < (role === 'relay' ? 2 : 1)) return false;
    }
    return true;
  }

  /** Starts the others anew. */
  async renew(role: Role): Promise<void> {
    const others = ROLES.filter((other) => other !== role).map((other) => this.daemon(other));
    await Promise.all(others.map(async (daemon) => daemon.kill().then(() => daemon.start())));
  }

  /** Whether the sender knows that a message has arrived, and the recipient has shown it. */
  isSettled({ id }: Attempt): boolean {
    return id !== undefined && this.ledger.stateOf(id) === 'delivered' && this.ledger.isTold(id);
  }

  /** The message in the sender's history, whether its reply came or not. */
  async keptBySender({ text }: Attempt): Promise<string | undefined> {
    const lines = await this.daemon('sender').history();
    return lines.find((line) => line.text === text)?.id;
  }

  /** The histories of all three, for the ledger. */
  async kept(): Promise<Kept[][]> {
    const numberOf = (id: string): number => this.#ids.indexOf(id);
    return Promise.all(
      this.#daemons.map(async (daemon) =>
        (await daemon.history()).map(({ id, from, to, text, state }) => ({
          id,
          from: numberOf(from),
          to: numberOf(to),
          text,
          state,
        })),
      ),
    );
  }

  /** Waits until something is true; whether it became so in time. */
  async until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
    for (const deadline = performance.now() + withinMs; performance.now() < deadline; await later(LOOK_MS)) {
      if (await isSo()) return true;
    }
    return false;
  }

  async end(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.kill();
  }

  #hear(node: number, event: ApiEvent): void {
    if (event.type === 'message' && event.from !== this.#ids[node]) this.ledger.told(node, event.id, event.text);
    if (event.type === 'delivery') this.ledger.state(event.id, event.state, event.hops);
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((closed) => void socket.close(closed));
  return port;
}
