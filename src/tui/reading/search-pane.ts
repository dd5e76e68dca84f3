import type { Result } from '../../api/schema.ts';
import type { Message } from '../../api/shapes.ts';

/** A search in what was written: of one conversation, or of all. */
export type SearchPane = {
  readonly name: 'search';
  readonly query: string;
  readonly where: Named | undefined;
  /** The newest first; at most `SCREEN_HITS_MAX`. */
  readonly hits: readonly Message[];
  /** What was looked for in each of them. */
  readonly words: readonly string[];
  /** Whether there may be older ones. */
  readonly more: boolean;
  readonly indexing: Result<'search'>['indexing'];
  /** Which hit is chosen. */
  readonly at: number;
  /** What these hits are the answer to; another query has been typed since when it differs. */
  readonly asked: string | undefined;
  readonly failed: string | undefined;
  /** Where the reader was: a conversation, and a line of it when not at the newest. */
  readonly from: { readonly open: Named | undefined; readonly line: string | undefined };
};

/** A conversation as it is told apart. */
export type Named = { readonly id: string; readonly kind: Message['kind']; readonly name: string };
