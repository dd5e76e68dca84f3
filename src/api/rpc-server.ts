import { createServer, type Server, type Socket } from 'node:net';
import {
  REQUEST_BYTES_MAX,
  SCREEN_REQUESTS_MAX,
  SCREEN_UNREAD_BYTES_MAX,
  SCREENS_MAX,
  TOKEN_WAIT_MS,
} from '../core/base/limits.ts';
import { answer, isMethod } from './answer.ts';
import { LineReader } from './line-reader.ts';
import { answerLine, eventLine, parseJson, protestLine, RPC_CODES, rpcRequest } from './rpc-message.ts';
import type { Service, Session } from './service.ts';

/** How long screens may take to read what was said last when a node stops, in milliseconds. */
const LAST_WORDS_MS = 1_000;

/** NodeApi on a local socket (docs/protocol.md §6). */
export interface RpcServer {
  /** Ends all screens with `why`, once what was written to them is read or a second has passed. */
  close(why: string): Promise<void>;
}

/**
 * Opens the socket. The caller has made its directory private.
 *
 * @param isToken tells, in constant time, whether a program's first line is the token of this node.
 * @throws the error of `listen` when the path cannot be bound.
 */
export async function serve(
  service: Service,
  socket: { readonly path: string; readonly isToken: (line: string) => boolean },
): Promise<RpcServer> {
  const lines = new Set<ScreenLine>();
  // A script may send its requests, close its side, and then read the answers.
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    if (lines.size >= SCREENS_MAX) {
      connection.destroy();
      return;
    }
    const line = new ScreenLine(connection, service, socket.isToken);
    lines.add(line);
    connection.once('close', () => lines.delete(line));
  });
  await listening(server, socket.path);
  // Descriptors can run out (EMFILE): that screen is not served, the others are.
  server.on('error', (error) => service.bug(error));
  return {
    async close(why) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const line of lines) line.end(why);
      const impatience = setTimeout(() => {
        for (const line of lines) line.cut();
      }, LAST_WORDS_MS);
      await closed;
      clearTimeout(impatience);
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** One program on the socket: first its token, then its requests. */
class ScreenLine {
  readonly #socket: Socket;
  readonly #service: Service;
  readonly #isToken: (line: string) => boolean;
  readonly #reader = new LineReader(REQUEST_BYTES_MAX);
  readonly #tokenWait: NodeJS.Timeout;
  #session: Session | undefined;
  #answering = 0;
  /** No more is read: it closed its side, or sent what is no request. */
  #deaf = false;
  #unreadEventBytes = 0;

  constructor(socket: Socket, service: Service, isToken: (line: string) => boolean) {
    this.#socket = socket;
    this.#service = service;
    this.#isToken = isToken;
    this.#tokenWait = setTimeout(() => this.cut(), TOKEN_WAIT_MS);
    socket.on('data', (chunk: Uint8Array) => this.#read(chunk));
    // What broke is told by `close`, which always follows.
    socket.on('error', () => {});
    socket.once('end', () => this.#leave());
    socket.once('close', () => {
      clearTimeout(this.#tokenWait);
      this.#session?.closed();
    });
  }

  end(why: string): void {
    if (this.#session) this.#socket.write(protestLine(null, RPC_CODES.ours, why));
    this.#socket.end();
  }

  cut(): void {
    this.#socket.destroy();
  }

  #read(chunk: Uint8Array): void {
    if (this.#deaf) return;
    for (const line of this.#reader.push(chunk)) {
      if (this.#session) this.#request(this.#session, line);
      else this.#token(line);
      if (this.#socket.destroyed) return;
    }
    if (this.#reader.broken) this.#refuse();
  }

  #token(line: string): void {
    if (!this.#isToken(line)) {
      this.cut();
      return;
    }
    clearTimeout(this.#tokenWait);
    this.#session = this.#service.open({
      tell: (event) => this.#tell(eventLine(event)),
      ended: (why) => this.end(why),
    });
  }

  #request(session: Session, line: string): void {
    if (line === '') return;
    const parsed = rpcRequest.safeParse(parseJson(line));
    if (!parsed.success) {
      this.#socket.write(protestLine(null, RPC_CODES.request, 'not a request of JSON-RPC 2.0, one object a line'));
      return;
    }
    const { id, method, params } = parsed.data;
    if (id !== undefined && !isMethod(method)) {
      this.#socket.write(
        protestLine(id, RPC_CODES.method, `the node has no method ${JSON.stringify(method.slice(0, 64))}`),
      );
      return;
    }
    this.#answering++;
    if (this.#answering >= SCREEN_REQUESTS_MAX) this.#socket.pause();
    void answer(session.handlers, { method, params }, (error) => this.#service.bug(error)).then((outcome) => {
      this.#answering--;
      if (this.#socket.destroyed) return;
      if (id !== undefined) this.#socket.write(answerLine(id, outcome));
      this.#socket.resume();
      if (this.#deaf && this.#answering === 0) this.#socket.end();
    });
  }

  #tell(line: string): void {
    if (this.#socket.destroyed) return;
    const size = Buffer.byteLength(line);
    this.#unreadEventBytes += size;
    if (this.#unreadEventBytes > SCREEN_UNREAD_BYTES_MAX) this.cut();
    else {
      this.#socket.write(line, () => {
        this.#unreadEventBytes -= size;
      });
    }
  }

  /** Says what is wrong and goes on discarding what comes, so that the words are read before the line is cut. */
  #refuse(): void {
    this.#deaf = true;
    if (!this.#session) {
      this.cut();
      return;
    }
    const why = `a request has at most ${REQUEST_BYTES_MAX} bytes of UTF-8`;
    this.#socket.end(protestLine(null, RPC_CODES.request, why));
    setTimeout(() => this.cut(), LAST_WORDS_MS).unref();
  }

  #leave(): void {
    this.#deaf = true;
    if (this.#answering === 0) this.#socket.end();
  }
}
