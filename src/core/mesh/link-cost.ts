import { LINK_COST_MAX, LINK_COST_MIN, METRIC_CHANGE_SHARE } from '../base/limits.ts';

/**
 * What a link adds to the metric of a route (docs/protocol.md §2.1): the smoothed round-trip time in units of 100 µs, times
 * the number of times that a packet and its acknowledgement are sent on average (ETX: De Couto et al., MobiCom 2003).
 *
 * @param lossShare - the share of packets lost, 0 to 1, taken to be the same in both directions.
 * @returns a whole number from LINK_COST_MIN to LINK_COST_MAX.
 */
export function linkCost(rttMs: number, lossShare: number): number {
  const arrives = 1 - Math.min(Math.max(lossShare, 0), 0.99);
  const cost = Math.round((rttMs * 10) / (arrives * arrives));
  return Math.min(Math.max(cost, LINK_COST_MIN), LINK_COST_MAX);
}

/** Whether a cost or metric moved so far from what was last told that it is worth telling. */
export const differsMuch = (value: number, told: number): boolean =>
  Math.abs(value - told) > told * METRIC_CHANGE_SHARE;
