import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Statements of one connection by their text, compiled when first used. The texts are constants of the code, so they are few. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #compiled = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  of(sql: string): StatementSync {
    const known = this.#compiled.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#compiled.set(sql, statement);
    return statement;
  }
}
