/**
 * A configuration file (TOML 1.0) in which `key` of the top level has another value. Only what stands between `=` and the comment, if
 * any, is written anew; a key that is not there yet gets a line of its own below the others, above the first table. Order, comments,
 * spacing and line ends stay as they are.
 *
 * @param text a file that TOML parsers take.
 * @param key a bare key, as all of ours are.
 * @param literal the value as TOML writes it.
 */
export function withValue(text: string, key: string, literal: string): string {
  const { statements, end } = topLevel(text);
  const there = statements.find((statement) => statement.key === key);
  if (there) return text.slice(0, there.from) + literal + text.slice(there.to);

  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const line = `${key} = ${literal}${newline}`;
  const last = statements.at(-1);
  const at = last ? lineEnd(text, last.to) : aboveTable(text, end);
  const before = text.slice(0, at);
  const gap = at < text.length && !last ? newline : '';
  return `${before}${before === '' || before.endsWith('\n') || before === BOM ? '' : newline}${line}${gap}${text.slice(at)}`;
}

const BOM = '\ufeff';

/** `key = value`: the key without quotes, and where the value stands. */
type Statement = { readonly key: string; readonly from: number; readonly to: number };

/** The statements above the first table, and where they end. */
function topLevel(text: string): { readonly statements: readonly Statement[]; readonly end: number } {
  const statements: Statement[] = [];
  let at = text.startsWith(BOM) ? 1 : 0;
  for (;;) {
    at = skip(text, at, /(?:[ \t\r\n]|#[^\n]*)*/y);
    if (at >= text.length || text[at] === '[') return { statements, end: at };
    const equals = keyEnd(text, at);
    const from = skip(text, equals + 1, BLANKS);
    const to = valueEnd(text, from);
    statements.push({
      key: text
        .slice(at, equals)
        .trim()
        .replace(/^(["'])(.*)\1$/, '$2'),
      from,
      to,
    });
    at = to;
  }
}

const BLANKS = /[ \t]*/y;

/** Where the `=` behind a key stands; a quoted part may have one too. */
const keyEnd = (text: string, from: number): number => skip(text, from, /(?:"(?:\\.|[^"\\])*"|'[^']*'|[^="'])*/y);

/** Where a value ends. Strings of several lines, arrays and inline tables are passed over as wholes. */
function valueEnd(text: string, from: number): number {
  const string = skip(text, from, STRING);
  if (string > from) return string;
  if (text[from] !== '[' && text[from] !== '{') {
    const plain = skip(text, from, /[^#\n,\]}]*/y);
    return from + text.slice(from, plain).trimEnd().length;
  }
  for (let at = from + 1; at < text.length; ) {
    at = skip(text, at, /(?:[^"'[\]{}#]|#[^\n]*)*/y);
    if (text[at] === ']' || text[at] === '}') return at + 1;
    at = valueEnd(text, at);
  }
  return text.length;
}

/** The four kinds of string; those of several lines may end in up to two quotes of their own. */
const STRING = /"""(?:\\[\s\S]|[^\\])*?"{3,5}(?!")|'''[\s\S]*?'{3,5}(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;

/** The end of a match of a sticky pattern at a place; the place itself where it matches nothing. */
function skip(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Behind the line break of the line that `at` is on. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

/** Above a table, and above the comment that stands right over it. */
function aboveTable(text: string, table: number): number {
  if (table >= text.length) return table;
  let at = text.lastIndexOf('\n', table - 1) + 1;
  for (;;) {
    const before = at === 0 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
    if (before === at || !/^[ \t]*#/.test(text.slice(before, at))) return at;
    at = before;
  }
}
