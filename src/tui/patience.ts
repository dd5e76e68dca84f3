import type { ViewState } from './screen-state.ts';
import type { ViewEvent } from './view-state.ts';

/** What a wait needs of the screen. */
type Waiter = {
  readonly state: () => ViewState;
  readonly tell: (event: ViewEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * Something was asked that may take long: after a second the screen says so, and counts on, until it is answered or the
 * person does not want to know. Only one is shown, the one that was asked last.
 *
 * @returns what to call when it is answered.
 */
export function patiently(line: string, { state, tell, now }: Waiter): () => void {
  const running = { line, since: now() };
  const begin = setTimeout(() => {
    tell({ type: 'running', running });
    tell({ type: 'clock', now: now() });
  }, SECOND_MS);
  const count = setInterval(() => {
    if (state().running === running) tell({ type: 'clock', now: now() });
  }, SECOND_MS);
  return () => {
    clearTimeout(begin);
    clearInterval(count);
    if (state().running === running) tell({ type: 'running', running: undefined });
  };
}

const SECOND_MS = 1_000;
