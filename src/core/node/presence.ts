import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Calendar } from './calendar.ts';
import type { NodeEvent } from './event.ts';
import type { Journal } from './journal.ts';
import type { Learned, PeerBook } from './peer-book.ts';
import type { Sessions } from './sessions.ts';

type Parts = {
  readonly peers: PeerBook;
  readonly journal: Journal;
  readonly calendar: Calendar;
  readonly sessions: Sessions;
  readonly tell: (event: NodeEvent) => void;
};

/** What is learned of peers: remembered over restarts, and told to the owner. */
export class Presence {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Remembers what was learned of a peer just now. */
  learn(peer: NodeId, learned: Learned, now: Instant): void {
    const record = this.#parts.peers.learn(peer, learned, this.#parts.calendar.at(now));
    if (record) this.#parts.journal.write({ put: 'peer', peer: record });
  }

  /** Tells the owner that somebody came or went. */
  tell(id: NodeId, state: 'discovered' | 'connected' | 'disconnected' | 'gone', now: Instant): void {
    const { peers, sessions, calendar, tell } = this.#parts;
    const { name = '', source = 'inbound', addresses = [] } = peers.get(id) ?? {};
    const address = sessions.with(id)?.connection.address ?? addresses[0];
    tell({ type: 'peer', id, name, state, address, source, at: calendar.at(now) });
  }

  /** A peer said hello with this boot. Two nodes that live at once with one key do so in turns (docs/protocol.md §2.0). */
  booted(peer: NodeId, boot: string, now: Instant): void {
    const [last, before] = this.#parts.peers.get(peer)?.boots ?? [];
    if (boot === last) return;
    if (boot === before) {
      const message = `two nodes run with the identity ${peer.slice(0, 8)} at the same time`;
      this.#parts.tell({ type: 'notice', level: 'warn', code: 'IDENTITY_ELSEWHERE', message });
    }
    this.learn(peer, { boots: last === undefined ? [boot] : [boot, last] }, now);
  }
}
