import type { ApiError, NodeApi, Outcome } from '../api/schema.ts';
import type { Answer, Command, Ended } from '../commands/command.ts';
import { EXIT_CODES } from '../commands/exit-code.ts';
import { findCommand } from '../commands/find.ts';
import { printable, printableJson } from '../commands/printable.ts';
import { type Flags, type GlobalOption, parseWords, secretRefused } from '../commands/program.ts';
import type { Shell } from '../commands/shell.ts';
import { COMMANDS } from '../commands/table.ts';
import { helpLines } from '../commands/usage.ts';
import { complaint } from './words.ts';

/** Where a command of the shell prints, and how it comes to a profile once its flags are known. */
export type Terminal = {
  /** Prints a line on standard output. */
  readonly print: (line: string) => void;
  /** Says a line on standard error. */
  readonly warn: (line: string) => void;
  /** The shell for these flags, or what is wrong with them. */
  readonly open: (flags: Flags) => Promise<Outcome<Shell>>;
};

/**
 * One command, then the exit code (docs/commands.md, exit codes). The result goes to standard output, in words or as one JSON
 * object; what went wrong goes to standard error.
 *
 * @param words what follows `qpc` and its first options.
 * @param before those first options.
 */
export async function runCommand(
  words: readonly string[],
  before: Flags,
  options: readonly GlobalOption[],
  terminal: Terminal,
): Promise<number> {
  const fail = (error: ApiError): number => {
    for (const line of complaint(error)) terminal.warn(line);
    return EXIT_CODES[error.code];
  };
  const found = findCommand(words, COMMANDS, 'shell');
  if (!found.ok) return fail(found.error);
  const { command, used } = found;
  const rest = words.slice(used);
  const read = readRest(command, rest, options);
  if (!read.ok) return fail(read.error);
  const { input } = read;
  const flags = { ...before, ...read.flags };
  if (flags.help) {
    for (const line of helpLines(command, 'shell')) terminal.print(line);
    return 0;
  }
  const opened = await terminal.open(flags);
  if (!opened.ok) return fail(opened.error);
  const shell = opened.result;
  const answer = await run(command, input, shell);
  if ('result' in answer && answer.result !== undefined) {
    if (shell.json) terminal.print(printableJson(answer.result));
    else for (const line of render(command, answer.result, input, shell)) terminal.print(printable(line));
  }
  if (!answer.ok) return fail(answer.error);
  return 'exitCode' in answer ? answer.exitCode : 0;
}

function readRest(
  command: Command,
  rest: readonly string[],
  options: readonly GlobalOption[],
): ReturnType<typeof parseWords> {
  if (command.on !== 'shell') return parseWords(command, rest, 'shell', options);
  if (command.raw) return { ok: true, input: { words: rest }, flags: {} };
  const read = parseWords(command, rest, 'shell', options);
  if (command.secret !== undefined && !read.ok && rest.some((word) => !word.startsWith('-'))) {
    return {
      ok: false,
      error: secretRefused(command.secret, 'you are asked on the terminal; or give it on standard input'),
    };
  }
  return read;
}

async function run(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  shell: Shell,
): Promise<Answer<unknown> | Ended> {
  if (command.on === 'shell') return command.run(shell, input);
  if (command.local) return command.run(NO_NODE, input, shell);
  if (!command.needsNode) return command.run((await shell.running()) ?? NO_NODE, input, shell);
  const node = await shell.attach();
  return node.ok ? command.run(node.result, input, shell) : node;
}

const render = (command: Command, result: unknown, input: Readonly<Record<string, unknown>>, shell: Shell) =>
  command.on === 'shell' ? command.render(result, shell) : command.render(result, shell, input);

/** Stands where a node would, for commands that ask it nothing, or can do without. */
const NO_NODE: NodeApi = {
  call: async () => ({ ok: false, error: { code: 'E_NODE_GONE', message: 'this command has no node' } }),
  onEvent: () => () => {},
  onClose: () => {},
  close: () => {},
};
