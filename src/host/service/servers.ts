import { done, failed } from '../../api/answer.ts';
import type { Outcome, Result } from '../../api/schema.ts';
import type { Address } from '../../core/base/address.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { HostPort } from '../options/option-kinds.ts';
import type { Desk } from './desk.ts';
import { refusal } from './words.ts';

/** Addresses without an id that are waited for at a time. The oldest is forgotten. */
const NOTED_MAX = 256;

/**
 * Servers and nodes that the user knows by address (docs/commands.md, /mesh server). One whose id is not known is only noted:
 * when a node announces that address by mDNS, its id is taken as it is claimed, with a warning, and it is connected.
 */
export class Servers {
  readonly #desk: Desk;
  readonly #noted = new Map<Address, string>();
  readonly #tell: (message: string) => void;

  constructor(desk: Desk, tell: (message: string) => void) {
    this.#desk = desk;
    this.#tell = tell;
  }

  async note(place: HostPort, id: NodeId | undefined): Promise<Outcome<Result<'server'>>> {
    const { owner, names } = this.#desk;
    const address = written(place);
    const addresses = await this.#desk.lookup(place);
    if (addresses.length === 0)
      return failed('E_NO_WAY', `${place.host} has no address`, 'check the name, or give an IP address');
    const claimed = id ?? this.#announced(addresses);
    if (claimed === undefined) {
      for (const at of addresses) this.#noted.set(at, address);
      if (this.#noted.size > NOTED_MAX) this.#noted.delete(this.#noted.keys().next().value!);
      const warning = `no id is known for ${address}, so it cannot be connected yet · /mesh server ${address} --id ID`;
      return done({ address, state: 'noted', warning });
    }
    const state = owner.turn((node, now) => node.connect(claimed, addresses, 'manual', now));
    if (typeof state !== 'string') return refusal(state, names.of(claimed));
    const warning = id === undefined ? { warning: claim(address, names.of(claimed)) } : {};
    return done({ address, id: claimed, state, ...warning });
  }

  /** Looks for noted addresses in what mDNS finds, and connects. */
  heard(event: NodeEvent): void {
    if (event.type !== 'peer' || event.state !== 'discovered' || event.source !== 'mdns' || !event.address) return;
    const address = this.#noted.get(event.address);
    if (address === undefined) return;
    this.#noted.delete(event.address);
    const at = event.address;
    this.#desk.owner.turn((node, now) => node.connect(event.id, [at], 'manual', now));
    this.#tell(claim(address, this.#desk.names.of(event.id)));
  }

  #announced(addresses: readonly Address[]): NodeId | undefined {
    const peers = this.#desk.owner.turn((node) => node.peers());
    const there = peers.filter(
      ({ state, addresses: known }) => state !== 'known' && known.some((at) => addresses.includes(at)),
    );
    return there.length === 1 ? there[0]?.id : undefined;
  }
}

const written = ({ host, port }: HostPort): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

const claim = (address: string, name: string): string =>
  `${name} claims to be the node at ${address} · compare its fingerprint by another way, then /verify ${name}`;
