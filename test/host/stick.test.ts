import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identityOf } from '../../src/core/crypto/identity.ts';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import { networkTag } from '../../src/core/crypto/purpose.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { readMailFile } from '../../src/host/stick.ts';
import { type LoneNode, loneNode } from '../support/lone-node.ts';
import { tempDir } from '../support/temp-dir.ts';

const seedOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const idOf = (byte: number): NodeId => identityOf(nodeSuite, seedOf(byte)).id;

const stick = (): string => join(tempDir(), 'mail.qpc');

const texts = ({ events }: LoneNode): string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const states = ({ events }: LoneNode): string[] =>
  events.flatMap((event) => (event.type === 'delivery' ? [event.state] : []));

describe('mail on a stick', () => {
  test('gets to whom it is for, and its receipt comes back the same way', async () => {
    const [ann, bob] = [await loneNode({ seed: seedOf(1) }), await loneNode({ seed: seedOf(2) })];
    await ann.get('send', { peer: bob.id, text: 'over the mountain' });
    const there = stick();
    expect(await ann.get('storeExport', { file: there })).toMatchObject({ envelopes: 1 });
    expect(await bob.get('storeImport', { file: there })).toMatchObject({
      taken: 1,
      known: 0,
      refused: {},
      whole: true,
    });
    await expect.poll(() => texts(bob)).toEqual(['over the mountain']);
    let back = stick();
    await expect
      .poll(async () => {
        back = stick();
        return (await bob.get('storeExport', { file: back })).envelopes;
      })
      .toBe(1);
    await ann.get('storeImport', { file: back });
    await expect.poll(() => states(ann)).toContain('delivered');
    expect(await bob.get('storeImport', { file: there })).toMatchObject({ taken: 0, known: 1 });
    expect(texts(bob)).toHaveLength(1);
  });

  test('is carried by who is neither its sender nor its recipient', async () => {
    const [ann, carrier] = [await loneNode({ seed: seedOf(1) }), await loneNode({ seed: seedOf(3) })];
    await ann.get('send', { peer: idOf(2), text: 'by way of carol' });
    const [first, second] = [stick(), stick()];
    await ann.get('storeExport', { file: first, peer: idOf(2) });
    expect(await carrier.get('storeImport', { file: first })).toMatchObject({ taken: 1 });
    expect((await carrier.get('store', {})).carried.envelopes).toBe(1);
    await carrier.get('storeExport', { file: second });
    const bob = await loneNode({ seed: seedOf(2) });
    await bob.get('storeImport', { file: second });
    await expect.poll(() => texts(bob)).toEqual(['by way of carol']);
    expect(bob.events.find((event) => event.type === 'message')).toMatchObject({ hops: 2 });
  });

  test('says how far it has been read, byte by byte to its end', async () => {
    const ann = await loneNode({ seed: seedOf(1) });
    for (const text of ['one', 'two', 'three']) await ann.get('send', { peer: idOf(2), text });
    const file = stick();
    const { bytes } = await ann.get('storeExport', { file });
    const said: number[] = [];
    await readMailFile(
      file,
      networkTag(nodeSuite, 'test'),
      async () => {},
      (read, of) => {
        expect(of).toBe(bytes);
        said.push(read);
      },
    );
    expect(said).toHaveLength(4);
    expect(said).toEqual(said.toSorted((a, b) => a - b));
    expect(said.at(-1)).toBe(bytes);
  });

  test('for a channel that is not read here is shown as of a channel, and of no person', async () => {
    const [ann, carrier] = [await loneNode({ seed: seedOf(1) }), await loneNode({ seed: seedOf(3) })];
    const { id } = await ann.get('subscribe', { topic: 'general' });
    await ann.get('broadcast', { topic: 'general', text: 'to all' });
    const file = stick();
    await ann.get('storeExport', { file });
    await carrier.get('storeImport', { file });
    const { perRecipient } = await carrier.get('store', {});
    expect(perRecipient).toMatchObject([{ to: id, kind: 'channel', name: `#?${id.slice(0, 8)}` }]);
  });
});

describe('a file', () => {
  test('is for its writer alone, and never replaces another', async () => {
    const ann = await loneNode();
    const file = stick();
    await ann.get('storeExport', { file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file);
    const again = await ann.api.call('storeExport', { file });
    expect(again).toMatchObject({ ok: false, error: { code: 'E_USAGE' } });
    expect(readFileSync(file)).toEqual(before);
  });

  test('that was cut off gives what it has, and says so', async () => {
    const [ann, bob] = [await loneNode({ seed: seedOf(1) }), await loneNode({ seed: seedOf(2) })];
    for (const text of ['one', 'two']) await ann.get('send', { peer: bob.id, text });
    const file = stick();
    const { bytes } = await ann.get('storeExport', { file });
    truncateSync(file, bytes - 40);
    expect(await bob.get('storeImport', { file })).toMatchObject({ taken: 1, whole: false });
    await expect.poll(() => texts(bob)).toEqual(['one']);
  });

  test('with a flipped bit: no message is changed, and the file is not whole', async () => {
    const [ann, bob] = [await loneNode({ seed: seedOf(1) }), await loneNode({ seed: seedOf(2) })];
    await ann.get('send', { peer: bob.id, text: 'one' });
    const file = stick();
    const { bytes } = await ann.get('storeExport', { file });
    const content = readFileSync(file);
    content[Math.floor(bytes / 2)]! ^= 1;
    writeFileSync(file, content);
    expect(await bob.get('storeImport', { file })).toMatchObject({ taken: 0, whole: false });
    expect(texts(bob)).toEqual([]);
  });

  test('that cannot be written is refused with what is in the way, and what to do', async () => {
    const ann = await loneNode();
    const directory = tempDir();
    const refusal = async (file: string) => {
      const outcome = await ann.api.call('storeExport', { file });
      return outcome.ok ? outcome : outcome.error;
    };
    const there = join(directory, 'there');
    writeFileSync(there, '');
    const message = `${there} is there already, and is not replaced`;
    expect(await refusal(there)).toEqual({ code: 'E_USAGE', message, hint: 'choose another name' });
    const missing = join(directory, 'missing');
    expect(await refusal(join(missing, 'mail.qpc'))).toMatchObject({ message: `${missing} is not there` });
  });

  test.each([
    ['is not there', (_file: string) => {}],
    ['is something else', (file: string) => writeFileSync(file, 'Dear diary,')],
    ['is empty', (file: string) => writeFileSync(file, '')],
    ['is a directory', (file: string) => mkdirSync(file)],
  ])('that %s is refused with a sentence', async (_what, make) => {
    const ann = await loneNode();
    const file = stick();
    make(file);
    const outcome = await ann.api.call('storeImport', { file });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'E_NO_FILE', message: expect.stringContaining(file) } });
  });

  test('of another network is refused', async () => {
    const [ann, eve] = [await loneNode(), await loneNode({ network: 'elsewhere' })];
    const file = stick();
    await ann.get('storeExport', { file });
    const outcome = await eve.api.call('storeImport', { file });
    expect(outcome).toMatchObject({ ok: false, error: { message: expect.stringContaining('another network') } });
  });
});
