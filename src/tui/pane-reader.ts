import type { NodeApi, Outcome } from '../api/schema.ts';
import type { Pane } from './pane.ts';
import { isSameView, viewOf } from './panes/table.ts';
import type { ViewState } from './screen-state.ts';
import type { ViewEvent } from './view-state.ts';

/** Reads what the open view shows from the node: when it opens, and again when the node has been asked how it is. One reading at a time. */
export class PaneReader {
  readonly #tell: (event: ViewEvent) => void;
  /** The view that was read last, unless it is to be read again. */
  #last: Pane | undefined;
  #reading = false;

  constructor(tell: (event: ViewEvent) => void) {
    this.#tell = tell;
  }

  /** What was read may not be so any more. */
  forget(): void {
    this.#last = undefined;
  }

  /** Looks at what is on the screen, and asks for what is missing there. */
  keep({ pane, gone }: ViewState, api: NodeApi): void {
    const view = viewOf(pane);
    if (!view) this.#last = undefined;
    if (!view?.read || this.#reading || gone !== undefined) return;
    if (!this.#last || !isSameView(this.#last, pane)) void this.#read(pane, view.read(api, pane));
  }

  async #read(pane: Pane, asked: Promise<Outcome<unknown>>): Promise<void> {
    this.#reading = true;
    this.#last = pane;
    const answer = await asked;
    this.#reading = false;
    this.#tell({ type: 'read', pane, answer });
  }
}
