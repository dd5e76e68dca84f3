import type { ApiError, NodeApi } from '../api/schema.ts';
import { LINE_CHARS_MAX } from '../core/base/limits.ts';
import type { Answer, Command, NodeCommand } from './command.ts';
import type { Context } from './context.ts';
import { findCommand, NAME_WORDS_MAX, TYPED_MAX, written } from './find.ts';
import { printable, printableJson } from './printable.ts';
import { parseWords } from './program.ts';
import { say } from './say.ts';
import { leadingWords, splitWords } from './split.ts';
import { COMMANDS } from './table.ts';
import { helpLines } from './usage.ts';
import { type Wording, worded } from './wording.ts';

/** What became of a line. */
export type Reply = {
  /** `/mesh send`; for text `/chat`; for what is no command, as typed. */
  readonly command: string;
  readonly answer: Answer<unknown>;
  /** The answer in words, safe to print. */
  readonly lines: readonly string[];
};

/**
 * Does what one line asks: a command behind a slash, or text for the open conversation. Whatever begins with `/` is a command
 * or an error and never a message; `//` sends a slash.
 */
export async function runLine(line: string, api: NodeApi, context: Context): Promise<Reply> {
  const read = readLine(line, COMMANDS);
  try {
    if (read.kind === 'text')
      return reply('/chat', say.render, await say.run(api, { text: read.text }, context), context);
    if (read.kind === 'wrong') return refusal(read.command, read.error, context);
    const { command, words } = read;
    const name = written(command.name, 'chat');
    const parsed = parseWords(command, words, 'chat');
    if (!parsed.ok) return refusal(name, parsed.error, context);
    if (parsed.flags.help) {
      return { command: name, answer: { ok: true, result: {} }, lines: helpLines(command, 'chat').map(printable) };
    }
    const answer = await command.run(api, parsed.input, context);
    const render = parsed.flags.json ? (result: unknown) => [printableJson(result)] : command.render;
    return reply(name, render, answer, context, parsed.input);
  } catch (thrown) {
    const message = `internal error: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    return refusal(
      read.kind === 'command' ? written(read.command.name, 'chat') : '/chat',
      { code: 'E_INTERNAL', message },
      context,
    );
  }
}

/** An error as a screen shows it, on one line: what was not done and why, then what to do. */
export function errorLine({ message, hint }: ApiError, wording: Pick<Wording, 'ascii' | 'aloud'>): string {
  const sign = wording.aloud ? 'error:' : wording.ascii ? 'x!' : '✗';
  return printable(worded(`${sign} ${message}${hint === undefined ? '' : ` · ${hint}`}`, wording));
}

/** What a line is, before anything is done. */
export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: NodeCommand; readonly words: readonly string[] }
  | { readonly kind: 'wrong' /** As typed. */; readonly command: string; readonly error: ApiError };

/** Tells commands from text (docs/commands.md, the chat), without doing anything. */
export function readLine(line: string, commands: readonly Command[]): Line {
  if (line.length > LINE_CHARS_MAX) {
    const message = `a line may have ${LINE_CHARS_MAX} characters, this has ${line.length}: nothing was sent`;
    return { kind: 'wrong', command: '/chat', error: { code: 'E_TOO_LARGE', message } };
  }
  const slash = /^[ \t\r\n]*\//.exec(line)?.[0].length;
  if (slash === undefined) return { kind: 'text', text: line };
  if (line[slash] === '/') return { kind: 'text', text: line.slice(0, slash) + line.slice(slash + 1) };
  const rest = line.slice(slash);
  const names = leadingWords(rest, NAME_WORDS_MAX);
  const typed = printable(`/${names[0]?.text ?? ''}`.slice(0, TYPED_MAX));
  if (/[\r\n]/.test(line.trimEnd())) {
    const message = 'a command is one line, this is several';
    return {
      kind: 'wrong',
      command: typed,
      error: { code: 'E_USAGE', message, hint: 'begin with // to send it as text' },
    };
  }
  if (/^[^ \t]*\//.test(rest)) {
    const error = {
      code: 'E_UNKNOWN_COMMAND',
      message: `no such command ${typed}`,
      hint: `to send it as text: /${typed}`,
    } as const;
    return { kind: 'wrong', command: typed, error };
  }
  const found = findCommand(
    names.map((n) => n.text),
    commands,
    'chat',
  );
  if (!found.ok) return { kind: 'wrong', command: typed, error: found.error };
  const { command, used } = found;
  if (command.on !== 'node')
    return { kind: 'wrong', command: typed, error: { code: 'E_UNKNOWN_COMMAND', message: `no such command ${typed}` } };
  return { kind: 'command', command, words: splitWords(rest.slice(names[used - 1]?.end), command) };
}

function reply<I>(
  command: string,
  render: (result: never, context: Context, input: I) => readonly string[],
  answer: Answer<unknown>,
  context: Context,
  input: I = {} as I,
): Reply {
  const said = 'result' in answer ? render(answer.result as never, context, input).map(printable) : [];
  const lines = quotes(answer) ? said : said.map((line) => worded(line, context));
  return { command, answer, lines: answer.ok ? lines : [...lines, errorLine(answer.error, context)] };
}

/** Whether an answer has lines that others wrote: no sign in them is ours to replace. */
const quotes = (answer: Answer<unknown>): boolean =>
  'result' in answer && typeof answer.result === 'object' && answer.result !== null && 'messages' in answer.result;

const refusal = (command: string, error: ApiError, context: Context): Reply => ({
  command,
  answer: { ok: false, error },
  lines: [errorLine(error, context)],
});
