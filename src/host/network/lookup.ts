import { lookup as lookupAll } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, address } from '../../core/base/address.ts';
import type { HostPort } from '../options/option-kinds.ts';

/** How long a name server may take, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Whoever knows the addresses of names, and how long that may take, in milliseconds. */
type NameServers = {
  readonly ask: (name: string) => Promise<readonly { readonly address: string }[]>;
  readonly patienceMs: number;
};

/**
 * The literal addresses of a place that the user named. Only such a name is ever looked up: one that a peer gives would let it see
 * who asks (docs/protocol.md §0).
 *
 * @param servers - who is asked, and for how long; tests have their own
 * @returns nothing when the name leads nowhere, or nobody answers in 5 s.
 */
export async function lookup(
  { host, port }: HostPort,
  { ask, patienceMs }: NameServers = { ask: (name) => lookupAll(name, { all: true }), patienceMs: PATIENCE_MS },
): Promise<readonly Address[]> {
  const literal = address(host, port);
  if (literal) return [literal];
  try {
    const found = await Promise.race([ask(host), sleep(patienceMs, [], { ref: false })]);
    return [...new Set(found.flatMap((one) => address(one.address, port) ?? []))];
  } catch {
    return [];
  }
}
