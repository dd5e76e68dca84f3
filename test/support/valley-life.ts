import type { Explanation } from '../../src/api/finding.ts';
import type { Details } from '../../src/api/reading.ts';
import type { Message } from '../../src/api/shapes.ts';
import { type Neighbour, VALLEY, VALLEY_NOW } from './valley-people.ts';

const MINUTE_MS = 60_000;

const who = (name: Neighbour) => ({ id: VALLEY[name], name });

/** Why ann's letter to Νίκος is where it is. */
export const whyCarried = (letter: Message): Explanation => ({
  paragraph:
    'Νίκος was last here yesterday at 06:08, and nobody knows a way there now. hill-2 and school carry sealed copies and ' +
    'hand them over when they meet, until 23 November.',
  findings: [
    {
      code: 'PEER_AWAY',
      severity: 'info',
      subject: letter.id,
      found: 'Νίκος is away',
      fix: 'it goes on by itself when Νίκος or a carrier is back',
    },
  ],
});

/** The life of that letter: offered, carried by two, and not there yet. */
export function lifeOfCarried(letter: Message): Details {
  const at = letter.created;
  return {
    message: letter,
    steps: [
      { what: 'written', at },
      { what: 'queued', at: at + 40 },
      { what: 'tried', at: at + 900, who: who('bob'), detail: 'no way there' },
      { what: 'tried', at: at + 1_100, who: who('hill-2'), detail: 'took a copy' },
      { what: 'carried', at: at + 1_300, who: who('hill-2'), hops: 1 },
      { what: 'carried', at: at + 19 * MINUTE_MS, who: who('school'), hops: 1 },
    ],
    size: 612,
    holders: [who('hill-2'), who('school')],
    keptUntil: VALLEY_NOW + 2 * 24 * 60 * MINUTE_MS + 22 * 60 * MINUTE_MS,
    copies: 2,
    seq: 31,
    follows: 1,
    why: whyCarried(letter),
  };
}
