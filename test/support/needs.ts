/**
 * Whether a test that needs something of this machine can run. When not: says why, and fails where that must not happen (CI=1).
 */
export function has(condition: boolean, what: string): boolean {
  if (condition) return true;
  if (process.env.CI === '1') throw new Error(`this test must not be skipped here: ${what} is missing`);
  process.stderr.write(`skipped: ${what} is missing\n`);
  return false;
}
