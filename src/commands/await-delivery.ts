import type { NodeApi, Outcome } from '../api/schema.ts';
import { keptFor } from './arguments.ts';
import type { Shell } from './shell.ts';
import type { DeliveryState } from './show.ts';

/** How far a message came while somebody waited. */
export type Awaited = {
  readonly id: string;
  readonly to: string;
  readonly state: DeliveryState;
  readonly detail: string | undefined;
  /** Whether that is what was waited for, or more. */
  readonly reached: boolean;
};

/** `carried` and `sent` are both "it left". */
const RANK: Readonly<Record<DeliveryState, number>> = {
  queued: 0,
  carried: 1,
  sent: 1,
  delivered: 2,
  read: 3,
  expired: -1,
  refused: -1,
};

/** Sends a text and waits until it has come as far as `wait`, has failed, or `timeoutMs` have passed. */
export async function awaitDelivery(
  api: NodeApi,
  shell: Pick<Shell, 'after'>,
  order: {
    readonly peer: string;
    readonly text: string;
    /** How long it is kept for whoever is away; as usual when absent. */
    readonly ttl: number | undefined;
    readonly wait: DeliveryState;
    readonly timeoutMs: number;
  },
): Promise<Outcome<Awaited>> {
  // News of a message may come before the answer that tells its id.
  const news = new Map<string, { readonly state: DeliveryState; readonly detail: string | undefined }>();
  let wake = () => {};
  let gone: string | undefined;
  const stopListening = api.onEvent((event) => {
    if (event.type === 'delivery') news.set(event.id, { state: event.state, detail: event.detail });
    wake();
  });
  api.onClose((why) => {
    gone = why;
    wake();
  });
  try {
    const sent = await api.call('send', { peer: order.peer, text: order.text, ...keptFor(order.ttl) });
    if (!sent.ok) return sent;
    const { id, to } = sent.result;
    let late = false;
    const stopClock = shell.after(order.timeoutMs, () => {
      late = true;
      wake();
    });
    try {
      for (;;) {
        const { state, detail } = news.get(id) ?? { state: sent.result.state, detail: undefined };
        const reached = RANK[state] >= RANK[order.wait];
        if (reached || RANK[state] < 0 || late) return { ok: true, result: { id, to, state, detail, reached } };
        if (gone !== undefined)
          return { ok: false, error: { code: 'E_NODE_GONE', message: `the node is gone: ${gone}` } };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      stopClock();
    }
  } finally {
    stopListening();
  }
}
