import { LINK_CHARS_MAX } from '../../core/base/limits.ts';

/** A link in a text. */
export type Link = {
  /** As it stands in the text. */
  readonly url: string;
  /** Where in the text it begins. */
  readonly at: number;
};

/** The part of a link that is in one row of a text, by indices into the row. */
export type LinkPart = { readonly url: string; readonly id: string; readonly from: number; readonly to: number };

/**
 * The links of a text. Only schemes that ask the reader nothing dangerous: http, https, mailto, qpc. What usually follows a
 * link in a sentence (a full stop, a closing bracket that none of it opens) is not part of it.
 */
export const findLinks = (text: string): Link[] =>
  [...text.matchAll(LINK)].flatMap(({ 0: found, index }) => {
    const url = trimmed(found);
    return url.length > LINK_CHARS_MAX || isBare(url) ? [] : [{ url, at: index }];
  });

/** For each row of a wrapped text the parts of links in it; parts of one link share an id, so that a terminal takes them as one. */
export function linksOf(text: string, rows: readonly string[], id: string): LinkPart[][] {
  const links = findLinks(text);
  if (links.length === 0) return [];
  let offset = 0;
  return rows.map((row) => {
    // Wrapping leaves out blanks and line ends only.
    const start = text.indexOf(row, offset);
    if (start < 0) return [];
    const end = start + row.length;
    offset = end;
    return links.flatMap(({ url, at }) => {
      const [from, to] = [Math.max(at, start), Math.min(at + url.length, end)];
      return from < to ? [{ url, id: `${id.slice(0, 8)}-${at}`, from: from - start, to: to - start }] : [];
    });
  });
}

/**
 * What a program that opens links is given, and its host as that program will look it up; `undefined` for what is no URL.
 * Letters beyond ASCII are percent-encoded, in a host they are Punycode: a look-alike shows.
 */
export function target(url: string): { readonly url: string; readonly host: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { href, host, protocol, pathname } = new URL(url);
  return { url: href, host: protocol === 'mailto:' ? (pathname.split('@').at(-1) ?? '') : host };
}

const LINK = /(?<![\p{L}\p{N}_])(?:https?:\/\/|mailto:|qpc:)[^\s<>"\\^`{|}]+/giu;

function trimmed(url: string): string {
  let unopened = url.split(')').length - url.split('(').length;
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1]!;
    if (last === ')' && unopened > 0) unopened--;
    else if (!TRAILING.includes(last)) break;
  }
  return url.slice(0, end);
}

const TRAILING = ".,;:!?'*_…";

const isBare = (url: string): boolean => /^[a-z]+:(?:\/\/)?$/i.test(url);
