import { closeSync, openSync, writeSync } from 'node:fs';

/** Leaves no room on the disk of `ballast`, but for what others have already reserved there. */
export function fillDisk(ballast: string): void {
  const file = openSync(ballast, 'w');
  try {
    for (const bytes of [64 * 1024, 512]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}
