import { called, oneWord } from './arguments.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { messageMeant } from './message-meant.ts';

export const meshWhy = command({
  name: 'mesh why',
  summary: 'say why a message or a peer is in the state it is in, and what would help',
  args: {
    what: called(
      'MESSAGE|PEER',
      'a message of yours (^ is the newest), or somebody',
      oneWord('', '', 'peer or message'),
    ),
  },
  options: {},
  examples: ['/mesh why 81b04c', '/mesh why ^', '/mesh why bob'],
  run: async (api, { what }, context) => {
    const { face } = context;
    const line = what.startsWith('^') ? await messageMeant(api, what, 'own', context) : undefined;
    if (line && !line.ok) return line;
    const why = await api.call('why', { what: line?.result.id ?? what });
    if (!why.ok) return why;
    const { paragraph, findings } = why.result;
    const typed = findings.map((one) => ({ ...one, fix: commandsIn(one.fix, face) }));
    return { ok: true, result: { paragraph: commandsIn(paragraph, face), findings: typed } };
  },
  render: ({ paragraph }) => [paragraph],
});
