import { command } from './command.ts';
import { messageMeant, OWN_LINE } from './message-meant.ts';
import { madeLine, shortId } from './show.ts';

/** `delete` is a word of the language, so the name here is not that of the command. */
export const deleteLine = command({
  name: 'delete',
  summary: 'take back a message of yours: here at once, elsewhere when they hear of it',
  args: { message: OWN_LINE },
  options: {},
  examples: ['/delete ^', '/delete 81b04c'],
  akin: ['unsend', 'remove', 'rm', 'redact'],
  run: async (api, { message }, context) => {
    const meant = await messageMeant(api, message, 'own', context);
    return meant.ok ? api.call('delete', { id: meant.result.id }) : meant;
  },
  render: ({ id, by, state, withdrawn }, context) => [
    withdrawn
      ? `${shortId(id)} is gone: nobody else had it`
      : `${madeLine({ id: by, state }, context)}, takes back ${shortId(id)}: it is gone here, and elsewhere when they hear of it`,
  ],
});
