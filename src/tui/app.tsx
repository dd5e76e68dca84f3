import { Box, Text, useApp, useCursor, useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useMemo } from 'react';
import { act, type } from './act.ts';
import { actionOf, keyName } from './keys.ts';
import { layout, listAlone } from './layout.ts';
import { CHAT } from './pane.ts';
import { viewOf } from './panes/table.ts';
import type { ViewState } from './screen-state.ts';
import type { Pane as Area } from './scroll.ts';
import type { Session } from './session.ts';
import { inAscii } from './signs.ts';
import type { Terminal } from './terminal.ts';
import { chooseTheme, type Theme } from './theme.ts';
import { useNode } from './use-node.ts';
import { banner } from './views/banner.ts';
import { chat } from './views/chat.ts';
import { completions } from './views/completions.ts';
import { prompt } from './views/prompt.ts';
import { sidebar } from './views/sidebar.ts';
import { statusBar } from './views/status-bar.ts';

type Props = {
  readonly session: Session;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The whole screen. Views draw lines; here they only get their places, the keys and the caret. */
export function App({ session, terminal, env }: Props) {
  const state = useNode(session);
  const theme = useMemo(() => chooseTheme(env, state.look), [env, state.look]);
  useKeys(session, terminal);
  useSize(session);

  const { cols } = state.size;
  const places = layout(state);
  const writing = prompt(state, { cols, rows: places.prompt }, theme);
  const top = places.main.rows + places.banner.length + 1;
  const { setCursorPosition } = useCursor();
  setCursorPosition(writing.caret && { x: Math.min(cols - 1, writing.caret.x), y: top + writing.caret.y });

  return (
    <Box flexDirection="column" width={cols} height={state.size.rows}>
      <Box height={places.main.rows}>
        {places.list > 0 && (
          <Pane
            theme={theme}
            cols={places.list}
            lines={sidebar(state, { cols: places.list, rows: places.main.rows }, theme)}
          />
        )}
        <Pane theme={theme} cols={places.main.cols} lines={mainPane(state, places.main, theme)} />
      </Box>
      {places.banner.length > 0 && <Pane theme={theme} cols={cols} lines={banner(state, places.banner, theme)} />}
      <Pane theme={theme} cols={cols} lines={[statusBar(state, cols, theme)]} />
      <Pane theme={theme} cols={cols} lines={writing.lines} />
    </Box>
  );
}

/** One text for all lines of a pane: laying out rows one by one is what is slow in Ink. */
function Pane({
  cols,
  lines,
  theme,
}: {
  readonly cols: number;
  readonly lines: readonly string[];
  readonly theme: Theme;
}) {
  const shown = theme.signs.name === 'ascii' ? lines.map(inAscii) : lines;
  return (
    <Box width={cols} height={lines.length} flexShrink={0}>
      <Text wrap="truncate">{shown.map((line) => (line === '' ? ' ' : line)).join('\n')}</Text>
    </Box>
  );
}

function mainPane(state: ViewState, area: Area, theme: Theme): string[] {
  const shown = fullPane(state, area, theme);
  const { completion } = state.prompt;
  if (!completion?.listed || state.pane.name !== 'chat') return shown;
  const list = completions(completion, area, theme);
  return [...shown.slice(0, area.rows - list.length), ...list];
}

function fullPane(state: ViewState, area: Area, theme: Theme): string[] {
  const view = viewOf(state.pane);
  if (view) return view.draw(state, state.pane, area, theme);
  return listAlone(state) ? sidebar(state, area, theme) : chat(state, area, theme);
}

function useKeys(session: Session, terminal: Terminal): void {
  const { suspendTerminal } = useApp();
  useInput((input, key) => {
    const name = keyName(input, key);
    const action = actionOf(name);
    if (action?.name === 'suspend') void terminal.suspend(suspendTerminal);
    else if (action?.name === 'redraw') void suspendTerminal(() => {});
    else if (action) act(session, action);
    else if (name === '' && input !== '') type(session, input);
    else if (isEscAndKey(name, input)) {
      // Esc and a key in one moment arrive as Alt+key. Were the key lost, "/mesh …" would go out as a text.
      act(session, { name: 'back' });
      type(session, input);
    }
  });
  usePaste((text) => {
    if (session.state.pane.name !== 'chat') session.tell({ type: 'pane', pane: CHAT });
    session.writing.paste(text);
  });
}

const isEscAndKey = (name: string, input: string): boolean => name === `alt+${input.toLowerCase()}`;

function useSize(session: Session): void {
  const { columns, rows } = useWindowSize();
  useEffect(() => {
    const { size } = session.state;
    if (size.cols !== columns || size.rows !== rows) session.tell({ type: 'resized', cols: columns, rows });
  }, [session, columns, rows]);
}
