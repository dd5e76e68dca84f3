/*
 * Every sequence that the screen writes, ours and Ink's: looks, places, modes, questions at the start, and strings whose text
 * is bounded and printable. A terminal obeys nothing else of what comes out of qpc.
 */
const OWN = new RegExp(
  [
    '\\x1b\\[[0-9;]*[mABCDEFGHJKt]', // SGR, places, erasing, the stack of titles
    '\\x1b\\[\\?(?:7|25|1000|1004|1006|1049|2004|2026)[hl]', // modes
    '\\x1b\\[(?:\\?u|>[0-9]+u|<u)', // the keyboard of kitty
    '\\x1b\\[(?:6n|\\?2004\\$p)', // questions
    '\\x1b\\](?:11;\\?|2;[^\\x00-\\x1f\\x7f-\\x9f]*)\\x07', // the background, the title
    '\\x1b\\]8;(?:id=[0-9a-z]+)?;(?:(?:https?|mailto|qpc):[\\x21-\\x7e]*)?(?:\\x1b\\\\|\\x07)', // links
    '\\x1b\\]52;c;[A-Za-z0-9+/=]*(?:\\x1b\\\\|\\x07)', // what is copied
    '\\x1b\\](?:9|99|777);[^\\x00-\\x1f\\x7f-\\x9f]*(?:\\x1b\\\\|\\x07)', // notifications
    '\\x1bPtmux;(?:\\x1b\\x1b|[^\\x1b])*\\x1b\\\\', // any of these through tmux
    '[\\x07\\r\\n]',
  ].join('|'),
  'g',
);

/** What in `raw` a terminal would obey although it is not ours, or what would turn the reading round; `undefined` for nothing. */
export function strayIn(raw: string): string | undefined {
  const rest = raw.replace(OWN, '');
  const at = rest.search(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u{e0000}-\u{e007f}]/u);
  return at < 0 ? undefined : JSON.stringify(rest.slice(Math.max(0, at - 20), at + 20));
}
