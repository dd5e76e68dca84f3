import type { Route } from '../api/shapes.ts';
import { span } from '../core/base/span.ts';
import { plural, rtt } from './show.ts';

/** Routes as rows of cells; the ones in use begin with `*`. */
export const routeRows = (routes: readonly Route[]): readonly (readonly string[])[] =>
  routes.map((r) => [
    r.selected ? '*' : ' ',
    r.name,
    r.nextHop === r.to ? 'direct' : `via ${r.nextHopName}`,
    // The time is that of the link to the next hop, not of the whole way.
    rtt(r.rttMs),
    plural(r.hops, 'hop'),
    `metric ${r.metric}`,
    `heard ${span(r.ageMs)} ago`,
  ]);
