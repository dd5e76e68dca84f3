import { oneWord, valued } from './arguments.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { fullPath } from './full-path.ts';
import { bytes, plural } from './show.ts';

export const meshStoreExport = command({
  name: 'mesh store export',
  summary: 'write the sealed mail that is kept here to a file, for a stick that somebody carries',
  args: { file: oneWord('FILE', 'a new file', 'file') },
  options: { to: valued('PEER', 'only what is kept for one peer', 'peer') },
  examples: ['/mesh store export /media/stick/mail.qpc', '/mesh store export mail.qpc --to bob'],
  run: (api, { file, to }) =>
    api.call('storeExport', { file: fullPath(file), ...(to === undefined ? {} : { peer: to }) }),
  render: (result, { face }) => [
    `${plural(result.envelopes, 'sealed message')}, ${bytes(result.bytes)}, in ${result.file}`,
    ...(result.envelopes === 0
      ? []
      : [commandsIn('on the other node: /mesh store import FILE · what is kept here stays here', face)]),
  ],
});
