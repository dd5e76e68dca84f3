import type { Argument, Command } from './command.ts';
import { type Face, written } from './find.ts';

/** How a command is called: `/mesh send PEER TEXT…`, `qpc listen [--count N] [WHERE…]`. */
export function usage(command: Command, face: Face): string {
  const options = Object.entries(command.options).map(([name, { label }]) =>
    label === undefined ? `[--${name}]` : `[--${name} ${label}]`,
  );
  const words = Object.values(command.args).map(showArgument);
  return [written(command.name, face), ...options, ...words].join(' ');
}

/** A word of a command as usage shows it: `PEER`, `[WHERE…]`. */
export const showArgument = ({ label, optional, rest }: Argument): string => {
  const name = rest ? `${label}…` : label;
  return optional ? `[${name}]` : name;
};

/** All about one command, a line each: usage, what it does, its words, options and examples. */
export function helpLines(command: Command, face: Face): readonly string[] {
  const rows = [
    ...Object.values(command.args).map((a) => [a.label, a.about] as const),
    ...Object.entries(command.options).map(
      ([name, o]) => [o.label === undefined ? `--${name}` : `--${name} ${o.label}`, o.about] as const,
    ),
  ];
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return [
    usage(command, face),
    `  ${command.summary}`,
    ...rows.map(([label, about]) => `    ${label.padEnd(width)}  ${about}`),
    ...command.examples.map((example) => `  ${inFace(example, face)}`),
  ];
}

/** Examples and hints are written as for the chat; in a shell the same thing begins with `qpc`. */
const inFace = (text: string, face: Face): string =>
  face === 'chat' ? text : text.replace(/(^|[\s(])\/(?=[a-z])/g, '$1qpc ');
