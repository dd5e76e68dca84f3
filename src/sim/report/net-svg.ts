import type { Journey } from '../measures/journey.ts';
import type { Plan } from '../plan.ts';
import { escaped } from './escaped.ts';
import { arrange, type Place } from './layout.ts';

const SIDE = 640;
const MARGIN = 24;

/** The net as a drawing: links, nodes, who means harm, and the way of a letter. */
export function netSvg(plan: Plan, journey: Journey | undefined): string {
  const at = arrange(plan).map(({ x, y }) => ({ x: scaled(x), y: scaled(y) }));
  const radius = Math.max(2, Math.min(9, 120 / Math.sqrt(at.length)));
  const way = journey?.way ?? [];
  const links = plan.links.map(([a, b]) => line(at[a]!, at[b]!, 'link')).join('');
  const steps = way
    .slice(1)
    .map((b, i) => line(at[way[i]!]!, at[b]!, 'way'))
    .join('');
  const nodes = at.map((place, index) => {
    const kind = plan.hostile?.has(index) ? 'hostile' : way.includes(index) ? 'on-way' : 'node';
    const name = `${plan.names?.[index] ?? index}${plan.hostile?.has(index) ? `, ${plan.hostile.get(index)}` : ''}`;
    const circle = `<circle class="${kind}" cx="${place.x}" cy="${place.y}" r="${radius}"><title>${escaped(name)}</title></circle>`;
    return at.length > 60
      ? circle
      : `${circle}<text x="${place.x}" y="${(place.y - radius - 2).toFixed(1)}">${escaped(name)}</text>`;
  });
  return `<svg viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label="the net">${links}${steps}${nodes.join('')}</svg>`;
}

const scaled = (share: number): number => Math.round((MARGIN + share * (SIDE - 2 * MARGIN)) * 10) / 10;

const line = (a: Place, b: Place, kind: string): string =>
  `<line class="${kind}" x1="${a.x}" y1="${a.y}" x2="${b.x}" y2="${b.y}"/>`;
