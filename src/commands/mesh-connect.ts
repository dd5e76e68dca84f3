import { z } from 'zod';
import { oneWord } from './arguments.ts';
import { command } from './command.ts';

const ID_AT_ADDRESS = {
  ...oneWord('ID@HOST:PORT', 'a full id and where the node listens'),
  schema: z.string().regex(/^[^@\s]+(@\S+:\d{1,5})?$/, 'must be ID@HOST:PORT'),
};

export const meshConnect = command({
  name: 'mesh connect',
  summary: 'connect to a node by its id and address',
  args: { peer: ID_AT_ADDRESS },
  options: {},
  examples: ['/mesh connect ID@192.0.2.7:7000'],
  akin: ['dial'],
  run: (api, { peer }) => api.call('connect', { peer }),
  render: ({ id, address, state }) => [`${state}: ${id}${address === undefined ? '' : ` at ${address}`}`],
});
