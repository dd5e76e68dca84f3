import { PEER } from './arguments.ts';
import { command } from './command.ts';

export const verify = command({
  name: 'verify',
  summary: 'note that you compared the fingerprint with somebody',
  args: { peer: PEER },
  options: {},
  examples: ['/verify bob'],
  akin: ['trust'],
  run: (api, { peer }) => api.call('verify', { peer }),
  render: ({ name, fingerprint }) => [
    `${name} is marked as verified, fingerprint ${fingerprint}`,
    'this is right only if you compared it outside of qpc',
  ],
});
