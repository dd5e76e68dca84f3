import type { Climate } from '../../src/sim/weather.ts';

/** Weather that delays and does nothing else. */
export const CALM: Climate = {
  latencyMs: { min: 5, max: 60 },
  jitterMs: 0,
  lossShare: 0,
  duplicateShare: 0,
  corruptShare: 0,
};
