import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { manPage } from '../../src/cli/man-page.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { OPTIONS } from '../../src/host/options/option-table.ts';
import { VERSION } from '../../src/host/process/version.ts';
import { hasProgram } from '../support/needs.ts';

const PATH = new URL('../../docs/qpc.1', import.meta.url).pathname;
const page = manPage(OPTIONS, VERSION).join('\n');
describe('the manual page', () => {
  test('docs/qpc.1 is what the table of commands says (else: npm run build && npm run docs)', () => {
    expect(readFileSync(PATH, 'utf8')).toBe(`${page}\n`);
  });

  test('has every command and every option, in ASCII, and no line that would be a request by chance', () => {
    for (const { name } of COMMANDS) expect(page).toContain(`Ic ${name}`);
    for (const { name } of OPTIONS) expect(page).toContain(name.replaceAll('-', '\\-'));
    expect(page).toMatch(/^[\x20-\x7e\n]*$/);
    const requests = page.split('\n').filter((line) => /^['.]/.test(line));
    for (const request of requests) expect(request).toMatch(/^\.(\\" |[A-Z][a-z]\b)/);
  });

  test.skipIf(!hasProgram('groff'))('groff has nothing to say against it', () => {
    const { stderr, stdout } = spawnSync('groff', ['-ww', '-mandoc', '-Tutf8', '-K', 'utf8', PATH]);
    expect(String(stderr)).toBe('');
    expect(String(stdout)).toContain('qpc');
  });

  test.skipIf(!hasProgram('mandoc', '-h'))('nor has mandoc', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', PATH]);
    expect(String(stdout)).toBe('');
  });
});
