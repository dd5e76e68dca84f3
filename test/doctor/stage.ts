import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestNetwork } from '../support/test-network.ts';
import { type Place, Resident } from './resident.ts';

/** Where one fault is played: residents, their homes, and a network if it needs one. All of it is gone afterwards. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'qpc-doctor-'));
  readonly #residents: Resident[] = [];
  readonly #undo: (() => void)[] = [];
  #network: TestNetwork | undefined;
  #hosts = 0;

  /** Somebody on loopback, whom others find by being told where. The node does not run yet. */
  local(name: string, more: Omit<Partial<Place>, 'name'> = {}): Resident {
    return this.#add({ name, home: this.newHome(), ...more });
  }

  /** Somebody on a host of its own on one LAN, which has IPv4 alone: a way less that a fault could go by. */
  neighbour(name: string, more: Omit<Partial<Place>, 'name'> = {}): Resident {
    const { network } = this;
    this.#hosts += 1;
    network.attach(name, 'lan', `10.7.0.${this.#hosts}`);
    network.run(name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
    return this.#add({ name, network, home: this.newHome(), ...more });
  }

  /** On a host that there is: somebody with another home, as after an installation from scratch. */
  again(name: string): Resident {
    return this.#add({ name, network: this.network, home: this.newHome() });
  }

  get network(): TestNetwork {
    if (!this.#network) {
      this.#network = new TestNetwork('doctor');
      this.#network.lan('lan');
    }
    return this.#network;
  }

  newHome(): string {
    return join(mkdtempSync(join(this.#folder, 'h-')), 'home');
  }

  /** Something to be done at the end, before the homes are removed; the last one first. */
  after(undo: () => void): void {
    this.#undo.unshift(undo);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#residents.map((one) => one.end()));
    for (const undo of this.#undo) undo();
    this.#network?.[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #add(place: Place): Resident {
    const one = new Resident(place);
    this.#residents.push(one);
    return one;
  }
}

/** Two or three residents who run and have met, the first with each of the others. */
export async function together(first: Resident, ...others: readonly Resident[]): Promise<void> {
  await first.up();
  await Promise.all(others.map((one) => one.up('--peer', first.at)));
  await Promise.all(others.map((one) => first.meets(one)));
}
