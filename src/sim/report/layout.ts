import type { Plan } from '../plan.ts';

/** Where something is drawn, in a square of side 1. */
export type Place = { readonly x: number; readonly y: number };

/** What the arranging may cost: pairs of nodes that are looked at. */
const PAIRS_MAX = 20_000_000;
const STEPS_MAX = 300;

/** Where a golden spiral puts its next point: never in line with the ones before. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Arranges a net so that who has a link is near and all others are apart: springs and repulsion, cooling down (Fruchterman and
 * Reingold 1991). The same net is always arranged the same way.
 */
export function arrange({ clockOffsetsMs: { length: count }, links }: Plan): readonly Place[] {
  const places = Array.from({ length: count }, (_, i) => {
    const radius = 0.5 * Math.sqrt((i + 0.5) / count);
    return { x: radius * Math.cos(i * GOLDEN_ANGLE), y: radius * Math.sin(i * GOLDEN_ANGLE) };
  });
  const steps = Math.max(1, Math.min(STEPS_MAX, Math.floor(PAIRS_MAX / (count * count))));
  const ideal = 0.9 / Math.sqrt(count);
  for (let step = 0; step < steps; step++) move(places, links, ideal, (0.1 * (steps - step)) / steps);
  return stretched(places);
}

type Moving = { x: number; y: number };

/** One step, of at most `heat`. */
function move(places: Moving[], links: Plan['links'], ideal: number, heat: number): void {
  const pulls = places.map(() => ({ x: 0, y: 0 }));
  const pull = (a: number, b: number, force: (apart: number) => number): void => {
    const [dx, dy] = [places[b]!.x - places[a]!.x, places[b]!.y - places[a]!.y];
    const apart = Math.max(1e-6, Math.sqrt(dx * dx + dy * dy));
    const by = force(apart) / apart;
    pulls[a]!.x += dx * by;
    pulls[a]!.y += dy * by;
    pulls[b]!.x -= dx * by;
    pulls[b]!.y -= dy * by;
  };
  for (let a = 0; a < places.length; a++) {
    for (let b = a + 1; b < places.length; b++) pull(a, b, (apart) => -(ideal * ideal) / apart);
  }
  for (const [a, b] of links) pull(a, b, (apart) => (apart * apart) / ideal);
  for (const [i, { x, y }] of pulls.entries()) {
    const length = Math.max(1e-9, Math.sqrt(x * x + y * y));
    const by = Math.min(length, heat) / length;
    places[i]!.x += x * by;
    places[i]!.y += y * by;
  }
}

/** Stretches the drawing to the square. */
function stretched(places: readonly Place[]): readonly Place[] {
  const scale = (of: (place: Place) => number) => {
    const values = places.map(of);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    return (place: Place): number => (max === min ? 0.5 : (of(place) - min) / (max - min));
  };
  const [x, y] = [scale((place) => place.x), scale((place) => place.y)];
  return places.map((place) => ({ x: x(place), y: y(place) }));
}
