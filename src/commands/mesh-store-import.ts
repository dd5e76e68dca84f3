import { oneWord } from './arguments.ts';
import { command } from './command.ts';
import { fullPath } from './full-path.ts';
import { plural } from './show.ts';

export const meshStoreImport = command({
  name: 'mesh store import',
  summary: 'take sealed mail out of a file that another node has written',
  args: { file: oneWord('FILE', 'what /mesh store export has written', 'file') },
  options: {},
  examples: ['/mesh store import /media/stick/mail.qpc'],
  run: (api, { file }) => api.call('storeImport', { file: fullPath(file) }),
  render: ({ taken, known, refused, whole }) => [
    `${plural(taken, 'message')} taken, ${known} known already`,
    ...Object.entries(refused).map(([why, count]) => `refused, ${why}: ${count}`),
    ...(whole ? [] : ['the file is cut off or damaged: what came before that place was read']),
  ],
});
