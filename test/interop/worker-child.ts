import { runReal } from './real.ts';
import type { Run, Way } from './run.ts';
import { scenarioOf } from './scenarios.ts';
import { runVirtual } from './virtual.ts';

/* Runs what it is told to, one after the other: a job in, a Run out. A process of its own, so that runs do not delay each other's clocks. */

type Job = { readonly name: string; readonly way: Way; readonly seed: number };

async function run({ name, way, seed }: Job): Promise<Run> {
  const scenario = scenarioOf(name)!;
  try {
    return await (way === 'sim' ? runVirtual(scenario, seed) : runReal(scenario, seed));
  } catch (thrown) {
    const problems = [thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)];
    return { name, way, seed, problems, tookMs: 0, goodput: 0, connectionsMs: [], lost: {}, lateShare: 0 };
  }
}

process.on('message', async (job: Job) => process.send!(await run(job)));
process.on('disconnect', () => process.exit());
