import type { NodeApi, Outcome } from '../../api/schema.ts';
import type { Message } from '../../api/shapes.ts';
import type { Conversation } from '../../commands/context.ts';
import { type Editor, replace } from '../line/editor.ts';
import { written } from '../line/folds.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import { beginning, quote } from './chat-rows.ts';

/** What the line being written is for, when it is not a line like any other: an answer, or new words for a line of ours. */
export type Aim = {
  readonly kind: 'reply' | 'edit';
  /** The line that is answered or edited. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
  /** What was being written when an edit began; it comes back when the edit ends. */
  readonly draft: Editor;
};

/** What is aimed at in each conversation, by its id. None is dropped: the words that it holds would go out as a line of their own. */
export type Aims = ReadonlyMap<string, Aim>;

/** What the line being written in the open conversation is for. */
export const aimOf = ({ aims, open }: ViewState): Aim | undefined => (open === undefined ? undefined : aims.get(open));

/** The line being written is for `line` from now on. To edit, the prompt gets its words. */
export function aimed(state: ViewState, kind: Aim['kind'], line: Message): ViewState {
  if (state.open === undefined) return state;
  const before = unaimed(state);
  const { prompt } = before;
  // An answer shows the beginning, at every key.
  const text = kind === 'reply' ? beginning(line.text) : line.text;
  const aim: Aim = { kind, id: line.id, from: line.fromName, text, draft: prompt.editor };
  const aims = new Map(before.aims).set(state.open, aim);
  return kind === 'reply'
    ? { ...before, aims }
    : { ...before, aims, prompt: { ...prompt, editor: replace(prompt.editor, line.text), completion: undefined } };
}

/** The line being written is one like any other again. After an edit the draft is back; undo brings back what was edited. */
export function unaimed(state: ViewState): ViewState {
  const aim = aimOf(state);
  if (!aim) return state;
  const aims = new Map([...state.aims].filter(([where]) => where !== state.open));
  if (aim.kind === 'reply') return { ...state, aims };
  const editor = replace(state.prompt.editor, written(aim.draft));
  return { ...state, aims, prompt: { ...state.prompt, editor, completion: undefined } };
}

/** What stands above the prompt: `↳ bob: first words`, in at most `cells` cells. */
export const aimWords = (aim: Aim, cells: number): string =>
  aim.kind === 'edit'
    ? 'editing your line · Enter changes it, Esc leaves it'
    : quote({ ...aim, fromName: aim.from }, cells);

/** Sends a text to where it is aimed. */
export function sendAimed(
  api: NodeApi,
  { kind, id }: Aim,
  to: Conversation,
  text: string,
): Promise<Outcome<{ readonly id: string }>> {
  if (kind === 'edit') return api.call('edit', { id, text });
  return to.kind === 'direct'
    ? api.call('send', { peer: to.id, text, re: id })
    : api.call('broadcast', { topic: to.name, text, re: id });
}

/** The conversation whose aim a text typed now has, with the aim. */
export function aimedAt(state: ViewState): { readonly aim: Aim; readonly to: Conversation } | undefined {
  const [aim, open] = [aimOf(state), openConversation(state)];
  return aim && open && { aim, to: { id: open.id, kind: open.kind, name: open.name } };
}
