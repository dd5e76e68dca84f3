import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';

/** A value of the configuration file, and where it stands. */
export type ConfigValue = {
  readonly value: unknown;
  readonly where: string;
  /** Where a member of it stands, when it is a table. */
  readonly whereOf: (member: string) => string;
};

/** What a configuration file says, by key; or the sentence that says why it cannot be read. */
export type Config = { readonly values: ReadonlyMap<string, ConfigValue> } | { readonly error: string };

/**
 * Reads a configuration file (TOML).
 *
 * @param required whether the user named it, so that its absence is a mistake.
 */
export function readConfig(path: string, required: boolean): Config {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && !required) return { values: new Map() };
    return { error: `${path} cannot be read: ${UNREADABLE[code ?? ''] ?? (error as Error).message}` };
  }
  try {
    const values = Object.entries(parse(text)).map(([key, value]) => {
      const line = lineOf(text, key);
      const whereOf = (member: string) => `${path}:${lineOf(text, member, line)}`;
      return [key, { value, where: `${path}:${line}`, whereOf }] as const;
    });
    return { values: new Map(values) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message goes on with a drawing of the place; the first line says what is wrong.
    const what = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '');
    return { error: `${path}:${error.line}: this is not TOML: ${what}` };
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};

/** The line, not before `from`, on which a key is set or its table begins; `from` when it is written in a way of its own. */
function lineOf(text: string, key: string, from = 1): number {
  const name = key.replace(/[^\w-]/g, '\\$&');
  const set = new RegExp(`^\\s*(\\[+\\s*)?["']?${name}["']?\\s*[=.\\]]`);
  return text.split(/\r?\n/).findIndex((line, at) => at + 1 >= from && set.test(line)) + 1 || from;
}
