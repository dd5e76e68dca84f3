import { TYPING_AGAIN_MS, TYPING_TAKEN } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { Channels } from '../chat/channels.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { decodeMeshDatagram, encodeMeshDatagram } from '../wire/datagram.ts';
import type { Attendance } from './attendance.ts';
import type { Calendar } from './calendar.ts';
import type { NodeEvent } from './event.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Tally } from './tally.ts';
import type { Tells } from './tells.ts';

type Parts = {
  readonly attendance: Attendance;
  readonly calendar: Calendar;
  readonly channels: Channels;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  /** Whether the user has neither named nor written to somebody. */
  readonly isStranger: (id: NodeId) => boolean;
  readonly sessions: Sessions;
  readonly tally: Tally;
  readonly tell: (event: NodeEvent) => void;
  readonly tells: Tells;
};

/** Who is writing at this moment: said among neighbours only, kept by nobody, and passed on by nobody (docs/protocol.md §2.6). */
export class Typing {
  readonly #parts: Parts;
  /** When it was said last, of each conversation in which it may not be said again yet. */
  readonly #saidAt = new Map<string, Instant>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The user writes to a node, or in a channel: said at most every `TYPING_AGAIN_MS`. */
  writes(where: string, now: Instant): void {
    const { channels, sessions, tells } = this.#parts;
    if (!tells.typing || !this.#isDue(where, now)) return;
    const isChannel = channels.byId(where) !== undefined;
    const readers = isChannel ? this.#membersHere(where, now) : this.#isTold(where as NodeId) ? [where as NodeId] : [];
    const bytes = encodeMeshDatagram({ type: 'typing', ...(isChannel ? { channel: where } : {}) });
    for (const peer of readers) sessions.with(peer)?.connection.sendDatagram(bytes);
    if (readers.length > 0) this.#saidAt.set(where, now);
  }

  /**
   * A datagram of a neighbour.
   *
   * @throws PeerError when it is malformed
   */
  received(session: Session, bytes: Uint8Array, now: Instant): void {
    const { calendar, channels, tally, tell, tells } = this.#parts;
    if (!session.takes(1, TYPING_TAKEN, now)) {
      tally.heardDatagram('too many');
      return;
    }
    const datagram = decodeMeshDatagram(bytes);
    tally.heardDatagram(datagram?.type ?? 'unknown');
    if (!datagram || !tells.typing) return;
    const { peer } = session;
    const { channel } = datagram;
    const counts =
      channel === undefined
        ? this.#isTold(peer)
        : channels.byId(channel) !== undefined && this.#membersHere(channel, now).includes(peer);
    if (counts) tell({ type: 'typing', from: peer, where: channel ?? peer, at: calendar.at(now) });
  }

  #isDue(where: string, now: Instant): boolean {
    for (const [other, at] of this.#saidAt) if (now - at >= TYPING_AGAIN_MS) this.#saidAt.delete(other);
    return !this.#saidAt.has(where);
  }

  /** Whether somebody may know of it: a neighbour, and no stranger. */
  #isTold(peer: NodeId): boolean {
    const { contact, isStranger, sessions } = this.#parts;
    return sessions.isHere(peer) && !isStranger(peer) && contact(peer)?.blocked !== true;
  }

  /** Those of a channel who are neighbours: they know the channel, for they wrote there or said what they have of it. */
  #membersHere(channel: string, now: Instant): readonly NodeId[] {
    const { attendance, contact, sessions } = this.#parts;
    const members = attendance.membersOf(channel, now).map(({ id }) => id);
    return members.filter((id) => sessions.isHere(id) && contact(id)?.blocked !== true);
  }
}
