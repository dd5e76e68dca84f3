import { called, NAME, oneWord, optional } from './arguments.ts';
import { command } from './command.ts';
import { plural } from './show.ts';

export const add = command({
  name: 'add',
  summary: 'add a contact by address or id, under a name of your choice',
  args: {
    who: called('URI|ID', 'a qpc: address, an id, or somebody you see now', oneWord('', '', 'peer')),
    name: optional(called('NAME', 'your name for them, which nobody else sees', NAME)),
  },
  options: {},
  examples: ['/add ~carol.k7qd carol'],
  run: async (api, { who, name }) => {
    if (/^qpc-channel:/i.test(who)) {
      const message = 'this is the invite of a channel, and a contact is a person';
      return { ok: false, error: { code: 'E_USAGE', message, hint: `/mesh subscribe ${who} joins it` } };
    }
    return api.call('add', { who, ...(name === undefined ? {} : { name }) });
  },
  render: ({ id, name, addresses }) => [
    `${name} is a contact now: ${id}`,
    ...(addresses.length === 0
      ? []
      : [`tries ${plural(addresses.length, 'address', 'addresses')}: ${addresses.join(', ')}`]),
  ],
});
