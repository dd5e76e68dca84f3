import { type Address, address, addressParts } from '../core/base/address.ts';
import { assert } from '../core/base/assert.ts';
import type { Instant } from '../core/base/time.ts';
import { Nat, type NatKind } from './nat.ts';

/** A house with a router: who is inside, and how the router treats them. */
export type Site = {
  readonly nat: NatKind;
  readonly members: readonly number[];
  /** How long the router's mappings live, in milliseconds. */
  readonly timeoutMs?: number;
};

/** A datagram that has left its site: where it seems to come from, and whose it will be. */
export type Underway = { readonly source: Address; readonly target: number };

type Place = { readonly nat: Nat; readonly hosts: Map<Address, number> };

/** The port on which all simulated nodes listen. */
const PORT = 7_000;

/** Who has which address, and which routers stand between. Sites have the same private addresses, as they do everywhere. */
export class Internet {
  readonly #sites: readonly Place[];
  /** By the public IP address of its router. */
  readonly #siteAt = new Map<string, Place>();
  /** By computer: its site, if it is in one. */
  readonly #siteOf = new Map<number, number>();
  readonly #addresses: Address[];
  readonly #byAddress = new Map<Address, number>();
  #moves = 0;

  constructor(count: number, sites: readonly Site[]) {
    this.#addresses = Array.from({ length: count }, (_, index) => addressOf(index));
    this.#sites = sites.map(({ nat, members, timeoutMs }, site) => {
      const hosts = new Map<Address, number>();
      for (const [host, index] of members.entries()) {
        this.#siteOf.set(index, site);
        if (nat !== 'firewall') this.#addresses[index] = made(`192.168.1.${host + 2}`, PORT);
        hosts.set(this.#addresses[index]!, index);
      }
      const host = site < 250 ? `203.0.113.${site + 1}` : `11.0.${site >> 8}.${site & 255}`;
      const place = { nat: new Nat({ kind: nat, host, ...(timeoutMs === undefined ? {} : { timeoutMs }) }), hosts };
      this.#siteAt.set(host, place);
      return place;
    });
    for (const [index, own] of this.#addresses.entries()) {
      if (!this.#isTranslated(index)) this.#byAddress.set(own, index);
    }
  }

  /** The address that a computer itself knows. */
  addressOf(index: number): Address {
    return this.#addresses[index]!;
  }

  /** Whether the address that a computer knows of itself can be called by another. */
  canCall(caller: number, callee: number): boolean {
    const site = this.#siteOf.get(callee);
    return site === undefined || site === this.#siteOf.get(caller);
  }

  /** Whether one of two can call the other. */
  canMeet(a: number, b: number): boolean {
    return this.canCall(a, b) || this.canCall(b, a);
  }

  /** A datagram leaves a computer; `undefined` when there is nobody at that address. */
  leave(from: number, to: Address, now: Instant): Underway | undefined {
    const site = this.#siteOf.get(from);
    const own = this.#addresses[from]!;
    if (site === undefined) return this.#underway(own, to);
    const { nat, hosts } = this.#sites[site]!;
    const beside = hosts.get(to);
    if (beside !== undefined) return { source: own, target: beside };
    return this.#underway(nat.out(own, to, now), to);
  }

  /** Whether it still gets to the one it is for, now that it arrives: the router lets it in, and nobody has moved. */
  enters({ source, target }: Underway, to: Address, now: Instant): boolean {
    const site = this.#siteOf.get(target);
    if (site === undefined) return this.#byAddress.get(to) === target;
    const { nat, hosts } = this.#sites[site]!;
    if (hosts.has(source)) return hosts.get(to) === target;
    const inside = nat.in(source, to, now);
    return inside !== undefined && hosts.get(inside) === target;
  }

  /** A computer gets another address, as after a new lease; its site, if any, is the same. */
  move(index: number): Address {
    const site = this.#siteOf.get(index);
    const before = this.#addresses[index]!;
    const number = this.#moves++;
    const next = this.#isTranslated(index)
      ? made(`192.168.${2 + (number >> 8)}.${number & 255}`, PORT)
      : made(`10.${200 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`, PORT);
    this.#addresses[index] = next;
    if (site !== undefined) {
      this.#sites[site]!.hosts.delete(before);
      this.#sites[site]!.hosts.set(next, index);
    }
    if (!this.#isTranslated(index)) {
      this.#byAddress.delete(before);
      this.#byAddress.set(next, index);
    }
    return next;
  }

  /** The router of a computer's site starts anew. */
  restartRouter(index: number): void {
    const site = this.#siteOf.get(index);
    if (site !== undefined) this.#sites[site]!.nat.restart();
  }

  #underway(source: Address, to: Address): Underway | undefined {
    const target = this.#byAddress.get(to) ?? this.#translated(to);
    return target === undefined ? undefined : { source, target };
  }

  #translated(to: Address): number | undefined {
    const place = this.#siteAt.get(addressParts(to).host);
    const inside = place?.nat.behind(to);
    return inside === undefined ? undefined : place?.hosts.get(inside);
  }

  #isTranslated(index: number): boolean {
    const site = this.#siteOf.get(index);
    return site !== undefined && this.#sites[site]!.nat.kind !== 'firewall';
  }
}

/** Where computer `index` listens when nothing else is said: an address of a documentation range (RFC 5737), or of one of our own when there are many. */
export const addressOf = (index: number): Address =>
  made(index < 250 ? `198.51.100.${index + 1}` : `10.0.${index >> 8}.${index & 255}`, PORT);

function made(host: string, port: number): Address {
  const result = address(host, port);
  assert(result !== undefined, 'an address is an address');
  return result;
}
