import type { Traced } from '../api/shapes.ts';
import { SCREEN_TRACES_MAX } from '../core/base/limits.ts';

/** What a trace found, and when. */
export type Trace = { readonly traced: Traced; readonly at: number };

/** What traces have found, by the peer they went to. */
export type Traces = ReadonlyMap<string, Trace>;

/** The newest traces; of two to one peer the later. */
export function withTrace(traces: Traces, { traced, at }: Trace): Traces {
  const others = [...traces].filter(([id]) => id !== traced.id).slice(1 - SCREEN_TRACES_MAX);
  return new Map([...others, [traced.id, { traced, at }]]);
}

/** What a trace found, when the answer to a command brings that: `/mesh trace`, `/mesh route --trace`. */
export function tracedIn(command: string, result: unknown): Traced | undefined {
  if (command === '/mesh trace') return result as Traced;
  return command === '/mesh route' ? (result as { readonly traced?: Traced }).traced : undefined;
}
