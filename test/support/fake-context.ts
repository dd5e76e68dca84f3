import type { Context, Conversation, Setting } from '../../src/commands/context.ts';
import { STORY_BEGINS } from './fake-people.ts';

/** A screen without a screen: it remembers what commands do to it. */
export class FakeContext implements Context {
  readonly face = 'chat';
  readonly ascii = false;
  left = false;
  readonly #settings = new Map([['theme', 'dark']]);
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
    return [...this.#settings].map(([name, value]) => ({ name, value, about: '', choices: ['dark', 'light'] }));
  }
  change(name: string, value: string): void {
    this.#settings.set(name, value);
  }
}
