/** A line that was begun and not sent. */
export type Draft = { readonly text: string /** An index into `text`, in UTF-16 units. */; readonly caret: number };

/** Whether a line that was sent is these words, or a command that said them. */
export const says = (line: string, words: string): boolean =>
  line === words || (words !== '' && line.startsWith('/') && line.endsWith(` ${words}`));

/**
 * What a person has written on the screens of a profile, kept on this machine for the next start: what was sent, and what was begun. Lines that hold a
 * secret (`host/profile/secret-line.ts`) are not kept. What the disk refuses is not kept either, and nobody is stopped by it.
 */
export interface Notebook {
  /** What was sent before, newest last. */
  history(): readonly string[];
  /** Adds what was sent just now. */
  remember(line: string): void;
  /** Takes out what its author has taken back: lines that are these words, and commands that end with them. */
  forget(words: string): void;
  /** What was begun, by conversation: a full NodeId or ChannelId. */
  drafts(): ReadonlyMap<string, Draft>;
  /** Keeps what was begun in a conversation; an empty text, and nothing is kept. */
  keepDraft(where: string, draft: Draft): void;
}
