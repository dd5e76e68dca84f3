import { command } from './command.ts';
import { columns } from './show.ts';

export const contacts = command({
  name: 'contacts',
  summary: 'show the people you have named',
  args: {},
  options: {},
  examples: ['/contacts'],
  akin: ['friends', 'roster'],
  run: (api) => api.call('contacts', {}),
  render: ({ contacts }) => {
    if (contacts.length === 0) return ['no contacts yet · /add URI|ID NAME adds one'];
    return columns(contacts.map((c) => [c.name, c.verified ? 'verified' : '', c.blocked ? 'blocked' : '', c.id]));
  },
});
