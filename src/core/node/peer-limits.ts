import { DIALS_AT_ONCE, DIALS_PER_SECOND, PEERS_HIGH, PEERS_LOW, PEERS_PER_ADDRESS } from '../base/limits.ts';

/** How many neighbours a node wants, and how fast it looks for them. */
export type PeerLimits = {
  /** It looks for neighbours by itself until it has so many. */
  readonly low: number;
  /** With more than this it lets the least useful go. */
  readonly high: number;
  readonly dialsPerSecond: number;
  /** Dials under way; for mail that waits, or because the user asked, as many again. */
  readonly dialsAtOnce: number;
  /** Neighbours at one public address (IPv4 /32, IPv6 /48) that this user does not know. */
  readonly perAddress: number;
};

/** What holds when nobody says anything. */
export const PEER_LIMITS: PeerLimits = {
  low: PEERS_LOW,
  high: PEERS_HIGH,
  dialsPerSecond: DIALS_PER_SECOND,
  dialsAtOnce: DIALS_AT_ONCE,
  perAddress: PEERS_PER_ADDRESS,
};
