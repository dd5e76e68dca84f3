import { called, oneWord } from './arguments.ts';
import { command } from './command.ts';

export const meshWhy = command({
  name: 'mesh why',
  summary: 'say why a message or a peer is in the state it is in',
  args: { what: called('MESSAGE|PEER', 'a message of yours, or somebody', oneWord('', '', 'peer')) },
  options: {},
  examples: ['/mesh why 81b04c', '/mesh why bob'],
  run: (api, { what }) => api.call('why', { what }),
  render: ({ lines }) => lines,
});
