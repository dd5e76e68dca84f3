import type { Preferences } from '../api/preferences.ts';

/** How words are written for whoever reads them. */
export type Wording = {
  /** Whether only ASCII may be shown. */
  readonly ascii: boolean;
  /** Whether a machine reads them aloud or by touch: in sentences, and without signs. */
  readonly aloud?: boolean;
  /** How a time of day is written: with the date of another day before it, or as ISO 8601. */
  readonly time?: Preferences['time'];
  /** The name of a node or channel, where it is known. */
  nameOf?(id: string): string | undefined;
  /** Milliseconds since 1970. */
  now(): number;
};

/** What separates what was not done from what to do, and other parts of a line of ours. */
const SEPARATORS = { ascii: ' - ', aloud: ', ' } as const;

/** A line of our own words, in the signs that there are for this reader. Text of others must not come here: it stays as it is. */
export function worded(line: string, { ascii, aloud }: Pick<Wording, 'ascii' | 'aloud'>): string {
  if (!ascii && !aloud) return line;
  const plain = line.replaceAll(' · ', SEPARATORS[aloud ? 'aloud' : 'ascii']).replaceAll('…', '...');
  return aloud ? plain.replace(/ ?[→⇢] ?/g, ' to ') : plain.replaceAll('→', '->').replaceAll('·', '-');
}
