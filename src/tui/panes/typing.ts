import { graphemes } from '../cells.ts';
import type { Action } from '../keys.ts';

/** What keys make of a short text that a view has of its own; `undefined` for those that mean something else. Esc first empties it. */
export function typedInto(text: string, action: Action): string | undefined {
  if (action.name === 'back' || action.name === 'interrupt') return text === '' ? undefined : '';
  if (action.name !== 'edit') return undefined;
  switch (action.op) {
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
