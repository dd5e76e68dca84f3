import { writeFile } from 'node:fs/promises';
import type { Outcome } from '../api/schema.ts';

/** Writes a text into a file that is not there yet; no file is ever overwritten. `path` is a full one. */
export async function writeNew(path: string, text: string): Promise<Outcome<undefined>> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return { ok: true, result: undefined };
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    const why = code === 'EEXIST' ? 'is there already' : `cannot be written: ${code}`;
    return { ok: false, error: { code: 'E_NO_FILE', message: `${path} ${why}`, hint: 'give another name' } };
  }
}
