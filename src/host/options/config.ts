import { chmodSync, closeSync, lstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, TomlError } from 'smol-toml';
import { CONFIG_FILE_BYTES_MAX } from '../../core/base/limits.ts';
import { replaceDurably } from '../identity/atomic-file.ts';
import { makeDirectory } from '../profile/make-directory.ts';
import { withValue } from './config-edit.ts';

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
  const file = readText(path, required);
  if ('error' in file) return file;
  const { text } = file;
  const document = parsed(path, text);
  if ('error' in document) return document;
  const values = Object.entries(document.values).map(([key, value]) => {
    const line = lineOf(text, key);
    const whereOf = (member: string) => `${path}:${lineOf(text, member, line)}`;
    return [key, { value, where: `${path}:${line}`, whereOf }] as const;
  });
  return { values: new Map(values) };
}

/**
 * Gives a key of the top level another value in the file itself; everything else in it stays, and so do its mode and a link that leads to
 * it. A missing file is made, of mode 0600. After a crash at any moment the old or the new file is there as a whole.
 *
 * @returns the line on which it stands now; or, with nothing changed, the sentence that says why not.
 */
export function writeConfig(
  path: string,
  key: string,
  literal: string,
): { readonly line: number } | { readonly error: string } {
  const file = readText(path, false);
  if ('error' in file) return file;
  const before = parsed(path, file.text);
  if ('error' in before) return before;
  const text = withValue(file.text, key, literal);
  const after = parsed(path, text);
  const wanted = { ...before.values, ...parse(`${key} = ${literal}`) };
  // Somebody wrote it in a way that the editing does not understand: better to leave it than to break it.
  if ('error' in after || !isDeepStrictEqual(after.values, wanted))
    return { error: `${path}:${lineOf(file.text, key)}: this cannot be changed from here, but with an editor` };
  try {
    makeDirectory(dirname(path));
    const real = lstatSync(path, { throwIfNoEntry: false }) ? realpathSync(path) : path;
    const mode = file.mode ?? 0o600;
    replaceDurably(real, new TextEncoder().encode(text));
    if (mode !== 0o600) chmodSync(real, mode);
  } catch (error) {
    return { error: `${path} cannot be written: ${systemWords(error)}` };
  }
  return { line: lineOf(text, key) };
}

/** The text of a file, with the mark of the byte order if there is one, and its mode; none and no text where it need not be there. */
function readText(
  path: string,
  required: boolean,
): { readonly text: string; readonly mode?: number } | { readonly error: string } {
  try {
    const stats = statSync(path);
    // A pipe is read where the user names one (`--config <(…)`); elsewhere nobody may be at its other end.
    if (stats.isFIFO() && !required) return { error: `${path} cannot be read: it is a pipe` };
    const bytes = beginning(path);
    if (bytes.length > CONFIG_FILE_BYTES_MAX)
      return { error: `${path} cannot be read: it has more than ${CONFIG_FILE_BYTES_MAX} bytes` };
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, mode: stats.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !required) return { text: '' };
    return { error: `${path} cannot be read: ${systemWords(error)}` };
  }
}

/** What a file holds, or one byte more than is read: it may be a device, and have no end. */
function beginning(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(CONFIG_FILE_BYTES_MAX + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read)
      read = readSync(file, bytes, size, bytes.length - size, null);
    return bytes.subarray(0, size);
  } finally {
    closeSync(file);
  }
}

function parsed(
  path: string,
  text: string,
): { readonly values: Readonly<Record<string, unknown>> } | { readonly error: string } {
  try {
    return { values: { ...parse(text.replace(/^\ufeff/, '')) } };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message goes on with a drawing of the place; the first line says what is wrong.
    const what = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '');
    return { error: `${path}:${error.line}: this is not TOML: ${what}` };
  }
}

const systemWords = (error: unknown): string =>
  UNREADABLE[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};

/** The line, not before `from`, on which a key is set or its table begins; `from` when it is written in a way of its own. */
function lineOf(text: string, key: string, from = 1): number {
  const name = key.replace(/[^\w-]/g, '\\$&');
  const set = new RegExp(`^\\ufeff?\\s*(\\[+\\s*)?["']?${name}["']?\\s*[=.\\]]`);
  return text.split(/\r?\n/).findIndex((line, at) => at + 1 >= from && set.test(line)) + 1 || from;
}
