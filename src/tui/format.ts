/** The time of day by the reader's clock: `06:08`. */
export function clock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How long ago something was: `now`, `31 s`, `12 m`, `3 h`, `2 d`. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  return seconds < 5 ? 'now' : span(seconds * 1000);
}

/** A length of time in its largest unit, short: `31 s`, `12 m`, `3 h`, `2 d`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** An id in groups of four, as people compare it. */
export const grouped = (id: string): string => id.match(/.{1,4}/g)?.join(' ') ?? '';

const two = (value: number): string => String(value).padStart(2, '0');
