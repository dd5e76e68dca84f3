import type { Result } from '../api/schema.ts';
import type { PeerOrder } from './peer-list.ts';
import type { SearchPane } from './reading/search-pane.ts';

/** What fills the screen above the status bar, and what a view keeps of its own while it is open. How it is drawn and worked is in `panes/`. */
export type Pane =
  | { readonly name: 'chat' }
  | ({
      readonly name: 'peers';
      readonly chosen: string | undefined;
      readonly filter: string | undefined;
      readonly order: PeerOrder;
    } & Shows<Result<'contacts'>>)
  | ({ readonly name: 'store'; readonly chosen: string | undefined } & Shows<Result<'store'>>)
  | ({ readonly name: 'identity'; readonly top?: number } & Shows<Result<'identity'>>)
  /** `chosen` is a node's id, or empty for ourselves. */
  | ({ readonly name: 'map'; readonly chosen: string | undefined; readonly list: boolean } & Shows<Result<'route'>>)
  /** `peer` as it was asked for; `asked` is when the last trace was. */
  | ({ readonly name: 'route'; readonly peer: string; readonly asked?: number; readonly top?: number } & Shows<
      Result<'route'>
    >)
  /** The first steps; `done` is what was run last in this one. */
  | ({
      readonly name: 'setup';
      readonly step: SetupStep;
      readonly texts: Readonly<Record<SetupStep, string>>;
      readonly done: string | undefined;
    } & Shows<Result<'contacts'>>)
  /** Who has a message, by its id. */
  | ({ readonly name: 'details'; readonly message: string; readonly top: number } & Shows<Result<'details'>>)
  /** `chosen` counts what is listed. */
  | { readonly name: 'help'; readonly query: string; readonly chosen: number | undefined }
  | ({ readonly name: 'goto'; readonly query: string; readonly chosen: number } & Shows<Result<'contacts'>>)
  /** Lines that were searched for. */
  | SearchPane
  /** What a command answered. */
  | { readonly name: 'lines'; readonly title: string; readonly lines: readonly string[]; readonly top: number };

/** What somebody new is asked, one after the other. */
export type SetupStep = 'name' | 'mesh' | 'friend';

/** What the node answered to the question of a view; neither before it has. */
export type Shows<T> = {
  readonly shows?: T;
  /** Why it could not be read. */
  readonly failed?: string;
};

/** The name of a view. */
export type PaneName = Pane['name'];
/** The state of the view called so. */
export type PaneOf<N extends PaneName> = Extract<Pane, { readonly name: N }>;

/** The chat itself, which is beneath all other views. */
export const CHAT: Pane = { name: 'chat' };
