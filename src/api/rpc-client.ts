import { createConnection, type Socket } from 'node:net';
import { ANSWER_BYTES_MAX } from '../core/base/limits.ts';
import { done, failed } from './answer.ts';
import { EventQueue } from './event-queue.ts';
import { LineReader } from './line-reader.ts';
import { parseJson, requestLine, rpcFromNode } from './rpc-message.ts';
import { apiEvent, METHODS, type Method, type NodeApi, type Outcome, type Params, type Result } from './schema.ts';

/**
 * NodeApi of the node behind a local socket (docs/protocol.md §6).
 *
 * @param token the node's token, in hexadecimal as it is sent.
 * @throws the error of the socket when nobody listens there.
 */
export async function connectSocket(socket: { readonly path: string; readonly token: string }): Promise<NodeApi> {
  const connection = createConnection(socket.path);
  await new Promise<void>((resolve, reject) => {
    connection.once('connect', resolve);
    connection.once('error', reject);
  });
  connection.write(`${socket.token}\n`);
  return new RpcClient(connection);
}

class RpcClient implements NodeApi {
  readonly #socket: Socket;
  readonly #reader = new LineReader(ANSWER_BYTES_MAX);
  readonly #events = new EventQueue();
  readonly #waiting = new Map<number, (outcome: Outcome<unknown>) => void>();
  readonly #closers: ((why: string) => void)[] = [];
  #lastId = 0;
  #lastWords = 'the connection to the node broke';
  #over = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => this.#read(chunk));
    // What broke is told by `close`, which always follows.
    socket.on('error', () => {});
    socket.once('close', () => this.#end());
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Outcome<Result<M>>> {
    if (this.#over) return failed('E_NODE_GONE', this.#lastWords, 'start qpc again');
    const id = ++this.#lastId;
    const outcome = new Promise<Outcome<unknown>>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.write(requestLine(id, method, params));
    const answered = await outcome;
    if (!answered.ok) return answered;
    const result = METHODS[method].result.safeParse(answered.result);
    if (!result.success)
      return failed(
        'E_INTERNAL',
        `the node answers ${method} in a way this qpc does not know`,
        'qpc down, then start it again',
      );
    return done(result.data as Result<M>);
  }

  onEvent(listener: Parameters<NodeApi['onEvent']>[0]): () => void {
    return this.#events.listen(listener);
  }

  onClose(listener: (why: string) => void): void {
    if (this.#over) listener(this.#lastWords);
    else this.#closers.push(listener);
  }

  close(): void {
    this.#lastWords = 'closed';
    this.#socket.end();
    this.#socket.unref();
  }

  #read(chunk: Uint8Array): void {
    for (const line of this.#reader.push(chunk)) this.#take(line);
    if (this.#reader.broken) this.#socket.destroy();
  }

  #take(line: string): void {
    const parsed = rpcFromNode.safeParse(parseJson(line));
    if (!parsed.success) return;
    const said = parsed.data;
    if ('method' in said) {
      // An event that this version does not know is for newer screens.
      const event = apiEvent.safeParse(said.params);
      if (event.success) this.#events.push(event.data);
      return;
    }
    if (said.id === null && 'error' in said) this.#lastWords = said.error.message;
    const settle = typeof said.id === 'number' ? this.#waiting.get(said.id) : undefined;
    if (typeof said.id !== 'number' || !settle) return;
    this.#waiting.delete(said.id);
    if ('result' in said) settle(done(said.result));
    else settle({ ok: false, error: said.error.data ?? { code: 'E_USAGE', message: said.error.message } });
  }

  #end(): void {
    this.#over = true;
    for (const settle of this.#waiting.values()) settle(failed('E_NODE_GONE', this.#lastWords, 'start qpc again'));
    this.#waiting.clear();
    for (const tell of this.#closers) tell(this.#lastWords);
  }
}
