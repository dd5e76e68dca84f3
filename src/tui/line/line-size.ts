import { bytes } from '../../commands/show.ts';
import { TEXT_BYTES_MAX } from '../../core/base/limits.ts';
import type { Editor } from './editor.ts';
import { written } from './folds.ts';

/** How much of what a message may hold is written, in bytes of UTF-8, once it is more than four fifths of it; `undefined` below. */
export type LineSize = { readonly bytes: number; readonly tooMuch: boolean };

/** The size of what is written, where it is worth a word. */
export function lineSize(editor: Editor): LineSize | undefined {
  const text = written(editor);
  if (text.length * UNIT_BYTES_MAX <= TEXT_BYTES_MAX * WORTH_A_WORD) return undefined;
  // The second slash of `//` stays here.
  const escaped = /^\s*\/\//.test(text) ? 1 : 0;
  const size = UTF8.encode(text).length - escaped;
  return size <= TEXT_BYTES_MAX * WORTH_A_WORD ? undefined : { bytes: size, tooMuch: size > TEXT_BYTES_MAX };
}

/** The size in words: `49 kB of 60 kB`, or that it is too much. */
export const sizeWords = ({ bytes: size, tooMuch }: LineSize): string =>
  tooMuch
    ? `${bytes(size - TEXT_BYTES_MAX)} too long: a message may have ${bytes(TEXT_BYTES_MAX)}`
    : `${bytes(size)} of ${bytes(TEXT_BYTES_MAX)}`;

const WORTH_A_WORD = 0.8;
/** A unit of UTF-16 is at most three bytes of UTF-8. */
const UNIT_BYTES_MAX = 3;
const UTF8 = new TextEncoder();
