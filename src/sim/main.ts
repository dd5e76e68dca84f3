import { readFileSync } from 'node:fs';
import { nodeSuite } from '../host/node-suite.ts';
import { HELP, listScenarios, parseArguments, type Request, repeatCommand } from './arguments.ts';
import { type ReadMap, readMap } from './map/read-map.ts';
import { paperSuite } from './paper-suite.ts';
import { draw } from './report/draw.ts';
import { htmlReport, type Run } from './report/html.ts';
import { deliveredShare, jsonReport, reportOf } from './report/report.ts';
import { lineReport, textReport } from './report/text.ts';
import { percent } from './report/words.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SeededRandom } from './seeded-random.ts';
import { Simulation } from './simulation.ts';

/*
 * `qpc lab`, `npm run sim`: runs seeds and says what came of them. Standard output is the report, the same each time; what depends
 * on this machine, as the time it took, goes to standard error.
 */

const { LC_ALL, LC_CTYPE, LANG, COLUMNS } = process.env;

/** What the terminal can show; where there is none, 80 columns. */
const CANVAS = {
  columns: process.stdout.columns || Number(COLUMNS) || 80,
  ascii: !/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || 'utf-8'),
};

const asked = parseArguments(process.argv.slice(2));
switch (asked.ask) {
  case 'help':
    print(HELP);
    break;
  case 'list':
    for (const line of listScenarios()) print(line);
    break;
  case 'nothing':
    process.stderr.write(`qpc lab: ${asked.because}\nTry qpc lab --help.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    process.exitCode = run(asked.request);
    break;
}

function run(request: Request): number {
  const found = 'file' in request.source ? fromFile(request.source.file, request.nodes) : request.source;
  if ('error' in found) {
    process.stderr.write(`qpc lab: ${found.error}\n`);
    return 2;
  }
  const runs = request.seeds.map((seed) => runSeed(request, found.scenario, seed));
  const failed = runs.filter(({ report }) => !report.held).length;
  if (request.form === 'json') print(jsonReport(runs.map(({ report }) => report)));
  else if (request.form === 'html') print(htmlReport(runs));
  else if (runs.length > 1) print(`${runs.length} seeds, ${failed} failed, ${percent(meanShare(runs))} delivered`);
  return failed > 0 ? 1 : 0;
}

/** The map in a file, which is all that is read of this machine. */
function fromFile(file: string, nodes: number | undefined): ReadMap {
  try {
    return readMap(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)), file, nodes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return {
      error: `${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`,
    };
  }
}

function runSeed(request: Request, scenario: Scenario, seed: number): Run {
  const { form, seeds, nodes, real, trace } = request;
  const plan = scenario.plan(new SeededRandom(`${scenario.name} plan ${seed}`), nodes ?? scenario.nodes ?? 0);
  const startedAt = performance.now();
  const simulation = new Simulation(plan, {
    seed,
    suite: real ? nodeSuite : paperSuite,
    hash: nodeSuite.hash,
    ...(trace ? { echo: print } : {}),
  });
  const report = reportOf(plan, seed, simulation.run());
  tellCosts(seed, (performance.now() - startedAt) / 1_000, plan.clockOffsetsMs.length);
  if (form === 'text') {
    for (const line of seeds.length > 1 ? lineReport(report) : textReport(report, plan)) print(line);
    if (!report.held) print(`  repeat: ${repeatCommand(request, seed)}`);
    if (request.draw) for (const line of ['', ...draw(plan, report.measured.journey, CANVAS)]) print(line);
  }
  return { plan, report };
}

function meanShare(runs: readonly Run[]): number {
  return runs.reduce((sum, { report }) => sum + deliveredShare(report), 0) / runs.length;
}

/** What the run took of this machine. */
function tellCosts(seed: number, seconds: number, nodes: number): void {
  const heap = process.memoryUsage().heapUsed;
  const each = `${(heap / nodes / 1_000).toFixed(0)} kB a node`;
  process.stderr.write(
    `seed ${seed} took ${seconds.toFixed(1)} s; heap ${(heap / 1_000_000).toFixed(0)} MB, ${each}\n`,
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
