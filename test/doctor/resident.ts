import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as later } from 'node:timers/promises';
import type { Diagnosis, FindingView } from '../../src/api/finding.ts';
import { cleanEnv } from '../support/line-mode.ts';
import type { TestNetwork } from '../support/test-network.ts';

const QPC = join(resolve(import.meta.dirname, '../..'), 'bin/qpc.js');

/** Where a resident lives: on loopback of this machine, or on a host of a test network. */
export type Place = {
  readonly home: string;
  readonly name: string;
  readonly network?: TestNetwork;
  /** Options of its node, beside its name. */
  readonly options?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

/** How a run of the program ended. */
export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Somebody with a node of its own process, who uses nothing but the command line. */
export class Resident {
  readonly #place: Place;
  id = '';
  /** `HOST:PORT` where its node listens. */
  address = '';

  constructor(place: Place) {
    this.#place = place;
  }

  get home(): string {
    return this.#place.home;
  }

  /** How others reach it: `ID@HOST:PORT`. */
  get at(): string {
    return `${this.id}@${this.address}`;
  }

  /** Starts the node, and waits until it answers. */
  async up(...options: readonly string[]): Promise<this> {
    const { name, network, options: usual = [] } = this.#place;
    const where = network ? [] : ['--no-mdns', '--listen', '127.0.0.1:0'];
    await this.must('up', '--name', name, ...where, ...usual, ...options);
    const status = JSON.parse(await this.must('status', '--json')) as { id: string; addresses: string[] };
    this.id = status.id;
    this.address = status.addresses[0] ?? '';
    return this;
  }

  async down(): Promise<void> {
    await this.must('down');
  }

  /** Runs the program to its end. */
  async run(...words: readonly string[]): Promise<Run> {
    const child = this.#spawn(words);
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      new Promise<number | null>((done) => child.once('close', done)),
    ]);
    return { code, stdout, stderr };
  }

  /** The same, when it must succeed: what it printed. */
  async must(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...words);
    if (code !== 0) throw new Error(`qpc ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  /** What the doctor says, and with which exit code. */
  async doctor(): Promise<Diagnosis & { readonly code: number | null }> {
    const { code, stdout, stderr } = await this.run('doctor', '--json');
    if (stdout === '') throw new Error(`the doctor said nothing and ended with ${code}: ${stderr}`);
    return { code, ...(JSON.parse(stdout) as Diagnosis) };
  }

  async why(what: string): Promise<{ readonly paragraph: string; readonly findings: readonly FindingView[] }> {
    return JSON.parse(await this.must('mesh', 'why', '--json', what)) as never;
  }

  /** Sends a text and does not wait for anything; the id of the message. */
  async send(to: string, words: string, ...options: readonly string[]): Promise<string> {
    const sent = await this.must('send', '--wait', 'queued', '--json', ...options, to, words);
    return (JSON.parse(sent) as { id: string }).id;
  }

  /** Waits until somebody is connected. */
  async meets(other: Resident): Promise<void> {
    await soon(`${other.#place.name} at ${this.#place.name}`, async () => {
      const { peers } = JSON.parse(await this.must('mesh', 'peers', '--json')) as {
        peers: { id: string; state: string }[];
      };
      return peers.some(({ id, state }) => id === other.id && state === 'connected');
    });
  }

  /** Ends the node, however it is. */
  async end(): Promise<void> {
    await this.run('down').catch(() => {});
  }

  #spawn(words: readonly string[]): ChildProcess {
    const { home, name, network, env } = this.#place;
    const args = [QPC, '--home', home, ...words];
    const all = { ...cleanEnv(), ...env };
    return network
      ? network.spawn(name, process.execPath, args, all)
      : spawn(process.execPath, args, { env: all, stdio: 'pipe' });
  }
}

/** Asks again and again until it is so; fails with what it waited for. */
export async function soon(what: string, isSo: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  for (const deadline = performance.now() + timeoutMs; !(await isSo()); await later(200)) {
    if (performance.now() > deadline) throw new Error(`not in ${timeoutMs / 1000} s: ${what}`);
  }
}
