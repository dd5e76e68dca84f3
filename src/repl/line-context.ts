import type { Context, Conversation, Setting } from '../commands/context.ts';

/** Line mode, as commands see it: an open conversation, and nothing to set. */
export class LineContext implements Context {
  readonly face = 'chat';
  readonly ascii: boolean;
  readonly now: () => number;
  #conversation: Conversation | undefined;
  #left = false;

  constructor({ ascii, now }: Pick<Context, 'ascii' | 'now'>) {
    this.ascii = ascii;
    this.now = now;
  }

  get left(): boolean {
    return this.#left;
  }

  conversation(): Conversation | undefined {
    return this.#conversation;
  }

  open(conversation: Conversation): void {
    this.#conversation = conversation;
  }

  quit(): void {
    this.#left = true;
  }

  settings(): readonly Setting[] {
    return [];
  }

  change(): void {}
}
