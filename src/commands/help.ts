import { called, optional, TEXT } from './arguments.ts';
import { command } from './command.ts';
import { findCommand, isHere, written } from './find.ts';
import { columns } from './show.ts';
import { helpLines, usage } from './usage.ts';

export const help = command({
  name: 'help',
  summary: 'show all commands, or all about one',
  args: { name: optional({ ...called('COMMAND', 'with or without the slash', TEXT), completes: 'command' }) },
  options: {},
  examples: ['/help', '/help mesh send'],
  akin: ['man', '?'],
  run: async (_api, { name }, { commands, face }) => {
    const here = commands.filter((c) => isHere(c, face));
    if (name === undefined) {
      const all = here.map((c) => ({ name: c.name, usage: usage(c, face), summary: c.summary }));
      return { ok: true, result: { commands: all } };
    }
    const found = findCommand(name.trim().replace(/^\//, '').split(/\s+/), commands, face);
    if (!found.ok) return found;
    const { command } = found;
    const about = {
      name: command.name,
      usage: usage(command, face),
      summary: command.summary,
      examples: command.examples,
    };
    return { ok: true, result: { commands: [about] } };
  },
  render: ({ commands: found }, { commands, face }, { name }) => {
    const only = name === undefined ? undefined : commands.find((c) => c.name === found[0]?.name && isHere(c, face));
    if (only) return helpLines(only, face);
    return [
      ...columns(found.map((c) => [written(c.name, face), c.summary])),
      face === 'chat'
        ? '/help COMMAND tells more · // sends text that starts with a slash'
        : 'qpc help COMMAND tells more',
    ];
  },
});
