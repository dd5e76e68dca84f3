/** One way to go on, and what it is. */
type Candidate = { readonly text: string; readonly about: string };

/** What could stand at the caret: the part of the line that would be replaced, and by what. */
export type Offer = { readonly from: number; readonly to: number; readonly candidates: readonly Candidate[] };

/** The list above the prompt. Nothing of it is in the line until one is chosen. */
export type Completion = Offer & {
  /** The line as typed, which Esc brings back. */
  readonly typed: string;
  readonly caret: number;
  /** Index of the candidate that stands in the line now. */
  readonly chosen: number | undefined;
};

/** A line and the caret in it. */
export type Line = { readonly text: string; readonly caret: number };

/** An offer for this line; `undefined` when it holds nothing that is not written already. */
export function offered({ text, caret }: Line, offer: Offer): Completion | undefined {
  const there = text.slice(offer.from, offer.to);
  if (offer.candidates.every((candidate) => candidate.text === there)) return undefined;
  return { ...offer, typed: text, caret, chosen: undefined };
}

/** Whether an offer still belongs to this line. */
export const fits = ({ typed, caret, chosen }: Completion, line: Line): boolean =>
  chosen !== undefined || (typed === line.text && caret === line.caret);

/** The line with what all candidates have in common, when that is more than was typed; else `undefined`. */
export function common({ typed, from, to, candidates }: Completion): Line | undefined {
  const [first, ...rest] = candidates.map((candidate) => candidate.text);
  if (first === undefined) return undefined;
  let length = first.length;
  for (const text of rest) while (!text.startsWith(first.slice(0, length))) length--;
  const prefix = first.slice(0, length);
  if (prefix.length <= to - from || !prefix.startsWith(typed.slice(from, to))) return undefined;
  return put({ typed, from, to }, prefix);
}

/** The next candidate, or the one before (`step` −1), in the line; round and round. */
export function step(completion: Completion, by: 1 | -1): { readonly completion: Completion; readonly line: Line } {
  const count = completion.candidates.length;
  const at = completion.chosen ?? (by > 0 ? -1 : count);
  const chosen = (at + by + count) % count;
  return { completion: { ...completion, chosen }, line: put(completion, completion.candidates[chosen]!.text) };
}

const put = ({ typed, from, to }: Pick<Completion, 'typed' | 'from' | 'to'>, text: string): Line => ({
  text: typed.slice(0, from) + text + typed.slice(to),
  caret: from + text.length,
});
