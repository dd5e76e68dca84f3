import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { accepted, delivered } from '../../support/killed.ts';
import { type Line, LineMode } from '../../support/line-mode.ts';
import { readQlog } from '../../support/qlog-schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A node that says where it is. */
async function start(...options: string[]): Promise<{ screen: LineMode; id: string; address: string }> {
  const screen = new LineMode(tempDir(), ['--no-mdns', '--listen', '127.0.0.1:0', ...options]);
  const { id, addresses } = (await screen.ready()) as Line & { id: string; addresses: string[] };
  return { screen, id, address: addresses[0]! };
}

test('two nodes with --qlog write down the connection between them, each its side, under one name', async () => {
  const directory = join(tempDir(), 'not', 'there', 'yet');
  const ann = await start('--qlog', directory);
  const bob = await start('--qlog', directory, '--peer', `${ann.id}@${ann.address}`);
  await delivered(bob.screen, await accepted(bob.screen, ann.id, 'a text that is in no log'));
  await Promise.all([bob.screen.end(), ann.screen.end()]);
  await vi.waitFor(() => expect(endings(directory)).toEqual(['client', 'server']), { timeout: 10_000, interval: 50 });

  for (const name of readdirSync(directory)) {
    const text = readFileSync(join(directory, name), 'utf8');
    const { header, events } = readQlog(text);
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(name).toBe(`${header.trace.common_fields.group_id}-${header.trace.vantage_point.type}.sqlog`);
    expect(events.filter((event) => event.name === 'quic:packet_received').length).toBeGreaterThan(3);
    expect(text).not.toContain('a text that');
  }
});

/** The sides whose connections were seen to their end. */
const endings = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => readFileSync(join(directory, name), 'utf8').includes('quic:connection_closed'))
    .map((name) => name.split('-')[1]!.replace('.sqlog', ''))
    .toSorted();
