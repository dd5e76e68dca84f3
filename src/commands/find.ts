import type { ApiError } from '../api/schema.ts';
import { nearest } from '../core/base/nearest.ts';
import type { Command } from './command.ts';

/** Where a command was typed: behind a slash in the chat, or behind `qpc` in a shell. */
export type Face = 'chat' | 'shell';

/** The command that was meant, or why none was found. */
export type Found =
  | { readonly ok: true; readonly command: Command /** Words that the name took. */; readonly used: number }
  | { readonly ok: false; readonly error: ApiError };

/** `did you mean bob, or bop?`, of at most three; `undefined` when there is nothing to offer. */
export const didYouMean = (near: readonly string[]): string | undefined =>
  near.length === 0 ? undefined : `did you mean ${near.slice(0, 3).join(', or ')}?`;

/** Whether a command can be typed there. */
export const isHere = (command: Command, face: Face): boolean =>
  face === 'chat' ? command.on === 'node' : command.on === 'shell' || !command.chatOnly;

/** How a command is written there: `/mesh send`, `qpc mesh send`. */
export const written = (name: string, face: Face): string => (face === 'chat' ? `/${name}` : `qpc ${name}`);

/**
 * The command that the first words mean: its full name, or that of a `mesh` command without `mesh` where no other command
 * has that name. Words that mean none are answered with near ones.
 */
export function findCommand(words: readonly string[], commands: readonly Command[], face: Face): Found {
  const here = commands.filter((c) => isHere(c, face));
  const named = (name: string) => here.find((c) => c.name === name);
  for (let used = Math.min(NAME_WORDS_MAX, words.length); used > 0; used--) {
    const name = words.slice(0, used).join(' ');
    const command = named(name) ?? named(`mesh ${name}`);
    if (!command) continue;
    const error = misspeltMember(command, words.slice(used), { here, face });
    return error ? { ok: false, error } : { ok: true, command, used };
  }
  return { ok: false, error: explain(words, here, commands, face) };
}

/** A word behind a command that takes none, and that others begin with, is meant for one of those. */
function misspeltMember(
  { name, args }: Command,
  [next]: readonly string[],
  { here, face }: { readonly here: readonly Command[]; readonly face: Face },
): ApiError | undefined {
  const members = here.filter((c) => c.name.startsWith(`${name} `)).map((c) => c.name.slice(name.length + 1));
  if (members.length === 0 || Object.keys(args).length > 0 || next === undefined || next.startsWith('-'))
    return undefined;
  const near = nearest(next, members).map((member) => written(`${name} ${member}`, face));
  const message = `no such command ${asTyped(`${name} ${next}`, face)}`;
  return { code: 'E_UNKNOWN_COMMAND', message, hint: didYouMean(near) ?? `behind ${name}: ${members.join(', ')}` };
}

/** How it was typed; in a shell every complaint begins with `qpc:` already. */
const asTyped = (words: string, face: Face): string => (face === 'chat' ? `/${words}` : words).slice(0, TYPED_MAX);

/** Words of the longest name: `mesh store export`. */
export const NAME_WORDS_MAX = 3;

/** How much of what was typed an error repeats, in characters. */
export const TYPED_MAX = 80;

function explain(words: readonly string[], here: readonly Command[], all: readonly Command[], face: Face): ApiError {
  const [first = '', second] = words;
  const members = here.filter((c) => c.name.startsWith(`${first} `)).map((c) => c.name.slice(first.length + 1));
  if (members.length > 0 && second === undefined) {
    const message = `${asTyped(first, face)} needs one more word`;
    return { code: 'E_USAGE', message, hint: `one of ${members.join(', ')}` };
  }
  const typed = members.length > 0 ? `${first} ${second}` : first;
  const elsewhere = all.find((c) => c.name === typed || c.name === `mesh ${typed}`);
  if (elsewhere) {
    const message = `${asTyped(typed, face)} does not work here`;
    const hint = face === 'chat' ? `in a shell: qpc ${elsewhere.name}` : 'it is a command of the chat: start qpc alone';
    return { code: 'E_UNKNOWN_COMMAND', message, hint };
  }
  const message = `no such command ${asTyped(typed, face)}`;
  const offer = didYouMean(likely(typed, here).map((name) => written(name, face)));
  if (face === 'shell') return { code: 'E_UNKNOWN_COMMAND', message, hint: offer ?? 'qpc --help lists them' };
  const hint = `${offer ?? '/help lists them'}   (// sends text that starts with a slash)`;
  return { code: 'E_UNKNOWN_COMMAND', message, hint };
}

/** Names that may have been meant: a word that other programs use, else those a few letters away. */
function likely(typed: string, here: readonly Command[]): readonly string[] {
  const akin = here.filter((c) => c.akin?.includes(typed)).map((c) => c.name);
  if (akin.length > 0) return akin;
  const groups = here.flatMap((c) => (c.name.includes(' ') ? [c.name.slice(0, c.name.indexOf(' '))] : []));
  const bare = new Map(here.map((c) => [c.name.replace(/^mesh /, ''), c.name]));
  const near = nearest(typed, [...groups, ...bare.keys(), ...here.map((c) => c.name)]);
  return [...new Set(near.map((name) => bare.get(name) ?? name))];
}
