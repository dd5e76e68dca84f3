import { TERMINAL_ANSWER_MS } from '../../core/base/limits.ts';
import { speaksUtf8 } from '../drawing/theme.ts';
import { Terminal } from './terminal.ts';
import { type Probed, probe } from './terminal-probe.ts';
import { TtyInput } from './tty-input.ts';

/** What a terminal has answered when it was asked outside of the screen. */
export type TerminalAnswers = Probed & {
  readonly size: { readonly cols: number; readonly rows: number };
  readonly background: 'dark' | 'light' | undefined;
  /** Whether it knows the keyboard protocol of kitty, so that Shift+Enter is a key of its own. */
  readonly kitty: boolean;
  /** Whether it has answered anything. */
  readonly answers: boolean;
};

/** Both ends of a terminal. */
export type Ends = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * Asks the terminal what the screen asks it when it starts, on the line of the caret, which is empty again afterwards: widths, background
 * (OSC 11), and the keyboard (`CSI ? u`). What it is (DA1, `CSI c`) comes last, which every terminal answers: then all has been answered.
 */
export async function askTerminal({ stdin, stdout, env }: Ends): Promise<TerminalAnswers> {
  const write = (text: string): void => void stdout.write(text);
  const input = new TtyInput(stdin);
  let heard = '';
  const all = Promise.withResolvers<void>();
  const listen = (chunk: string): void => {
    heard += chunk;
    if (WHAT_IT_IS.test(heard)) all.resolve();
  };
  stdin.on('data', listen);
  stdin.setRawMode(true);
  try {
    const probed = await probe({ input, write, utf8: speaksUtf8(env), waitMs: TERMINAL_ANSWER_MS });
    let background: TerminalAnswers['background'];
    new Terminal(write).askBackground(input, (told) => {
      background = told;
    });
    write('\x1b[?u\x1b[c');
    const impatient = setTimeout(all.resolve, TERMINAL_ANSWER_MS);
    await all.promise;
    clearTimeout(impatient);
    const size = { cols: stdout.columns, rows: stdout.rows };
    return { ...probed, size, background, kitty: KEYBOARD.test(heard), answers: heard !== '' };
  } finally {
    stdin.setRawMode(false);
    stdin.off('data', listen);
    stdin.pause();
  }
}

const WHAT_IT_IS = /\x1b\[\?[\d;]*c/;
const KEYBOARD = /\x1b\[\?\d+u/;
