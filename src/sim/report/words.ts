import type { Spread } from '../measures/spread.ts';

/** A number with its thousands apart: 12,345.6 */
export function number(value: number, digits = 0): string {
  const [whole = '', rest] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** A time as people say it: 12 ms, 3.4 s, 2 min 5 s, 3 h 10 min. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${number(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return join(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 2_880) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return join(Math.floor(hours / 24), 'days', hours % 24, 'h');
}

const join = (large: number, unit: string, small: number, rest: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${rest}`;

/** An amount of bytes: 512 B, 12.3 kB, 4.5 MB. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

/** A share in percent; what is not quite all never looks like all. */
export function percent(share: number): string {
  const hundredths = share < 1 ? Math.min(9_999, Math.round(share * 10_000)) : 10_000;
  return `${(hundredths / 100).toFixed(2).replace(/\.?0+$/, '')} %`;
}

/** How values lie, in a few words. */
export const spread = ({ p50, p90, p99, max }: Spread, say: (value: number) => string): string =>
  `median ${say(p50)}, 90 % ${say(p90)}, 99 % ${say(p99)}, longest ${say(max)}`;

/** One or many of something. */
export const some = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;
