import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { columns, plural } from './show.ts';

export const meshChannels = command({
  name: 'mesh channels',
  summary: 'show the channels you read',
  args: {},
  options: {},
  examples: ['/mesh channels'],
  akin: ['list', 'rooms'],
  run: (api) => api.call('channels', {}),
  render: ({ channels }, { face }) => {
    if (channels.length === 0) return [commandsIn('no channels yet · /mesh subscribe TOPIC joins one', face)];
    const rows = channels.map((c) => [
      `#${c.channel}`,
      c.open ? 'open' : 'private',
      plural(c.neighbours, 'neighbour'),
      plural(c.members, 'member'),
      c.invite ?? '',
    ]);
    return columns(rows);
  },
});
