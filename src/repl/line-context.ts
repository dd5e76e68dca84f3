import type { Preferences } from '../api/preferences.ts';
import type { Outcome } from '../api/schema.ts';
import type { Changed, Setting, Settings } from '../api/setting.ts';
import type { Context, Conversation } from '../commands/context.ts';

/** What line mode knows of whoever reads it. */
export type Reader = Pick<Context, 'ascii' | 'now'> & { readonly aloud: boolean; readonly settings: Settings };

/** Line mode, as commands see it: an open conversation, the settings of the profile, and the names that have been heard. */
export class LineContext implements Context {
  readonly face = 'chat';
  readonly ascii: boolean;
  readonly aloud: boolean;
  readonly now: () => number;
  readonly #settings: Settings;
  readonly #names = new Map<string, string>();
  #time: Preferences['time'];
  #conversation: Conversation | undefined;
  #left = false;

  constructor({ ascii, aloud, now, settings }: Reader) {
    this.ascii = ascii;
    this.aloud = aloud;
    this.now = now;
    this.#settings = settings;
    this.#time = timeIn(settings);
  }

  get left(): boolean {
    return this.#left;
  }

  get time(): Preferences['time'] {
    return this.#time;
  }

  /** Learns what nodes and channels are called; the node has a bound on how many it lists. */
  learn(known: readonly { readonly id: string; readonly name: string }[]): void {
    for (const { id, name } of known) this.#names.set(id, name);
  }

  nameOf = (id: string): string | undefined => this.#names.get(id);

  conversation(): Conversation | undefined {
    return this.#conversation;
  }

  open(conversation: Conversation): void {
    this.#conversation = conversation;
    this.learn([conversation]);
  }

  quit(): void {
    this.#left = true;
  }

  settings(): readonly Setting[] {
    return this.#settings.list();
  }

  change(name: string, value: string): Outcome<Changed> {
    const changed = this.#settings.change(name, value);
    this.#time = timeIn(this.#settings);
    return changed;
  }
}

const timeIn = (settings: Settings): Preferences['time'] =>
  settings.list().find(({ name }) => name === 'time')?.value === 'iso' ? 'iso' : 'HH:mm';
