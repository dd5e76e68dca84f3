import { spawnSync } from 'node:child_process';

/**
 * Whether a test that needs something of this machine can run. When not: says why, and fails where that must not happen (CI=1).
 */
export function has(condition: boolean, what: string): boolean {
  if (condition) return true;
  if (process.env.CI === '1') throw new Error(`this test must not be skipped here: ${what} is missing`);
  process.stderr.write(`skipped: ${what} is missing\n`);
  return false;
}

/** Whether a program that qpc is tried with, and does not need, is on this machine; says so when it is not. */
export function hasProgram(program: string, flag = '--version'): boolean {
  if (spawnSync(program, [flag]).error === undefined) return true;
  process.stderr.write(`skipped: ${program} is not on this machine\n`);
  return false;
}
