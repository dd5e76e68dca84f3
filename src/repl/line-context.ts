import type { Outcome } from '../api/schema.ts';
import type { Changed, Setting, Settings } from '../api/setting.ts';
import type { Context, Conversation } from '../commands/context.ts';

/** Line mode, as commands see it: an open conversation, and the settings of the profile. */
export class LineContext implements Context {
  readonly face = 'chat';
  readonly ascii: boolean;
  readonly now: () => number;
  readonly #settings: Settings;
  #conversation: Conversation | undefined;
  #left = false;

  constructor({ ascii, now, settings }: Pick<Context, 'ascii' | 'now'> & { readonly settings: Settings }) {
    this.ascii = ascii;
    this.now = now;
    this.#settings = settings;
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
    return this.#settings.list();
  }

  change(name: string, value: string): Outcome<Changed> {
    return this.#settings.change(name, value);
  }
}
