import type { Random } from '../../core/base/random.ts';
import { BlackHole } from './black-hole.ts';
import { Flooder } from './flooder.ts';
import { Garbage } from './garbage.ts';
import type { Malice } from './hostile-node.ts';
import { Liar } from './liar.ts';
import { Replayer } from './replayer.ts';

/** How a hostile node does harm. */
export type HostileKind = 'black-hole' | 'liar' | 'replayer' | 'flooder' | 'garbage';

/** Every kind there is. */
export const HOSTILE_KINDS: readonly HostileKind[] = ['black-hole', 'liar', 'replayer', 'flooder', 'garbage'];

/** The malice of a kind; each node has its own. */
export function maliceOf(kind: HostileKind, random: Random): Malice {
  switch (kind) {
    case 'black-hole':
      return new BlackHole();
    case 'liar':
      return new Liar();
    case 'replayer':
      return new Replayer(random);
    case 'flooder':
      return new Flooder(random);
    case 'garbage':
      return new Garbage(random);
  }
}
