import { appendFileSync, chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Draft, type Notebook, says } from '../../api/notebook.ts';
import {
  DRAFTS_KEPT_MAX,
  HISTORY_FILE_UNITS_MAX,
  HISTORY_LINE_UNITS_MAX,
  PROMPT_HISTORY_MAX,
} from '../../core/base/limits.ts';
import { profileFile } from './profile.ts';
import { holdsSecret } from './secret-line.ts';

/**
 * The notebook of a profile, in two files of its home directory that only its user may read (mode 0600). `qpc.history` has a line of JSON
 * for each line that was sent, a string; screens that run at once append to it. `qpc.drafts` is written anew each time, beside and over
 * the old one, and what other screens have put there stays. A line that makes no sense is passed over.
 */
export class FileNotebook implements Notebook {
  readonly #history: string;
  readonly #drafts: string;

  constructor(home: string) {
    this.#history = profileFile.history(home);
    this.#drafts = profileFile.drafts(home);
  }

  /** The newest `PROMPT_HISTORY_MAX`. A file that has grown too long is cut to these. */
  history(): readonly string[] {
    const text = read(this.#history);
    const lines = text.split('\n').flatMap(lineOf).slice(-PROMPT_HISTORY_MAX);
    // What a dying process wrote of a line shall not spoil the next one.
    const torn = text !== '' && !text.endsWith('\n');
    if (torn || text.length > HISTORY_FILE_UNITS_MAX) replace(this.#history, lines.map(entry).join(''));
    return lines;
  }

  remember(line: string): void {
    if (holdsSecret(line) || line.length > HISTORY_LINE_UNITS_MAX) return;
    quietly(() => appendFileSync(this.#history, entry(line), { mode: OWNER_ONLY }));
  }

  forget(words: string): void {
    const lines = this.history();
    const kept = lines.filter((line) => !says(line, words));
    if (kept.length < lines.length) replace(this.#history, kept.map(entry).join(''));
  }

  drafts(): ReadonlyMap<string, Draft> {
    try {
      return new Map(Object.entries(draftsFile.parse(JSON.parse(read(this.#drafts)))));
    } catch {
      return new Map();
    }
  }

  keepDraft(where: string, draft: Draft): void {
    const kept = new Map(this.drafts());
    const had = kept.delete(where);
    const keeps = draft.text !== '' && !holdsSecret(draft.text) && kept.size < DRAFTS_KEPT_MAX;
    if (keeps) kept.set(where, draft);
    if (keeps || had) replace(this.#drafts, JSON.stringify(Object.fromEntries(kept)));
  }
}

const draftsFile = z.record(z.string(), z.object({ text: z.string(), caret: z.number().int().nonnegative() }));

const entry = (line: string): string => `${JSON.stringify(line)}\n`;

function lineOf(json: string): string[] {
  try {
    return [z.string().parse(JSON.parse(json))];
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The file with another content: whole, or as it was. */
function replace(path: string, content: string): void {
  quietly(() => {
    writeFileSync(`${path}.new`, content, { mode: OWNER_ONLY });
    chmodSync(`${path}.new`, OWNER_ONLY);
    renameSync(`${path}.new`, path);
  });
}

/** A full or broken disk is the node's to complain about; a screen goes on. */
function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // Not kept.
  }
}

const OWNER_ONLY = 0o600;
