import type { Outcome } from '../../src/api/schema.ts';
import type { Changed, Setting } from '../../src/api/setting.ts';
import type { Context, Conversation } from '../../src/commands/context.ts';
import { STORY_BEGINS } from './fake-people.ts';
import { tempSettings } from './temp-settings.ts';

/** A screen without a screen: it remembers what commands do to it. */
export class FakeContext implements Context {
  readonly face = 'chat';
  readonly ascii = false;
  left = false;
  readonly #settings = tempSettings();
  #open: Conversation | undefined;

  now = (): number => STORY_BEGINS;
  conversation = (): Conversation | undefined => this.#open;
  open(conversation: Conversation): void {
    this.#open = conversation;
  }
  quit(): void {
    this.left = true;
  }
  settings(): readonly Setting[] {
    return this.#settings.list();
  }
  change(name: string, value: string): Outcome<Changed> {
    return this.#settings.change(name, value);
  }
}
