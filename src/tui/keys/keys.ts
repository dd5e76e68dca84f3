import type { Key } from 'ink';
import type { EditOp } from '../line/editor.ts';
import type { PaneName } from '../pane.ts';

/** What a key can ask for, beside typing itself. */
export type Action =
  | { readonly name: 'edit'; readonly op: EditOp }
  | { readonly name: 'open'; readonly position: number }
  | { readonly name: 'scroll'; readonly pages: number }
  | { readonly name: 'pane'; readonly pane: PaneName }
  | { readonly name: LineKey }
  | { readonly name: Plain };

/** What a key can ask of the line being written. */
export type LineKey = 'submit' | 'newline' | 'up' | 'down' | 'complete' | 'completeBack' | 'searchHistory';

type Plain =
  | 'nextNews'
  | 'nextMention'
  | 'previousMention'
  | 'choose'
  | 'search'
  | 'doctor'
  | 'above'
  | 'below'
  | 'firstUnread'
  | 'oldest'
  | 'newest'
  | 'list'
  | 'redraw'
  | 'editElsewhere'
  | 'back'
  | 'interrupt'
  | 'end'
  | 'suspend'
  | 'reconnect';

/** Keys that do one thing, and the words of the help for it; without words it is a second way, known to those who look for it. */
export type Binding = {
  readonly keys: readonly string[];
  readonly action: Action;
  readonly help?: readonly [group: HelpGroup, keys: string, does: string];
};
/** A heading of the help. */
export type HelpGroup = 'Move' | 'Write' | 'See' | 'Leave';

const edits = (op: EditOp, ...keys: string[]): Binding => ({ keys, action: { name: 'edit', op } });
const explained = (binding: Binding, ...help: NonNullable<Binding['help']>): Binding => ({ ...binding, help });
const plain = (name: LineKey | Plain, ...keys: string[]): Binding => ({ keys, action: { name } as Action });

/** Every key there is, in the order of the help. */
export const BINDINGS: readonly Binding[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n): Binding => {
    const open: Binding = { keys: [`alt+${n % 10}`], action: { name: 'open', position: n - 1 } };
    return n === 1 ? explained(open, 'Move', 'Alt+1…9', 'chat 1 to 9') : open;
  }),
  explained(plain('nextNews', 'alt+a'), 'Move', 'Alt+A', 'next chat with news'),
  explained(plain('above', 'alt+up', 'ctrl+p'), 'Move', 'Alt+↑ Alt+↓', 'chat above, below'),
  plain('below', 'alt+down', 'ctrl+n'),
  explained({ keys: ['ctrl+g'], action: { name: 'pane', pane: 'goto' } }, 'Move', 'Ctrl+G', 'go to anywhere'),
  explained({ keys: ['pageup'], action: { name: 'scroll', pages: -1 } }, 'Move', 'PgUp PgDn', 'scroll (or the wheel)'),
  { keys: ['pagedown'], action: { name: 'scroll', pages: 1 } },
  explained(plain('firstUnread', 'alt+u'), 'Move', 'Alt+U', 'first unread line'),
  explained(plain('nextMention', 'alt+n'), 'Move', 'Alt+N', 'next mention (Shift: before)'),
  plain('previousMention', 'alt+shift+n'),
  explained(plain('search', 'ctrl+f'), 'Move', 'Ctrl+F', 'search what was written'),
  explained(plain('choose', 'alt+v'), 'Move', 'Alt+V', 'choose a message to act on it'),
  explained(plain('newest', 'alt+end'), 'Move', 'Alt+End', 'newest line (also Esc)'),
  plain('oldest', 'alt+home'),

  explained(plain('submit', 'enter'), 'Write', 'Enter', 'send, or run a /command'),
  explained(plain('newline', 'ctrl+j', 'alt+enter', 'shift+enter'), 'Write', 'Ctrl+J', 'new line (or Alt+Enter)'),
  explained(plain('up', 'up'), 'Write', '↑ ↓', 'what you sent before'),
  plain('down', 'down'),
  explained(plain('searchHistory', 'ctrl+r'), 'Write', 'Ctrl+R', 'search what you sent before'),
  explained(plain('complete', 'tab'), 'Write', 'Tab', 'complete commands and names'),
  plain('completeBack', 'shift+tab'),
  edits('left', 'left', 'ctrl+b'),
  edits('right', 'right'),
  edits('wordLeft', 'ctrl+left', 'alt+left'),
  edits('wordRight', 'ctrl+right', 'alt+right'),
  edits('lineStart', 'home', 'ctrl+a'),
  edits('lineEnd', 'end', 'ctrl+e'),
  edits('erase', 'backspace', 'ctrl+h'),
  edits('eraseForward', 'delete'),
  explained(edits('killWord', 'ctrl+w', 'alt+backspace'), 'Write', 'Ctrl+W Ctrl+U', 'erase word, line'),
  edits('killToStart', 'ctrl+u'),
  edits('killToEnd', 'ctrl+k'),
  explained(edits('yank', 'ctrl+y'), 'Write', 'Ctrl+Y Ctrl+_', 'put back, undo'),
  edits('yankOlder', 'alt+y'),
  edits('undo', 'ctrl+_'),
  edits('redo', 'alt+_'),
  edits('unfold', 'ctrl+o'),
  explained(plain('editElsewhere', 'ctrl+x e', 'ctrl+x ctrl+e'), 'Write', 'Ctrl+X E', 'write in $EDITOR'),

  explained({ keys: ['alt+p'], action: { name: 'pane', pane: 'peers' } }, 'See', 'Alt+P', 'peers'),
  explained({ keys: ['alt+m'], action: { name: 'pane', pane: 'map' } }, 'See', 'Alt+M', 'map of the mesh'),
  explained({ keys: ['alt+s'], action: { name: 'pane', pane: 'store' } }, 'See', 'Alt+S', 'what this node keeps'),
  explained(
    { keys: ['alt+i'], action: { name: 'pane', pane: 'identity' } },
    'See',
    'Alt+I',
    'my identity and its code',
  ),
  explained(plain('list', 'alt+b'), 'See', 'Alt+B', 'chat list on, off'),
  explained({ keys: ['alt+h', 'alt+?'], action: { name: 'pane', pane: 'help' } }, 'See', '? or Alt+H', 'this help'),
  explained(plain('doctor', 'alt+w'), 'See', 'Alt+W', 'what is wrong, and what to do'),
  explained(plain('redraw', 'ctrl+l'), 'See', 'Ctrl+L', 'draw again'),
  plain('reconnect', 'alt+r'),

  explained(plain('back', 'escape'), 'Leave', 'Esc', 'back to the chat'),
  explained(plain('interrupt', 'ctrl+c'), 'Leave', 'Ctrl+C', 'clear the line; twice: quit'),
  explained(plain('end', 'ctrl+d'), 'Leave', 'Ctrl+D', 'quit, on an empty line'),
  explained(plain('suspend', 'ctrl+z'), 'Leave', 'Ctrl+Z', 'pause; fg brings it back'),
];

/** What `keymap = "emacs"` adds, and takes from others. */
export const EMACS: readonly Binding[] = [
  edits('wordLeft', 'alt+b'),
  edits('wordRight', 'alt+f'),
  edits('killWordForward', 'alt+d'),
  edits('right', 'ctrl+f'),
];

/** The name of a key as Ink reports it: `ctrl+a`, `alt+up`, `shift+tab`, `enter`; empty for text that types itself. */
export function keyName(input: string, key: Key): string {
  if (key.eventType === 'release') return '';
  // Ctrl+J is the byte of a newline, which Ink hands on as text.
  if (input === '\n' && !key.return) return 'ctrl+j';
  const named = NAMED.find(([flag]) => key[flag]);
  const small = input.toLowerCase();
  const base = named ? named[1] : small;
  const modified = `${key.ctrl ? 'ctrl+' : ''}${key.meta && base !== 'escape' ? 'alt+' : ''}`;
  if (named) return `${modified}${key.shift ? 'shift+' : ''}${base}`;
  // With Alt a capital is a key of its own: it is typed with Shift.
  const shifted = key.meta && input !== small ? 'shift+' : '';
  return modified === '' ? '' : modified + shifted + base;
}

const NAMED = [
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
] as const;
