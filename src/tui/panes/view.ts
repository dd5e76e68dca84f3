import type { NodeApi, Outcome } from '../../api/schema.ts';
import type { Conversation } from '../../commands/context.ts';
import type { Theme } from '../drawing/theme.ts';
import type { Action } from '../keys/keys.ts';
import type { Pane } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import type { ViewEvent } from '../view-state.ts';

/** What a key in a view leads to. Views change nothing themselves. */
export type Deed =
  /** Shows a view: itself changed, or another above it. */
  | { readonly do: 'show'; readonly pane: Pane }
  /** One level back: to the view beneath, at last to the chat. */
  | { readonly do: 'back' }
  /** Opens a conversation, in the chat. */
  | { readonly do: 'open'; readonly conversation: Conversation }
  /** Runs a line as if it had been typed. */
  | { readonly do: 'run'; readonly line: string }
  /** Puts a text into the prompt, instead of what is there (undo brings that back), and goes to the chat. */
  | { readonly do: 'write'; readonly text: string }
  /** Puts a text on the clipboard of the terminal; `what` says what it is. */
  | { readonly do: 'copy'; readonly what: string; readonly text: string }
  /** Does what a key does everywhere. */
  | { readonly do: 'act'; readonly action: Action }
  /** Something happened to the screen. */
  | { readonly do: 'tell'; readonly event: ViewEvent }
  /** Opens a link outside. Only what a person has just agreed to. */
  | { readonly do: 'follow'; readonly url: string };

/** A view that fills the pane: how it is drawn, and what keys do in it. */
export type View<P extends Pane> = {
  /** How it begins; absent for one that needs to be told what it is about. */
  readonly begin?: P;
  /** Exactly `area.rows` lines of at most `area.cols` cells. */
  readonly draw: (state: ViewState, pane: P, area: Area, theme: Theme) => string[];
  /** What a key does here; `undefined` when it does what it does everywhere. */
  readonly act?: (state: ViewState, pane: P, action: Action) => readonly Deed[] | undefined;
  /** What a letter does here; `undefined` when it means nothing: it then goes to the prompt, and the view closes. */
  readonly type?: (state: ViewState, pane: P, letter: string) => readonly Deed[] | undefined;
  /** Whether a text is being written in it: the first `▏` that it draws is the place of the caret, where input methods show what they compose. */
  readonly isWritten?: (pane: P) => boolean;
  /** What a paste does here; `undefined` when it goes to the prompt, and the view closes. */
  readonly paste?: (state: ViewState, pane: P, text: string) => readonly Deed[] | undefined;
  /** Reads what it shows from the node: when it opens, and again whenever the node has news. */
  readonly read?: (api: NodeApi, pane: P) => Promise<Outcome<P extends { readonly shows?: infer T } ? T : never>>;
  /** What it is about: two panes of one name and subject are the same view. */
  readonly subject?: (pane: P) => string;
  /** The command that this view answers, given the words typed behind its name, its result, and what is shown now; `undefined` when lines do. */
  readonly answers?: {
    readonly command: string | readonly string[];
    readonly pane: (words: readonly string[], result: unknown, state: ViewState) => P | undefined;
  };
};
