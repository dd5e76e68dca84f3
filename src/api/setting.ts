import type { Outcome } from './schema.ts';

/** One thing that can be set: what `/set` shows. */
export type Setting = {
  readonly name: string;
  readonly about: string;
  readonly value: string;
  /** The values there are; empty when they cannot be listed. */
  readonly choices: readonly string[];
  /** Where the value comes from: `--theme`, `QPC_THEME`, `/home/ann/.qpc/config.toml:3`; absent for the usual one. */
  readonly from?: string;
  /** Since when a changed value counts: at once, or when this program or its node starts next. */
  readonly counts: 'at once' | 'at the next start' | 'when the node starts next';
};

/** A setting that was written down. */
export type Changed = {
  readonly setting: Setting;
  /** The value as it is from now on: a path, say, has become absolute. */
  readonly value: string;
  /** What beats the file at the next start: a flag or a variable. */
  readonly beatenBy?: string;
};

/** The settings of a profile, and the file that keeps them. */
export interface Settings {
  /** Everything that can be set. */
  list(): readonly Setting[];
  /**
   * Writes a value down. Refused, and nothing written: what cannot be set, no value of it, a file that cannot be read or written.
   *
   * @param troubleWith asked about the value as it would be written: the sentence that says why it is of no use, if it is none.
   */
  change(name: string, value: string, troubleWith?: (value: string) => string | undefined): Outcome<Changed>;
}
