import type { Theme } from '../drawing/theme.ts';
import type { NoteRow } from '../notes.ts';
import { USUAL_SIGNS } from '../reading/reactions.ts';

/** What there is to say, above the status bar: the rows that the layout made of it, with a sign before the first of each. */
export function banner(rows: readonly NoteRow[], theme: Theme): string[] {
  const { signs } = theme;
  const looks = {
    error: [signs.wrong, theme.bad] as const,
    warning: ['!', theme.warn] as const,
    done: [signs.done, theme.good] as const,
    answer: [signs.dot, theme.dim] as const,
    task: [signs.waiting, theme.accent] as const,
    keys: [signs.pointer, theme.accent] as const,
  };
  const ascii = (text: string): string =>
    USUAL_SIGNS.reduce((line, usual) => line.replace(usual.sign, usual.ascii), text);
  return rows.map(({ kind, text: said, first }) => {
    const text = kind === 'keys' && signs.name === 'ascii' ? ascii(said) : said;
    const [sign, style] = looks[kind];
    const loud = kind === 'error' || kind === 'warning';
    return `${style(first ? sign : ' ')} ${loud ? style(text) : text}`;
  });
}
