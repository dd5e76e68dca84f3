import type { Finding } from '../base/fault.ts';
import type { Shelf } from '../store/shelf.ts';
import type { Attempts } from './attempts.ts';
import type { Sessions } from './sessions.ts';

type Parts = { readonly shelf: Shelf; readonly attempts: Attempts; readonly sessions: Sessions };

/** What is counted against one bound of the store. */
type Use = { envelopes: number; bytes: number; readonly envelopesMax: number; readonly bytesMax: number };

/** From this share of a bound in bytes on it counts as full: the next envelope may be a large one. */
const FULL_SHARE = 0.95;

/** Bounds of the store (docs/protocol.md §3) that leave no room for more, here, or at a neighbour that has said so. */
export function fullQuotas(parts: Parts): Finding[] {
  return [...fullHere(parts), ...fullThere(parts)];
}

function fullHere({ shelf, sessions }: Parts): Finding[] {
  const uses = new Map<string, Use>();
  for (const { head } of shelf.all()) {
    for (const { key, envelopesMax, bytesMax } of shelf.quota().bounds(head, sessions.size)) {
      const use = uses.get(key) ?? { envelopes: 0, bytes: 0, envelopesMax, bytesMax };
      use.envelopes += 1;
      use.bytes += head.size;
      uses.set(key, use);
    }
  }
  return [...uses].flatMap(([key, use]): Finding[] => {
    if (use.envelopes < use.envelopesMax && use.bytes < FULL_SHARE * use.bytesMax) return [];
    const found = `no more is kept here (${key}): ${use.envelopes} messages, ${Math.ceil(use.bytes / 1000)} kB`;
    return [{ code: 'QUOTA_FULL', subject: key.split(' ').at(-1) ?? key, found }];
  });
}

/** Neighbours that had no room for what still waits here. */
function fullThere({ shelf, attempts }: Parts): Finding[] {
  const refused = new Map<string, Finding>();
  for (const [id, tries] of attempts.all()) {
    const held = shelf.get(id);
    const last = tries.at(-1);
    if (!held || last?.outcome !== 'full') continue;
    const { to } = held.head;
    refused.set(to, { code: 'QUOTA_FULL', subject: to, found: `${last.peer} has no room for more mail to ${to}` });
  }
  return [...refused.values()];
}
