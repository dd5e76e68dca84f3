import type { ApiEvent } from '../../api/schema.ts';
import { isShown, type MessageRecord } from '../../core/chat/record.ts';
import type { Desk } from './desk.ts';
import { changedView, gapView, messageView } from './lines.ts';
import type { Requests } from './requests.ts';

/** How long news waits for a disk that takes nothing, in milliseconds, until it is tried again. */
const AGAIN_MS = 1_000;

/**
 * Messages of others on their way to the screens, in order. One of which the disk cannot be told that it is told waits, and those after it:
 * to the next run it would be news again.
 */
export class News {
  readonly #desk: Desk;
  readonly #requests: Requests;
  readonly #tell: (event: ApiEvent) => void;
  readonly #waiting: MessageRecord[] = [];
  #again: NodeJS.Timeout | undefined;

  constructor(desk: Desk, requests: Requests, tell: (event: ApiEvent) => void) {
    this.#desk = desk;
    this.#requests = requests;
    this.#tell = tell;
  }

  /** A message whose turn has come. */
  came(message: MessageRecord): void {
    this.#waiting.push(message);
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    clearTimeout(this.#again);
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const views = this.#viewsOf(first);
      if (!views) {
        this.#again = setTimeout(() => this.#tellWaiting(), AGAIN_MS).unref();
        return;
      }
      this.#waiting.shift();
      for (const view of views) this.#tell(view);
    }
  }

  /** A message, between what is missing before it and what is not missing any more because of it; `undefined` when it has to wait. */
  #viewsOf(message: MessageRecord): readonly ApiEvent[] | undefined {
    const { database, names } = this.#desk;
    const told = database.told(message);
    if (!told) return undefined;
    const { line, after } = told;
    const mended = after ? [gapView(after, names)] : [];
    if (!line) return mended;
    if (this.#requests.waits(message)) {
      const asks = this.#requests.notice(message);
      return asks === undefined ? [] : [{ type: 'notice', level: 'info', code: 'REQUEST', message: asks }];
    }
    if (!isShown(message)) return [changedView(line, message, names), ...mended];
    return [
      ...(line.missing > 0 ? [gapView(line, names)] : []),
      { type: 'message', ...messageView(line, names) },
      ...mended,
    ];
  }
}
