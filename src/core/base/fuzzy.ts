/** How well some letters match a text, and where: indexes of UTF-16 units in it, ascending. Higher scores are better; they compare among texts for the same letters. */
export type FuzzyMatch = { readonly score: number; readonly at: readonly number[] };

/**
 * Whether the letters of `typed` are in `text` in their order, others between them, case ignored; blanks in `typed` stand for
 * nothing. Letters that begin a word, follow one another, or come early count more, and of all ways to match the best one
 * counts. The empty string is in everything.
 */
export function fuzzy(typed: string, text: string): FuzzyMatch | undefined {
  const wanted = lower(typed).replace(/\s+/g, '');
  const within = lower(text.slice(0, LOOKED_AT_UNITS));
  if (wanted === '') return { score: 0, at: [] };
  return isIn(wanted, within) ? bestWay(wanted, within) : undefined;
}

/** Those of `candidates` that match, best first; of equals the one that came first. */
export function fuzzyFind<T>(typed: string, candidates: Iterable<T>, text: (candidate: T) => string): T[] {
  const found: { readonly candidate: T; readonly score: number }[] = [];
  for (const candidate of candidates) {
    const match = fuzzy(typed, text(candidate));
    if (match) found.push({ candidate, score: match.score });
  }
  return found.sort((a, b) => b.score - a.score).map(({ candidate }) => candidate);
}

/** Units of a text that are looked at: what somebody looks for by a few letters stands early. */
const LOOKED_AT_UNITS = 400;

/** Lower case that keeps every index: `İ` would become two units. */
const lower = (text: string): string => {
  const lowered = text.toLowerCase();
  return lowered.length === text.length ? lowered : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
};

function isIn(wanted: string, text: string): boolean {
  let from = 0;
  for (let i = 0; i < wanted.length; i++) {
    const at = text.indexOf(wanted[i]!, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

/** Letter by letter: the best score of the letters so far when the last of them is at each place, and where the one before it was. */
function bestWay(wanted: string, text: string): FuzzyMatch {
  const cameFrom: number[][] = [];
  let scores: number[] = [];
  for (let i = 0; i < wanted.length; i++) {
    const row = new Array<number>(text.length).fill(Number.NEGATIVE_INFINITY);
    const from = new Array<number>(text.length).fill(-1);
    let far = Number.NEGATIVE_INFINITY; // the best way to come from further back, less for each letter left out
    let farAt = -1;
    for (let at = i; at < text.length; at++) {
      if (text[at] === wanted[i]) {
        const next = at === 0 || i === 0 ? Number.NEGATIVE_INFINITY : scores[at - 1]! + FOLLOWS;
        const before = i === 0 ? -at * LATE : Math.max(next, far);
        row[at] = before + (beginsWord(text, at) ? WORD : 0);
        from[at] = next >= far ? at - 1 : farAt;
      }
      far -= GAP;
      if (i > 0 && at > 0 && scores[at - 1]! > far) [far, farAt] = [scores[at - 1]!, at - 1];
    }
    cameFrom.push(from);
    scores = row;
  }
  const score = Math.max(...scores);
  const at = [scores.indexOf(score)];
  for (let i = wanted.length - 1; i > 0; i--) at.unshift(cameFrom[i]![at[0]!]!);
  return { score: score - text.length * LENGTH, at };
}

const beginsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!);

const [WORD, FOLLOWS, GAP, LATE, LENGTH] = [8, 10, 0.5, 0.25, 0.05];
