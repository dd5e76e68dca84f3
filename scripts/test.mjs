// What `npm test` runs, one step after the other: lint, build, tests, a short simulation. Ends with the real counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'qpc-test-'));
const report = join(folder, 'vitest.json');
const counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs a command to its end, showing what it prints; whether it succeeded. */
function run(name, command, args) {
  const started = Date.now();
  process.stdout.write(`\n— ${name}: ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  process.stdout.write(
    `— ${name}: ${status === 0 ? 'ok' : `failed (${status})`}, ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
}

/** A step that is one check by itself. */
function check(name, command, args) {
  if (run(name, command, args)) counts.passed += 1;
  else counts.failed += 1;
}

/** A step that counts its own tests, in a report that vitest writes. */
function tests(name, args) {
  const ok = run(name, 'vitest', [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  counts.passed += numPassedTests;
  // A file that cannot even be loaded fails without a failed test.
  counts.failed += numFailedTests === 0 && !ok ? 1 : numFailedTests;
  counts.skipped += numPendingTests;
}

check('lint', 'biome', ['check', '.']);
check('unused code', 'knip', []);
check('build', 'tsc', ['-b']);
tests('tests', ['--project', 'unit']);
check('simulation', 'node', ['dist/sim/main.js', '--seeds', '3']);

rmSync(folder, { recursive: true });
process.stdout.write(`\n${counts.skipped === 0 ? '' : `${counts.skipped} skipped (their reasons are above)\n`}`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exit(counts.failed === 0 ? 0 : 1);
