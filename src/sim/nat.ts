import { type Address, address, addressParts } from '../core/base/address.ts';
import { assert } from '../core/base/assert.ts';
import { after, type Instant } from '../core/base/time.ts';

/**
 * How a router treats what leaves a site and what comes to it, in the words of RFC 4787:
 *
 *     kind                  mapping (§4.1)               filtering (§5)
 *     firewall              none: addresses stay         address and port-dependent
 *     full-cone             endpoint-independent         endpoint-independent
 *     address-restricted    endpoint-independent         address-dependent
 *     port-restricted       endpoint-independent         address and port-dependent
 *     symmetric             address and port-dependent   address and port-dependent
 */
export type NatKind = 'firewall' | 'full-cone' | 'address-restricted' | 'port-restricted' | 'symmetric';

/** Every kind there is. */
export const NAT_KINDS: readonly NatKind[] = [
  'firewall',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'symmetric',
];

/** What a router is. */
export type NatOptions = {
  readonly kind: NatKind;
  /** Its public IP address; a firewall needs none. */
  readonly host: string;
  /** How long a mapping lives without anything that leaves through it (RFC 4787 §4.3, REQ-5 and REQ-6), in milliseconds. */
  readonly timeoutMs?: number;
};

/** RFC 4787 asks for two minutes at least; many routers in homes forget sooner. */
const TIMEOUT_MS = 120_000;

/** The first public port that a router gives out. */
const PORT_MIN = 20_000;
const PORT_MAX = 65_535;

/** A place in the router's table: what is inside, what stands for it outside, and who outside was written to, and when last. */
type Mapping = {
  readonly inside: Address;
  readonly outside: Address;
  readonly written: Map<string, Instant>;
  usedAt: Instant;
};

/** A router between a site and everybody else: a network address translator (RFC 4787), or only a firewall. UDP, no hairpin. */
export class Nat {
  readonly kind: NatKind;
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #byInside = new Map<string, Mapping>();
  readonly #byOutside = new Map<Address, Mapping>();
  #nextPort = PORT_MIN;

  constructor({ kind, host, timeoutMs = TIMEOUT_MS }: NatOptions) {
    this.kind = kind;
    this.#host = host;
    this.#timeoutMs = timeoutMs;
  }

  /** How many mappings there are, those included that have timed out and were not looked at since. */
  get size(): number {
    return this.#byInside.size;
  }

  /** Something leaves: the address that it comes from as others see it. Makes the mapping, or keeps it alive. */
  out(from: Address, to: Address, now: Instant): Address {
    const key = this.kind === 'symmetric' ? `${from} ${to}` : from;
    const known = this.#byInside.get(key);
    const mapping = known && this.#isAlive(known, now) ? known : this.#map(key, from, now);
    mapping.usedAt = now;
    mapping.written.set(this.#remote(to), now);
    return mapping.outside;
  }

  /** Something came for this address from outside: the address inside that it is for, or `undefined` when it is not let in. */
  in(from: Address, to: Address, now: Instant): Address | undefined {
    const mapping = this.#byOutside.get(to);
    if (!mapping || !this.#isAlive(mapping, now)) return undefined;
    if (this.kind === 'full-cone') return mapping.inside;
    const writtenAt = mapping.written.get(this.#remote(from));
    return writtenAt !== undefined && after(writtenAt, this.#timeoutMs) > now ? mapping.inside : undefined;
  }

  /** The address inside that stands behind an outside one, whoever asks. */
  behind(outside: Address): Address | undefined {
    return this.#byOutside.get(outside)?.inside;
  }

  /** The router starts anew: nothing that was open is open any more, and what leaves gets other ports. */
  restart(): void {
    this.#byInside.clear();
    this.#byOutside.clear();
  }

  #map(key: string, inside: Address, now: Instant): Mapping {
    const before = this.#byInside.get(key);
    if (before) this.#byOutside.delete(before.outside);
    const outside = this.kind === 'firewall' ? inside : this.#freeAddress();
    const mapping = { inside, outside, written: new Map(), usedAt: now };
    this.#byInside.set(key, mapping);
    this.#byOutside.set(outside, mapping);
    return mapping;
  }

  #freeAddress(): Address {
    for (let tries = PORT_MIN; tries <= PORT_MAX; tries++) {
      const port = this.#nextPort;
      this.#nextPort = port === PORT_MAX ? PORT_MIN : port + 1;
      const outside = address(this.#host, port);
      assert(outside !== undefined, 'a router has a public address');
      if (!this.#byOutside.has(outside)) return outside;
    }
    throw new Error(`the router ${this.#host} has no port left`);
  }

  #isAlive(mapping: Mapping, now: Instant): boolean {
    return after(mapping.usedAt, this.#timeoutMs) > now;
  }

  /** What a filter remembers of somebody outside. */
  #remote(outside: Address): string {
    return this.kind === 'address-restricted' ? addressParts(outside).host : outside;
  }
}
