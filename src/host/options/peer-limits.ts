import { PEER_LIMITS, type PeerLimits } from '../../core/node/peer-limits.ts';
import type { Options } from './option-table.ts';

/** How many neighbours the node wants, and how fast it looks for them: as the user says, and where he says nothing, as is usual. */
export const peerLimitsOf = (
  options: Pick<Options, 'peersLow' | 'peersHigh' | 'peersPerAddress' | 'dialsPerSecond' | 'dialsAtOnce'>,
): PeerLimits => ({
  low: options.peersLow ?? PEER_LIMITS.low,
  high: options.peersHigh ?? PEER_LIMITS.high,
  perAddress: options.peersPerAddress ?? PEER_LIMITS.perAddress,
  dialsPerSecond: options.dialsPerSecond ?? PEER_LIMITS.dialsPerSecond,
  dialsAtOnce: options.dialsAtOnce ?? PEER_LIMITS.dialsAtOnce,
});
