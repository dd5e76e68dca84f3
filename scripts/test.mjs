// What `npm test` runs, one step after the other: lint, build, tests, a short simulation, the budgets of the screen, a short soak,
// some crash points. Ends with the real counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'qpc-test-'));
const report = join(folder, 'vitest.json');
const counts = { passed: 0, failed: 0, skipped: 0 };

/** How a script ends that cannot be run here, and has said why. */
const CANNOT = 2;

/** Runs a command to its end, showing what it prints; its exit code. */
function run(name, command, args) {
  const started = Date.now();
  process.stdout.write(`\n— ${name}: ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`— ${name}: ${status === 0 ? 'ok' : `ended with ${status}`}, ${seconds} s\n`);
  return status;
}

/** A step that is one check by itself. */
function check(name, command, args) {
  if (run(name, command, args) === 0) counts.passed += 1;
  else counts.failed += 1;
}

/** The same, of something that not every machine can do. */
function checkIfItCan(name, command, args) {
  const status = run(name, command, args);
  if (status === 0) counts.passed += 1;
  else if (status === CANNOT) counts.skipped += 1;
  else counts.failed += 1;
}

/** A step that counts its own tests, in a report that vitest writes. */
function tests(name, args) {
  const status = run(name, 'vitest', [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  counts.passed += numPassedTests;
  // A file that cannot even be loaded fails without a failed test.
  counts.failed += numFailedTests === 0 && status !== 0 ? 1 : numFailedTests;
  counts.skipped += numPendingTests;
}

check('lint', 'biome', ['check', '.']);
check('unused code', 'knip', []);
check('build', 'tsc', ['-b']);
tests('tests', ['--project', 'unit']);
check('simulation', 'node', ['dist/sim/main.js', '--seeds', '3']);
check('scale', 'node', ['scripts/scale.mjs', '--nodes', '100']);
check('screen', 'node', ['bench/tui.mjs', '--short', '--check']);
check('soak', 'node', ['scripts/soak.mjs', '--short']);
checkIfItCan('crash points', 'node', ['scripts/crash-points.mjs', '--step', '60']);

rmSync(folder, { recursive: true });
process.stdout.write(`\n${counts.skipped === 0 ? '' : `${counts.skipped} skipped (their reasons are above)\n`}`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exit(counts.failed === 0 ? 0 : 1);
