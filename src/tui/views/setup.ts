import { plural } from '../../commands/show.ts';
import { cut, padEnd } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import { defaultName } from '../newcomer.ts';
import type { PaneOf, SetupStep } from '../pane.ts';
import { presence } from '../presence.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame } from './frame.ts';
import { shortName } from './name.ts';

type Known = Pick<ViewState, 'status' | 'peers' | 'me'>;
type Setup = PaneOf<'setup'>;

/** The first steps: what is done, what is to do, and what is true meanwhile. */
export function setup(state: Known, shown: Setup, pane: Area, theme: Theme): string[] {
  const room = Math.max(8, Math.min(76, pane.cols - 6));
  const say = (words: string): string[] => wrap(words, room).map((line) => `   ${line}`);
  const steps = STEPS.flatMap((step) => stepLines(step, state, shown, pane, theme));
  const intro = [
    '',
    `   ${theme.bold('Welcome to qpc')}`,
    '',
    ...say(
      'Messages go from node to node, sealed so that only the reader can open them. There is no account and no company in the middle.',
    ),
    '',
  ];
  const about = ['', ...ABOUT[shown.step](state, theme).flatMap(say)];
  const rows = bodyRows(pane);
  // What is being asked stays longest.
  const all = [intro, steps, about].flat();
  const body =
    all.length <= rows ? all : steps.length + about.length <= rows ? [...steps, ...about] : steps.slice(-rows);
  return frame('The first steps', body, KEYS[shown.step], pane, theme);
}

const STEPS = ['key', 'name', 'mesh', 'friend'] as const;
type Step = (typeof STEPS)[number];

/** Whether a step is done, as far as the node knows. */
export const isDone = (step: Step, { status, me, peers }: Known, { shows }: Setup): boolean => {
  if (step === 'key') return status !== undefined;
  if (step === 'name') return me.name !== '' && me.name !== defaultName(me.id);
  if (step === 'mesh') return peers.some(({ state }) => state === 'connected');
  return (shows?.contacts.length ?? 0) > 0;
};

function stepLines(step: Step, state: Known, shown: Setup, { cols }: Area, theme: Theme): string[] {
  const { signs } = theme;
  const isHere = step === shown.step;
  const done = isDone(step, state, shown);
  const mark = isHere ? theme.accent(signs.pointer) : done ? theme.good(signs.done) : theme.dim(signs.dot);
  const number = STEPS.indexOf(step) + 1;
  const label = `   ${mark} ${number}  ${isHere ? theme.bold(LABELS[step]) : LABELS[step]}`;
  if (isHere) {
    const typed = guard.line(shown.texts[step]);
    const hint = typed === '' ? theme.dim(HINTS[step](state)) : '';
    return [label, cut(`        ${theme.accent(signs.prompt)} ${typed}${theme.accent('▏')}${hint}`, cols, signs.more)];
  }
  const facts = FACTS[step](state, shown, theme);
  const line = `${padEnd(label, 38)}${theme.dim(facts)}`;
  return [
    cols >= 70 || facts === '' ? line : label,
    ...(cols >= 70 || facts === '' ? [] : [theme.dim(`        ${facts}`)]),
  ];
}

const LABELS: Readonly<Record<Step, string>> = {
  key: 'A key was made for you',
  name: 'Pick a name that others see',
  mesh: 'Find a way into a mesh',
  friend: 'Add a friend',
};

/** What stands behind a step that is not being worked on. */
const FACTS: Readonly<Record<Step, (state: Known, shown: Setup, theme: Theme) => string>> = {
  key: ({ status }) => (status ? `${guard.line(status.home)}: only on this computer` : 'asking the node…'),
  name: (state, shown) => (isDone('name', state, shown) ? guard.line(state.me.name) : ''),
  mesh: ({ status }) =>
    status && status.connected > 0 ? plural(status.connected, 'node connected', 'nodes connected') : '',
  friend: (_state, { shows }) => (shows && shows.contacts.length > 0 ? plural(shows.contacts.length, 'contact') : ''),
};

/** What stands in an empty line. */
const HINTS: Readonly<Record<SetupStep, (state: Known) => string>> = {
  name: ({ me }) => ` until then you are ${guard.line(me.name)}`,
  mesh: () => ' ID@HOST:PORT, HOST:PORT, or an invitation; Enter alone goes on',
  friend: () => ' their qpc: address or id; Enter alone ends',
};

const KEYS: Readonly<Record<SetupStep, readonly string[]>> = {
  name: ['Enter next', '↑↓ steps', 'Esc skip, /setup brings this back'],
  mesh: ['Enter next', '↑↓ steps', 'Esc skip, /setup brings this back'],
  friend: ['Enter end', 'Alt+I my code', '↑↓ steps', 'Esc skip, /setup brings this back'],
};

/** What is true of the step that is being worked on. */
const ABOUT: Readonly<Record<SetupStep, (state: Known, theme: Theme) => readonly string[]>> = {
  name: () => [
    'The name is a claim, like every name here: others tell people apart by their keys. It can be changed any time with /nick.',
  ],
  mesh: (state, theme) => [
    found(state, theme),
    LOOKING[state.status?.mdns ?? 'off'],
    state.status?.connected ? '' : 'Nodes of other networks are reached by an address.',
  ],
  friend: () => [
    'Alt+I shows your code to be scanned, and your address as text. What a friend sends you is pasted here.',
  ],
};

function found({ peers }: Known, theme: Theme): string {
  const near = peers.filter((peer) => presence(peer) !== 'away');
  if (near.length === 0) return 'Nobody has been found yet.';
  const names = near.slice(0, 4).map((peer) => shortName(peer.name, 24, theme.signs.more));
  const rest = near.length > 4 ? ` and ${near.length - 4} more` : '';
  return `${plural(near.length, 'node')} within reach: ${names.join(', ')}${rest}.`;
}

const LOOKING = {
  on: 'This node looks on this network by mDNS, and says there that it is here.',
  off: 'This node does not look on this network: mDNS is off.',
  'no multicast': 'mDNS is on, but multicast does not work on this network.',
} as const;
