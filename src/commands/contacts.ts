import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { columns } from './show.ts';

export const contacts = command({
  name: 'contacts',
  summary: 'show the people you have named',
  args: {},
  options: {},
  examples: ['/contacts'],
  akin: ['friends', 'roster'],
  run: (api) => api.call('contacts', {}),
  render: ({ contacts }, { face }) => {
    if (contacts.length === 0) return [commandsIn('no contacts yet · /add URI|ID NAME adds one', face)];
    return columns(contacts.map((c) => [c.name, c.verified ? 'verified' : '', c.blocked ? 'blocked' : '', c.id]));
  },
});
