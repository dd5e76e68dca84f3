import { render } from 'ink';
import type { Notebook } from '../api/notebook.ts';
import type { Preferences } from '../api/preferences.ts';
import type { NodeApi } from '../api/schema.ts';
import type { Settings } from '../api/setting.ts';
import { plural } from '../commands/show.ts';
import { COMMANDS } from '../commands/table.ts';
import { SCREEN_GOODBYE_MS } from '../core/base/limits.ts';
import { wheel } from './act.ts';
import { App } from './app.tsx';
import * as guard from './drawing/guard.ts';
import { chooseTheme, speaksUtf8 } from './drawing/theme.ts';
import { readTheme, themeTrouble } from './drawing/theme-file.ts';
import type { OwnKey } from './keys/key-map.ts';
import { openConversation, type ViewState } from './screen-state.ts';
import { Session } from './session.ts';
import { abilitiesOf } from './terminal/abilities.ts';
import { printSync, watchExits } from './terminal/exits.ts';
import { drawFor } from './terminal/glyphs.ts';
import { Terminal } from './terminal/terminal.ts';
import { TtyInput } from './terminal/tty-input.ts';

/** What the screen is started with. */
export type TuiOptions = {
  /** This program's version, for the node to compare. */
  readonly version: string;
  /** Options this screen was started with that are the node's business. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the person has chosen about the screen. */
  readonly preferences?: Preferences;
  /** Keys that they have bound. */
  readonly keys?: readonly OwnKey[];
  /** What `/set` shows and writes. */
  readonly profile?: Settings;
  /** What was written on the screens before, and where this one keeps it. */
  readonly notebook?: Notebook;
  /** Finds or starts the node again after it was lost. */
  readonly reconnect?: () => Promise<NodeApi | undefined>;
  /** Keeps what went wrong in this screen, where somebody asked for that. */
  readonly note?: (what: string, error: unknown) => void;
};

/**
 * The full screen, until the person leaves. Both standard streams must be terminals. Says goodbye to the node when the
 * person quits, and nothing when the screen is taken away by a signal.
 *
 * @returns the exit code: 0, or 128 and the signal's number.
 */
export async function runTui({
  api,
  options,
}: {
  readonly api: NodeApi;
  readonly options: TuiOptions;
}): Promise<number> {
  const { stdin, stdout, env } = process;
  const note = options.note ?? (() => {});
  const terminal = new Terminal((text) => printSync(stdout.fd, text));
  const input = new TtyInput(stdin);
  const end = Promise.withResolvers<number>();
  let unmount = (): void => {};
  const leave = (): void => {
    unmount();
    terminal.restore();
    rawMode(input, false);
  };
  const exits = watchExits({
    end: end.resolve,
    isAway: () => terminal.isAway,
    restore: leave,
    suspend: () => void terminal.suspend(),
    resume: () => void terminal.retake(),
    failed: (error) => note('the screen failed', error),
  });
  input.reports.on('over', () => end.resolve(129));
  rawMode(input, true);
  const { glyphs, marksPastes } = await terminal.meet(input, { utf8: speaksUtf8(env) });
  drawFor(glyphs);
  input.marksPastes = marksPastes;

  const plainSigns = glyphs.wideAmbiguous || glyphs.asciiOnly;
  const session = new Session({
    api,
    greeting: { version: options.version, settings: options.settings ?? {} },
    commands: COMMANDS,
    size: { cols: stdout.columns, rows: stdout.rows },
    ascii: chooseTheme(env, { choice: 'auto', background: undefined, plainSigns }).signs.name === 'ascii',
    preferences: options.preferences,
    keys: options.keys,
    profile: options.profile,
    themeTrouble,
    notebook: options.notebook,
    now: Date.now,
    able: abilitiesOf(env),
    emit: (bytes) => terminal.emit(bytes),
    reconnect: options.reconnect,
    quit: () => end.resolve(0),
  });
  session.tell({ type: 'look', look: { ...session.state.look, plainSigns } });

  const screen = () => <App session={session} terminal={terminal} env={env} note={note} />;
  const app = render(screen(), {
    stdin: input as unknown as NodeJS.ReadStream,
    alternateScreen: true,
    // What Ink leaves as it is on the screen it finds by widths that such a terminal does not share.
    incrementalRendering: !glyphs.wideAmbiguous,
    interactive: true,
    maxFps: 60,
    exitOnCtrlC: false,
    patchConsole: false,
    kittyKeyboard: { mode: 'auto' },
  });
  unmount = () => app.unmount();
  terminal.redrawBy(() => {
    app.clear();
    app.rerender(screen());
  });
  terminal.enter();
  const started = session.start();
  followTheme(session, started);
  watchTerminal(session, terminal, input);
  const clock = setInterval(() => session.tell({ type: 'clock', now: Date.now() }), 30_000);
  // What fails while drawing must not leave the screen half drawn and the process waiting.
  app.waitUntilExit().catch(end.reject);

  try {
    const code = await end.promise;
    leave();
    if (code === 0) await sayGoodbye(session);
    return code;
  } finally {
    clearInterval(clock);
    session.stop();
    session.link.api.close();
    leave();
    exits.remove();
  }
}

/** Keys one by one and unseen, or lines as usual. A terminal that is gone has neither. */
function rawMode(input: TtyInput, on: boolean): void {
  try {
    input.setRawMode(on);
  } catch {
    // It is gone, or somebody has closed it.
  }
}

/** The last line, on the normal screen: what the person should know about what stays behind. */
async function sayGoodbye({ link, state }: Session): Promise<void> {
  const queued = state.status?.queued ?? 0;
  const patience = Promise.withResolvers<void>();
  const impatient = setTimeout(patience.resolve, SCREEN_GOODBYE_MS);
  await Promise.race([link.api.call('goodbye', {}), patience.promise]);
  clearTimeout(impatient);
  if (queued === 0) return;
  const go = queued === 1 ? 'it goes' : 'they go';
  process.stdout.write(
    `qpc: ${plural(queued, 'message')} still waiting; ${go} out when qpc runs again (or now: qpc up)\n`,
  );
}

/**
 * Reads the theme file that the person has chosen, when it is one, again whenever they choose: it may have been written anew
 * meanwhile. One that cannot be read is told, and the theme stays.
 */
function followTheme(session: Session, started: Promise<void>): void {
  let last: ViewState['preferences'] | undefined;
  const follow = (): void => {
    const { preferences } = session.shown();
    if (preferences === last) return;
    const { theme } = preferences;
    last = preferences;
    const { palette: _, ...look } = session.state.look;
    const read = theme.endsWith('.toml') ? readTheme(theme) : undefined;
    if (read && 'error' in read) {
      const text = `the theme is not used: ${read.error}`;
      // What is said before the first conversation opens goes when it does.
      void started.then(() => session.tell({ type: 'said', banner: { kind: 'error', text } }));
    } else session.tell({ type: 'look', look: read ? { ...look, palette: read.palette } : look });
  };
  session.subscribe(follow);
  follow();
}

function watchTerminal(session: Session, terminal: Terminal, input: TtyInput): void {
  input.reports.on('wheel', (direction) => wheel(session, direction));
  input.reports.on('focus', (focused) => session.tell({ type: 'focus', focused }));
  terminal.askBackground(input, (background) => {
    session.tell({ type: 'look', look: { ...session.state.look, background } });
  });
  const title = (): void => terminal.title(titleOf(session.shown()));
  session.subscribe(title);
  title();
}

/** `qpc (3) #general`: what is unread, and where the person is. */
function titleOf(state: ViewState): string {
  const unread = state.conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
  const open = openConversation(state);
  return `qpc${unread > 0 ? ` (${unread})` : ''}${open ? ` ${guard.line(open.name)}` : ''}`;
}
