import type { Draft, Notebook } from '../../api/notebook.ts';
import { DRAFT_KEPT_AFTER_MS } from '../../core/base/limits.ts';
import { typed } from '../drawing/guard.ts';
import type { Aim } from '../reading/aim.ts';
import type { ViewState } from '../screen-state.ts';
import { type Editor, EMPTY, recall, replace } from './editor.ts';
import { isLarge, written } from './folds.ts';
import { NO_HISTORY } from './history.ts';
import { FRESH_PROMPT, type Prompt } from './prompt.ts';

/** What was begun in conversations that are not open, by their id. Empty ones are not in it. */
export type Drafts = ReadonlyMap<string, Editor>;

/** The drafts and the prompt when the conversation `to` opens: what is being written stays with the one that is left, and what was begun there comes back. */
export function swapped({ drafts, prompt, open }: ViewState, to: string): Pick<ViewState, 'drafts' | 'prompt'> {
  const mine = ownLine(prompt);
  const waiting = drafts.get(to) ?? EMPTY;
  const rest = without(drafts, to);
  // What was typed before anything was open goes on in the first that is.
  if (open === undefined && mine.text !== '') {
    const joined = waiting.text === '' ? mine : replace(waiting, `${written(waiting)}\n${written(mine)}`);
    return { drafts: rest, prompt: { ...prompt, editor: joined } };
  }
  const left = open === undefined || mine.text === '' ? rest : new Map([...rest, [open, mine]]);
  const editor = { ...waiting, killed: prompt.editor.killed, run: undefined };
  return { drafts: left, prompt: { ...FRESH_PROMPT, editor, history: prompt.history } };
}

/** A line back in the conversation that it was written for; the same `state` when something else has been begun there. */
export function givenBack(state: ViewState, where: string | undefined, editor: Editor): ViewState {
  if (where === state.open) {
    if (state.prompt.editor.text !== '') return state;
    return { ...state, prompt: { ...state.prompt, editor: { ...editor, killed: state.prompt.editor.killed } } };
  }
  if (where === undefined || state.drafts.has(where)) return state;
  return { ...state, drafts: new Map([...state.drafts, [where, editor]]) };
}

/** What the person is writing, also while an older line is looked at. */
const ownLine = ({ editor, history }: Prompt): Editor =>
  history.at === undefined ? editor : (history.draft ?? editor);

/** What is to be there at the next start, where nothing is being edited: the draft that waits for the end of an edit, and below it the words that are new. */
function withDraft(editor: Editor, aim: Aim | undefined): Editor {
  if (aim?.kind !== 'edit') return editor;
  const [draft, words] = [written(aim.draft), written(editor)];
  if (words === aim.text || words === '') return aim.draft;
  return draft === '' ? editor : replace(aim.draft, `${draft}\n${words}`);
}

const without = (drafts: Drafts, where: string): Drafts => new Map([...drafts].filter(([id]) => id !== where));

/** A screen that begins with what was written on the screens before it. */
export function remembering(state: ViewState, notebook: Notebook | undefined): ViewState {
  if (!notebook) return state;
  const { prompt } = state;
  const drafts = keptDrafts(notebook);
  const history = { ...NO_HISTORY, lines: notebook.history().map(typed) };
  const editor = drafts.get(NOWHERE) ?? prompt.editor;
  return { ...state, prompt: { ...prompt, editor, history }, drafts: without(drafts, NOWHERE) };
}

const keptDrafts = (notebook: Notebook): Drafts =>
  new Map([...notebook.drafts()].map(([where, draft]) => [where, editorOf(draft)] as const));

/** Where a text belongs that was begun while no conversation was open. */
const NOWHERE = '';

function editorOf({ text, caret }: Draft): Editor {
  const clean = typed(text);
  const editor = isLarge(clean) ? recall(EMPTY, clean) : replace(EMPTY, clean, Math.min(caret, clean.length));
  return { ...editor, undo: [] };
}

/** Writes drafts into the notebook, a moment after the last key, and whatever is left when the screen ends. */
export class DraftKeeper {
  readonly #notebook: Notebook;
  /** What is in the notebook, as far as this screen has read it there or put it there. */
  readonly #kept: Map<string, Editor>;
  #state: ViewState | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    this.#kept = new Map(keptDrafts(notebook));
  }

  /** Sees what is on the screen now. */
  note(state: ViewState): void {
    const was = this.#state;
    this.#state = state;
    if (was?.drafts === state.drafts && was.prompt.editor === state.prompt.editor && was.open === state.open) return;
    this.#timer ??= setTimeout(() => this.keep(), DRAFT_KEPT_AFTER_MS);
  }

  /** Writes down what is new, at once. */
  keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#state) return;
    const { aims, open, prompt, drafts } = this.#state;
    const now = new Map([...drafts, [open ?? NOWHERE, ownLine(prompt)]]);
    for (const [where, editor] of now) this.#put(where, withDraft(editor, aims.get(where)));
    for (const where of this.#kept.keys()) if (!now.has(where)) this.#put(where, EMPTY);
  }

  #put(where: string, editor: Editor): void {
    const was = this.#kept.get(where) ?? EMPTY;
    if (was.text === editor.text && was.caret === editor.caret && was.folds === editor.folds) return;
    this.#kept.set(where, editor);
    this.#notebook.keepDraft(where, { text: written(editor), caret: editor.folds.length === 0 ? editor.caret : 0 });
  }
}
