/** The time of day by the reader's clock: `06:08`. */
export function clock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The day of a moment as its reader calls it: today, yesterday, or its name in full. */
export function dayLabel(at: number, now: number): string {
  const day = (moment: number): string => new Date(moment).toDateString();
  if (day(at) === day(now)) return capital(RELATIVE.format(0, 'day'));
  return day(at) === day(now - 86_400_000) ? capital(RELATIVE.format(-1, 'day')) : DAY.format(at);
}

/** A day in few cells, as its reader writes it: nothing for today, else `19 Nov`, with the year when that is another. */
export function shortDay(at: number, now: number): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return '';
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? DAY_SHORT.format(at) : DAY_FULL.format(at);
}

const DAY_SHORT = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const DAY_FULL = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: '2-digit', year: '2-digit' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const capital = (words: string): string => words.slice(0, 1).toLocaleUpperCase() + words.slice(1);

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
