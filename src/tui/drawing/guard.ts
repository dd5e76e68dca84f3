import { cleanText } from '../../core/base/clean.ts';

/*
 * The last look at text before it meets the terminal. NodeApi has cleaned what strangers wrote; here it is cleaned once more,
 * because one byte that slips through would drive the terminal. Views take text of others through these and no other way.
 */

/** Text to be shown over several lines: tabs become blanks, what a terminal would obey becomes visible, as `\u{1b}`. */
export const text = (value: string): string => onCircles(cleanText(value.replace(/\t/g, '    ')));

/** Text to be shown in one line. */
export const line = (value: string): string => onCircles(cleanText(value.replace(/\s+/g, ' ')));

/** A mark that stands on nothing would stand on what is before it on the screen; it gets a circle (Unicode 17, §7.9.2). */
const onCircles = (value: string): string => value.replace(/^(?=\p{M})/gmu, '\u25cc');

/** What a person typed or pasted: any end of line is a newline, tabs are blanks, what a terminal would obey is left out. */
export const typed = (value: string): string =>
  value.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').replace(UNTYPED, '');

/** Controls, and formats but for the joiners of emoji and scripts; and the plane that the editor uses for folded pastes. */
const UNTYPED = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{f0000}-\u{10ffff}]/gu;
