import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeEnvelope } from '../../src/core/wire/envelope.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { profileFile } from '../../src/host/profile/profile.ts';

/** What is in the database of a dead node. */
export type Stored = {
  /** What is wrong with the file itself; empty when nothing is. */
  readonly damage: readonly string[];
  /** Lines of conversations. */
  readonly messages: ReadonlySet<string>;
  /** Envelopes in its custody. */
  readonly envelopes: ReadonlySet<string>;
  /** Envelopes that it had, and need not have any more. */
  readonly seen: ReadonlySet<string>;
  /** How far its own messages have come. */
  readonly states: ReadonlyMap<string, string>;
};

const NOTHING: Stored = { damage: [], messages: new Set(), envelopes: new Set(), seen: new Set(), states: new Map() };

/** Looks into a copy of a dead node's database: opening it changes it. Nothing is in one that is not there. */
export function storedIn(home: string): Stored {
  const path = profileFile.database(home);
  if (!existsSync(path)) return NOTHING;
  const folder = mkdtempSync(join(tmpdir(), 'qpc-stored-'));
  try {
    for (const end of ['', '-wal', '-journal']) {
      if (existsSync(path + end)) copyFileSync(path + end, join(folder, `copy${end}`));
    }
    return readStored(join(folder, 'copy'));
  } catch (error) {
    return { ...NOTHING, damage: [`it cannot be opened: ${(error as Error).message}`] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readStored(path: string): Stored {
  const db = new DatabaseSync(path);
  try {
    const ids = (sql: string): Set<string> =>
      new Set(
        db
          .prepare(sql)
          .all()
          .map(({ id }) => String(id)),
      );
    const check = db
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(Object.values(row)[0]));
    const damage = check.filter((found) => found !== 'ok');
    const envelopes = db.prepare('SELECT id, bytes FROM envelope_bytes').all();
    for (const { id, bytes } of envelopes) {
      if (!isEnvelope(String(id), bytes as Uint8Array)) damage.push(`envelope ${id} is not what its id says`);
    }
    return {
      damage,
      messages: ids('SELECT id FROM message'),
      envelopes: ids('SELECT id FROM envelope_head WHERE id IN (SELECT id FROM envelope_bytes)'),
      seen: ids('SELECT id FROM seen'),
      states: new Map(
        db
          .prepare('SELECT id, state FROM delivery')
          .all()
          .map(({ id, state }) => [String(id), String(state)]),
      ),
    };
  } finally {
    db.close();
  }
}

function isEnvelope(id: string, bytes: Uint8Array): boolean {
  try {
    return decodeEnvelope(nodeSuite, bytes).id === id;
  } catch {
    return false;
  }
}
