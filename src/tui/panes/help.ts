import { COMMANDS } from '../../commands/table.ts';
import { usage } from '../../commands/usage.ts';
import { helpRows } from '../keys/key-map.ts';
import { layout } from '../layout.ts';
import { CHAT, type PaneOf } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import { type CommandLine, chosenEntry, foundEntries, type HelpEntry, help } from '../views/help.ts';
import { stepOf } from './scrolling.ts';
import { inOneLine, typedInto } from './typing.ts';
import type { Deed, View } from './view.ts';

type Help = PaneOf<'help'>;

const BEGIN: Help = { name: 'help', query: '', chosen: undefined };

const LINES: readonly CommandLine[] = COMMANDS.filter((command) => command.on === 'node').map((command) => ({
  name: command.name,
  usage: usage({ ...command, options: {} }, 'chat'),
  summary: command.summary,
  akin: command.akin ?? [],
  options: Object.entries(command.options).map(([name, { about }]) => `--${name}: ${about}`),
}));

const entries = ({ keys }: Pick<ViewState, 'keys'>): readonly HelpEntry[] => [
  ...helpRows(keys).map((key) => ({ key })),
  ...LINES.map((command) => ({ command })),
];

/** Keys and commands, to be searched and run from. */
export const HELP: View<Help> & { readonly begin: Help } = {
  begin: BEGIN,
  draw: (state, pane, area, theme) => help(pane, entries(state), area, theme),
  act: (state, pane, action) => {
    const found = foundEntries(pane, entries(state));
    const by = stepOf(action, Math.max(1, bodyRows(layout(state).main) - 4));
    const at = chosenEntry(pane, found);
    if (by !== 0) {
      const to = at === undefined ? by - Math.sign(by) : at + by;
      return [{ do: 'show', pane: { ...pane, chosen: Math.max(0, Math.min(found.length - 1, to)) } }];
    }
    if (action.name === 'submit') return run(found[at ?? -1]);
    const query = typedInto(pane.query, action);
    return query === undefined ? undefined : [{ do: 'show', pane: { ...pane, query, chosen: undefined } }];
  },
  // The key that opened it closes it.
  type: (_state, pane, letter) =>
    letter === '?' && pane.query === ''
      ? [{ do: 'back' }]
      : [{ do: 'show', pane: { ...pane, query: pane.query + letter, chosen: undefined } }],
  isWritten: () => true,
  paste: (_state, pane, text) => [
    { do: 'show', pane: { ...pane, query: pane.query + inOneLine(text), chosen: undefined } },
  ],
  answers: { command: '/help', pane: (words) => (words.length === 0 ? BEGIN : undefined) },
};

/** A key does what it does in the chat, a command is put into the prompt: it may need words. */
function run(entry: HelpEntry | undefined): readonly Deed[] {
  if (!entry) return [];
  if (entry.command) return [{ do: 'write', text: `/${entry.command.name} ` }];
  return [
    { do: 'show', pane: CHAT },
    { do: 'act', action: entry.key.action },
  ];
}
