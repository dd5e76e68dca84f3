import { CHAT, type PaneOf, type SetupStep } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { setup } from '../views/setup.ts';
import { inOneLine, typedInto } from './typing.ts';
import type { Deed, View } from './view.ts';

type Setup = PaneOf<'setup'>;

const BEGIN: Setup = { name: 'setup', step: 'name', texts: { name: '', mesh: '', friend: '' }, done: undefined };
const STEPS: readonly SetupStep[] = ['name', 'mesh', 'friend'];

/** The first steps of somebody new. */
export const SETUP: View<Setup> & { readonly begin: Setup } = {
  begin: BEGIN,
  draw: setup,
  act: (state, pane, action) => {
    if (action.name === 'submit') return submit(state, pane);
    if (action.name === 'up' || action.name === 'down') return go(pane, action.name === 'up' ? -1 : 1);
    if (action.name === 'complete') return go(pane, 1);
    // Esc skips at once: what was typed stands there again when it is brought back by /setup in this run.
    if (action.name === 'back') return undefined;
    const text = typedInto(pane.texts[pane.step], action);
    return text === undefined ? undefined : written(pane, text);
  },
  type: (_state, pane, letter) => written(pane, pane.texts[pane.step] + letter),
  paste: (_state, pane, text) => written(pane, pane.texts[pane.step] + inOneLine(text)),
  isWritten: () => true,
  read: (api) => api.call('contacts', {}),
  answers: { command: '/setup', pane: (_words, _result, state) => state.setup ?? BEGIN },
};

const written = (pane: Setup, text: string): readonly Deed[] => [
  { do: 'show', pane: { ...pane, texts: { ...pane.texts, [pane.step]: text }, done: undefined } },
];

function go(pane: Setup, by: 1 | -1): readonly Deed[] {
  const step = STEPS[STEPS.indexOf(pane.step) + by];
  if (step) return [{ do: 'show', pane: { ...pane, step, done: undefined } }];
  return by > 0 ? [{ do: 'show', pane: CHAT }] : [];
}

/** Runs what was typed, which stays there until it is known to have worked: a second Enter goes on. */
function submit(state: ViewState, pane: Setup): readonly Deed[] {
  const text = pane.texts[pane.step].trim();
  const worked = pane.done === text && state.banner?.kind !== 'error';
  if (text === '' || worked) return go(pane, 1);
  const named = pane.step === 'name' && !text.startsWith('/');
  const run: Deed = { do: 'run', line: named ? `/nick ${text}` : lineFor(text) };
  const next = named ? go(pane, 1) : [{ do: 'show', pane: { ...pane, done: text } } as const];
  return [...next, run];
}

/** The command that somebody means who pastes an invitation, an address or an id. */
export function lineFor(text: string): string {
  const topic = /^qpc-channel:([^?]+)\?/i.exec(text)?.[1];
  if (topic !== undefined) return `/mesh subscribe ${decoded(topic)} --key ${text}`;
  if (text.startsWith('/')) return text;
  if (/^qpc:/i.test(text) || !/:\d{1,5}$/.test(text)) return `/add ${text}`;
  return text.includes('@') ? `/mesh connect ${text}` : `/mesh server ${text}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
