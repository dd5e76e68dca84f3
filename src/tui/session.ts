import type { Notebook } from '../api/notebook.ts';
import { PREFERENCES, type Preferences } from '../api/preferences.ts';
import type { ApiError, ApiEvent, NodeApi, Outcome } from '../api/schema.ts';
import type { Changed, Setting, Settings } from '../api/setting.ts';
import type { Command } from '../commands/command.ts';
import type { Context, Conversation as Opened } from '../commands/context.ts';
import { readLine, runLine } from '../commands/run-line.ts';
import { SCREEN_FLUSH_MS } from '../core/base/limits.ts';
import { ofMessage, shownAs } from './answers.ts';
import { keyFor, keyMap, type OwnKey } from './keys/key-map.ts';
import { DraftKeeper, remembering } from './line/drafts.ts';
import { Writing } from './line/writing.ts';
import { welcomes } from './newcomer.ts';
import { type Greeting, NodeLink } from './node-link.ts';
import type { Pane, PaneName } from './pane.ts';
import { PaneReader } from './pane-reader.ts';
import { viewOf } from './panes/table.ts';
import { patiently } from './patience.ts';
import { aimedAt, sendAimed } from './reading/aim.ts';
import { beginning, openConversation, type ViewState } from './screen-state.ts';
import { type Abilities, abilitiesOf } from './terminal/abilities.ts';
import { copying } from './terminal/copying.ts';
import { openLink } from './terminal/opener.ts';
import { Upkeep } from './upkeep.ts';
import { next, preferred, type ViewEvent } from './view-state.ts';

/** What a session needs of the outside. */
export type Surroundings = {
  readonly api: NodeApi;
  readonly greeting: Greeting;
  readonly commands: readonly Command[];
  readonly size: ViewState['size'];
  readonly ascii: boolean;
  /** What the person has chosen about the screen; without it, what is usual. */
  readonly preferences?: Preferences | undefined;
  /** Keys that they have bound. */
  readonly keys?: readonly OwnKey[] | undefined;
  /** What `/set` shows and writes; without it nothing can be set. */
  readonly profile?: Settings | undefined;
  /** Why a theme that was chosen cannot be shown, if it cannot. */
  readonly themeTrouble?: ((theme: string) => string | undefined) | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What was written here before; without it nothing is kept. */
  readonly notebook?: Notebook | undefined;
  /** Finds or starts the node again after it was lost; without it the screen can only say so. */
  readonly reconnect?: (() => Promise<NodeApi | undefined>) | undefined;
  /** What the terminal understands; without it, nothing but text is assumed. */
  readonly able?: Abilities | undefined;
  /** Says something to the terminal beside what is drawn. */
  readonly emit?: ((bytes: string) => void) | undefined;
  /** Hands a link to the program that opens links, or says why it cannot. */
  readonly openLink?: ((url: string) => Promise<string | undefined>) | undefined;
  /** Called once, when the person leaves. */
  readonly quit: () => void;
};

/**
 * One person at one screen: holds what is shown, runs what is typed, and keeps both in step with the node.
 * React reads it through `subscribe` and `shown`; keys reach it through `keys.ts` and `act.ts`.
 */
export class Session implements Context {
  readonly face = 'chat';
  readonly commands: readonly Command[];
  readonly now: () => number;
  readonly #outside: Surroundings;
  readonly #listeners = new Set<() => void>();
  #link: NodeLink;
  #state: ViewState;
  #shown: ViewState;
  #flush: NodeJS.Timeout | undefined;
  readonly #upkeep: Upkeep;
  readonly #reader = new PaneReader((event) => this.tell(event));
  readonly #drafts: DraftKeeper | undefined;
  /** The line being written. */
  readonly writing: Writing;

  constructor(outside: Surroundings) {
    this.#outside = outside;
    this.commands = outside.commands;
    this.now = outside.now;
    const { size, preferences, notebook } = outside;
    const able = outside.able ?? abilitiesOf({});
    const keys = keyMap('default', outside.keys ?? []);
    const fresh = { ...beginning(size, outside.now()), ascii: outside.ascii, able, keys };
    this.#state = remembering(preferences ? preferred(fresh, preferences) : fresh, notebook);
    this.#shown = this.#state;
    this.#upkeep = new Upkeep({ ...this.#screen(), emit: (bytes) => this.#emit(bytes) });
    this.#drafts = notebook && new DraftKeeper(notebook);
    this.writing = new Writing({
      state: () => this.#state,
      tell: (...events) => this.tell(...events),
      run: (line) => this.#send(line),
      names: () => ({ commands: this.commands, api: this.#link.api, settings: this.settings() }),
      notebook,
    });
    this.#link = this.#connect(outside.api);
  }

  /** Meets the node and shows the newest conversation. */
  async start(): Promise<void> {
    const refused = await this.#link.start(this.#outside.greeting);
    if (refused) this.tell({ type: 'gone', why: refused.message });
    const newest = this.#state.conversations[0];
    if (newest && this.#state.open === undefined) this.open(newest);
    else if (await welcomes(this.#state, this.#link.api, this.#outside.notebook)) this.show('setup');
  }

  get state(): ViewState {
    return this.#state;
  }

  get link(): NodeLink {
    return this.#link;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What is to be drawn now. */
  readonly shown = (): ViewState => this.#shown;

  /** Something happened on this side: drawn at once. */
  tell(...events: readonly ViewEvent[]): void {
    this.#state = events.reduce(next, this.#state);
    this.#publish();
  }

  /** Opens a view by its name. */
  show(name: PaneName): void {
    const pane = viewOf({ name } as Pane)?.begin;
    if (pane) this.tell({ type: 'pane', pane });
  }

  /** Runs one line; whether it was done. */
  async run(line: string): Promise<boolean> {
    const answered = patiently(line, this.#screen());
    const { command, answer, lines } = await runLine(line, this.#link.api, this);
    answered();
    const result = 'result' in answer ? answer.result : undefined;
    if (answer.ok && ofMessage(result) && !('by' in result)) await this.#link.written(result.id);
    if (!answer.ok) this.#refused(answer.error);
    else this.tell(...shownAs({ line, command, result, lines }, this.#state));
    void this.#link.refresh();
    return answer.ok;
  }

  /** Sends what was written: to where it is aimed, else as a line like any other. */
  async #send(line: string): Promise<boolean> {
    const aimed = aimedAt(this.#state);
    const read = readLine(line, this.commands);
    if (!aimed || read.kind !== 'text') return this.run(line);
    const answer = await sendAimed(this.#link.api, aimed.aim, aimed.to, read.text);
    if (!answer.ok) this.#refused(answer.error);
    else {
      if (this.#state.open === aimed.to.id) this.tell({ type: 'unaimed' });
      if (aimed.aim.kind === 'reply') await this.#link.written(answer.result.id);
    }
    return answer.ok;
  }

  #refused({ message, code, hint }: ApiError): void {
    const what = code === 'E_NODE_GONE' ? this.#offerNode() : hint;
    const text = what === undefined ? message : `${message} · ${what}`;
    this.tell({ type: 'said', banner: { kind: 'error', text } });
  }

  #offerNode(): string {
    const key = keyFor(this.#state.keys, 'reconnect');
    return key === undefined ? 'start qpc again' : `${key} brings the node back`;
  }

  /** Opens a link that the person has agreed to open; one of ours becomes a command. */
  async follow(url: string): Promise<void> {
    if (url.startsWith('qpc:')) return this.writing.rewrite(`/add ${url}`);
    const why = await (this.#outside.openLink ?? openLink)(url);
    if (why === undefined) this.tell({ type: 'said', banner: { kind: 'done', text: `opened ${url}` } });
    else this.tell({ type: 'said', banner: { kind: 'error', text: `not opened: ${why} · y copies the line instead` } });
  }

  /** Brings the node back after it was lost. */
  async reconnect(): Promise<void> {
    const { reconnect, greeting } = this.#outside;
    if (this.#state.gone === undefined) return;
    const api = await reconnect?.();
    if (!api) {
      const text = 'the node cannot be brought back from here · leave with Ctrl+D and start qpc again';
      return this.tell({ type: 'said', banner: { kind: 'error', text } });
    }
    this.#link.stop();
    this.#link = this.#connect(api);
    this.tell({ type: 'returned' });
    const refused = await this.#link.start(greeting);
    if (refused) this.tell({ type: 'gone', why: refused.message });
  }

  /** Stops listening and asking. */
  stop(): void {
    this.#upkeep.stop();
    this.#drafts?.keep();
    clearTimeout(this.#flush);
    this.#link.stop();
  }

  // What commands may do to the screen.

  conversation(): Opened | undefined {
    const open = openConversation(this.#state);
    return open && { id: open.id, kind: open.kind, name: open.name };
  }

  open({ id, kind, name }: Opened): void {
    this.tell({ type: 'opened', id, kind, name });
  }

  quit(): void {
    this.#outside.quit();
  }

  /** Puts a text on the clipboard of the terminal, and says so; `what` says what it is. */
  copy(text: string, what: string): void {
    const { bytes, says } = copying(text, what, this.#state.able);
    this.#emit(bytes);
    this.tell({ type: 'said', banner: says });
  }

  get ascii(): boolean {
    return this.#state.ascii;
  }

  get time(): Preferences['time'] {
    return this.#state.preferences.time;
  }

  settings(): readonly Setting[] {
    return this.#outside.profile?.list() ?? [];
  }

  change(name: string, value: string): Outcome<Changed> {
    const { profile, themeTrouble } = this.#outside;
    if (!profile) return { ok: false, error: { code: 'E_USAGE', message: 'this screen has nothing that can be set' } };
    const changed = profile.change(name, value, name === 'theme' ? themeTrouble : undefined);
    if (changed.ok && name in PREFERENCES) {
      const preferences = { ...this.#state.preferences, [name]: changed.result.value };
      this.tell({ type: 'preferred', preferences });
    }
    return changed;
  }

  #connect(api: NodeApi): NodeLink {
    const tell = (event: ViewEvent): void => {
      if (event.type === 'node') this.#noticed(event.event);
      this.#state = next(this.#state, event);
      // The node may have a thousand things a second to say; they are drawn together.
      if (event.type === 'node') this.#flush ??= setTimeout(() => this.#publish(), SCREEN_FLUSH_MS);
      else this.#publish();
    };
    return new NodeLink(api, tell, () => {
      this.#reader.forget();
      this.#reader.keep(this.#state, api);
    });
  }

  /** What is told by itself and wants more than to be drawn. */
  #noticed(event: ApiEvent): void {
    if (event.type === 'message') this.#upkeep.lineCame(this.#state, event);
    else if (event.type === 'typing') this.#upkeep.writerCame();
    else if (event.type === 'changed' && event.by.what === 'deleted' && event.by.from === this.#state.me.id)
      this.#forget(event.id);
  }

  #forget(id: string): void {
    const lines = this.#state.conversations.flatMap(
      ({ messages }) => messages.findLast((line) => line.id === id) ?? [],
    );
    for (const { text } of lines) if (text !== '') this.writing.forget(text);
  }

  /** What waits and upkeep need of this screen. */
  #screen() {
    return { state: () => this.#state, tell: (event: ViewEvent) => this.tell(event), now: this.now };
  }

  #emit(bytes: string): void {
    if (bytes !== '') this.#outside.emit?.(bytes);
  }

  #publish(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    if (this.#shown === this.#state) return;
    // The clock of the status bar shall not be behind the lines beside it.
    const now = this.now();
    if (now - this.#state.now >= 1000) this.#state = next(this.#state, { type: 'clock', now });
    const seen = this.#upkeep.noteSeen(this.#state, this.#link);
    if (seen !== undefined) this.#state = next(this.#state, { type: 'seen', id: seen });
    this.#shown = this.#state;
    for (const listener of this.#listeners) listener();
    this.#drafts?.note(this.#state);
    this.#upkeep.keep(this.#state, this.#link);
    this.#reader.keep(this.#state, this.#link.api);
  }
}
