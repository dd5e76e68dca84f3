import type { Notebook } from '../../api/notebook.ts';
import { complete, type Names } from '../../commands/complete.ts';
import { bytes } from '../../commands/show.ts';
import { PROMPT_UNITS_MAX, QUERY_UNITS_MAX } from '../../core/base/limits.ts';
import { typed } from '../drawing/guard.ts';
import type { Action, LineKey } from '../keys/keys.ts';
import { shortened } from '../panes/typing.ts';
import { type Banner, openConversation, type ViewState } from '../screen-state.ts';
import type { LendTerminal } from '../terminal/terminal.ts';
import type { ViewEvent } from '../view-state.ts';
import { type Completion, fits, isOnly, offered, step, suggestion } from './completion.ts';
import { type EditOp, type Editor, edit, hasRoom, manyLines, replace } from './editor.ts';
import { type Edited, editElsewhere } from './external-editor.ts';
import { written } from './folds.ts';
import { forget } from './history.ts';
import { stepped, withQuery } from './history-search.ts';
import { lineSize, sizeWords } from './line-size.ts';
import {
  beginSearch,
  changed,
  clear,
  down,
  endSearch,
  isCommand,
  type Prompt,
  pasteInto,
  sent,
  typeInto,
  up,
} from './prompt.ts';

/** What the line being written needs of the screen. */
export type Desk = {
  readonly state: () => ViewState;
  /** Changes what is on the screen, and draws it once. */
  readonly tell: (...events: readonly ViewEvent[]) => void;
  /** Runs one line; whether it was done. */
  readonly run: (line: string) => Promise<boolean>;
  readonly names: () => Pick<Names, 'commands' | 'api' | 'settings'>;
  readonly notebook: Notebook | undefined;
};

/** What a key asks of the line. */
type LineAction = Extract<Action, { readonly name: 'edit' | LineKey }>;

/** The line being written: what keys do to it, how it is completed, and how it leaves. */
export class Writing {
  readonly #desk: Desk;
  /** What was typed behind a Tab while its names are being found: it waits for them. */
  #held: (() => void)[] | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Does what a key asks for. */
  act(action: LineAction): void {
    if (this.#held) return void this.#held.push(() => this.act(action));
    const { prompt, size } = this.#desk.state();
    if (prompt.search && this.#actInSearch(action)) return;
    switch (action.name) {
      case 'edit':
        this.#edit(action.op);
        break;
      case 'newline':
        this.write(typeInto(prompt, '\n'));
        break;
      case 'submit':
        this.#submit();
        break;
      case 'up':
        if (isInList(prompt) && prompt.completion?.chosen !== undefined) this.#take(prompt.completion, -1);
        else this.write(up(prompt, size.cols));
        break;
      case 'down':
        if (isInList(prompt)) this.#take(prompt.completion, 1);
        else this.write(down(prompt, size.cols));
        break;
      case 'complete':
        this.#complete(1);
        break;
      case 'completeBack':
        this.#complete(-1);
        break;
      case 'searchHistory':
        this.write(beginSearch(prompt));
        break;
    }
  }

  /** Text that no key binding took. */
  type(text: string): void {
    if (this.#held) return void this.#held.push(() => this.type(text));
    const { prompt } = this.#desk.state();
    if (prompt.search) this.#search(prompt.search.query + text);
    else this.write(typeInto(prompt, text));
  }

  /** A paste: never sent by itself. One that has no room is refused, and what was written stays. */
  paste(text: string): void {
    if (this.#held) return void this.#held.push(() => this.paste(text));
    const { prompt } = this.#desk.state();
    if (prompt.search) this.#search(prompt.search.query + text.slice(0, QUERY_UNITS_MAX));
    else if (hasRoom(prompt.editor, text)) this.write(pasteInto(prompt, text));
    else {
      this.#say(
        'error',
        `not pasted: it is more than this line holds (${bytes(PROMPT_UNITS_MAX)}) · nothing was changed`,
      );
    }
  }

  /** Changes the prompt. A change of the text answers what was said above it. */
  write(prompt: Prompt): void {
    const was = this.#desk.state().prompt;
    if (prompt === was) return;
    const edited = prompt.editor.text !== was.editor.text;
    this.#desk.tell({ type: 'prompt', prompt }, ...(edited ? [{ type: 'said', banner: undefined } as const] : []));
    if (edited && prompt.history.at === undefined && asksForNames(prompt.editor)) void this.#offer(false);
  }

  /** A line of this person is taken back: ↑ and Ctrl+R bring it no more, here and at the next start. */
  forget(words: string): void {
    const { prompt } = this.#desk.state();
    this.#desk.notebook?.forget(words);
    this.#desk.tell({ type: 'prompt', prompt: { ...prompt, history: forget(prompt.history, words) } });
  }

  /** Another text in the line; undo brings back what was there. */
  rewrite(text: string): void {
    const { prompt } = this.#desk.state();
    this.write(changed(prompt, replace(prompt.editor, text)));
  }

  /** Goes back one step: out of the search, out of the list, to what was typed before Tab. Whether there was one. */
  back(): boolean {
    const { prompt } = this.#desk.state();
    const { completion, search, editor } = prompt;
    if (search) this.write(endSearch(prompt, 'give back'));
    else if (completion?.chosen !== undefined) {
      const typed = replace(editor, completion.typed, completion.caret);
      this.#desk.tell({ type: 'prompt', prompt: { ...prompt, editor: typed, completion: undefined } });
    } else if (completion?.listed) this.#desk.tell({ type: 'prompt', prompt: { ...prompt, completion: undefined } });
    else return false;
    return true;
  }

  /** Takes away what is being written, or the search; whether there was something. Undo brings a text back. */
  clear(): boolean {
    const { prompt } = this.#desk.state();
    if (prompt.search) this.write(endSearch(prompt, 'give back'));
    else if (prompt.editor.text !== '') this.write(clear(prompt));
    else return false;
    return true;
  }

  /** Hands the line to the person's own editor, which has the terminal meanwhile; what comes back can be undone. */
  async editElsewhere(lend: LendTerminal, env: Readonly<Record<string, string | undefined>>): Promise<void> {
    const { prompt } = this.#desk.state();
    if (prompt.search) this.write(endSearch(prompt, 'take'));
    const { editor } = this.#desk.state().prompt;
    let edited: Edited | undefined;
    await lend(async () => {
      edited = await editElsewhere(written(editor), env);
    });
    if (edited?.ok === false) this.#say('error', edited.why);
    else if (edited && edited.text !== written(editor)) this.rewrite(typed(edited.text));
  }

  #edit(op: EditOp): void {
    const { prompt } = this.#desk.state();
    const { completion, editor } = prompt;
    const takes = (op === 'right' || op === 'lineEnd') && completion?.hint === '' && suggestion(completion, editor, '');
    if (takes && completion) this.#take(completion, 1);
    else this.write(changed(prompt, edit(editor, op)));
  }

  /** What keys do while a line is looked for; whether it was a key of the search. Others take the line that is shown, and do their work in it. */
  #actInSearch(action: LineAction): boolean {
    const { prompt } = this.#desk.state();
    const { search } = prompt;
    if (!search) return false;
    if (action.name === 'submit' || action.name === 'complete') this.write(endSearch(prompt, 'take'));
    else if (action.name === 'searchHistory' || action.name === 'up')
      this.write({ ...prompt, search: stepped(search, 1) });
    else if (action.name === 'down' || action.name === 'completeBack')
      this.write({ ...prompt, search: stepped(search, -1) });
    else if (action.name === 'edit' && SHORTENS.has(action.op)) this.#search(shortened(search.query, action.op));
    else {
      this.write(endSearch(prompt, 'take'));
      return false;
    }
    return true;
  }

  #search(query: string): void {
    const { prompt } = this.#desk.state();
    this.write({ ...prompt, search: withQuery(prompt.history.lines, query.slice(0, QUERY_UNITS_MAX)) });
  }

  /** Completes what stands before the caret: the best at once, then one after the other. */
  #complete(by: 1 | -1): void {
    const { completion, editor } = this.#desk.state().prompt;
    if (completion && fits(completion, editor) && !isOnly(completion)) this.#take(completion, by);
    else void this.#completeLater(by);
  }

  /** The same when the names must be found first. Keys pressed meanwhile come after it; a node that does not answer holds none for long. */
  async #completeLater(by: 1 | -1): Promise<void> {
    this.#held = [];
    const patience = new Promise<undefined>((resolve) => setTimeout(resolve, TAB_PATIENCE_MS, undefined));
    const completion = await Promise.race([this.#offer(true), patience]);
    if (completion) this.#take(completion, by);
    const held = this.#held;
    this.#held = undefined;
    // One of them may be another Tab: those behind it wait again.
    for (const press of held) press();
  }

  #take(completion: Completion, by: 1 | -1): void {
    if (completion.candidates.length === 0) return;
    const { prompt } = this.#desk.state();
    const chosen = step(completion, by);
    const editor = replace(prompt.editor, chosen.line.text, chosen.line.caret);
    this.#desk.tell({ type: 'prompt', prompt: { ...prompt, editor, completion: chosen.completion } });
    if (isOnly(chosen.completion) && asksForNames(editor)) void this.#offer(false);
  }

  /** Finds what could stand at the caret, and offers it if the line is still the same then. */
  async #offer(asked: boolean): Promise<Completion | undefined> {
    const state = this.#desk.state();
    const { editor } = state.prompt;
    const screen = { ...meantIn(state), asked };
    const { from, items, hint = '' } = await complete(editor.text, editor.caret, { ...this.#desk.names(), screen });
    const { prompt } = this.#desk.state();
    if (prompt.editor !== editor) return undefined;
    const listed = isNaming(editor) || items[0]?.name !== undefined;
    const offer = { from, to: editor.caret, candidates: items };
    const found = offered(editor, offer, { listed, asked, hint });
    // What was chosen just now can still be taken back; of what follows it only the words are told.
    const chosen = prompt.completion && isOnly(prompt.completion) && !asked ? prompt.completion : undefined;
    const completion = chosen ? { ...chosen, hint } : found;
    if (completion || prompt.completion) this.#desk.tell({ type: 'prompt', prompt: { ...prompt, completion } });
    return completion;
  }

  /** Sends or runs, but never runs what has several lines (it was pasted, or was meant as a text), and never sends what no message can hold. */
  #submit(): void {
    const { prompt, banner } = this.#desk.state();
    const { editor } = prompt;
    const size = lineSize(editor);
    if (size?.tooMuch && !isCommand(editor))
      this.#say('error', `not sent: ${sizeWords(size)} · shorten it, or send it in parts`);
    else if (!isCommand(editor) || !manyLines(editor)) void this.#send();
    else if (banner?.text !== SEVERAL_LINES) this.#say('warning', SEVERAL_LINES);
    else {
      this.rewrite(written(editor).replace('/', '//'));
      void this.#send();
    }
  }

  /** The prompt empties at once. What was refused comes back to the conversation that it was for, and is in the history anyway. */
  async #send(): Promise<void> {
    const { prompt, open } = this.#desk.state();
    // A completed name has a blank behind it, which nobody meant to send.
    const text = written(prompt.editor).replace(/[ \t\n]+$/, '');
    if (text.trim() === '') return;
    this.write(sent(prompt));
    this.#desk.notebook?.remember(text);
    if (await this.#desk.run(text)) return;
    const before = this.#desk.state();
    this.#desk.tell({ type: 'refused', where: open, editor: prompt.editor });
    if (this.#desk.state() === before && before.banner)
      this.#say(before.banner.kind, `${before.banner.text} · ↑ brings the line back`);
  }

  #say(kind: Banner['kind'], text: string): void {
    this.#desk.tell({ type: 'said', banner: { kind, text } });
  }
}

/** Who spoke in the open conversation, and its lines, the newest first. */
function meantIn(state: ViewState): Pick<NonNullable<Names['screen']>, 'speakers' | 'lines'> {
  const { me } = state;
  const lines = openConversation(state)?.messages.slice(-LINES_MEANT).toReversed() ?? [];
  const others = lines.filter(({ from }) => from !== me.id);
  return {
    speakers: [...new Set(others.map(({ fromName }) => fromName))],
    lines: lines
      .filter(({ deleted }) => !deleted)
      .map(({ id, from, fromName, text }) => ({ id, own: from === me.id, from: fromName, text })),
  };
}

/** Whether a list is shown that fits the line: then ↓ goes into it, and ↑ and ↓ go on in it. */
const isInList = (prompt: Prompt): prompt is Prompt & { readonly completion: Completion } =>
  prompt.completion?.listed === true && fits(prompt.completion, prompt.editor);

/** Whether the name of a command is being written: what there is to choose from is shown unasked. */
const isNaming = (editor: Editor): boolean =>
  isCommand(editor) && !/\s/.test(editor.text.trimStart().replace(/^\/mesh +/, ''));

/** Whether the word at the caret is one that names are offered for while it is typed. */
const asksForNames = (editor: Editor): boolean =>
  isCommand(editor) || /(?:^|\s)[@#:]\S{0,64}$/.test(editor.text.slice(0, editor.caret).slice(-66));

const SEVERAL_LINES = 'several lines are never run as a command · Enter again sends them as text, Ctrl+C clears them';
/** Keys that change the letters that are looked for; others take the line that was found. */
const SHORTENS: ReadonlySet<EditOp> = new Set(['erase', 'killWord', 'killToStart']);
const TAB_PATIENCE_MS = 300;
const LINES_MEANT = 200;
