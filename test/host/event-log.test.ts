import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { base32 } from '../../src/core/bytes/base32.ts';
import { openLog } from '../../src/host/log.ts';
import { loneNode } from '../support/lone-node.ts';
import { tempDir } from '../support/temp-dir.ts';

const lines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('two nodes talk: their logs say who came and that something was delivered, and hold no text, name, key or whole id', async () => {
  const seed = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1);
  const ann = await loneNode({ name: 'annabella', seed, verbose: true });
  const bob = await loneNode({ name: 'robertson', verbose: true });
  await ann.get('connect', { peer: bob.at });
  await ann.get('subscribe', { topic: 'secretgarden', private: true });
  const { invite } = await ann.get('channels', {}).then(({ channels }) => channels[0]!);
  await bob.get('subscribe', { topic: 'secretgarden', key: invite! });
  await ann.get('send', { peer: bob.id, text: 'meet me at the oak' });
  await ann.get('broadcast', { topic: 'secretgarden', text: 'the roses are out' });
  await expect
    .poll(() => ann.events.some((event) => event.type === 'delivery' && event.state === 'delivered'))
    .toBe(true);
  await expect.poll(() => bob.events.filter(({ type }) => type === 'message').length).toBe(2);
  for (const node of [ann, bob]) {
    const path = join(node.home, 'node.log');
    const said = lines(path).map(({ msg }) => msg);
    expect(said).toContain('connected');
    expect(said).toContain(node === ann ? 'delivery' : 'message');
    const text = readFileSync(path, 'utf8').toLowerCase();
    const secrets = ['oak', 'roses', 'secretgarden', 'annabella', 'robertson', ann.id, bob.id];
    const keys = [base32(seed), Buffer.from(seed).toString('hex'), Buffer.from(seed).toString('base64').toLowerCase()];
    const key = /key=([a-z2-7]+)/.exec(invite!)![1]!;
    for (const secret of [...secrets, ...keys, key]) expect(text).not.toContain(secret);
  }
});

test('what is given to the log by mistake is left out', () => {
  const path = join(tempDir(), 'node.log');
  const log = openLog(path);
  log.error({ text: 'meet me', message: { text: 'at the oak', seed: 'abcd' }, invite: 'qpc-channel:x' }, 'a mistake');
  expect(readFileSync(path, 'utf8')).not.toMatch(/meet me|oak|abcd|qpc-channel/);
  expect(lines(path)).toMatchObject([{ msg: 'a mistake', text: '[redacted]' }]);
});
