import { span } from '../core/base/span.ts';
import { choice, duration, lifetime, PEER, TEXT } from './arguments.ts';
import { type Awaited, awaitDelivery } from './await-delivery.ts';
import { shellCommand } from './command.ts';
import { shortId, sign } from './show.ts';

/** How long `qpc send` waits for its confirmation unless told otherwise. */
const TIMEOUT_MS = 30_000;

export const shellSend = shellCommand({
  name: 'send',
  summary: 'send a message and wait for its confirmation; - reads it from standard input',
  args: { peer: PEER, text: TEXT },
  options: {
    wait: choice('how far it must come', ['queued', 'sent', 'delivered', 'read'], 'sent'),
    timeout: duration('how long to wait for that, else 30s'),
    ttl: lifetime,
  },
  examples: [
    'qpc send bob the hill node is back',
    'uptime | qpc send bob -',
    'qpc send --wait delivered --timeout 2m bob hi',
  ],
  run: async (shell, { peer, text, wait, timeout = TIMEOUT_MS, ttl }) => {
    const given = text === '-' ? await shell.input() : { ok: true as const, result: text };
    if (!given.ok) return given;
    // What a program prints ends with a line break that nobody meant to send.
    const words = text === '-' ? given.result.replace(/\r?\n$/, '') : text;
    if (words === '')
      return {
        ok: false,
        error: {
          code: 'E_USAGE',
          message: 'nothing was sent: the text is empty',
          hint: 'qpc send PEER TEXT, or PEER - and the text on standard input',
        },
      };
    const node = await shell.attach();
    if (!node.ok) return node;
    const sent = await awaitDelivery(node.result, shell, { peer, text: words, wait, ttl, timeoutMs: timeout });
    return sent.ok ? judge(sent.result, peer, timeout) : sent;
  },
  render: ({ id, state }, shell) => [`${sign(state, shell)} ${shortId(id)} ${state}`],
});

/** Whether what was reached is what was wanted; the message itself is safe either way. */
function judge({ id, to, state, detail, reached }: Awaited, peer: string, timeoutMs: number) {
  const result = { id, to, state };
  if (reached) return { ok: true, result } as const;
  const why = detail === undefined ? '' : `: ${detail}`;
  if (state === 'refused')
    return { ok: false, error: { code: 'E_LIMIT', message: `refused for ${peer}${why}` }, result } as const;
  const message =
    state === 'expired'
      ? `expired on the way to ${peer}${why}`
      : `${state} for ${peer}, no more was confirmed in ${span(timeoutMs)}`;
  const hint =
    state === 'expired'
      ? 'send it again'
      : `it ${state === 'queued' ? 'stays queued until it is out' : 'has left this machine'} · qpc mesh why ${shortId(id)}`;
  return { ok: false, error: { code: 'E_TIMEOUT', message, hint }, result } as const;
}
