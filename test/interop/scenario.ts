import type { Check } from './checks.ts';
import type { LaneSpec } from './lane.ts';

/** What the client does. */
export type Work = {
  /** The sizes of the files that it asks for, by connection: one connection after the other, its files all at once. */
  readonly connections: readonly (readonly number[])[];
  /** Whether the first three files of a connection are asked for with message 1. */
  readonly early?: boolean;
  /** Strangers who have begun a handshake each, and do not go on with it, when the client dials. */
  readonly crowd?: number;
  /** The client renews its keys when it has received so much. */
  readonly updateKeysAtBytes?: number;
  /** The client goes to another address when it has received so much. */
  readonly moveAtBytes?: number;
};

/** When the NAT between the two forgets what it had, and what of the client's outer address is then another one. */
export type Rebinding = { readonly firstMs: number; readonly everyMs: number; readonly changes: 'port' | 'address' };

/** One row of the interop table: what lies between client and server, what they do, and what must be true afterwards. */
export type Scenario = {
  readonly name: string;
  /** What it shows. */
  readonly shows: string;
  readonly up: LaneSpec;
  readonly down: LaneSpec;
  readonly rebinding?: Rebinding;
  readonly v6?: boolean;
  readonly work: Work;
  /** From the first datagram to the last file. */
  readonly timeoutMs: number;
  /** Beside `ALWAYS` (checks.ts). */
  readonly checks: readonly Check[];
};

/** How often the NAT has been rebound after so many milliseconds. */
export function bindingsBefore({ firstMs, everyMs }: Rebinding, elapsedMs: number): number {
  return elapsedMs < firstMs ? 0 : 1 + Math.floor((elapsedMs - firstMs) / everyMs);
}

/** Bytes of the IP and UDP headers of its datagrams. */
export const headerBytes = ({ v6 = false }: Scenario): number => (v6 ? 48 : 28);
