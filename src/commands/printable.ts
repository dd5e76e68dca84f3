import { cleanText } from '../core/base/clean.ts';

/**
 * One line that does nothing to a terminal but show: control characters become visible, `\u{1b}`, line breaks too. What the
 * node says has been cleaned already; this is the last door before the screen.
 */
export const printable = (text: string): string => cleanText(text).replaceAll('\n', '\\u{a}');

/** A value as one line of JSON in which no control or format character stands as itself: all are escaped, and parse back. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from(char.split(''), (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
