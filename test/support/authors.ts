import { utf8 } from '../../src/core/bytes/utf8.ts';
import type { Author } from '../../src/core/chat/letter.ts';
import { nobleSuite } from '../../src/core/crypto/noble-suite.ts';
import { nodeIdOf } from '../../src/core/crypto/node-id.ts';
import { networkTag } from '../../src/core/crypto/purpose.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

/** The network that authors in tests belong to. */
export const testNetwork = networkTag(nobleSuite, 'test');

/** Somebody called `name`, the same in every run. */
export function author(name: string, network = testNetwork): Author {
  const seed = nobleSuite.hash(utf8(`seed of ${name}`));
  const publicKey = nobleSuite.publicKey(seed);
  return { suite: nobleSuite, random: new SeededRandom(name), seed, id: nodeIdOf(publicKey), publicKey, network };
}
