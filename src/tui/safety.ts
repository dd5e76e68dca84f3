import type { Theme } from './drawing/theme.ts';
import { type Layout, layout } from './layout.ts';
import type { Area } from './reading/scroll.ts';
import type { ViewState } from './screen-state.ts';
import type { Session } from './session.ts';
import { broken } from './views/broken.ts';

/** Where what went wrong in a screen is kept. */
export type Note = (what: string, error: unknown) => void;

/** Keeps a mistake in one part of the screen from taking the rest with it. The node never hears of it. */
export class Safety {
  readonly #note: Note;
  /** What was noted last, by the part it was in: a view that fails is tried again with every frame. */
  readonly #noted = new Map<string, string>();

  constructor(note: Note) {
    this.#note = note;
  }

  /** What `draw` draws; when it fails, what went wrong, in its place. Tried again with the next state. */
  lines(part: string, area: Area, theme: Theme, draw: () => readonly string[]): readonly string[] {
    try {
      const lines = draw();
      this.#noted.delete(part);
      return lines;
    } catch (error) {
      this.#keep(part, error);
      return broken(error, area, theme);
    }
  }

  /** Where everything is; when that cannot be said, a screen without what is optional. */
  places(state: ViewState): Layout {
    try {
      return layout(state);
    } catch (error) {
      this.#keep('the layout', error);
      const { cols, rows } = state.size;
      return { list: 0, main: { cols, rows: Math.max(0, rows - 2) }, banner: [], aim: 0, prompt: 1 };
    }
  }

  /** Does what a key asks for; a mistake in that is said above the prompt, and what was typed stays. */
  press(session: Session, deed: () => void): void {
    try {
      deed();
    } catch (error) {
      this.#keep('a key', error);
      const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const text = `that key did nothing, by a mistake in qpc: ${what}`;
      session.tell({ type: 'said', banner: { kind: 'error', text } });
    }
  }

  #keep(part: string, error: unknown): void {
    const text = String(error);
    if (this.#noted.get(part) === text) return;
    this.#noted.set(part, text);
    this.#note(`${part} failed`, error);
  }
}
