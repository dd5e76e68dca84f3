import { readFileSync } from 'node:fs';
import { fromHex } from '../../src/core/bytes/hex.ts';

/** Published vectors, read from test/vectors (SOURCES.md there says whose they are). */
export const vectors = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../vectors/${path}`, import.meta.url), 'utf8')) as T;

/** The shape of Wycheproof's files. */
export type Wycheproof<Group, Case> = {
  readonly testGroups: readonly (Group & {
    readonly tests: readonly (Case & {
      readonly tcId: number;
      readonly comment: string;
      readonly result: 'valid' | 'invalid' | 'acceptable';
    })[];
  })[];
};

/** Bytes from hexadecimal, in which spaces may stand. */
export function unhex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(' ', ''));
  if (!bytes) throw new Error(`not hexadecimal: ${text}`);
  return bytes;
}
