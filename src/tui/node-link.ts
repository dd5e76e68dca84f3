import type { ApiError, Method, NodeApi, Outcome, Params, Result } from '../api/schema.ts';
import { SCREEN_PAGE_LINES, SCREEN_PATIENCE_MS, SCREEN_REFRESH_MS } from '../core/base/limits.ts';
import type { Asked } from './reading/window.ts';
import type { ViewEvent } from './view-state.ts';

/** What a screen says of itself when it meets its node. */
export type Greeting = { readonly version: string; readonly settings: Readonly<Record<string, string>> };

/** Everything between the screen and its node: what is asked, and what is told, as events of the screen. */
export class NodeLink {
  readonly api: NodeApi;
  readonly #tell: (event: ViewEvent) => void;
  readonly #refreshed: () => void;
  readonly #stopListening: () => void;
  /** What was told last, by kind, so that what did not change is not drawn again. */
  readonly #last = new Map<string, string>();
  #refreshing: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  /** Whether something happened while the node was being read. */
  #stale = false;
  #poll: NodeJS.Timeout | undefined;
  #over = false;

  /** @param refreshed called after the node has been read again, whether or not anything was different. */
  constructor(api: NodeApi, tell: (event: ViewEvent) => void, refreshed: () => void) {
    this.api = api;
    this.#refreshed = refreshed;
    this.#tell = (event) => {
      if (!this.#over) tell(event);
    };
    this.#stopListening = api.onEvent((event) => {
      this.#tell({ type: 'node', event });
      if (event.type !== 'notice') this.#refreshSoon();
    });
    api.onClose((why) => {
      this.#tell({ type: 'gone', why });
      this.stop();
    });
  }

  /** Meets the node, and reads what a screen shows first. */
  async start({ version, settings }: Greeting): Promise<ApiError | undefined> {
    const met = await this.#watched(this.api.call('attach', { version, settings }));
    if (!met.ok) return met.error;
    this.#tell({ type: 'status', status: met.result.status });
    const notice = met.result.notices.join(' · ');
    if (notice !== '') this.#tell({ type: 'said', banner: { kind: 'warning', text: notice } });
    await this.refresh();
    this.#poll = setInterval(() => void this.refresh(), SCREEN_REFRESH_MS);
    return undefined;
  }

  /** Reads again what changes by itself: status, peers and the list of conversations. One reading at a time. */
  refresh(): Promise<void> {
    clearTimeout(this.#refreshing);
    this.#refreshing = undefined;
    if (this.#reading) this.#stale = true;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  /** Lines of a conversation: the newest, or those before, behind or round a line. */
  async page(id: string, asked: Asked): Promise<void> {
    const page = await this.api.call('history', { where: id, limit: SCREEN_PAGE_LINES, ...asked });
    if (page.ok) this.#tell({ type: 'page', id, page: page.result, asked });
    else this.#tell({ type: 'unreadable', id, why: page.error.message });
  }

  /** Shows a message of ours that this screen has just caused. */
  async written(id: string): Promise<void> {
    const message = await this.api.call('message', { id });
    if (message.ok) this.#tell({ type: 'written', message: message.result });
  }

  /** Tells nothing more; the node goes on without this screen. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#refreshing);
    clearInterval(this.#poll);
    this.#stopListening();
  }

  async #readAll(): Promise<void> {
    await Promise.all([
      this.#watched(this.#read('status', {}, (status) => ({ type: 'status', status }))),
      this.#read('peers', {}, ({ peers }) => ({ type: 'peers', peers })),
      this.#read('conversations', {}, ({ conversations }) => ({ type: 'conversations', conversations })),
      this.#read('channels', {}, ({ channels }) => ({ type: 'channels', channels })),
    ]);
    this.#reading = undefined;
    if (!this.#over) this.#refreshed();
    if (this.#stale && !this.#over) this.#refreshSoon();
    this.#stale = false;
  }

  #refreshSoon(): void {
    this.#refreshing ??= setTimeout(() => void this.refresh(), 500);
  }

  /** Says so when an answer takes too long, and when it has come after all. */
  async #watched<T>(answer: Promise<T>): Promise<T> {
    const impatient = setTimeout(() => this.#tell({ type: 'silent', silent: true }), SCREEN_PATIENCE_MS);
    const result = await answer;
    clearTimeout(impatient);
    this.#tell({ type: 'silent', silent: false });
    return result;
  }

  async #read<M extends Method>(method: M, params: Params<M>, as: (result: Result<M>) => ViewEvent): Promise<void> {
    const answer: Outcome<Result<M>> = await this.api.call(method, params);
    if (!answer.ok) return;
    const text = JSON.stringify(answer.result);
    if (this.#last.get(method) === text) return;
    this.#last.set(method, text);
    this.#tell(as(answer.result));
  }
}
