import { readdir } from 'node:fs/promises';
import { fullPath } from './full-path.ts';

/**
 * Files and directories that a typed path may go on to, for Tab; directories end with `/`. Hidden ones only where a dot was typed, and none whose
 * name would have to be quoted, or could draw on the screen. Of a directory that cannot be read: none.
 */
export async function files(typed: string): Promise<readonly string[]> {
  const cut = typed.lastIndexOf('/') + 1;
  const [directory, begins] = [typed.slice(0, cut), typed.slice(cut)];
  const entries = await readdir(fullPath(directory), { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => name.startsWith(begins) && (begins !== '' || !name.startsWith('.')) && PLAIN.test(name))
    .map((entry) => `${directory}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort()
    .slice(0, OFFERED_MAX);
}

const PLAIN = /^[\p{L}\p{N}._+@%=,-]+$/u;

const OFFERED_MAX = 100;
