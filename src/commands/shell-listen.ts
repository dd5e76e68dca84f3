import { z } from 'zod';
import type { NodeApi, Outcome } from '../api/schema.ts';
import type { Message } from '../api/shapes.ts';
import { duration, optional, WHERE, whole } from './arguments.ts';
import { type Answer, shellCommand } from './command.ts';

const PLACES = {
  ...optional({ ...WHERE, rest: true }),
  schema: z
    .string()
    .optional()
    .transform((text) => text?.trim().split(/\s+/) ?? []),
};

export const shellListen = shellCommand({
  name: 'listen',
  summary: 'print messages, and changes of them, as they come, of all conversations or of those named',
  args: { places: PLACES },
  options: {
    count: whole('end after so many messages', 1, 999_999_999),
    since: duration('first print those of this last time'),
  },
  examples: ['qpc listen', 'qpc listen bob #general --count 1', 'qpc listen --json --since 1h'],
  run: async (shell, { places, count = Number.POSITIVE_INFINITY, since }) => {
    const node = await shell.attach({ shows: true });
    if (!node.ok) return node;
    const api = node.result;
    const wanted = await conversations(api, places);
    if (!wanted.ok) return wanted;
    const self = await api.call('status', {});
    if (!self.ok) return self;

    const printed = new Set<string>();
    return new Promise<Answer<undefined>>((resolve) => {
      const isWanted = ({ kind, from, to }: Message): boolean =>
        wanted.result?.has(kind === 'channel' || from === self.result.id ? to : from) ?? true;
      const show = (message: Message) => {
        const ours = message.from === self.result.id;
        if (ours || printed.has(message.id) || printed.size >= count || !isWanted(message)) return;
        printed.add(message.id);
        shell.tell({ type: 'message', ...message });
        if (printed.size >= count) resolve({ ok: true, result: undefined });
      };
      // Live lines wait until the past has been printed, so that lines come in order.
      let live: Message[] | undefined = [];
      api.onEvent((event) => {
        // What others did to a line before its turn is in the line then.
        if (event.type === 'changed' && !live && event.by.from !== self.result.id && isWanted(event)) shell.tell(event);
        if (event.type !== 'message') return;
        const { type: _, ...message } = event;
        if (live) live.push(message);
        else show(message);
      });
      api.onClose((why) =>
        resolve({
          ok: false,
          error: {
            code: 'E_NODE_GONE',
            message: `no more will come: the node is gone: ${why}`,
            hint: 'qpc starts one again when it starts; what is queued stays queued',
          },
        }),
      );
      past(api, since === undefined ? undefined : shell.now() - since).then((messages) => {
        for (const message of [...messages, ...(live ?? [])]) show(message);
        live = undefined;
      });
    });
  },
  render: () => [],
});

/** The ids of the conversations that were named; `undefined` for all. */
async function conversations(
  api: NodeApi,
  places: readonly string[],
): Promise<Outcome<ReadonlySet<string> | undefined>> {
  if (places.length === 0) return { ok: true, result: undefined };
  const ids = new Set<string>();
  for (const where of places) {
    const found = await api.call('resolve', { where });
    if (!found.ok) return found;
    ids.add(found.result.id);
  }
  return { ok: true, result: ids };
}

async function past(api: NodeApi, since: number | undefined): Promise<readonly Message[]> {
  if (since === undefined) return [];
  const found = await api.call('history', { since, limit: 1000 });
  return found.ok ? found.result.messages : [];
}
