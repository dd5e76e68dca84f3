import { writeSync } from 'node:fs';
import { render } from 'ink';
import type { Preferences } from '../api/preferences.ts';
import type { NodeApi } from '../api/schema.ts';
import type { Settings } from '../api/setting.ts';
import { plural } from '../commands/show.ts';
import { COMMANDS } from '../commands/table.ts';
import { wheel } from './act.ts';
import { App } from './app.tsx';
import * as guard from './guard.ts';
import { openConversation, type ViewState } from './screen-state.ts';
import { Session } from './session.ts';
import { Terminal } from './terminal.ts';
import { chooseTheme } from './theme.ts';
import { TtyInput } from './tty-input.ts';

/** What the screen is started with. */
export type TuiOptions = {
  /** This program's version, for the node to compare. */
  readonly version: string;
  /** Options this screen was started with that are the node's business. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the person has chosen about the screen. */
  readonly preferences?: Preferences;
  /** What `/set` shows and writes. */
  readonly profile?: Settings;
  /** Finds or starts the node again after it was lost. */
  readonly reconnect?: () => Promise<NodeApi | undefined>;
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
  const terminal = new Terminal((text) => void writeSync(stdout.fd, text));
  const input = new TtyInput(stdin);
  const end = Promise.withResolvers<number>();
  const session = new Session({
    api,
    greeting: { version: options.version, settings: options.settings ?? {} },
    commands: COMMANDS,
    size: { cols: stdout.columns, rows: stdout.rows },
    ascii: chooseTheme(env, { choice: 'auto', background: undefined }).signs.name === 'ascii',
    preferences: options.preferences,
    profile: options.profile,
    now: Date.now,
    reconnect: options.reconnect,
    quit: () => end.resolve(0),
  });

  const app = render(<App session={session} terminal={terminal} env={env} />, {
    stdin: input as unknown as NodeJS.ReadStream,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: 60,
    exitOnCtrlC: false,
    patchConsole: false,
    kittyKeyboard: { mode: 'auto' },
  });
  terminal.enter();
  const leave = (): void => {
    app.unmount();
    terminal.restore();
  };
  const handlers = watchProcess(end.resolve, leave);
  watchTerminal(session, terminal, input);
  const clock = setInterval(() => session.tell({ type: 'clock', now: Date.now() }), 30_000);
  // What fails while drawing must not leave the screen half drawn and the process waiting.
  app.waitUntilExit().catch(end.reject);
  void session.start();

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
    input.setRawMode(false);
    handlers.remove();
  }
}

/** The last line, on the normal screen: what the person should know about what stays behind. */
async function sayGoodbye({ link, state }: Session): Promise<void> {
  const queued = state.status?.queued ?? 0;
  await link.api.call('goodbye', {});
  if (queued === 0) return;
  const go = queued === 1 ? 'it goes' : 'they go';
  process.stdout.write(
    `qpc: ${plural(queued, 'message')} still waiting; ${go} out when qpc runs again (or now: qpc up)\n`,
  );
}

/** Ends on signals and when the terminal is gone, and restores the terminal before a crash is reported on it. */
function watchProcess(end: (code: number) => void, restore: () => void): { readonly remove: () => void } {
  const signals = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const;
  const listeners = signals.map(([signal, code]) => [signal, () => end(code)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const lost = (): void => end(129);
  process.stdout.on('error', lost);
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restore);
  const remove = (): void => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
    process.stdout.off('error', lost);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
  };
  return { remove };
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
