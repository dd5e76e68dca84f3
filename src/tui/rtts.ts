import type { Peer } from '../api/shapes.ts';
import { SCREEN_RTTS_EVERY_MS, SCREEN_RTTS_MS } from '../core/base/limits.ts';

type Sample = { readonly at: number; readonly rttMs: number };

/** Round-trip times of the links to neighbours, oldest first, by the id of the neighbour. */
export type Rtts = ReadonlyMap<string, readonly Sample[]>;

/** What is known after the node has told of its peers. Of who is no neighbour any more what is not too old stays. */
export function sampled(rtts: Rtts, peers: readonly Peer[], now: number): Rtts {
  const known = new Map<string, readonly Sample[]>();
  for (const [id, samples] of rtts) {
    const young = samples.filter(({ at }) => now - at < SCREEN_RTTS_MS);
    if (young.length > 0) known.set(id, young);
  }
  for (const { id, state, rttMs } of peers) {
    if (state !== 'connected' || rttMs === undefined) continue;
    const samples = known.get(id) ?? [];
    if (now - (samples.at(-1)?.at ?? 0) >= SCREEN_RTTS_EVERY_MS) known.set(id, [...samples, { at: now, rttMs }]);
  }
  return known;
}

/** The last `SCREEN_RTTS_MS` in `cells` parts: the mean of what was measured in each, or `undefined`. */
export function rttsInCells(samples: readonly Sample[], cells: number, now: number): (number | undefined)[] {
  const parts = Array.from({ length: cells }, () => ({ sum: 0, count: 0 }));
  for (const { at, rttMs } of samples) {
    const part = parts[cells - 1 - Math.floor(((now - at) / SCREEN_RTTS_MS) * cells)];
    if (!part) continue;
    part.sum += rttMs;
    part.count++;
  }
  return parts.map(({ sum, count }) => (count === 0 ? undefined : sum / count));
}
