import { Box, type Key, Text, useApp, useCursor, useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useMemo, useRef } from 'react';
import { act, paste, type } from './act.ts';
import { cut, width } from './drawing/cells.ts';
import { inAscii } from './drawing/signs.ts';
import { chooseTheme, type Theme } from './drawing/theme.ts';
import { actionOf, beginsPair } from './keys/key-map.ts';
import { keyName } from './keys/keys.ts';
import { listAlone } from './layout.ts';
import { viewOf } from './panes/table.ts';
import type { Area } from './reading/scroll.ts';
import { type Note, Safety } from './safety.ts';
import type { ViewState } from './screen-state.ts';
import type { Session } from './session.ts';
import { drawn } from './terminal/glyphs.ts';
import type { Terminal } from './terminal/terminal.ts';
import { useNode } from './use-node.ts';
import { aim } from './views/aim.ts';
import { banner } from './views/banner.ts';
import { chat } from './views/chat.ts';
import { completions } from './views/completions.ts';
import { type Caret, prompt } from './views/prompt.ts';
import { sidebar } from './views/sidebar.ts';
import { statusBar } from './views/status-bar.ts';

type Props = {
  readonly session: Session;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Keeps what went wrong. */
  readonly note?: Note;
};

/** The whole screen. Views draw lines; here they only get their places, the keys and the caret. */
export function App({ session, terminal, env, note }: Props) {
  const state = useNode(session);
  const theme = useMemo(() => chooseTheme(env, state.look), [env, state.look]);
  const safety = useMemo(() => new Safety(note ?? (() => {})), [note]);
  useKeys(session, terminal, safety, env);
  useSize(session);

  const { cols, rows } = state.size;
  const places = safety.places(state);
  const safely = (part: string, area: Area, draw: () => readonly string[]) => safety.lines(part, area, theme, draw);
  const { list, main } = places;
  const sides = { cols: list, rows: main.rows };
  const chats = list > 0 ? safely('the list of chats', sides, () => sidebar(state, sides, theme)) : [];
  const middle = safely(state.pane.name, main, () => mainPane(state, main, theme));
  const inView = viewOf(state.pane)?.isWritten?.(state.pane) ? caretIn(middle) : undefined;
  const bottom = { cols, rows: places.prompt };
  let caret: Caret;
  const writing = safely('the prompt', bottom, () => {
    const written = prompt(state, bottom, theme);
    caret = written.caret;
    return written.lines;
  });
  const { length } = places.banner;
  const said = length > 0 ? safely('a notice', { cols, rows: length }, () => banner(places.banner, theme)) : [];
  const status = safely('the status bar', { cols, rows: 1 }, () => [statusBar(state, cols, theme)]);
  const aimed = safely('what is answered', { cols, rows: places.aim }, () => aim(state, cols, theme)).slice(
    0,
    places.aim,
  );
  const { setCursorPosition } = useCursor();
  const inPrompt = caret && { x: caret.x, y: main.rows + length + 1 + places.aim + caret.y };
  const at = inView ?? inPrompt;
  setCursorPosition(at && { x: Math.min(cols - 1, at.x), y: Math.min(rows - 1, at.y) });

  const upper = list > 0 ? middle.map((line, row) => chats[row] + line) : middle;
  return (
    <Box flexDirection="column" width={cols} height={rows}>
      {[upper, said, status, aimed, writing].map((lines, part) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts keep their places
        <Lines key={part} cols={cols} lines={lines} theme={theme} />
      ))}
    </Box>
  );
}

/**
 * Lines over the whole width as one text: laying out rows one by one is what is slow in Ink, and where a terminal draws a
 * sign wider than Ink thinks, what stands beside it must not depend on what Ink thinks.
 */
function Lines({
  cols,
  lines,
  theme,
}: {
  readonly cols: number;
  readonly lines: readonly string[];
  readonly theme: Theme;
}) {
  if (lines.length === 0) return undefined;
  const sign = theme.signs.name === 'ascii' ? inAscii : (line: string): string => line;
  return (
    <Box width={cols} height={lines.length} flexShrink={0}>
      <Text wrap="truncate">{lines.map((line) => (line === '' ? ' ' : drawn(cut(sign(line), cols)))).join('\n')}</Text>
    </Box>
  );
}

/** Where a view has drawn its caret. */
function caretIn(lines: readonly string[]): Caret {
  const y = lines.findIndex((line) => line.includes('▏'));
  return y < 0 ? undefined : { x: width(lines[y]!.split('▏', 1)[0]!), y };
}

function mainPane(state: ViewState, area: Area, theme: Theme): string[] {
  const { completion } = state.prompt;
  if (!completion?.listed || state.pane.name !== 'chat') return fullPane(state, area, theme);
  const list = completions(completion, area, theme);
  const rows = area.rows - list.length;
  // The list takes room, and lies over nothing: what is answered stays in sight while an emoji for it is looked for.
  return rows > 0 ? [...fullPane(state, { ...area, rows }, theme).slice(0, rows), ...list] : list;
}

function fullPane(state: ViewState, area: Area, theme: Theme): string[] {
  const view = viewOf(state.pane);
  if (view) return view.draw(state, state.pane, area, theme);
  return listAlone(state) ? sidebar(state, area, theme) : chat(state, area, theme);
}

function useKeys(session: Session, terminal: Terminal, safety: Safety, env: Props['env']): void {
  const { suspendTerminal } = useApp();
  useEffect(() => terminal.lendBy(suspendTerminal), [terminal, suspendTerminal]);
  const first = useRef('');
  const press = (input: string, key: Key): void => {
    const { keys } = session.state;
    const before = first.current;
    const name = before === '' ? keyName(input, key) : `${before} ${keyName(input, key) || input.toLowerCase()}`;
    first.current = beginsPair(name, keys) ? name : '';
    const action = actionOf(name, keys);
    if (action?.name === 'suspend') void terminal.suspend();
    else if (action?.name === 'redraw') terminal.redraw();
    else if (action?.name === 'editElsewhere')
      void session.writing.editElsewhere((meanwhile) => terminal.lend(meanwhile), env);
    else if (action) act(session, action);
    else if (name === '' && input !== '') type(session, input);
    else if (key.meta && input !== '') {
      // Esc and a key in one moment arrive as Alt+key. Were the key lost, "/mesh …" would go out as a text.
      act(session, { name: 'back' });
      press(input, { ...key, meta: false });
    }
  };
  useInput((input, key) => safety.press(session, () => press(input, key)));
  usePaste((text) => {
    safety.press(session, () => paste(session, text));
  });
}

function useSize(session: Session): void {
  const { columns, rows } = useWindowSize();
  useEffect(() => {
    const { size } = session.state;
    if (size.cols !== columns || size.rows !== rows) session.tell({ type: 'resized', cols: columns, rows });
  }, [session, columns, rows]);
}
