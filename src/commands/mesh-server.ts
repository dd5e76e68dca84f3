import { ADDRESS, valued } from './arguments.ts';
import { command } from './command.ts';

export const meshServer = command({
  name: 'mesh server',
  summary: 'note a server or node by its address, and connect when its id is known',
  args: { address: ADDRESS },
  options: { id: valued('ID', 'the id of the node there; without it the address is only noted') },
  examples: ['/mesh server 192.0.2.7:7000', '/mesh server [2001:db8::7]:7000 --id ID'],
  run: (api, { address, id }) => api.call('server', { address, ...(id === undefined ? {} : { id }) }),
  render: ({ address, id, state, warning }) => [
    id === undefined ? `${address} is ${state}` : `${address} is ${state} as ${id}`,
    ...(warning === undefined ? [] : [warning]),
  ],
});
