import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it, for this user only (mode 0700), where it is not there yet; what is there keeps its mode.
 * Node's own way (`recursive: true`) never ends where a directory exists and refuses others with ENOENT, as `/proc` does.
 *
 * @throws Error of the system, with its `code`
 */
export function makeDirectory(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeDirectory(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it just now.
    if (!(existsSync(path) && statSync(path).isDirectory())) throw error;
  }
}
