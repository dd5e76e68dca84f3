import { hex } from '../../src/core/bytes/hex.ts';
import { utf8 } from '../../src/core/bytes/utf8.ts';
import type { Suite } from '../../src/core/crypto/suite.ts';
import type { Post } from '../../src/core/store/posts.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';

/** So many posts of a channel, two in each minute from `from` on. Those of another `kind` are others. */
export const somePosts = (suite: Pick<Suite, 'hash'>, count: number, kind = 'a post', from = 0): Post[] =>
  Array.from({ length: count }, (_, i) => ({
    created: (from + (i >> 1)) * 60_000,
    id: hex(suite.hash(utf8(`${kind} ${i}`))) as EnvelopeId,
  }));
