import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Runs a script. @returns how it ended, and the first line of what it complained about */
async function run(script: string, ...args: readonly string[]): Promise<readonly [number, string]> {
  const child = spawn(process.execPath, [join(root, 'scripts', script), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return [code, complaint.split('\n')[0]!];
}

describe('a run of nothing is no run that passed', () => {
  test.concurrent.each([
    ['fuzz.mjs', ['--runs', 'many', 'fromHex'], '--runs must be a whole number, 1 or more: many'],
    ['fuzz.mjs', ['--threads', '0', 'fromHex'], '--threads must be a whole number, 1 or more: 0'],
    ['interop.mjs', ['--runs', '0', '--sim', '--only', 'handshake'], '--runs must be a whole number, 1 or more: 0'],
    ['flood.mjs', ['--seconds', '1s'], '--seconds must be a whole number, 1 or more: 1s'],
    ['flood.mjs', ['--only', 'randon'], 'no such flood: randon; there are initiations, random'],
    ['soak.mjs', ['--nodes', '2'], '--nodes must be a whole number, 3 or more: 2'],
    ['crash-points.mjs', ['--kind', 'fire'], 'no such kind: fire; there are kill, power, torn, full, io'],
    ['scale.mjs', ['--nodes', '100,1'], '--nodes must be a whole number, 2 or more: 1'],
    ['scale.mjs', ['--suite', 'glass'], '--suite is node or paper: glass'],
    ['doctor-faults.mjs', ['--only', 'flu'], expect.stringContaining('no such fault: flu; there are no multicast')],
    ['churn.mjs', ['--fast'], expect.stringContaining("Unknown option '--fast'")],
  ])('%s %j', { timeout: 60_000 }, async (script, args, words) => {
    expect(await run(script, ...args)).toEqual([2, words]);
  });
});

// Linux tells who somebody's children are.
describe.runIf(existsSync('/proc/self/task'))('npm run interop', () => {
  test('a run whose process is killed has failed, and the next one goes on', { timeout: 60_000 }, async () => {
    const args = ['--sim', '--only', 'handshakecorruption', '--runs', '2', '--jobs', '1'];
    const interop = spawn(process.execPath, [join(root, 'scripts/interop.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said, ended] = [text(interop.stdout), once(interop, 'exit')];
    const children = () =>
      readFileSync(`/proc/${interop.pid}/task/${interop.pid}/children`, 'utf8').split(' ').filter(Boolean);
    while (children().length === 0) await later(5);
    process.kill(Number(children()[0]), 'SIGKILL');
    expect(await ended).toEqual([1, null]);
    expect(await said).toMatch(/^handshakecorruption +sim +2 +1 /m);
    expect(await said).toContain('its process ended: ');
  });
});
