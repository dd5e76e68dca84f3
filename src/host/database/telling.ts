import { readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UNTOLD_LINES_MAX } from '../../core/base/limits.ts';

/**
 * How far a line of another is on its way to a person, as the database has it. What is about to be told is written down as that by the
 * commit that stores it; that it was told, without waiting for the disk.
 */
export const TELLING = { news: 0, told: 1, aboutTo: 2 } as const;

/**
 * What became of lines that were about to be told when the last run ended. A process that was killed left its last writes to the system,
 * so one that is not marked as told was not. When the machine itself has started anew since, those marks are what it lost: then they were.
 */
export function settleTelling(db: DatabaseSync, boot: string | undefined): void {
  const last = db.prepare("SELECT value FROM setting WHERE key = 'machine-boot'").get()?.value;
  const became = boot !== undefined && boot === last ? TELLING.news : TELLING.told;
  const newest = `n > (SELECT coalesce(max(n), 0) FROM message) - ${UNTOLD_LINES_MAX}`;
  // Amendments whose turn had not come: their lines are shown as they are now.
  const settled = `displayed = ${TELLING.news} AND content IN ('edit', 'delete', 'reaction')`;
  db.exec(`UPDATE message SET displayed = ${TELLING.told} WHERE ${settled}`);
  const { changes } = db
    .prepare(`UPDATE message SET displayed = ? WHERE displayed = ${TELLING.aboutTo} AND ${newest}`)
    .run(became);
  if (Number(changes) === 0 && boot === last) return;
  db.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES ('machine-boot', ?)").run(boot ?? '');
}

/** Which start of this machine it is; `undefined` where the system does not say. */
export function machineBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return undefined;
  }
}
