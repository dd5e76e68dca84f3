import { VIEW_PASTE_UNITS_MAX } from '../../core/base/limits.ts';
import { graphemes } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Action } from '../keys/keys.ts';
import type { EditOp } from '../line/editor.ts';

/** What keys make of a short text that a view has of its own; `undefined` for those that mean something else. Esc first empties it. */
export function typedInto(text: string, action: Action): string | undefined {
  if (action.name === 'back' || action.name === 'interrupt') return text === '' ? undefined : '';
  return action.name === 'edit' ? shortened(text, action.op) : undefined;
}

/** What a key makes of a text so short that it is only changed at its end: the last character goes, the last word, or all. Other keys leave it. */
export function shortened(text: string, op: EditOp): string {
  switch (op) {
    case 'erase':
      return [...graphemes(text)].slice(0, -1).join('');
    case 'killWord':
      return text.replace(/\S*\s*$/u, '');
    case 'killToStart':
      return '';
    default:
      return text;
  }
}

/** A paste, for a text of one line. What is too long for one is cut. */
export const inOneLine = (text: string): string =>
  guard.typed(text.slice(0, VIEW_PASTE_UNITS_MAX)).replace(/\s+/g, ' ').trim();
