import { ALWAYS, type Evidence } from './checks.ts';
import type { Lane } from './lane.ts';
import type { Direction } from './sighting.ts';

/** What every endpoint of the laboratory speaks. */
export const LAB = { alpn: ['interop/1'], network: new Uint8Array(16).fill(1) } as const;

/** In virtual time, or over sockets. */
export type Way = 'sim' | 'real';

/** A run that is over. */
export type Run = {
  readonly name: string;
  readonly way: Way;
  readonly seed: number;
  /** What must be true and was not; none when the run passed. */
  readonly problems: readonly string[];
  /** From the first dial to the last file, in milliseconds of the client's clock. */
  readonly tookMs: number;
  /** File bytes that came, in bits per second of the time they took. */
  readonly goodput: number;
  /** Each connection's time, in milliseconds. */
  readonly connectionsMs: readonly number[];
  /** Datagrams that the cable lost, by direction and reason. */
  readonly lost: Readonly<Record<string, number>>;
  /** Which share of the datagrams the cable kept for more than a millisecond too long; 0 in virtual time. */
  readonly lateShare: number;
};

/** Holds a run's evidence against its scenario. */
export function judge(
  evidence: Evidence,
  run: Pick<Run, 'way' | 'seed' | 'lost' | 'lateShare'> & { readonly timedOut: boolean },
): Run {
  const { scenario, client } = evidence;
  const { timedOut, ...rest } = run;
  const problems = timedOut ? [`not done after ${scenario.timeoutMs / 1000} s`] : [];
  for (const check of [...ALWAYS, ...scenario.checks]) problems.push(...check(evidence));
  const tookMs = client.tookMs.reduce((sum, ms) => sum + ms, 0);
  const bytes = client.downloads.reduce((sum, file) => sum + file.bytes, 0);
  const goodput = tookMs === 0 ? 0 : (bytes * 8000) / tookMs;
  return { ...rest, name: scenario.name, problems, tookMs, goodput, connectionsMs: client.tookMs };
}

/** What the lanes of a cable lost, by direction and reason. */
export const lostOn = (lanes: Readonly<Record<Direction, Lane>>): Run['lost'] =>
  Object.fromEntries(
    (['up', 'down'] as const).flatMap((way) => [...lanes[way].lost].map(([why, count]) => [`${way} ${why}`, count])),
  );
