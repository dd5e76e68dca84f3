import { TEXT } from './arguments.ts';
import { command } from './command.ts';
import { messageMeant, OWN_LINE } from './message-meant.ts';
import { madeLine, shortId } from './show.ts';

export const edit = command({
  name: 'edit',
  summary: 'word a message of yours anew',
  args: { message: OWN_LINE, text: TEXT },
  options: {},
  examples: ['/edit ^ on it, back at nine', '/edit 81b04c thanks'],
  akin: ['correct', 's'],
  run: async (api, { message, text }, context) => {
    const meant = await messageMeant(api, message, 'own', context);
    return meant.ok ? api.call('edit', { id: meant.result.id, text }) : meant;
  },
  render: ({ id, by, state }, context) => [`${madeLine({ id: by, state }, context)}, gives ${shortId(id)} other words`],
});
