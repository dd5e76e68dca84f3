import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLog } from '../../src/host/log.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('the log', () => {
  test('is a JSON object a line, and goes on where the last run stopped', () => {
    const path = join(tempDir(), 'node.log');
    openLog(path).info({ port: 7000 }, 'listening');
    openLog(path).debug('not shown');
    openLog(path, { verbose: true }).debug('shown');
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ msg: 'listening', port: 7000 }, { msg: 'shown' }]);
  });

  test('never grows beyond its size: a full one takes the place of the one before', () => {
    const path = join(tempDir(), 'node.log');
    const log = openLog(path, { bytesMax: 1000 });
    for (let i = 0; i < 100; i++) log.info({ i }, `line ${i}`);
    expect(statSync(path).size).toBeLessThanOrEqual(1000);
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1000);
    expect(readFileSync(path, 'utf8')).toContain('"i":99');
  });

  test('takes ten lines of one wording in a second, and no more', () => {
    const path = join(tempDir(), 'node.log');
    const log = openLog(path);
    for (let i = 0; i < 10_000; i++) log.warn({ i }, 'again');
    log.warn('something else');
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.filter((line) => line.includes('again')).length).toBeLessThanOrEqual(30);
    expect(lines.at(-1)).toContain('something else');
  });

  test('that cannot be written stops nobody', () => {
    const path = join(tempDir(), 'node.log');
    mkdirSync(path);
    expect(() => openLog(path).info('lost')).not.toThrow();
  });
});
