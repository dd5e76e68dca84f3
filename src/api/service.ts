import type { Handlers } from './answer.ts';
import type { ApiEvent } from './schema.ts';

/** What a node's service asks of a screen. */
export interface Screen {
  tell(event: ApiEvent): void;
  /** The node is stopping; nothing comes after this. */
  ended(why: string): void;
}

/** One screen's line into the node. */
export interface Session {
  readonly handlers: Handlers;
  /** The screen is gone. Whether it said goodbye before, the session knows. */
  closed(): void;
}

/** What stands behind NodeApi, whatever way its calls arrive. */
export interface Service {
  open(screen: Screen): Session;
  /** An exception that is our own mistake, for the log. */
  bug(error: unknown): void;
}
