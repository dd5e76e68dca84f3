import { nodeSuite } from '../host/node-suite.ts';
import { parseArguments, type Request, repeatCommand, USAGE } from './arguments.ts';
import { paperSuite } from './paper-suite.ts';
import { describePlan } from './plan.ts';
import { SeededRandom } from './seeded-random.ts';
import { type Outcome, Simulation } from './simulation.ts';

/*
 * `npm run sim`: runs seeds and says, a line for each, what was drawn and what came of it.
 * The exit code is 1 when a rule did not hold, 2 when the arguments make no sense.
 */

const request = parseArguments(process.argv.slice(2));
if (typeof request === 'string') {
  process.stderr.write(`${request}\n\n${USAGE}\n`);
  process.exitCode = 2;
} else {
  let failures = 0;
  for (const seed of request.seeds) failures += runSeed(request, seed) ? 0 : 1;
  if (request.seeds.length > 1) print(`${request.seeds.length} seeds, ${failures} failed`);
  process.exitCode = failures > 0 ? 1 : 0;
}

/** True when every check held. */
function runSeed(asked: Request, seed: number): boolean {
  const plan = asked.scenario.plan(new SeededRandom(`${asked.scenario.name} plan ${seed}`));
  const startedAt = performance.now();
  const simulation = new Simulation(plan, {
    seed,
    suite: asked.real ? nodeSuite : paperSuite,
    hash: nodeSuite.hash,
    ...(asked.trace ? { echo: print } : {}),
  });
  const outcome = simulation.run();
  print(`seed ${seed}: ${describePlan(plan)}`);
  print(`  ${describeOutcome(outcome)}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  print(`  digest ${outcome.digest}`);
  if (!outcome.failure) return true;
  const { check, what, atMs } = outcome.failure;
  print(`  FAILED ${check} at ${(atMs / 1000).toFixed(3)} s: ${what}`);
  print(`  repeat: ${repeatCommand(asked, seed)}`);
  return false;
}

function describeOutcome({ counts, failure }: Outcome): string {
  const { accepted, delivered, posts, datagrams, lines } = counts;
  const verdict = failure ? 'failed' : 'held';
  return `${verdict}: ${delivered} of ${accepted} letters delivered, ${posts} posts, ${datagrams} datagrams, ${lines} lines`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
