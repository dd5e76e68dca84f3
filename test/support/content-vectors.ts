import { timestamp } from '../../src/core/base/time.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import { utf8 } from '../../src/core/bytes/utf8.ts';
import { nobleSuite as suite } from '../../src/core/crypto/noble-suite.ts';
import { type Content, encodeContent } from '../../src/core/wire/content.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';

/** §4.1, §4.5: one content of each kind, for test/vectors/qpc/contents.json. */
export function contentVectors() {
  const re = hex(suite.hash(utf8('a line'))) as EnvelopeId;
  const created = timestamp(1_700_000_000_123);
  const run = { run: '1122334455667788', first: 3, last: 300 };
  const line = { created, epoch: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]), after: [re], name: 'ann' };
  const contents: readonly Content[] = [
    { type: 'text', ...line, seq: 1, rank: 2, text: 'hi bob' },
    { type: 'text', ...line, seq: 2, rank: 4, text: 'yes, it is back', re },
    { type: 'edit', ...line, seq: 3, rank: 5, re, text: 'hi, bob' },
    { type: 'delete', ...line, seq: 4, rank: 6, re },
    { type: 'reaction', ...line, seq: 5, rank: 7, re, sign: '👍' },
    { type: 'reaction', ...line, seq: 6, rank: 8, re, sign: '' },
    { type: 'receipt', ids: [re], hops: [2], read: false },
    { type: 'receipt', ids: [re], hops: [1], read: false, refused: 'blocked' },
    { type: 'seen', created, name: 'ann', rank: 5, has: [run] },
  ];
  return contents.map((content) => ({ content, bytes: encodeContent(content) }));
}
