import { lookup as ask } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, address } from '../../core/base/address.ts';
import type { HostPort } from '../options/option-kinds.ts';

/** How long a name server may take, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * The literal addresses of a place that the user named. Only such a name is ever looked up: one that a peer gives would let it see
 * who asks (docs/protocol.md §0).
 *
 * @returns nothing when the name leads nowhere, or nobody answers in 5 s.
 */
export async function lookup({ host, port }: HostPort): Promise<readonly Address[]> {
  const literal = address(host, port);
  if (literal) return [literal];
  try {
    const found = await Promise.race([ask(host, { all: true }), sleep(PATIENCE_MS, [], { ref: false })]);
    return [...new Set(found.flatMap((one) => address(one.address, port) ?? []))];
  } catch {
    return [];
  }
}
