import { called, optional, TEXT } from './arguments.ts';
import { type Command, command, type NodeCommand } from './command.ts';
import { findCommand, isHere, written } from './find.ts';
import { columns } from './show.ts';
import { helpLines, usage } from './usage.ts';

/** `/help`, about the commands of a table that it is itself in. */
export const helpAbout = (commands: () => readonly Command[]): NodeCommand =>
  command({
    name: 'help',
    summary: 'show all commands, or all about one',
    args: { name: optional({ ...called('COMMAND', 'with or without the slash', TEXT), completes: 'command' }) },
    options: {},
    examples: ['/help', '/help mesh send'],
    akin: ['man', '?'],
    local: true,
    run: async (_api, { name }, { face }) => {
      if (name === undefined) {
        const here = commands().filter((c) => isHere(c, face));
        return { ok: true, result: { commands: here.map((c) => summaryOf(c, usage(c, face))) } };
      }
      const found = findCommand(name.trim().replace(/^\//, '').split(/\s+/), commands(), face);
      if (!found.ok) return found;
      return { ok: true, result: { commands: [summaryOf(found.command, usage(found.command, face))] } };
    },
    render: ({ commands: found }, { face }, { name }) => {
      const only = commands().find((c) => name !== undefined && c.name === found[0]?.name && isHere(c, face));
      if (only) return helpLines(only, face);
      const more = '/help COMMAND tells more · // sends text that starts with a slash';
      return [
        ...columns(found.map((c) => [written(c.name, face), c.summary])),
        face === 'chat' ? more : 'qpc help COMMAND tells more',
      ];
    },
  });

const summaryOf = ({ name, summary, examples }: Command, usage: string) => ({ name, usage, summary, examples });
