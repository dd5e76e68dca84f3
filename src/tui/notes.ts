import { progressWords } from '../commands/show.ts';
import { width } from './drawing/cells.ts';
import { span } from './drawing/format.ts';
import * as guard from './drawing/guard.ts';
import { wrap } from './drawing/wrap.ts';
import { chosenKeys, chosenLine, linksIn } from './reading/choosing.ts';
import { USUAL_SIGNS } from './reading/reactions.ts';
import { type Banner, bannerText, type ViewState } from './screen-state.ts';

/** Something said above the status bar. */
export type Note = {
  readonly kind: Banner['kind'] | 'task' | 'keys';
  readonly text: string;
};

/** A row of a note; the first of each has a sign before it. */
export type NoteRow = Note & { readonly first: boolean };

/** What is said above the status bar, in rows of at most `cols` cells less the sign: what takes long, what keys do, and what there is to say. */
export function noteRows(state: ViewState, cols: number): NoteRow[] {
  return [...working(state), ...asked(state, cols), ...said(state)].flatMap(({ kind, text }) =>
    // The usual signs may be wider by their names.
    wrap(guard.text(text), Math.max(8, cols - (kind === 'keys' ? 6 : 3)))
      .slice(0, NOTE_ROWS_MAX)
      .filter((row) => width(row) > 0)
      .map((row, index) => ({ kind, text: row, first: index === 0 })),
  );
}

/** Rows that one note may take. What a command answers with more lines than that has a view of its own. */
export const NOTE_ROWS_MAX = 3;

/** What takes longer than a second: on the node's side, and what was asked from here and is not answered. */
function working({ tasks, running, now }: ViewState): Note[] {
  const notes = tasks
    .slice(-TASKS_SHOWN)
    .map((task): Note => ({ kind: 'task', text: `${task.what}: ${progressWords(task)}` }));
  const waited = running === undefined ? 0 : now - running.since;
  if (!running || waited < 1_000) return notes;
  return [...notes, { kind: 'task', text: `${running.line.slice(0, 60)}… ${span(waited)} · Esc leaves it running` }];
}

const TASKS_SHOWN = 2;

/** What keys do with the chosen line, or what was asked about it. */
function asked(state: ViewState, cols: number): Note[] {
  const { chosen } = state;
  const line = chosenLine(state);
  const seeks = state.seeking !== undefined && state.seeking.mode !== 'first';
  if (!chosen || !line) return seeks ? [{ kind: 'task', text: 'looking for that line…' }] : [];
  const keys = (text: string): Note[] => [{ kind: 'keys', text }];
  switch (chosen.mode) {
    case 'marked':
      return [];
    case 'keys':
      return keys(fitting(chosenKeys(state, line), cols));
    case 'delete':
      return keys('take this line back? here at once, elsewhere when they hear of it · d deletes it, Esc keeps it');
    case 'failed':
      return keys('s sends it again · x discards it · Esc leaves it');
    case 'react': {
      const signs = USUAL_SIGNS.map(({ sign }, index) => `${index + 1} ${sign}`).join('  ');
      return keys(
        chosen.typed
          ? `react with ${chosen.typed} · Enter`
          : `react: ${signs} · or type :name: or an emoji · 0 takes it back`,
      );
    }
    case 'link':
      return keys(linkWords(state, line, chosen.link ?? 0));
  }
}

/** Keys in a row: what the arrows do is seen at once and goes first; on a small screen the last ones go too, and work all the same. */
function fitting(keys: readonly string[], cols: number): string {
  const shown = ['↑↓ choose', ...keys, 'Esc done'];
  const words = (): string => shown.join(' · ');
  if (width(words()) > cols - 6) shown.shift();
  while (cols < 50 && shown.length > 2 && width(words()) > cols - 6) shown.splice(-2, 1);
  return words();
}

function linkWords({ able }: ViewState, line: Parameters<typeof linksIn>[0], at: number): string {
  const links = linksIn(line);
  const link = links[at];
  if (!link) return 'no link here';
  const which = links.length > 1 ? ` (${at + 1} of ${links.length}, ↑↓)` : '';
  const where = able.remote ? ', on the computer that qpc runs on' : '';
  return `open ${link.url} at ${link.host}?${which} · Enter opens it${where} · Esc does not`;
}

function said(state: ViewState): Note[] {
  const text = bannerText(state);
  return state.banner && text !== '' ? [{ kind: state.banner.kind, text }] : [];
}
