import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { profileFile } from '../../src/host/profile/profile.ts';
import type { Attempt } from '../soak/ledger.ts';
import { type Choice, DiskFault, type FaultKind, firstOf, missesAtEnd } from './disk-fault.ts';
import type { Problem, Results } from './results.ts';
import { storedIn } from './stored.ts';
import { type Role, Trio } from './trio.ts';

/** How long a node may take to find its neighbours again, in milliseconds. */
const CONNECT_MS = 20_000;
/** How long a message may take on three nodes that work. */
const TRAVEL_MS = 3_000;
/** How long a disk stays full. */
const FULL_MS = 700;
/** How long an orderly end may take. */
const END_MS = 8_000;
/** How long after all is well a message may take: what nobody has a receipt for is asked for again after a minute. */
const SETTLE_MS = 150_000;

/**
 * A fault at every `step`th disk operation of one node of three while a message goes from the first to the last, and of its orderly
 * end after that, in which the log of the database is written into it. Then the node is started again, and looked at.
 */
export async function mailPoints(
  how: Choice & { readonly role: Role; readonly library: string; readonly folder: string },
  results: Results,
): Promise<void> {
  const { role, kinds, step, library, folder } = how;
  mkdirSync(folder);
  const trio = await Trio.begin(folder);
  try {
    const fault = new DiskFault({ library, folder, home: trio.daemon(role).home });
    for (const kind of kinds) {
      await trio.daemon(role).kill();
      const first = firstOf(kind, how);
      await trio.daemon(role).start(fault.env(kind, first));
      for (let at = first, missed = 0; missed < missesAtEnd(how); at += step) {
        const point = new Point(trio, role, fault, { kind, at, nextAt: at + step });
        const problems = await point.run();
        missed = point.wasReached ? 0 : missed + 1;
        const { operation, settledMs } = point;
        if (point.wasReached || problems.length > 0) results.add({ role, kind, operation, problems, settledMs });
        // Who comes and goes too often is kept waiting by its neighbours (docs/protocol.md §2.1); those who just came know nothing of it.
        if ((at - first) % (POINTS_BETWEEN_RENEWALS * step) === 0) await trio.renew(role);
      }
      results.ended(role, kind);
    }
  } catch (error) {
    const problems = [{ what: `it cannot go on: ${(error as Error).message}`, log: '' }];
    results.add({ role, kind: kinds[0]!, operation: 'a start', problems, settledMs: 0 });
  } finally {
    await trio.end();
  }
}

/** After so many points the neighbours of the node that is tried are started anew. */
const POINTS_BETWEEN_RENEWALS = 2;

type Place = { readonly kind: FaultKind; readonly at: number; readonly nextAt: number };

/** One fault: the node runs already, and has it before it as soon as it is armed. */
class Point {
  operation = '';
  settledMs = 0;
  wasReached = false;
  readonly #trio: Trio;
  readonly #role: Role;
  readonly #fault: DiskFault;
  readonly #place: Place;

  constructor(trio: Trio, role: Role, fault: DiskFault, place: Place) {
    this.#trio = trio;
    this.#role = role;
    this.#fault = fault;
    this.#place = place;
  }

  async run(): Promise<Problem[]> {
    const trio = this.#trio;
    const daemon = trio.daemon(this.#role);
    const { kind, at, nextAt } = this.#place;
    if (!(await trio.until(() => trio.isConnected(), CONNECT_MS))) return this.#problem('a node finds no neighbour');
    this.#fault.arm();
    const sending = trio.send(`${this.#role} ${kind} ${at}`);
    const attempt = trio.ledger.attempts.at(-1)!;
    await this.#travel(attempt);
    await sending;
    this.#fault.disarm();
    await daemon.kill();
    this.#readOperations();
    const problems = this.#inspect(attempt);
    try {
      await daemon.start(this.#fault.env(kind, nextAt));
    } catch (error) {
      return [...problems, ...this.#problem(`it does not start again: ${(error as Error).message}`)];
    }
    return [...problems, ...(await this.#settle(attempt))];
  }

  /** The message goes as far as it can; then the node ends in order, if it still can. */
  async #travel(attempt: Attempt): Promise<void> {
    const trio = this.#trio;
    const daemon = trio.daemon(this.#role);
    const isOver = () => trio.isSettled(attempt) || daemon.ended !== undefined || this.#isHit();
    await trio.until(isOver, TRAVEL_MS);
    if (daemon.ended !== undefined) return;
    if (this.#isHit()) {
      await trio.until(() => false, FULL_MS);
      this.#fault.disarm();
      // It must mend itself: nobody starts it anew because a disk was full for a moment.
      await trio.until(() => trio.isSettled(attempt) || daemon.ended !== undefined, TRAVEL_MS);
      return;
    }
    await daemon.api?.call('down', {});
    await daemon.end(END_MS);
  }

  #isHit(): boolean {
    return this.#fault.operations().some(({ number }) => number >= this.#place.at);
  }

  #readOperations(): void {
    const operation = this.#fault.operations().find(({ number }) => number === this.#place.at);
    this.wasReached = operation !== undefined;
    this.operation = operation ? `${operation.name} ${operation.path.replace(/^\//, '')}` : '';
  }

  /** What a node has said must be on its disk when it is dead. */
  #inspect(attempt: Attempt): Problem[] {
    const { ledger } = this.#trio;
    const { home } = this.#trio.daemon(this.#role);
    const stored = storedIn(home);
    const problems = stored.damage.flatMap((damage) => this.#problem(`corrupt: ${damage}`));
    const { id } = attempt;
    if (id === undefined) return problems;
    const state = ledger.stateOf(id) ?? 'queued';
    const gone = (what: string): void => void problems.push(...this.#problem(`lost: ${what} (${state})`));
    if (this.#role === 'sender') {
      if (!stored.messages.has(id)) gone('a reply acknowledged it, and its sender does not have it');
      else if (!FURTHER[state]?.includes(stored.states.get(id) ?? ''))
        gone(`told as ${state}, on disk it is ${stored.states.get(id)}`);
    }
    if (this.#role === 'relay' && state === 'carried' && !stored.envelopes.has(id) && !stored.seen.has(id)) {
      gone('the relay accepted it, and does not have it');
    }
    const arrived = state === 'sent' || state === 'delivered' || ledger.isTold(id);
    if (this.#role === 'recipient' && arrived && !stored.messages.has(id)) gone('the recipient said that it has it');
    return problems;
  }

  /** After the restart everything that was acknowledged arrives once, and everything that was not, once or never. */
  async #settle(attempt: Attempt): Promise<Problem[]> {
    const trio = this.#trio;
    const begun = performance.now();
    const id = attempt.id ?? (await trio.keptBySender(attempt));
    if (id !== undefined) await trio.until(() => trio.isSettled({ ...attempt, id }), SETTLE_MS);
    this.settledMs = performance.now() - begun;
    const faults = trio.ledger.faults(await trio.kept()).filter((fault) => fault.id === (id ?? fault.id));
    return faults
      .filter(({ detail, id: of }) => of === id || detail.startsWith(`${attempt.text} `))
      .flatMap(({ what, detail }) => this.#problem(`${what} (${detail})`));
  }

  #problem(what: string): Problem[] {
    const { home } = this.#trio.daemon(this.#role);
    const log = profileFile.log(home);
    const lastLine = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').at(-1) : undefined;
    return [{ what, log: lastLine ?? '' }];
  }
}

/** Which states on disk are no less than what was told. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  queued: ['queued', 'carried', 'sent', 'delivered', 'refused'],
  carried: ['carried', 'sent', 'delivered'],
  sent: ['sent', 'delivered'],
  delivered: ['delivered'],
};
