import type { NodeEvent } from '../../core/node/event.ts';
import type { Names } from './names.ts';
import type { Undertaking, Undertakings } from './undertakings.ts';

/** How long it is waited for more once all that was asked for has come, and for what was asked for, in milliseconds. Then it is over. */
const MORE_MS = 2_000;
const COMES_MS = 60_000;

type Catching = { readonly undertaking: Undertaking; readonly timer: NodeJS.Timeout; readonly came: number };

/** Channels whose missed messages are coming: how many have come, and how many there are as far as neighbours have said. */
export class CatchingUp {
  readonly #undertakings: Undertakings;
  readonly #names: Names;
  readonly #channels = new Map<string, Catching>();

  constructor(undertakings: Undertakings, names: Names) {
    this.#undertakings = undertakings;
    this.#names = names;
  }

  heard(event: NodeEvent): void {
    if (event.type !== 'catching-up') return;
    const { channel, awaited } = event;
    const before = this.#channels.get(channel);
    clearTimeout(before?.timer);
    const what = `catching up with ${this.#names.ofConversation(channel, 'channel')}`;
    const undertaking = before?.undertaking ?? this.#undertakings.begin(what, 'messages');
    const came = (before?.came ?? 0) + 1;
    undertaking.reached(came, came + awaited);
    const timer = setTimeout(() => this.#end(channel), awaited === 0 ? MORE_MS : COMES_MS).unref();
    this.#channels.set(channel, { undertaking, timer, came });
  }

  stop(): void {
    for (const channel of [...this.#channels.keys()]) this.#end(channel);
  }

  #end(channel: string): void {
    const catching = this.#channels.get(channel);
    clearTimeout(catching?.timer);
    catching?.undertaking.ended();
    this.#channels.delete(channel);
  }
}
