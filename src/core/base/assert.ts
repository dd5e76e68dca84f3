/**
 * States what this code relies on. A failure is our own mistake, never somebody's input (docs/architecture.md, four kinds of trouble).
 *
 * @throws Error with the claim when it does not hold.
 */
export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${claim}`);
}
