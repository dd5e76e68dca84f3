import type { Message } from '../../api/shapes.ts';
import { plural } from '../../commands/show.ts';
import { graphemes } from '../drawing/cells.ts';
import type { Action } from '../keys/keys.ts';
import { shortened } from '../panes/typing.ts';
import type { Deed } from '../panes/view.ts';
import { type Chosen, openConversation, type ViewState } from '../screen-state.ts';
import type { ViewEvent } from '../view-state.ts';
import { findLinks, target } from './links.ts';
import { USUAL_SIGNS } from './reactions.ts';

/*
 * A line of the chat is chosen (Alt+V), and letters act on it. Keys lead to deeds, as in the views that fill the pane; nothing
 * here changes anything itself.
 */

/** What a key does while a line is chosen; `undefined` when it does what it always does. */
export function actOnChosen(state: ViewState, action: Action): readonly Deed[] | undefined {
  const { chosen } = state;
  const line = chosenLine(state);
  if (!chosen || chosen.mode === 'marked') return undefined;
  if (action.name === 'back' || action.name === 'interrupt') {
    if (chosen.mode !== 'keys') return [tell({ type: 'chosen', chosen: { id: chosen.id, mode: 'keys' } })];
    // Who came from a search goes back to it.
    return state.search ? [done, { do: 'show', pane: state.search }] : [done];
  }
  if (action.name === 'choose') return [done];
  if (!line) return [done];
  if (chosen.mode !== 'keys') return answer(chosen, line, action);
  switch (action.name) {
    case 'up':
    case 'down':
      return [tell({ type: 'choseBy', lines: action.name === 'up' ? -1 : 1 })];
    case 'scroll':
      return [tell({ type: 'choseBy', lines: action.pages * LINES_PER_PAGE })];
    case 'submit':
      return [tell({ type: 'unfolded', id: line.id })];
    case 'edit':
    case 'newline':
    case 'complete':
    case 'completeBack':
      return [];
    default:
      // Whatever else is pressed has nothing to do with the line.
      return [done, { do: 'act', action }];
  }
}

/** What a letter does while a line is chosen; `undefined` when it is typed as ever. */
export function typeOnChosen(state: ViewState, letter: string): readonly Deed[] | undefined {
  const { chosen } = state;
  const line = chosenLine(state);
  if (!chosen || chosen.mode === 'marked') return undefined;
  if (!line) return [done];
  if (chosen.mode === 'keys') return letters(state, line)[letter]?.() ?? [notHere(letter, line)];
  return answered(chosen, line, letter);
}

/** The line that is chosen, when it is held. */
export const chosenLine = (state: ViewState): Message | undefined =>
  state.chosen && openConversation(state)?.messages.findLast(({ id }) => id === state.chosen?.id);

/** What letters may do with a line, for the footer: only those that would do something. */
export function chosenKeys(state: ViewState, line: Message): readonly string[] {
  const can = new Set(Object.keys(letters(state, line)));
  return WORDS.filter(([letter]) => can.has(letter)).map(([letter, does]) => `${letter} ${does}`);
}

/** The links of a line, as they can be opened. */
export const linksIn = (line: Message): readonly { readonly url: string; readonly host: string }[] =>
  findLinks(line.text).flatMap(({ url }) => target(url) ?? []);

/** Whether a message of ours can be sent again or discarded. */
const canGiveUp = ({ state }: Message): boolean => state === 'queued' || state === 'expired' || state === 'refused';

/** How much is copied, as people count it. */
const characters = (text: string): string => plural([...graphemes(text)].length, 'character');

function letters(state: ViewState, line: Message): Readonly<Record<string, () => readonly Deed[]>> {
  const mode = (to: Chosen['mode']): readonly Deed[] => [tell({ type: 'chosen', chosen: { id: line.id, mode: to } })];
  const details: Deed = { do: 'show', pane: { name: 'details', message: line.id, top: 0 } };
  const hit = state.search && state.search.hits.length > 0;
  const all: Record<string, (() => readonly Deed[]) | false> = {
    y: !line.deleted && (() => [{ do: 'copy', what: characters(line.text), text: line.text } as const, done]),
    r: !line.deleted && (() => [tell({ type: 'aimed', kind: 'reply', line }), done]),
    e: line.state !== undefined && !line.deleted && (() => [tell({ type: 'aimed', kind: 'edit', line }), done]),
    d: line.state !== undefined && !line.deleted && (() => mode('delete')),
    '+': !line.deleted && (() => mode('react')),
    i: () => [done, details],
    o: linksIn(line).length > 0 && (() => mode('link')),
    x: canGiveUp(line) && (() => mode('failed')),
    g: line.re !== undefined && (() => [tell({ type: 'sought', line: line.re!.id, mode: 'keys' })]),
    n: hit === true && (() => [tell({ type: 'nextHit', by: 1 })]),
    N: hit === true && (() => [tell({ type: 'nextHit', by: -1 })]),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, () => readonly Deed[]] => entry[1] !== false),
  );
}

const WORDS: readonly (readonly [letter: string, does: string])[] = [
  ['y', 'copy'],
  ['r', 'reply'],
  ['e', 'edit'],
  ['d', 'delete'],
  ['+', 'react'],
  ['i', 'details'],
  ['o', 'open link'],
  ['x', 'send again, discard'],
  ['g', 'what it answers'],
  ['n', 'next hit'],
];

/** What is typed while letters act on a line is not written: whoever meant to write learns it at the first letter. */
function notHere(letter: string, line: Message): Deed {
  const why = line.deleted ? 'it was taken back' : WHY_NOT[letter];
  const text =
    why === undefined ? 'letters act on the chosen line now · Esc, then write' : `${letter} does nothing here: ${why}`;
  return tell({ type: 'said', banner: { kind: 'warning', text } });
}

const WHY_NOT: Readonly<Record<string, string>> = {
  e: 'only lines of yours can be edited',
  d: 'only lines of yours can be deleted',
  o: 'it has no link',
  x: 'it has not failed',
  g: 'it answers no other line',
  n: 'nothing was searched for',
  N: 'nothing was searched for',
};

/** Enter, and keys that move, while something was asked about the line. */
function answer(chosen: Chosen, line: Message, action: Action): readonly Deed[] {
  const typed = chosen.typed ?? '';
  if (chosen.mode === 'react' && action.name === 'edit')
    return [tell({ type: 'chosen', chosen: { ...chosen, typed: shortened(typed, action.op) } })];
  if (action.name === 'up' || action.name === 'down') {
    const at = Math.max(0, Math.min(linksIn(line).length - 1, (chosen.link ?? 0) + (action.name === 'up' ? -1 : 1)));
    return chosen.mode === 'link' ? [tell({ type: 'chosen', chosen: { ...chosen, link: at } })] : [];
  }
  if (action.name !== 'submit') return [];
  if (chosen.mode === 'react' && typed !== '') return [done, { do: 'run', line: `/react ${line.id} ${typed}` }];
  const link = linksIn(line)[chosen.link ?? 0];
  if (chosen.mode === 'link' && link) return [done, { do: 'follow', url: link.url }];
  return [];
}

/** A letter, while something was asked about the line. */
function answered(chosen: Chosen, line: Message, letter: string): readonly Deed[] {
  const keys: Deed = tell({ type: 'chosen', chosen: { id: line.id, mode: 'keys' } });
  switch (chosen.mode) {
    case 'delete':
      return letter === 'd' ? [done, { do: 'run', line: `/delete ${line.id}` }] : [keys];
    case 'failed':
      if (letter === 's') return [done, { do: 'run', line: `/retry ${line.id}` }];
      return letter === 'x' ? [done, { do: 'run', line: `/discard ${line.id}` }] : [keys];
    case 'react': {
      const sign = USUAL_SIGNS[Number(letter) - 1]?.sign;
      const typed = chosen.typed ?? '';
      if (typed === '' && letter === '0') return [done, { do: 'run', line: `/react ${line.id} none` }];
      if (typed === '' && sign !== undefined) return [done, { do: 'run', line: `/react ${line.id} ${sign}` }];
      return letter === ' '
        ? []
        : [tell({ type: 'chosen', chosen: { ...chosen, typed: (typed + letter).slice(0, 40) } })];
    }
    case 'link':
    case 'keys':
    case 'marked':
      return [];
  }
}

const tell = (event: ViewEvent): Deed => ({ do: 'tell', event });
const done: Deed = tell({ type: 'chosen', chosen: undefined });
const LINES_PER_PAGE = 10;
