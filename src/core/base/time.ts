import type { Brand } from './brand.ts';

/** A moment for timers: milliseconds since an origin of the owner's choice, fractions allowed. Never runs backwards. */
export type Instant = Brand<number, 'Instant'>;

/** A moment by somebody's calendar: milliseconds since 1970. Never trusted for order. */
export type Timestamp = Brand<number, 'Timestamp'>;

export const instant = (ms: number): Instant => ms as Instant;
export const timestamp = (ms: number): Timestamp => ms as Timestamp;

/** The moment `ms` milliseconds after `from`. */
export const after = (from: Instant, ms: number): Instant => (from + ms) as Instant;

/** The earliest of several deadlines; `undefined` means "never", and is ignored. */
export function earliest(...deadlines: readonly (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const at of deadlines) if (at !== undefined && (first === undefined || at < first)) first = at;
  return first;
}
