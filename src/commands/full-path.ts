import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** The full path of a file that was typed: a relative one begins where this screen was started, `~/` at home. The node is elsewhere. */
export const fullPath = (typed: string): string => resolve(typed.replace(/^~(?=\/|$)/, homedir()));
