import { answer } from './answer.ts';
import { EventQueue } from './event-queue.ts';
import type { Method, NodeApi, Outcome, Params, Result } from './schema.ts';
import type { Service } from './service.ts';

/** NodeApi in process: what is asked and answered is checked just as it is over the socket. */
export function localApi(service: Service): NodeApi {
  const events = new EventQueue();
  const closers: ((why: string) => void)[] = [];
  let over: string | undefined;
  const end = (why: string) => {
    if (over !== undefined) return;
    over = why;
    for (const tell of closers) tell(why);
  };
  const session = service.open({ tell: (event) => events.push(event), ended: end });
  return {
    async call<M extends Method>(method: M, params: Params<M>) {
      if (over !== undefined) return { ok: false, error: { code: 'E_NODE_GONE', message: over } };
      // The result has passed the schema of its method.
      return (await answer(session.handlers, { method, params }, (error) => service.bug(error))) as Outcome<Result<M>>;
    },
    onEvent: (listener) => events.listen(listener),
    onClose(listener) {
      if (over === undefined) closers.push(listener);
      else listener(over);
    },
    close() {
      if (over !== undefined) return;
      session.closed();
      end('closed');
    },
  };
}
