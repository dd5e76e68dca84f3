import { type CompletionItem, followed } from '../../commands/complete.ts';

/** What could stand at the caret: the part of the line that would be replaced, and by what, best first. */
export type Offer = { readonly from: number; readonly to: number; readonly candidates: readonly CompletionItem[] };

/** What could go on at the caret. Nothing of it is in the line until one is chosen. */
export type Completion = Offer & {
  /** The line as typed, which Esc brings back. */
  readonly typed: string;
  readonly caret: number;
  /** Index of the candidate that stands in the line now. */
  readonly chosen: number | undefined;
  /** The words that a command still takes, where none of the next has been typed. */
  readonly hint: string;
  /** Whether all are shown above the prompt; else only the best, in grey behind the caret. */
  readonly listed: boolean;
};

type Shown = Pick<Completion, 'hint' | 'listed'>;
/** Whether Tab was pressed for it. */
type Asked = { readonly asked: boolean };

/** A line and the caret in it. */
export type Line = { readonly text: string; readonly caret: number };

/** An offer for this line; `undefined` when it holds nothing that is not written already. */
export function offered({ text, caret }: Line, offer: Offer, how: Shown & Asked): Completion | undefined {
  const there = text.slice(offer.from, offer.to);
  const { hint, listed, asked } = how;
  const isThere = offer.candidates.every((candidate) => candidate.text === there);
  // Tab behind a whole word goes on to the next.
  if (hint === '' && isThere && (!asked || offer.candidates.length === 0 || caret < text.length)) return undefined;
  return { ...offer, typed: text, caret, chosen: undefined, listed: listed && !isThere, hint };
}

/** Whether an offer still belongs to this line. */
export const fits = (completion: Completion, line: Line): boolean => {
  const { text, caret } = lineOf(completion);
  return text === line.text && caret === line.caret;
};

/** The offer after the line changed: of a word that goes on, the candidates that go on with it; `undefined` when none is left. */
export function narrowed(completion: Completion, line: Line): Completion | undefined {
  const { typed, from, caret, chosen, candidates } = completion;
  if (chosen !== undefined) return undefined;
  const more = line.text.slice(caret, line.caret);
  const goesOn = more !== '' && !/\s/.test(more) && line.text === typed.slice(0, caret) + more + typed.slice(caret);
  if (!goesOn) return undefined;
  const word = line.text.slice(from, line.caret);
  const left = candidates.filter(({ text, name = text }) => name.startsWith(word) && text !== word);
  if (left.length === 0) return undefined;
  return { ...completion, typed: line.text, caret: line.caret, to: line.caret, candidates: left, hint: '' };
}

/**
 * What stands in grey behind a caret at the end of the line: the rest of the best candidate, or all of one that is written otherwise; before a word
 * of a command is begun, what words it takes.
 */
export function suggestion(completion: Completion | undefined, line: Line, pointer: string): string {
  if (!completion || line.caret < line.text.length || !fits(completion, line)) return '';
  if (completion.hint !== '' || completion.chosen !== undefined) return completion.hint;
  const [best] = completion.candidates;
  if (!best) return '';
  const written = line.text.slice(completion.from);
  // Before a letter is typed the first of many is only the first.
  if (written === '' || written === '/') return '';
  const { text, name } = best;
  const whole = name === undefined ? text : `${name} ${text}`;
  return whole.startsWith(written) ? whole.slice(written.length) : ` ${pointer} ${whole}`;
}

/** Whether the only candidate is chosen: there is nothing to go round, and Tab asks for what follows. Esc still restores what was typed. */
export const isOnly = ({ candidates, chosen }: Completion): boolean => chosen !== undefined && candidates.length === 1;

/** The best candidate in the line, then the next, or the one before (`by` −1), round and round. The first goes in without a list. */
export function step(completion: Completion, by: 1 | -1): { readonly completion: Completion; readonly line: Line } {
  const count = completion.candidates.length;
  const at = completion.chosen ?? (by > 0 ? -1 : count);
  const chosen = (at + by + count) % count;
  const listed = count > 1 && (completion.listed || completion.chosen !== undefined || by < 0);
  const next = { ...completion, chosen, listed, hint: '' };
  return { completion: next, line: lineOf(next) };
}

/** The line as it is while a candidate is chosen, else as typed. */
function lineOf({ typed, caret, from, to, candidates, chosen }: Completion): Line {
  const candidate = chosen === undefined ? undefined : candidates[chosen];
  if (!candidate) return { text: typed, caret };
  const behind = typed.slice(to);
  const text = behind.startsWith(' ') ? followed(candidate.text, from).trimEnd() : followed(candidate.text, from);
  return { text: typed.slice(0, from) + text + behind, caret: from + text.length };
}
