import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { columns, plural } from './show.ts';

export const requests = command({
  name: 'requests',
  summary: 'show strangers who would like to write to you (qpc --requests)',
  args: {},
  options: {},
  examples: ['/requests'],
  run: (api) => api.call('requests', {}),
  render: ({ requests: waiting }, { face }) =>
    waiting.length === 0
      ? ['nobody waits · messages of strangers are kept back when the node was started with --requests']
      : [
          ...columns(waiting.map((r) => [r.name, plural(r.messages, 'message'), firstLine(r.text)])),
          commandsIn('/accept PEER shows what somebody wrote · /block PEER refuses it', face),
        ],
});

const SHOWN_MAX = 60;

const firstLine = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX)}…` : line;
};
